"""The patient's receipt, as printer bytes and as a preview with the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from psc_desk.dates import format_date, format_moment
from psc_desk.money import Cents
from psc_desk.papers.escpos import Encoder, PrinterProfile
from psc_desk.papers.slip import Size, Slip


class ReceiptKind(StrEnum):
    """What happened to the money."""

    PAYMENT = "payment"
    PREPAYMENT = "prepayment"
    REFUND = "refund"
    VOID = "void"
    RETURNED = "returned"
    SALE = "sale"


@dataclass(frozen=True)
class AppliedLine:
    """What an amount was for: "Co-pay, office visit"."""

    label: str
    cents: Cents


@dataclass(frozen=True)
class TenderLine:
    """How it was paid: word "Check", detail "no. 1042"; a card detail is brand, last four and reference only."""

    word: str
    detail: str
    cents: Cents


@dataclass(frozen=True, kw_only=True)
class ReceiptData:
    """All that stands on a receipt. Amounts are positive; `kind` says which way the money went."""

    clinic_name: str
    clinic_lines: tuple[str, ...] = ()
    clinic_phone: str = ""
    tax_id: str = ""
    receipt_no: int
    register: str
    business_date: date
    posted_at: datetime
    """When it was posted, in clinic wall-clock time."""
    staff: str
    """Initials of who took it."""
    patient_name: str
    """Empty, like the record number, for a sale to someone who is no patient."""
    record_no: str
    visit_date: date | None = None
    """Date of service."""
    provider: str = ""
    kind: ReceiptKind = ReceiptKind.PAYMENT
    lines: tuple[AppliedLine, ...] = ()
    tenders: tuple[TenderLine, ...] = ()
    tax: Cents | None = None
    """Sales tax, added to the lines; None where there is none to speak of."""
    tendered: Cents | None = None
    """Cash handed over; None when no cash was."""
    change: Cents = 0
    balance_after: Cents | None = None
    """The account's balance; negative is a credit. None leaves the row out."""
    original_no: int | None = None
    """For a refund or void: the receipt that it takes back."""
    language: Literal["en", "es"] = "en"
    copy_no: int = 0
    """0 is the original; n prints COPY n."""
    void: bool = False
    """This receipt was voided later: a reprint says so."""
    training: bool = False
    note: str = ""
    """A reason or remark, e.g. why it was refunded."""

    @property
    def total(self) -> Cents:
        """Return the sum of what it was applied to, with the tax."""
        return sum(line.cents for line in self.lines) + (self.tax or 0)


_ENGLISH = {
    ReceiptKind.PAYMENT: "RECEIPT",
    ReceiptKind.PREPAYMENT: "PREPAYMENT RECEIPT",
    ReceiptKind.REFUND: "REFUND",
    ReceiptKind.VOID: "VOIDED PAYMENT",
    ReceiptKind.RETURNED: "RETURNED CHECK",
    ReceiptKind.SALE: "SALES RECEIPT",
    "no": "Receipt no.",
    "original": "Takes back receipt",
    "posted": "Date paid",
    "business": "Booked on",
    "register": "Register",
    "staff": "Taken by",
    "patient": "Patient",
    "record": "Record no.",
    "visit": "Date of service",
    "provider": "Provider",
    "tax": "Tax ID",
    "phone": "Phone",
    "for": "Paid for",
    "back": "Given back for",
    "back returned": "Open again",
    "total": "TOTAL PAID",
    "total back": "TOTAL REFUNDED",
    "total returned": "TOTAL RETURNED",
    "by": "Paid by",
    "back by": "Given back by",
    "returned by": "Sent back by the bank",
    "subtotal": "Subtotal",
    "sales tax": "Sales tax",
    "tendered": "Cash received",
    "change": "Change",
    "balance": "Account balance",
    "credit": "Account credit",
    "note": "Note",
    "copy": "COPY",
    "voided": "VOID - NOT A PROOF OF PAYMENT",
    "training": "TRAINING - NOT A RECEIPT",
    "fsa": "Amounts are what the patient paid. Keep this receipt for your FSA or HSA plan and your taxes.",
    "thanks": "Thank you.",
    "keep": "Please keep this receipt: it is needed to bring an item back.",
}
_SPANISH = {
    ReceiptKind.PAYMENT: "RECIBO",
    ReceiptKind.PREPAYMENT: "RECIBO DE ANTICIPO",
    ReceiptKind.REFUND: "REEMBOLSO",
    ReceiptKind.VOID: "PAGO ANULADO",
    ReceiptKind.RETURNED: "CHEQUE DEVUELTO",
    ReceiptKind.SALE: "RECIBO DE VENTA",
    "no": "Recibo n.º",
    "original": "Anula el recibo",
    "posted": "Pagado el",
    "business": "Registrado el",
    "register": "Caja",
    "staff": "Atendido por",
    "patient": "Paciente",
    "record": "Expediente n.º",
    "visit": "Fecha de servicio",
    "provider": "Proveedor",
    "tax": "ID fiscal",
    "phone": "Tel.",
    "for": "Pago por",
    "back": "Devuelto por",
    "back returned": "Queda pendiente",
    "total": "TOTAL PAGADO",
    "total back": "TOTAL DEVUELTO",
    "total returned": "TOTAL DEL CHEQUE",
    "by": "Forma de pago",
    "back by": "Forma de devolución",
    "returned by": "Devuelto por el banco",
    "subtotal": "Subtotal",
    "sales tax": "Impuesto a las ventas",
    "tendered": "Efectivo recibido",
    "change": "Cambio",
    "balance": "Saldo de la cuenta",
    "credit": "Saldo a favor",
    "note": "Nota",
    "copy": "COPIA",
    "voided": "ANULADO - NO COMPRUEBA UN PAGO",
    "training": "PRÁCTICA - NO ES UN RECIBO",
    "fsa": "Los importes son lo que pagó el paciente. Guarde este recibo para su plan FSA o HSA y sus impuestos.",
    "thanks": "Gracias.",
    "keep": "Guarde este recibo: se necesita para devolver un artículo.",
}
_WORDS = {"en": _ENGLISH, "es": _SPANISH}
_BACK = ("back", "total back", "back by")
_HEADS = {
    ReceiptKind.REFUND: _BACK, ReceiptKind.VOID: _BACK,
    ReceiptKind.RETURNED: ("back returned", "total returned", "returned by"),
}  # fmt: skip
"""For money that goes the other way: the words over what it was for, the total, and how."""


