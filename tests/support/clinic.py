"""A small real clinic in a real encrypted database, made once and copied for each test."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine

from psc_desk.audit_head import AuditHead
from psc_desk.clock import FixedClock
from psc_desk.engine import make_engine
from psc_desk.events import Event
from psc_desk.keywrap import Cost
from psc_desk.models.clinic import (
    Clinic,
    ClinicHours,
    Fee,
    Provider,
    ProviderHours,
    Room,
    Setting,
    VisitType,
    VisitTypeCode,
)
from psc_desk.models.coverage import Coverage, Payer, Plan
from psc_desk.models.migrations import upgrade
from psc_desk.models.patient import Patient
from psc_desk.models.staff import Role, StaffMember
from psc_desk.models.till import Till
from psc_desk.models.visit import Visit
from psc_desk.passwords import hash_password, hash_pin
from psc_desk.settings import PRINTER_URL
from psc_desk.work import Desk, Work

KEY = b"\x07" * 32
_COMPILED: dict[Any, Any] = {}
NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
"""Noon of Wednesday 2026-03-04 in New York."""
TODAY = date(2026, 3, 4)
MAYA, LEO, MANAGER = 1, 2, 3
"""Front desk (PIN 1234), lead (PIN 2345), manager (PIN 3456)."""
OSEI, BRANDT = 1, 2
OFFICE_VISIT, NEW_PATIENT = 1, 2
INES, JONAH, THAO = 1, 2, 3
"""Patients; Inés has a plan with a $25 co-pay, Jonah pays himself, Thảo speaks Vietnamese."""


@dataclass
class SmallClinic:
    """A desk on its own copy of the small clinic; `happened` collects what was published."""

    desk: Desk
    clock: FixedClock
    folder: Path
    happened: list[Event] = field(default_factory=list)

    def visit(self, patient_id: int = INES, minute: int = 13 * 60, provider_id: int = OSEI) -> int:
        """Put a booked visit of today straight into the database and return its id."""

        def insert(work: Work) -> int:
            visit = Visit(
                patient_id=patient_id, provider_id=provider_id, type_id=OFFICE_VISIT, day=TODAY, start_minute=minute,
                minutes=30, status_since=work.now, booked_at=work.now, booked_by=MAYA,
            )  # fmt: skip
            work.session.add(visit)
            work.session.flush()
            return visit.id

        return self.desk.do(insert)


def small_clinic(folder: Path, actor_id: int | None = MAYA) -> SmallClinic:
    """Copy the small clinic into `folder` and sign `actor_id` in."""
    shutil.copy(_template(), folder / "desk.db")
    return reopened(folder, actor_id)


def reopened(folder: Path, actor_id: int | None = MAYA, clock: FixedClock | None = None) -> SmallClinic:
    """Return a desk on the data in `folder`, as a program that was started again."""
    clock = clock or FixedClock(NOON)
    happened: list[Event] = []
    head = AuditHead(folder / "audit.head", KEY)
    desk = Desk(engine_on(folder / "desk.db"), clock, publish=happened.extend, head=head)
    desk.actor_id = actor_id
    return SmallClinic(desk, clock, folder, happened)


def engine_on(path: Path) -> Engine:
    """Return an engine that shares what SQLAlchemy compiled with all others: a third of the time of a test."""
    engine = make_engine(path, KEY)
    engine.dialect = _dialect()
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


@cache
def _dialect() -> Dialect:
    """Return a dialect that has met a database."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(Path(folder) / "first.db", KEY)
        engine.connect().close()
        engine.dispose()
    return engine.dialect


@cache
def _template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="psc-desk-test-")) / "desk.db"
    engine = engine_on(path)
    upgrade(engine)
    Desk(engine, FixedClock(NOON)).do(_fill)
    engine.dispose()
    return path


def _fill(work: Work) -> None:
    cheap = Cost(1, 8, 1)
    work.session.add(Clinic(id=1, kind="demo", name="Riverside Family Clinic", address="12 River Rd\nSalem, MA 01970",
                            phone="9785550100", time_zone="America/New_York"))  # fmt: skip
    for name, role, pin in (("Maya Okafor", Role.FRONT_DESK, "1234"), ("Leo Marsh", Role.LEAD, "2345"),
                            ("Ana Ruiz", Role.MANAGER, "3456")):  # fmt: skip
        work.session.add(StaffMember(name=name, role=role, password_hash=hash_password("correct horse " + pin, cheap),
                                     pin_hash=hash_pin(pin, cheap), created_at=work.now))  # fmt: skip
        work.session.flush()
    for weekday in range(5):
        work.session.add(ClinicHours(weekday=weekday, open_minute=480, close_minute=1020))
    for name, short in (("Dr. Amara Osei", "Osei"), ("Dr. Felix Brandt", "Brandt")):
        hours = [ProviderHours(weekday=d, start_minute=s, end_minute=e, kind=k) for d in range(5)
                 for s, e, k in ((480, 720, "work"), (720, 780, "lunch"), (780, 1020, "work"))]  # fmt: skip
        work.session.add(Provider(name=name, short_name=short, specialty="Family medicine", hours=hours))
    work.session.add(Room(name="Room 1"))
    work.session.add(VisitType(name="Office visit", name_es="Consulta", minutes=30))
    work.session.add(VisitType(name="New patient", name_es="Paciente nuevo", minutes=60, patient_rule="new"))
    work.session.flush()
    for code, label, cents in (("OV", "Office visit", 12000), ("LAB", "Blood test", 4550), ("INJ", "Injection", 3000)):
        work.session.add(Fee(code=code, label=label, cents=cents, effective_from=date(2026, 1, 1)))
        work.session.add(VisitTypeCode(visit_type_id=OFFICE_VISIT, code=code, usual=code == "OV"))
    plan = Plan(payer=Payer(name="Blue Harbor"), name="PPO")
    for n, (first, last, born, language) in enumerate(
        (("Inés", "Castillo", date(1987, 4, 18), "es"), ("Jonah", "Whitfield", date(1964, 11, 2), "en"),
         ("Thảo", "Nguyễn", date(1951, 1, 9), "vi"))
    ):  # fmt: skip
        patient = Patient(record_no=10001 + n, first_name=first, last_name=last, birth_date=born, language=language,
                          sex="female", created_at=work.now)  # fmt: skip
        work.session.add(patient)
        work.session.flush()
        coverage = Coverage(patient_id=patient.id, effective_on=date(2026, 1, 1))
        if n == 0:
            coverage.plan, coverage.member_id, coverage.copay_cents = plan, "BH1234567", 2500
        work.session.add(coverage)
    work.session.add(Till(name="Drawer 1", float_cents=15000))
    work.session.add(Setting(key=PRINTER_URL.key, desk="Desk 1", value={"v": "virtual:"}))
