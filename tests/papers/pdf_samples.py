"""One filled-in example of each PDF paper, and what a reader sees on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import pypdfium2

from psc_desk.papers.day_sheet import DaySheetColumn, DaySheetData, DaySheetRow, day_sheet_pdf
from psc_desk.papers.deposit_slip import CardBatch, CashLine, CheckLine, DepositSlipData, deposit_slip_pdf
from psc_desk.papers.face_sheet import FaceSheetContact, FaceSheetCoverage, FaceSheetData, face_sheet_pdf
from psc_desk.papers.key_map import KeyRow, key_map_pdf
from psc_desk.papers.pdf import ClinicBlock, PrintMark
from psc_desk.papers.recovery_code import recovery_code_pdf
from psc_desk.papers.till_report import till_report_pdf
from psc_desk.papers.till_slips import Denomination, Movement, TenderTotal, TillReportData
from psc_desk.papers.visit_summary import NextVisit, VisitSummaryData, visit_summary_pdf

CLINIC = ClinicBlock(
    "Palmetto Specialty Clinic", ("2400 NW 14th Street", "Miami, FL 33125"), "(305) 555-0142", "(305) 555-0143"
)
NOW = datetime(2026, 3, 9, 10, 42)
MARK = PrintMark(NOW, "Dana Ruiz")

VISIT = VisitSummaryData(
    clinic=CLINIC,
    mark=MARK,
    language="en",
    patient_name="María José Núñez",
    preferred_name="Majo",
    birth_date=date(1971, 3, 4),
    record_no="MRN-004218",
    visit_date=date(2026, 3, 9),
    visit_minute=570,
    provider="Dr. Alan Ito",
    visit_type="Follow-up",
    reason="Knee pain",
    instructions="Rest the knee for two days.\n\nCall us if the swelling grows.",
    medications_orders=("Ibuprofen 400 mg every 8 hours", "X-ray of the right knee"),
    next_visits=(NextVisit(date(2026, 3, 23), 840, "Dr. Alan Ito", "Follow-up", "Bring the images."),),
    charges=(("Office visit", 14500), ("Knee brace", 4250)),
    payments=(("Co-pay, cash", 2500),),
    balance=16250,
)

DAY = DaySheetData(
    clinic=CLINIC,
    mark=MARK,
    day=date(2026, 3, 9),
    columns=(
        DaySheetColumn(
            "Dr. Alan Ito",
            (
                DaySheetRow(
                    minute=480,
                    minutes=30,
                    patient="Sean O'Brien",
                    birth_date=date(1984, 12, 31),
                    record_no="MRN-000007",
                    phone="(305) 555-0101",
                    visit_type="New patient",
                    status="Arrived",
                    confirmation="Confirmed",
                    coverage="Medicare Part B",
                    copay=2575,
                    note="Interpreter",
                ),
            ),
            "8:00 am to 5:00 pm",
        ),
        DaySheetColumn("Keisha Brown, PT"),
    ),
)

DEPOSIT = DepositSlipData(
    clinic=CLINIC,
    mark=MARK,
    deposit_no="D-000117",
    day=date(2026, 3, 9),
    bank="First Coast Bank",
    account_ending="8841",
    bag_no="B-20391",
    notes=(CashLine("$20", 14, 28000), CashLine("$1", 3, 300)),
    coins=(CashLine("Quarters", 11, 275),),
    checks=(
        CheckLine("Sean O'Brien", "1042", "121000248", 4500),
        CheckLine("Trần Thị Hương", "77", "Citibank", 1001),
    ),
    card_batches=(CardBatch("Terminal 1", "Batch 0291", 99999),),
    prepared_by="Dana Ruiz",
    verified_by="Keisha Brown",
)

TILL = TillReportData(
    clinic_name=CLINIC.name,
    drawer_name="Front drawer",
    session_no=212,
    kind="Z",
    z_no=88,
    printed_at=NOW,
    printed_by="Dana Ruiz",
    opened_at=NOW,
    opened_by="Dana Ruiz",
    closed_at=NOW,
    closed_by="Dana Ruiz",
    opening_float=15000,
    tenders=(TenderTotal("Cash", 14, 41500), TenderTotal("Check", 4, 24666)),
    movements=(Movement("Pay-out", "Courier", -1450),),
    no_sale_count=2,
    expected=25050,
    counted=25000,
    over_short=-50,
    float_left=15000,
    to_bank=10000,
    denominations=(Denomination("$50", 1, 5000), Denomination("$20", 10, 20000)),
    approver="Keisha Brown",
    reason="Miscounted change",
)

FACE = FaceSheetData(
    clinic=CLINIC,
    mark=MARK,
    patient_name="María José Núñez",
    birth_date=date(1971, 3, 4),
    record_no="MRN-004218",
    language="Spanish",
    address_lines=("815 SW 8th Street", "Miami, FL 33130"),
    phones=(("Mobile", "(305) 555-0188"),),
    more=(("Pharmacy", "Calle Ocho"),),
    alerts=("Latex allergy",),
    coverages=(FaceSheetCoverage("Primary", "Blue Cross", "PPO", "XJB123", "70012", "Self", copay=2500),),
    contacts=(FaceSheetContact("José Núñez", "Husband", "(305) 555-0190"),),
)

PAPERS: dict[str, Callable[[], bytes]] = {
    "visit summary": lambda: visit_summary_pdf(VISIT),
    "day sheet": lambda: day_sheet_pdf(DAY),
    "deposit slip": lambda: deposit_slip_pdf(DEPOSIT),
    "till report": lambda: till_report_pdf(TILL, CLINIC),
    "face sheet": lambda: face_sheet_pdf(FACE),
    "recovery code": lambda: recovery_code_pdf(CLINIC, "K7QF-9XWM-3HTZ-VB4P-0N8D-6JGE-QQ7T-M4K2", NOW),
    "key map": lambda: key_map_pdf(
        [KeyRow("Everywhere", "F4", "Check in"), KeyRow("Calendar", "T", "Today")], CLINIC, MARK
    ),
}


@dataclass(frozen=True)
class Page:
    """A page as pdfium reads it: its size, its text, and the box of all its text (left, bottom, right, top)."""

    width: float
    height: float
    text: str
    box: tuple[float, float, float, float]


def read(paper: bytes) -> list[Page]:
    """Return the pages of a PDF."""
    with pypdfium2.PdfDocument(paper) as document:
        return [_page(document[index]) for index in range(len(document))]


def _page(page: pypdfium2.PdfPage) -> Page:
    words = page.get_textpage()
    boxes = [words.get_charbox(index, loose=True) for index in range(words.count_chars())]
    drawn = [box for box in boxes if box[2] > box[0]]
    edges = (
        min(box[0] for box in drawn),
        min(box[1] for box in drawn),
        max(box[2] for box in drawn),
        max(box[3] for box in drawn),
    )
    # line ends differ with what pdfium takes for a column
    text = " ".join(words.get_text_bounded().split())
    return Page(*page.get_size(), text, edges)


def seen(paper: bytes) -> str:
    """Return all text of a PDF with single spaces."""
    return " ".join(page.text for page in read(paper))
