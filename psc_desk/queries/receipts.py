"""What stands on a receipt, gathered from the journal. The receipt and every reprint use the same function."""

from __future__ import annotations

import base64
from typing import Literal

from sqlalchemy import bindparam, select

from psc_desk.clock import local
from psc_desk.models.clinic import Clinic
from psc_desk.models.ledger import Account, Charge, JournalLine
from psc_desk.models.patient import Patient
from psc_desk.models.patient_input import format_phone
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.retail import RetailItem, SaleLine
from psc_desk.models.staff import StaffMember
from psc_desk.models.till import Till, TillSession
from psc_desk.models.visit import Visit
from psc_desk.money import Cents, format_money
from psc_desk.papers.escpos import CODE_PAGES, PrinterProfile
from psc_desk.papers.receipt import AppliedLine, ReceiptData, ReceiptKind, TenderLine
from psc_desk.queries.money import balance
from psc_desk.settings import (
    DRAWER_PIN,
    DRAWER_PULSE,
    DRAWER_REST,
    DRAWER_SENSOR,
    DRAWER_SHUT_FIRST,
    PRINTER_CODE_PAGE,
    PRINTER_COLUMNS,
    PRINTER_CUTTER,
    PRINTER_MODEL,
    PRINTER_PAUSE,
    PRINTER_PIECE,
    PRINTER_PROOF,
    PRINTER_STRIP,
    Declared,
)
from psc_desk.work import Read

_KINDS = {
    PaymentKind.REFUND: ReceiptKind.REFUND,
    PaymentKind.VOID: ReceiptKind.VOID,
    PaymentKind.RETURNED: ReceiptKind.RETURNED,
    PaymentKind.SALE: ReceiptKind.SALE,
    PaymentKind.PREPAYMENT: ReceiptKind.PREPAYMENT,
}
_WORDS = {
    "en": {"copay": "Co-pay", "deductible": "Deductible", "balance": "Payment on account", "prepayment": "Prepayment",
           "refund": "Credit on account", "void": "Credit on account", "plan": "Plan installment",
           "returned": "Payment taken back", "cash": "Cash", "check": "Check",
           "card": "Card"},
    "es": {"copay": "Copago", "deductible": "Deducible", "balance": "Pago a cuenta", "prepayment": "Anticipo",
           "refund": "Saldo a favor", "void": "Saldo a favor", "plan": "Cuota del plan",
           "returned": "Pago retirado", "cash": "Efectivo", "check": "Cheque",
           "card": "Tarjeta"},
}  # fmt: skip
_APPLIED = (
    select(JournalLine.cents, Charge.label, Charge.service_date)
    .outerjoin(Charge, Charge.id == JournalLine.charge_id)
    .where(JournalLine.entry_id == bindparam("entry_id"))
    .where(JournalLine.account.in_([Account.PATIENT_AR.value, Account.UNAPPLIED.value]))
    .order_by(JournalLine.id)
)
_SOLD = (
    select(
        SaleLine.label, RetailItem.name_es, SaleLine.units, SaleLine.unit_cents, SaleLine.amount_cents,
        SaleLine.tax_cents,
    )
    .join(RetailItem, RetailItem.id == SaleLine.item_id)
    .where(SaleLine.payment_id == bindparam("payment_id"))
    .order_by(SaleLine.id)
)  # fmt: skip
_OF_CARE = frozenset({
    PaymentKind.COPAY, PaymentKind.DEDUCTIBLE, PaymentKind.BALANCE, PaymentKind.PREPAYMENT, PaymentKind.PLAN,
})  # fmt: skip
"""Never of a sale: no items to look for."""
_VOIDS = select(Payment.id).where(Payment.of_payment_id == bindparam("payment_id"), Payment.kind == PaymentKind.VOID)
LOGO_KEY = "printer.logo"
_LOGO = Declared(LOGO_KEY, "", "Logo of the clinic")
_DOTS = {32: 384, 42: 512, 48: 576}


def printer_profile(read: Read) -> PrinterProfile:
    """Return this desk's printer as its settings describe it."""
    number, columns = read.setting(PRINTER_CODE_PAGE), read.setting(PRINTER_COLUMNS)
    return PrinterProfile(
        columns=columns,
        dots=_DOTS.get(columns, columns * 12),
        code_page=CODE_PAGES.get(number, "ascii"),
        code_page_number=number,
        has_cutter=read.setting(PRINTER_CUTTER) == "yes",
        proof=read.setting(PRINTER_PROOF),  # type: ignore[arg-type]  # one of the declared choices
        drawer_pin=5 if read.setting(DRAWER_PIN) == 5 else 2,
        pulse_on_ms=read.setting(DRAWER_PULSE),
        pulse_off_ms=read.setting(DRAWER_REST),
        drawer_sensor=read.setting(DRAWER_SENSOR),  # type: ignore[arg-type]  # one of the declared choices
        drawer_shut_first=read.setting(DRAWER_SHUT_FIRST) == "yes",
        model=read.setting(PRINTER_MODEL),
        piece_bytes=read.setting(PRINTER_PIECE),
        pause_ms=read.setting(PRINTER_PAUSE),
        strip_rows=read.setting(PRINTER_STRIP),
        logo=clinic_logo(read),
    )


