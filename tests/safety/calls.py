"""Every use case that a person can call: which right it takes, and how to call it so that it would succeed.

Each entry is prepared by the manager on a fresh clinic; `patient` says whose chart the call concerns.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from psc_desk import usecases
from psc_desk.devices.jobs import JobState
from psc_desk.models.patient_input import PatientInput
from psc_desk.models.payment import PaymentKind
from psc_desk.models.staff import Right, Role
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.clinic import HoursRow
from psc_desk.queries.patients import patient_form
from psc_desk.schedule_rules import BookingInput
from psc_desk.settings import PRINTER_COLUMNS
from psc_desk.usecases import (
    allocation,
    appointment_slip,
    charges,
    chart,
    check_in,
    check_out,
    clinic,
    coverage,
    day_sheet,
    deposits,
    documents,
    patients,
    payments,
    print_queue,
    schedule,
    settings,
    staff,
    till,
    visits,
)
from psc_desk.usecases.charges import ChargeInput
from psc_desk.usecases.coverage import CoverageInput
from psc_desk.work import Work
from tests.money.support import card, cash, charged_visit, key, pay
from tests.support.clinic import BRANDT, INES, JONAH, LEO, OFFICE_VISIT, OSEI, TODAY, SmallClinic

FLOAT = {2000: 5, 500: 8, 100: 10}
AFTERNOON = 14 * 60
Ready = Callable[[SmallClinic], tuple[tuple[Any, ...], dict[str, Any]]]


@dataclass(frozen=True)
class Call:
    """One use case with the right it takes (None: being signed in is enough) and its arguments on a fresh clinic."""

    usecase: Callable[..., Any]
    right: Right | None
    ready: Ready
    patient: int | None = None

    @property
    def name(self) -> str:
        return f"{self.usecase.__module__.rsplit('.', 1)[-1]}.{self.usecase.__name__}"


def call(
    usecase: Callable[..., Any], right: Right | None, *args: Any, patient: int | None = None, **named: Any
) -> Call:
    return Call(usecase, right, lambda _clinic: (args, named), patient)


def visit_at(status: Status, minute: int = AFTERNOON) -> Callable[[SmallClinic], int]:
    """Return what puts a visit of Inés into the database in a status."""

    def put(clinic: SmallClinic) -> int:
        visit_id = clinic.visit(INES, minute)

        def become(work: Work) -> None:
            work.get(Visit, visit_id).status = status

        clinic.desk.do(become)
        return visit_id

    return put


def of_visit(usecase: Callable[..., Any], right: Right, status: Status, *args: Any, **named: Any) -> Call:
    return Call(usecase, right, lambda clinic: ((visit_at(status)(clinic), *args), named), INES)


def _paid(usecase: Callable[..., Any], right: Right, *args: Any, **named: Any) -> Call:
    return Call(usecase, right, lambda c: ((pay(c, cash(2500)).payment_id, *args), {**named}), INES)


def _copay(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    visit_id = visit_at(Status.ARRIVED)(clinic)
    return (visit_id, pay(clinic, card(2500), kind=PaymentKind.COPAY, visit_id=visit_id).payment_id), {}


def _finish(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    visit_id = visit_at(Status.ARRIVED)(clinic)
    clinic.desk.do(check_in.tick_identity, visit_id, True, True)
    clinic.desk.do(check_in.confirm_demographics, visit_id)
    clinic.desk.do(check_in.confirm_coverage, visit_id, 1)
    clinic.desk.do(check_in.skip_copay, visit_id, "Paid by the plan")
    return (visit_id,), {}


def _job(state: JobState) -> Callable[[SmallClinic], int]:
    def made(clinic: SmallClinic) -> int:
        job_id = pay(clinic, card(2500)).job_id
        assert job_id is not None
        clinic.desk.do(print_queue.mark_job, job_id, state)
        return job_id

    return made


def _form(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    from dataclasses import replace

    form = clinic.desk.ask(patient_form, INES)
    return (INES, replace(form.input, city="Lynn"), form.version), {}


def _closed(clinic: SmallClinic) -> int:
    pay(clinic, cash(2500))
    clinic.desk.do(till.begin_count, 1)
    clinic.desk.do(till.record_count, 1, FLOAT | {2000: 6, 500: 9})
    return int(clinic.desk.do(till.close_till, 1, float_left_cents=15000).session_id)


def _bag(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    bag = deposits.DepositInput(key(), (_closed(clinic),), (), {2000: 1, 500: 1}, exception_reason="Alone today")
    return (bag,), {}


def _slip(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    args, _ = _bag(clinic)
    return (clinic.desk.do(deposits.make_deposit, *args).deposit_id,), {}


def _counting(clinic: SmallClinic) -> None:
    clinic.desk.do(till.begin_count, 1)


def _counted(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    _counting(clinic)
    clinic.desk.do(till.record_count, 1, FLOAT)
    return (1,), {"float_left_cents": 15000}


def _opening(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    _closed(clinic)
    return (1, FLOAT), {}


def _paper(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return (clinic.desk.do(documents.file_document, *PAPER, media_type="application/pdf"),), {}


def _undo(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return (clinic.desk.do(visits.arrive, clinic.visit(INES, AFTERNOON)),), {}


PAPER = (INES, "other", "Letter", b"%PDF-1.4\n%%EOF\n")
DESK, READ = Right.SCHEDULE, Right.READ_CHART
PLAN = CoverageInput(TODAY, payer="Blue Harbor", plan="PPO", member_id="BH777")
SECOND = CoverageInput(TODAY, payer="Elm", plan="HMO", member_id="E1", position=2)
PROVIDER = clinic.ProviderInput("Dr. Ada Quist", "Quist")
ROOM, KIND = clinic.RoomInput("Room 9"), clinic.VisitTypeInput("Blood pressure", 15)
BLOCK = clinic.ExceptionInput(BRANDT, date(2026, 3, 6), 540, 600, "blocked", "Meeting")
HOLIDAY = date(2026, 7, 3)
WISH = BookingInput(INES, OSEI, OFFICE_VISIT, date(2026, 3, 5), 540)
PERSON = staff.PersonInput("Noa Levi", Role.FRONT_DESK, "a long and odd sentence 47", "7391")
LUNCH = 12 * 60

_CALLS = [
    call(chart.open_chart, READ, INES, patient=INES),
    of_visit(chart.open_chart_of_visit, READ, Status.BOOKED),
    Call(documents.open_document, READ, _paper, INES),
    call(documents.file_document, Right.REGISTER, *PAPER, media_type="application/pdf", patient=INES),
    call(day_sheet.make_day_sheet, READ, TODAY),
    call(patients.register_patient, Right.REGISTER, PatientInput("Noe", "Baptiste", date(2019, 6, 30)), patient=4),
    call(
        patients.register_patient_anyway, Right.REGISTER, PatientInput("Inés", "Castillo", date(1987, 4, 18)),
        "Twin sister", patient=4,
    ),
    Call(patients.change_patient, Right.REGISTER, _form, INES),
    call(patients.verify_demographics, Right.REGISTER, INES, patient=INES),
    call(patients.add_alert, Right.REGISTER, INES, "Latex allergy", patient=INES),
    Call(patients.end_alert, Right.REGISTER, lambda c: ((c.desk.do(patients.add_alert, INES, "Fall"),), {}), INES),
    call(patients.add_note, Right.REGISTER, INES, "Prefers mornings", patient=INES),
    call(patients.export_patients, Right.SETTINGS),
    call(coverage.add_coverage, Right.REGISTER, JONAH, SECOND, patient=JONAH),
    call(coverage.change_coverage, Right.REGISTER, 1, PLAN, 1, patient=INES),
    call(coverage.end_coverage, Right.REGISTER, 1, date(2026, 12, 31), patient=INES),
    call(coverage.verify_coverage, Right.REGISTER, 1, coverage.HOW_VERIFIED[0], patient=INES),
    call(schedule.book, DESK, WISH, patient=INES),
    call(schedule.book_anyway, DESK, BookingInput(INES, OSEI, OFFICE_VISIT, date(2026, 3, 5), LUNCH), "Urgent",
         patient=INES),
    of_visit(schedule.move, DESK, Status.BOOKED, date(2026, 3, 5), 540),
    of_visit(schedule.move_anyway, DESK, Status.BOOKED, date(2026, 3, 5), LUNCH, reason="Urgent"),
    of_visit(schedule.resize, DESK, Status.BOOKED, 45),
    of_visit(schedule.resize_anyway, DESK, Status.BOOKED, 300, reason="Long talk"),
    of_visit(schedule.copy, DESK, Status.BOOKED, date(2026, 3, 5), 540),
    of_visit(schedule.copy_anyway, DESK, Status.BOOKED, date(2026, 3, 5), LUNCH, reason="Urgent"),
    of_visit(schedule.cancel, DESK, Status.BOOKED, "Patient called"),
    Call(schedule.mark_missed, DESK, lambda c: ((visit_at(Status.BOOKED, 9 * 60)(c), "No call"), {}), INES),
    of_visit(schedule.confirm, DESK, Status.BOOKED, "phone"),
    of_visit(schedule.change_visit, DESK, Status.BOOKED, reason="Cough"),
    of_visit(appointment_slip.print_appointment, DESK, Status.BOOKED),
    of_visit(visits.arrive, DESK, Status.BOOKED),
    of_visit(visits.room, DESK, Status.CHECKED_IN),
    of_visit(visits.with_provider, DESK, Status.IN_ROOM),
    of_visit(visits.to_checkout, DESK, Status.WITH_PROVIDER),
    of_visit(visits.finish, DESK, Status.CHECKOUT, no_charge_reason="Free check"),
    of_visit(visits.left_unseen, DESK, Status.CHECKED_IN, "Had to leave"),
    of_visit(visits.set_status, DESK, Status.CHECKED_IN, Status.IN_ROOM),
    Call(visits.undo_status, DESK, _undo, INES),
    Call(visits.walk_in, DESK, lambda c: (c.clock.advance(hours=2), ((INES, OSEI, OFFICE_VISIT), {}))[1], INES),
    call(visits.walk_in_anyway, DESK, INES, OSEI, OFFICE_VISIT, override_reason="Pain", patient=INES),
    of_visit(visits.write_summary, DESK, Status.CHECKOUT, "Rest", "Water"),
    of_visit(check_in.begin_check_in, Right.REGISTER, Status.ARRIVED),
    of_visit(check_in.tick_identity, Right.REGISTER, Status.ARRIVED, True, True),
    of_visit(check_in.confirm_demographics, Right.REGISTER, Status.ARRIVED),
    of_visit(check_in.confirm_coverage, Right.REGISTER, Status.ARRIVED, 1),
    of_visit(check_in.choose_self_pay, Right.REGISTER, Status.ARRIVED),
    Call(check_in.record_copay, Right.REGISTER, _copay, INES),
    of_visit(check_in.skip_copay, Right.REGISTER, Status.ARRIVED, "Paid by the plan"),
    Call(check_in.finish_check_in, Right.REGISTER, _finish, INES),
    of_visit(check_in.check_in_with_copay, Right.REGISTER, Status.ARRIVED, None, "Paid by the plan"),
    of_visit(check_out.begin_check_out, DESK, Status.WITH_PROVIDER),
    of_visit(check_out.finish_check_out, DESK, Status.CHECKOUT, no_charge_reason="Free check"),
    of_visit(check_out.say_no_charge, Right.CHARGE, Status.CHECKOUT, "Free check"),
    of_visit(check_out.make_visit_summary, Right.REGISTER, Status.CHECKOUT),
    of_visit(charges.post_charges, Right.CHARGE, Status.CHECKOUT, [ChargeInput("LAB")], key="c1"),
    Call(charges.void_charge, Right.CHARGE,
         lambda c: ((charged_visit(c, "LAB")[1][0],), {"key": key(), "reason": "Not done"}), INES),
    Call(allocation.apply_credit, Right.TAKE_MONEY,
         lambda c: (_loose_credit(c), ((INES,), {"key": key()}))[1], INES),
    call(payments.take_payment, Right.TAKE_MONEY,
         payments.PaymentInput("k1", 1, INES, PaymentKind.BALANCE, (cash(2500),)), patient=INES),
    _paid(payments.void_payment, Right.VOID_ANY, key="v1", reason="Typed twice"),
    _paid(payments.refund_payment, Right.REFUND, 1000, key="r1", reason="Overpaid"),
    _paid(print_queue.reprint_receipt, Right.TAKE_MONEY),
    Call(print_queue.settle_unknown, Right.TAKE_MONEY,
         lambda c: ((_job(JobState.UNKNOWN)(c),), {"came_out": True})),
    Call(print_queue.cancel_job, Right.TAKE_MONEY, lambda c: ((_job(JobState.UNKNOWN)(c),), {})),
    call(print_queue.print_test_page, Right.OPEN_DRAWER),
    Call(till.open_till, Right.OPEN_DRAWER, _opening),
    call(till.pay_in, Right.OPEN_DRAWER, 1, 100, key="i1", reason="Change"),
    call(till.pay_out, Right.OPEN_DRAWER, 1, 100, key="o1", reason="Stamps"),
    call(till.drop, Right.OPEN_DRAWER, 1, 100, key="d1"),
    call(till.no_sale, Right.OPEN_DRAWER, 1, "Make change"),
    call(till.pulse_drawer, Right.SETTINGS, 1),
    call(till.print_x_report, Right.OPEN_DRAWER, 1),
    Call(till.reprint_z_report, Right.OPEN_DRAWER, lambda c: ((_closed(c),), {})),
    call(till.begin_count, Right.CLOSE_DRAWER, 1),
    Call(till.cancel_count, Right.CLOSE_DRAWER, lambda c: (_counting(c), ((1,), {}))[1]),
    Call(till.record_count, Right.CLOSE_DRAWER, lambda c: (_counting(c), ((1, FLOAT), {}))[1]),
    Call(till.close_till, Right.CLOSE_DRAWER, _counted),
    Call(deposits.make_deposit, Right.DEPOSIT, _bag),
    Call(deposits.deposit_slip, Right.DEPOSIT, _slip),
    call(clinic.change_clinic, Right.SETTINGS, clinic.ClinicDetails("Riverside Clinic"), 1),
    call(clinic.set_clinic_hours, Right.SETTINGS, (HoursRow(0, 480, 1020),)),
    call(clinic.add_provider, Right.SETTINGS, PROVIDER),
    call(clinic.change_provider, Right.SETTINGS, BRANDT, PROVIDER),
    call(clinic.add_exception, DESK, BLOCK),
    call(clinic.add_exceptions, DESK, BLOCK, BLOCK.day),
    Call(clinic.remove_exception, DESK, lambda c: ((c.desk.do(clinic.add_exception, BLOCK),), {})),
    call(clinic.add_holiday, Right.SETTINGS, HOLIDAY, "Independence Day"),
    Call(clinic.remove_holiday, Right.SETTINGS,
         lambda c: (c.desk.do(clinic.add_holiday, HOLIDAY, "Day off"), ((HOLIDAY,), {}))[1]),
    call(clinic.add_room, Right.SETTINGS, ROOM),
    call(clinic.change_room, Right.SETTINGS, 1, ROOM),
    call(clinic.add_visit_type, Right.SETTINGS, KIND),
    call(clinic.change_visit_type, Right.SETTINGS, OFFICE_VISIT, KIND),
    call(clinic.set_encounter_codes, Right.SETTINGS, OFFICE_VISIT, ("LAB",)),
    call(settings.set_setting, Right.SETTINGS, PRINTER_COLUMNS, 48),
    call(staff.add_person, Right.MANAGE_STAFF, PERSON),
    call(staff.change_role, Right.MANAGE_STAFF, LEO, Role.FRONT_DESK),
    call(staff.end_person, Right.MANAGE_STAFF, LEO, reason="Moved away"),
    call(staff.reset_person, Right.MANAGE_STAFF, LEO, "a long and odd sentence 47", "7391"),
    call(staff.lock, None),
]  # fmt: skip


def _loose_credit(clinic: SmallClinic) -> None:
    """Credit that was prepaid after the charge, so that nothing has used it yet."""
    pay(clinic, card(2000), kind=PaymentKind.PREPAYMENT)
    charged_visit(clinic, "LAB")


_INNER = {
    "allocation.apply_visit_credit": "part of post_charges",
    "allocation.settle": "part of voids and refunds",
    "ledger.post": "part of every posting",
    "ledger.reverse": "part of every reversal",
    "print_queue.queue_receipt": "part of take_payment and its opposites",
    "print_queue.queue_job": "part of whatever prints",
    "print_queue.mark_job": "the spooler's word, when nobody may be signed in",
    "print_queue.recover_jobs": "at the start, before anybody signs in",
    "search.index_patient": "part of whatever changes a patient",
    "search.rebuild_search": "at the start and from the command line",
    "staff.sign_in": "how a person comes in",
    "staff.check_approval": "a second person's PIN, checked before it is used",
    "staff.approve": "part of whatever needs two people",
    "staff.make_person": "part of add_person and of the first run",
    "staff.change_password": "one's own, proved by the old one",
    "staff.change_pin": "one's own, proved by the password",
    "clinic.set_up_clinic": "the first run, before there is anybody",
    "patients.export_patients_unattended": "the command line, which holds the key",
    "payments.spring_for": "part of payments and what takes them back",
    "payment_rows.done_before": "part of every payment",
    "payment_rows.new_payment": "part of every payment",
    "payment_rows.store": "part of every payment",
    "payment_rows.finish": "part of every payment",
    "payment_rows.second_person": "part of voids and refunds",
    "tenders.path_back": "part of refund_payment",
    "tenders.check_cash_in_drawer": "part of refund_payment",
    "till.open_drawer": "part of payments and drawer movements",
    "visit_history.record": "part of every change of a visit",
    "visit_history.become": "part of every change of a status",
    "visit_history.announce_status": "part of every change of a status",
}
"""What asks for no right of its own, and why that is right."""


def _tables() -> list[ModuleType]:
    """Return the tables of single areas, `tests/safety/calls_<area>.py`: each may have CALLS and INNER."""
    here = [str(Path(__file__).parent)]
    found = sorted(one.name for one in pkgutil.iter_modules(here) if one.name.startswith("calls_"))
    return [importlib.import_module(f"tests.safety.{name}") for name in found]


def all_calls() -> list[Call]:
    """Return every call of every table."""
    return [*_CALLS, *(one for table in _tables() for one in getattr(table, "CALLS", ()))]


def all_inner() -> dict[str, str]:
    """Return everything that asks for no right of its own."""
    return _INNER | {name: why for table in _tables() for name, why in getattr(table, "INNER", {}).items()}


def all_usecases() -> Iterator[str]:
    """Name every public function that takes a Work."""
    for module in pkgutil.iter_modules(usecases.__path__):
        found = importlib.import_module(f"psc_desk.usecases.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            parameters = list(inspect.signature(function).parameters)
            if function.__module__ == found.__name__ and not name.startswith("_") and parameters[:1] == ["work"]:
                yield f"{module.name}.{name}"
