"""Receipts to print in tests."""

from datetime import date, datetime

from hypothesis import strategies as st

from psc_desk.papers.escpos import PrinterProfile
from psc_desk.papers.receipt import AppliedLine, ReceiptData, ReceiptKind, TenderLine, receipt_job

RECEIPT = ReceiptData(
    clinic_name="Harbor Family Clinic",
    clinic_lines=("120 Harbor Street, Suite 4", "Portland, ME 04101"),
    clinic_phone="(207) 555-0100",
    tax_id="01-2345678",
    receipt_no=1042,
    register="FRONT 1",
    business_date=date(2026, 3, 9),
    posted_at=datetime(2026, 3, 9, 10, 31),
    staff="JD",
    patient_name="María Peña López",
    record_no="10231",
    visit_date=date(2026, 3, 9),
    provider="Dr. Amy Chen, MD",
    lines=(AppliedLine("Co-pay, office visit", 2_500), AppliedLine("Balance of 02/11/2026", 4_000)),
    tenders=(TenderLine("Cash", "", 6_500),),
    tendered=7_000,
    change=500,
    balance_after=1_000,
)

NASTY = st.text(max_size=60) | st.text(alphabet="\x1b\x10\x1dp@\x00\x04\x14\x01\x05 aé\x7f\x9b王م", max_size=40)
CENTS = st.integers(0, 999_999_999)

RECEIPTS = st.builds(
    ReceiptData,
    clinic_name=NASTY,
    clinic_lines=st.tuples(NASTY, NASTY),
    clinic_phone=NASTY,
    tax_id=NASTY,
    receipt_no=st.integers(1, 10**9),
    register=NASTY,
    business_date=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    posted_at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
    staff=NASTY,
    patient_name=NASTY,
    record_no=NASTY,
    visit_date=st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    provider=NASTY,
    kind=st.sampled_from(ReceiptKind),
    lines=st.lists(st.builds(AppliedLine, NASTY, CENTS), max_size=4).map(tuple),
    tenders=st.lists(st.builds(TenderLine, NASTY, NASTY, CENTS), max_size=3).map(tuple),
    tendered=st.none() | CENTS,
    change=CENTS,
    balance_after=st.none() | st.integers(-999_999_999, 999_999_999),
    language=st.sampled_from(["en", "es"]),
    copy_no=st.integers(0, 12),
    void=st.booleans(),
    training=st.booleans(),
    note=NASTY,
)


def receipt_bytes(data: ReceiptData, profile: PrinterProfile) -> bytes:
    """Return the print job of a receipt."""
    return receipt_job(data, profile)[0]


def receipt_text(data: ReceiptData, columns: int = 42) -> str:
    """Return what the window shows of a receipt."""
    return receipt_job(data, PrinterProfile(columns=columns, dots=columns * 12))[1]
