"""The first run and the clinic's own lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from psc_desk.clock import FixedClock
from psc_desk.engine import make_engine
from psc_desk.errors import AccessError, ConflictError, InputError, RefusedError
from psc_desk.models.migrations import upgrade
from psc_desk.models.staff import Role
from psc_desk.queries.clinic import (
    HoursRow,
    encounter_codes,
    exceptions,
    fee_on,
    has_clinic,
    holidays,
    providers,
    rooms,
    tills,
    visit_types,
)
from psc_desk.queries.clinic import (
    clinic as clinic_row,
)
from psc_desk.queries.settings import all_settings
from psc_desk.settings import ALL, CANCEL_REASONS, IDLE_LOCK_MINUTES, SCALE, THEME
from psc_desk.usecases.clinic import (
    ClinicDetails,
    ClinicInput,
    ExceptionInput,
    ProviderInput,
    RoomInput,
    VisitTypeInput,
    add_exception,
    add_holiday,
    add_provider,
    add_room,
    add_visit_type,
    change_clinic,
    change_provider,
    change_room,
    change_visit_type,
    remove_exception,
    remove_holiday,
    set_clinic_hours,
    set_encounter_codes,
    set_up_clinic,
)
from psc_desk.usecases.fees import FeeInput, add_fee
from psc_desk.usecases.settings import set_setting
from psc_desk.usecases.staff import PersonInput, sign_in
from psc_desk.work import Desk
from tests.support.clinic import KEY, MANAGER, NOON, OFFICE_VISIT, OSEI, TODAY, SmallClinic

WEEK = tuple(HoursRow(day, 480, 1020) for day in range(5))
FIRST = ClinicInput(
    "Elm Street Clinic",
    "1 Elm St\n\n  Salem,  MA 01970",
    "America/New_York",
    WEEK,
    PersonInput("Ana Ruiz", Role.FRONT_DESK, "quiet lantern orchard", "7391"),
    phone="978-555-0100",
)


def test_first_run(tmp_path: Path):
    engine = make_engine(tmp_path / "desk.db", KEY)
    upgrade(engine)
    desk = Desk(engine, FixedClock(NOON))
    assert not desk.ask(has_clinic)
    manager = desk.do(set_up_clinic, FIRST)
    row = desk.ask(clinic_row)
    assert (row.name, row.address_lines, row.phone) == (
        "Elm Street Clinic",
        ("1 Elm St", "Salem, MA 01970"),
        "9785550100",
    )
    assert row.hours == WEEK
    assert str(desk.zone) == "America/New_York"
    signed = desk.do(sign_in, manager, "7391", pin=True).person
    assert signed is not None
    assert signed.role == "manager"
    assert [till.float_cents for till in desk.ask(tills)] == [15000]
    with pytest.raises(RefusedError, match="already holds a clinic"):
        desk.do(set_up_clinic, FIRST)
    engine.dispose()


def test_a_refused_first_run_leaves_nothing(tmp_path: Path):
    engine = make_engine(tmp_path / "desk.db", KEY)
    upgrade(engine)
    desk = Desk(engine, FixedClock(NOON))
    bad = PersonInput("Ana Ruiz", Role.MANAGER, "quiet lantern orchard", "1234")
    with pytest.raises(InputError):
        desk.do(set_up_clinic, ClinicInput("Elm", "", "America/New_York", WEEK, bad))
    with pytest.raises(InputError, match="time zone"):
        desk.do(set_up_clinic, ClinicInput("Elm", "", "Mars/Base", WEEK, FIRST.person))
    with pytest.raises(InputError, match="begins after it ends"):
        desk.do(set_up_clinic, ClinicInput("Elm", "", "UTC", (HoursRow(0, 900, 480),), FIRST.person))
    assert not desk.ask(has_clinic)
    engine.dispose()


@pytest.fixture
def managed(clinic: SmallClinic) -> SmallClinic:
    clinic.desk.actor_id = MANAGER
    return clinic


def test_front_desk_may_not_change_the_clinic(clinic: SmallClinic):
    with pytest.raises(AccessError):
        clinic.desk.do(add_holiday, date(2026, 7, 3), "Independence Day")


def test_details_carry_a_version(managed: SmallClinic):
    seen = managed.desk.ask(clinic_row).version
    managed.desk.do(change_clinic, ClinicDetails("Riverside", bank_account_ending="4411"), seen)
    with pytest.raises(ConflictError):
        managed.desk.do(change_clinic, ClinicDetails("Other"), seen)
    assert managed.desk.ask(clinic_row).name == "Riverside"


def test_hours(managed: SmallClinic):
    managed.desk.do(set_clinic_hours, (HoursRow(5, 540, 720),))
    assert managed.desk.ask(clinic_row).hours == (HoursRow(5, 540, 720),)
    with pytest.raises(InputError):
        managed.desk.do(set_clinic_hours, ())


def test_providers(managed: SmallClinic):
    hours = (HoursRow(0, 480, 720, "work"), HoursRow(0, 600, 620, "lunch"))
    new = managed.desk.do(add_provider, ProviderInput("Dr. Lea Haddad", "", npi="1234567893", hours=hours))
    row = next(one for one in managed.desk.ask(providers) if one.id == new)
    assert (row.short_name, row.hours) == ("Haddad", hours)
    managed.desk.do(change_provider, new, ProviderInput("Dr. Lea Haddad", "Haddad", active=False))
    assert new not in [one.id for one in managed.desk.ask(providers)]
    with pytest.raises(InputError, match="NPI"):
        managed.desk.do(add_provider, ProviderInput("Dr. X Y", "Y", npi="1234567890"))
    with pytest.raises(InputError, match="overlap"):
        managed.desk.do(
            add_provider,
            ProviderInput("Dr. X Y", "Y", hours=(HoursRow(0, 480, 720, "work"), HoursRow(0, 700, 800, "work"))),
        )
    with pytest.raises(InputError, match="already exists"):
        managed.desk.do(add_provider, ProviderInput("dr amara osei", "O"))


def test_rooms_and_visit_types(managed: SmallClinic):
    room = managed.desk.do(add_room, RoomInput("Ultrasound", "ultrasound", column=True))
    managed.desk.do(change_room, room, RoomInput("Ultrasound", "ultrasound", active=False))
    assert [row.name for row in managed.desk.ask(rooms)] == ["Room 1"]
    kind = managed.desk.do(add_visit_type, VisitTypeInput("Scan", 45, room_kind="ultrasound", provider_ids=(OSEI,)))
    managed.desk.do(change_visit_type, kind, VisitTypeInput("Scan", 50, provider_ids=(OSEI,)))
    row = next(one for one in managed.desk.ask(visit_types) if one.id == kind)
    assert (row.minutes, row.room_kind, row.provider_ids) == (50, "", (OSEI,))
    for bad in (VisitTypeInput("", 30), VisitTypeInput("Long", 601), VisitTypeInput("Red", 30, color="red")):
        with pytest.raises(InputError):
            managed.desk.do(add_visit_type, bad)


def test_a_price_begins_on_its_day(managed: SmallClinic):
    managed.desk.do(add_fee, FeeInput("ov", "Office visit", 13000, date(2026, 4, 1)))
    before = managed.desk.ask(fee_on, "OV", date(2026, 3, 31))
    after = managed.desk.ask(fee_on, "OV", date(2026, 4, 1))
    assert before is not None
    assert after is not None
    assert (before.cents, after.cents) == (12000, 13000)
    assert managed.desk.ask(fee_on, "OV", date(2025, 1, 1)) is None
    with pytest.raises(InputError, match="already has a price"):
        managed.desk.do(add_fee, FeeInput("OV", "Office visit", 1, date(2026, 4, 1)))


def test_encounter_codes_keep_their_order(managed: SmallClinic):
    managed.desk.do(set_encounter_codes, OFFICE_VISIT, ("LAB", "OV"), ("OV",))
    rows = managed.desk.ask(encounter_codes, OFFICE_VISIT, TODAY)
    assert [(row.code, row.cents, row.usual) for row in rows] == [("LAB", 4550, False), ("OV", 12000, True)]
    with pytest.raises(InputError, match="no code XYZ"):
        managed.desk.do(set_encounter_codes, OFFICE_VISIT, ("XYZ",))


def test_days_off(managed: SmallClinic):
    day = date(2026, 7, 3)
    managed.desk.do(add_holiday, day, "Independence Day")
    assert [row.label for row in managed.desk.ask(holidays, day, day)] == ["Independence Day"]
    managed.desk.do(remove_holiday, day)
    assert managed.desk.ask(holidays, day, day) == []
    entry = managed.desk.do(add_exception, ExceptionInput(OSEI, TODAY, 780, 1020, label="Dentist"))
    assert [row.provider_name for row in managed.desk.ask(exceptions, TODAY, TODAY)] == ["Dr. Amara Osei"]
    managed.desk.do(remove_exception, entry)
    assert managed.desk.ask(exceptions, TODAY, TODAY) == []
    with pytest.raises(InputError, match="past"):
        managed.desk.do(add_exception, ExceptionInput(OSEI, date(2026, 3, 3), 780, 1020))


def test_settings(managed: SmallClinic):
    assert [row.key for row in managed.desk.ask(all_settings)] == [declared.key for declared in ALL]
    managed.desk.do(set_setting, IDLE_LOCK_MINUTES, 5)
    managed.desk.do(set_setting, CANCEL_REASONS, ["Ill", " Ill ", "Other"])
    values = {row.key: row.value for row in managed.desk.ask(all_settings)}
    assert values[IDLE_LOCK_MINUTES.key] == 5
    assert values[CANCEL_REASONS.key] == ["Ill", "Other"]
    with pytest.raises(InputError):
        managed.desk.do(set_setting, IDLE_LOCK_MINUTES, 0)
    with pytest.raises(InputError):
        managed.desk.do(set_setting, THEME, "pink")


def test_everyone_chooses_the_look_only(clinic: SmallClinic):
    clinic.desk.do(set_setting, SCALE, 150)
    with pytest.raises(AccessError):
        clinic.desk.do(set_setting, IDLE_LOCK_MINUTES, 5)