def receipt_job(data: ReceiptData, profile: PrinterProfile) -> tuple[bytes, str]:
    """Return the print job of a receipt, one cut at its end and never a drawer pulse, and its text, from one layout."""
    slip, encoder = _layout(data, profile.columns), Encoder(profile)
    return encoder.begin() + encoder.logo() + encoder.body(slip.rows) + encoder.cut(), slip.text()


def _layout(data: ReceiptData, columns: int) -> Slip:
    slip = Slip(columns)
    words = _WORDS[data.language]
    _marks(slip, data, words)
    _clinic(slip, data, words)
    slip.rule("=")
    slip.heading(words[data.kind], tall=True)
    _facts(slip, data, words)
    slip.rule()
    _money(slip, data, words)
    slip.rule("=")
    _closing(slip, data, words)
    _marks(slip, data, words)
    return slip


def _marks(slip: Slip, data: ReceiptData, words: dict[str, str]) -> None:
    if data.training:
        slip.bar(words["training"])
    if data.void:
        slip.bar(words["voided"])
    if data.copy_no:
        slip.bar(f"{words['copy']} {data.copy_no}")


def _clinic(slip: Slip, data: ReceiptData, words: dict[str, str]) -> None:
    slip.blank()
    slip.title(data.clinic_name)
    slip.centered(*data.clinic_lines)
    slip.centered(data.clinic_phone, f"{words['tax']} {data.tax_id}" if data.tax_id else "")


def _facts(slip: Slip, data: ReceiptData, words: dict[str, str]) -> None:
    posted_day = data.posted_at.date()
    slip.field(words["no"], str(data.receipt_no))
    slip.field(words["original"], str(data.original_no or ""))
    slip.field(words["posted"], format_moment(data.posted_at))
    slip.field(words["business"], format_date(data.business_date) if data.business_date != posted_day else "")
    slip.field(words["register"], data.register)
    slip.field(words["staff"], data.staff)
    if data.patient_name:
        slip.rule()
    slip.field(words["patient"], data.patient_name)
    slip.field(words["record"], data.record_no)
    slip.field(words["visit"], format_date(data.visit_date) if data.visit_date else "")
    slip.field(words["provider"], data.provider)


def _money(slip: Slip, data: ReceiptData, words: dict[str, str]) -> None:
    why, total, how = _HEADS.get(data.kind, ("for", "total", "by"))
    slip.left(words[why], bold=True)
    for line in data.lines:
        slip.amount(line.label, line.cents)
    if data.tax is not None:
        slip.rule()
        slip.amount(words["subtotal"], data.total - data.tax)
        slip.amount(words["sales tax"], data.tax)
    slip.blank()
    slip.amount(words[total], data.total, size=Size.BIG, bold=True)
    slip.blank()
    if data.tenders:
        slip.left(words[how], bold=True)
    for tender in data.tenders:
        slip.amount(f"{tender.word} {tender.detail}", tender.cents)
    if data.tendered is not None:
        slip.amount(words["tendered"], data.tendered)
        slip.amount(words["change"], data.change, bold=True)
    if data.balance_after is not None:
        slip.rule()
        word = words["credit" if data.balance_after < 0 else "balance"]
        slip.amount(word, abs(data.balance_after), bold=True)


def _closing(slip: Slip, data: ReceiptData, words: dict[str, str]) -> None:
    if data.note.strip():
        slip.left(f"{words['note']}: {data.note}")
        slip.blank()
    if data.kind in (ReceiptKind.PAYMENT, ReceiptKind.PREPAYMENT) and not (data.void or data.training):
        slip.centered(words["fsa"])
        slip.blank()
        slip.centered(words["thanks"])
    if data.kind is ReceiptKind.SALE and not (data.void or data.training):
        slip.centered(words["keep"])
        slip.blank()
        slip.centered(words["thanks"])