def clinic_logo(read: Read) -> bytes:
    """Return the image of the clinic's logo, empty when there is none."""
    return base64.b64decode(read.setting(_LOGO))


def receipt_data(read: Read, payment_id: int, copy_no: int = 0) -> ReceiptData:
    """Return what the receipt of a payment says; amounts are those of its journal entry."""
    payment = read.get(Payment, payment_id, "receipt")
    patient = read.get(Patient, payment.patient_id, "patient") if payment.patient_id is not None else None
    clinic = read.get(Clinic, 1, "clinic")
    visit = read.session.get(Visit, payment.visit_id) if payment.visit_id else None
    language: Literal["en", "es"] = "es" if patient is not None and patient.language == "es" else "en"
    items, tax = ((), None) if payment.kind in _OF_CARE else _sold(read, payment_id, language)
    cash = [t for t in payment.tenders if t.kind is TenderKind.CASH and t.cents > 0]
    original = read.session.get(Payment, payment.of_payment_id) if payment.of_payment_id else None
    return ReceiptData(
        clinic_name=clinic.name,
        clinic_lines=clinic.address_lines,
        clinic_phone=format_phone(clinic.phone),
        tax_id=clinic.tax_id,
        receipt_no=payment.receipt_no,
        register=read.get(Till, payment.till_id, "drawer").name,
        business_date=read.get(TillSession, payment.session_id, "drawer session").business_date,
        posted_at=local(payment.posted_at, read.zone),
        staff=read.get(StaffMember, payment.staff_id, "person").initials,
        patient_name=patient.called if patient else "",
        record_no=str(patient.record_no) if patient else "",
        visit_date=visit.day if visit else None,
        provider=visit.provider.name if visit else "",
        kind=_KINDS.get(payment.kind, ReceiptKind.PAYMENT),
        lines=items or _applied(read, payment, language),
        tax=tax,
        tenders=tuple(_tender(t, language) for t in payment.tenders),
        tendered=sum(t.tendered_cents for t in cash) if cash else None,
        change=sum(t.tendered_cents - t.cents for t in cash),
        balance_after=balance(read, patient.id) if patient and not items and copy_no == 0 else None,
        original_no=original.receipt_no if original else None,
        language=language,
        copy_no=copy_no,
        void=copy_no > 0 and _is_voided(read, payment_id),
        training=clinic.kind == "training",
        note=payment.reason,
    )


def _applied(read: Read, payment: Payment, language: str) -> tuple[AppliedLine, ...]:
    word = _WORDS[language][payment.kind.value]
    rows = read.session.execute(_APPLIED, {"entry_id": payment.entry_id}).all()
    if not rows:  # a check that had paid a part of a sale
        return (AppliedLine(word, abs(payment.amount_cents)),)
    copay = _WORDS[language]["copay"] + ", " if payment.kind is PaymentKind.COPAY else ""
    return tuple(
        AppliedLine(f"{copay}{label} {day:%m/%d/%Y}" if label else word, abs(cents)) for cents, label, day in rows
    )


def _sold(read: Read, payment_id: int, language: str) -> tuple[tuple[AppliedLine, ...], Cents | None]:
    """Return the items of a sale, or of what took it back, and their tax; None where no item was taxed."""
    rows = read.session.execute(_SOLD, {"payment_id": payment_id}).all()
    lines = tuple(
        AppliedLine(_item_words(spanish if language == "es" and spanish else label, abs(units), price), abs(cents))
        for label, spanish, units, price, cents, _tax in rows
    )
    tax = abs(sum(row.tax_cents for row in rows))
    return lines, tax or None


def _item_words(label: str, units: int, price: Cents) -> str:
    return f"{units} × {label} @ {format_money(price)}" if units > 1 else label


def _tender(tender: Tender, language: str) -> TenderLine:
    detail = {
        TenderKind.CASH: "",
        TenderKind.CHECK: f"no. {tender.check_no}",
        TenderKind.CARD: f"{tender.card_brand} ····{tender.card_last4} ref {tender.terminal_ref}",
    }[tender.kind]
    return TenderLine(_WORDS[language][tender.kind.value], detail, abs(tender.cents))


def _is_voided(read: Read, payment_id: int) -> bool:
    return read.session.scalar(_VOIDS, {"payment_id": payment_id}) is not None
