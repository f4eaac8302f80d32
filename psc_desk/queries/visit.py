"""One visit at check-out: charges, money, next visit, and what its summary says (front-desk.md Q3, Q5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from psc_desk.models.charging import Adjustment, AdjustmentKind
from psc_desk.models.clinic import Fee
from psc_desk.models.visit import CheckIn, Status, Visit
from psc_desk.money import Cents
from psc_desk.papers.visit_summary import NextVisit, VisitSummaryData
from psc_desk.queries.check_in import copay_facts, copays_paid
from psc_desk.queries.clinic import CodeRow, encounter_codes
from psc_desk.queries.coverage import coverages
from psc_desk.queries.encounter import schedule_of
from psc_desk.queries.money import ChargeRow, PaymentRow, balance, payments, unapplied, visit_charges
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.work import Read

_SPANISH_KINDS = {
    "copay": "Copago", "deductible": "Deducible", "balance": "Pago de saldo", "prepayment": "Pago por adelantado",
    "refund": "Reembolso", "void": "Anulación",
}  # fmt: skip
_OFF = (("Sliding fee discount", "Adjustment"), ("Descuento según ingresos", "Ajuste"))
"""The words for a sliding fee discount and for other adjustments: English, Spanish."""
_SPANISH_TENDERS = {"cash": "efectivo", "check": "cheque"}


@dataclass(frozen=True)
class NextVisitRow:
    """A visit that is booked after this one."""

    visit_id: int
    day: date
    start_minute: int
    provider_name: str
    type_name: str


@dataclass(frozen=True)
class CheckOutRow:
    """A visit at check-out. `codes` is the encounter form of its type; `missing` says what still keeps it open."""

    visit_id: int
    patient_id: int
    version: int
    patient_name: str
    called: str
    birth_date: date
    record_no: str
    language: str
    status: Status
    day: date
    start_minute: int
    provider_id: int
    provider_name: str
    type_id: int
    type_name: str
    reason: str
    coverage_title: str
    codes: tuple[CodeRow, ...]
    charges: tuple[ChargeRow, ...]
    charges_cents: Cents
    payments: tuple[PaymentRow, ...]
    copay_open_cents: Cents
    balance_cents: Cents
    unapplied_cents: Cents
    next_visits: tuple[NextVisitRow, ...]
    instructions: str
    orders: str
    no_charge_reason: str
    missing: tuple[str, ...]


def check_out_view(read: Read, visit_id: int) -> CheckOutRow:
    """Return a visit as the check-out shows it."""
    visit = read.get(Visit, visit_id, "visit")
    patient = visit.patient
    charges = tuple(visit_charges(read, visit_id))
    in_force = [row for row in coverages(read, patient.id, visit.day) if row.in_force]
    paid = copays_paid(read, [visit_id]).get(visit_id, (0, None))
    copay = copay_facts(in_force, read.session.get(CheckIn, visit_id), paid)
    return CheckOutRow(
        visit_id=visit.id,
        patient_id=patient.id,
        version=visit.version,
        patient_name=patient.sort_name,
        called=patient.called,
        birth_date=patient.birth_date,
        record_no=str(patient.record_no),
        language=patient.language,
        status=visit.status,
        day=visit.day,
        start_minute=visit.start_minute,
        provider_id=visit.provider_id,
        provider_name=visit.provider.name,
        type_id=visit.type_id,
        type_name=visit.type.name,
        reason=visit.reason,
        coverage_title=copay.coverage.title if copay.coverage else "",
        codes=tuple(encounter_codes(read, visit.type_id, visit.day, schedule_of(read, visit))),
        charges=charges,
        charges_cents=sum(row.amount_cents for row in charges),
        payments=tuple(payments(read, visit_id=visit_id)),
        copay_open_cents=copay.open_cents,
        balance_cents=balance(read, patient.id),
        unapplied_cents=unapplied(read, patient.id),
        next_visits=tuple(next_visits(read, visit)),
        instructions=visit.instructions,
        orders=visit.orders,
        no_charge_reason=visit.no_charge_reason,
        missing=tuple(missing_at_check_out(visit, bool(charges))),
    )


def missing_at_check_out(visit: Visit, charged: bool) -> list[str]:
    """Return in sentences what keeps a check-out from being finished."""
    if charged or visit.no_charge_reason:
        return []
    return ["Nothing is charged yet. Enter the charges, or give the reason why there are none."]


def next_visits(read: Read, visit: Visit) -> list[NextVisitRow]:
    """Return the patient's booked visits after this one, soonest first."""
    return [
        NextVisitRow(found.id, found.day, found.start_minute, found.provider.name, found.type.name)
        for found in _booked_after(read, visit)
    ]


def visit_summary_data(read: Read, visit_id: int) -> VisitSummaryData:
    """Return what the visit summary says, in Spanish for a patient whose language is Spanish, else in English."""
    visit = read.get(Visit, visit_id, "visit")
    patient = visit.patient
    spanish = patient.language == "es"
    labels = _spanish_labels(read, visit) if spanish else {}
    charges = visit_charges(read, visit_id)
    return VisitSummaryData(
        clinic=clinic_block(read),
        mark=print_mark(read),
        language="es" if spanish else "en",
        patient_name=patient.full_name,
        preferred_name=patient.preferred_name,
        birth_date=patient.birth_date,
        record_no=str(patient.record_no),
        visit_date=visit.day,
        visit_minute=visit.start_minute,
        provider=visit.provider.name,
        visit_type=_type_name(visit, spanish),
        reason=visit.reason,
        instructions=visit.instructions,
        medications_orders=tuple(line.strip() for line in visit.orders.splitlines() if line.strip()),
        next_visits=tuple(_next_visit(found, spanish) for found in _booked_after(read, visit)),
        charges=(
            *((labels.get(row.code) or row.label, row.amount_cents) for row in reversed(charges)),
            *_taken_off(read, charges, spanish),
        ),
        payments=tuple(
            (_payment_label(row, spanish), row.amount_cents) for row in reversed(payments(read, visit_id=visit_id))
        ),
        balance=balance(read, patient.id),
    )


def _booked_after(read: Read, visit: Visit) -> list[Visit]:
    later = (Visit.day > visit.day) | ((Visit.day == visit.day) & (Visit.start_minute > visit.start_minute))
    found = read.session.scalars(
        select(Visit)
        .where(Visit.patient_id == visit.patient_id, Visit.status == Status.BOOKED, Visit.id != visit.id, later)
        .order_by(Visit.day, Visit.start_minute)
        .limit(10)
    )
    return list(found)


def _taken_off(read: Read, charges: list[ChargeRow], spanish: bool) -> list[tuple[str, Cents]]:
    """Return what discounts and adjustments take off the charges, as negative lines."""
    rows = read.session.execute(
        select(Adjustment.kind, func.sum(Adjustment.cents))
        .where(Adjustment.charge_id.in_([row.charge_id for row in charges]))
        .group_by(Adjustment.kind)
        .order_by(Adjustment.kind)
    )
    sliding, other = _OFF[spanish]
    return [(sliding if kind is AdjustmentKind.SLIDING_FEE else other, -cents) for kind, cents in rows if cents]


def _next_visit(visit: Visit, spanish: bool) -> NextVisit:
    preparation = (visit.type.preparation_es if spanish else "") or visit.type.preparation
    return NextVisit(visit.day, visit.start_minute, visit.provider.name, _type_name(visit, spanish), preparation)


def _type_name(visit: Visit, spanish: bool) -> str:
    return (visit.type.name_es if spanish else "") or visit.type.name


def _spanish_labels(read: Read, visit: Visit) -> dict[str, str]:
    rows = read.session.execute(
        select(Fee.code, Fee.label_es).where(Fee.effective_from <= visit.day).order_by(Fee.effective_from)
    )
    return {row.code: row.label_es for row in rows}


def _payment_label(row: PaymentRow, spanish: bool) -> str:
    if not spanish:
        return f"{row.word}, {row.tender}"
    tender = " ".join(_SPANISH_TENDERS.get(word, word) for word in row.tender.split(" "))
    return f"{_SPANISH_KINDS.get(row.kind.value, row.word)}, {tender}"
