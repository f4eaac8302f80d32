"""What each paper says: the right words, every amount, sums that agree with their items."""

from dataclasses import replace
from datetime import date

import pytest

from psc_desk.dates import format_date, format_time
from psc_desk.papers.day_sheet import DaySheetColumn, DaySheetData, day_sheet_pdf
from psc_desk.papers.deposit_slip import CheckLine, DepositSlipData, deposit_slip_pdf
from psc_desk.papers.face_sheet import face_sheet_pdf
from psc_desk.papers.key_map import KeyRow, key_map_pdf
from psc_desk.papers.recovery_code import recovery_code_pdf
from psc_desk.papers.till_report import till_report_pdf
from psc_desk.papers.till_slips import TenderTotal
from psc_desk.papers.visit_summary import visit_summary_pdf
from psc_desk.papers.words import ENGLISH, SPANISH, words
from tests.papers.pdf_samples import CLINIC, DAY, DEPOSIT, FACE, MARK, NOW, PAPERS, TILL, VISIT, read, seen


def says(paper: bytes, *phrases: str) -> None:
    text = seen(paper)
    assert [phrase for phrase in phrases if phrase not in text] == []


def test_the_visit_summary_in_english():
    says(
        visit_summary_pdf(VISIT),
        "Visit summary",
        "María José Núñez",
        "Goes by",
        "03/04/1971",
        "MRN-004218",
        "Monday, 03/09/2026, 9:30 am",
        "Knee pain",
        "Rest the knee for two days.",
        "Ibuprofen 400 mg every 8 hours",
        "Monday, 03/23/2026, 2:00 pm",
        "Follow-up · with Dr. Alan Ito",
        "Bring the images.",
        "Office visit $145.00",
        "Total charges $187.50",
        "Co-pay, cash $25.00",
        "Balance due on your account $162.50",
        "call 911",
    )


def test_the_visit_summary_in_spanish_keeps_the_order_of_dates():
    says(
        visit_summary_pdf(replace(VISIT, language="es")),
        "Resumen de su visita",
        "Fecha de nacimiento",
        "03/04/1971",
        "lunes, 03/23/2026, 2:00 pm",
        "con Dr. Alan Ito",
        "Total de cargos $187.50",
        "Saldo pendiente de su cuenta $162.50",
        "mes/día/año",
        "llame al 911",
    )


def test_the_visit_summary_tells_a_credit_from_a_debt():
    says(visit_summary_pdf(replace(VISIT, balance=-500)), "Credit on your account $5.00")
    paid = replace(VISIT, balance=0, payments=(("Check 1042", 10000), ("Cash", 8750)))
    says(visit_summary_pdf(paid), "Total payments $187.50", "Balance on your account $0.00")


def test_a_bare_visit_summary_leaves_empty_parts_out():
    bare = replace(
        VISIT, instructions=" ", medications_orders=("",), next_visits=(), charges=(), payments=(), reason=""
    )
    text = seen(visit_summary_pdf(bare))
    assert "No other visit is booked." in text
    assert "No charges today" in text
    assert "Instructions" not in text
    assert "Medications" not in text
    assert "Reason" not in text


def test_no_phrase_is_missing_in_spanish():
    same = {"fax", "date_order", "language"}
    for name, english in vars(ENGLISH).items():
        assert name in same or getattr(SPANISH, name) not in ("", english), name
    assert words("fr") is ENGLISH


@pytest.mark.parametrize(
    ("minute", "text"), [(0, "12:00 am"), (570, "9:30 am"), (720, "12:00 pm"), (785, "1:05 pm"), (1439, "11:59 pm")]
)
def test_times_of_day(minute, text):
    assert format_time(minute) == text


def test_dates_have_four_digits_of_year():
    assert format_date(date(987, 1, 2)) == "01/02/0987"


def test_the_day_sheet():
    says(
        day_sheet_pdf(DAY),
        "Monday, 03/09/2026 · 1 visit",
        "Dr. Alan Ito · 1 visit",
        "8:00 am to 5:00 pm",
        "Sean O'Brien",
        "12/31/1984 · MRN-000007",
        "Arrived",
        "Confirmed",
        "Medicare Part B",
        "$25.75",
        "Interpreter",
        "Keisha Brown, PT · 0 visits",
        "No visits.",
    )
    assert read(day_sheet_pdf(DAY))[0].width == 792


def test_an_empty_day_and_a_long_day():
    says(day_sheet_pdf(replace(DAY, columns=())), "No provider works on this day.")
    rows = tuple(replace(DAY.columns[0].rows[0], minute=480 + 5 * n, record_no=f"MRN-{n:04}") for n in range(60))
    long = DaySheetData(CLINIC, MARK, DAY.day, (DaySheetColumn("Dr. Alan Ito", rows),))
    pages = read(day_sheet_pdf(long))
    assert len(pages) > 3
    assert all("Phone Visit Status" in page.text for page in pages)
    assert all(any(f"MRN-{n:04}" in page.text for page in pages) for n in range(60))


def test_the_deposit_adds_up_without_the_cards():
    assert DEPOSIT.total_cents == 28000 + 300 + 275 + 4500 + 1001
    says(
        deposit_slip_pdf(DEPOSIT),
        "Deposit D-000117",
        "B-20391",
        "ending 8841",
        "$20 14 $280.00",
        "Notes subtotal $283.00",
        "Coin subtotal $2.75",
        "Sean O'Brien 1042 121000248 $45.00",
        "Trần Thị Hương 77 Citibank $10.01",
        "Checks subtotal 2 checks $55.01",
        "Total deposit $340.76",
        "Not in this deposit",
        "$999.99",
        "Prepared by: Dana Ruiz",
        "Verified by: Keisha Brown",
        "Bank-validated amount",
    )


def test_a_deposit_of_many_checks_lists_each():
    checks = tuple(CheckLine(f"Payer {n}", str(5000 + n), "121000248", 100 + n) for n in range(90))
    data: DepositSlipData = replace(DEPOSIT, checks=checks, card_batches=())
    text = seen(deposit_slip_pdf(data))
    assert all(f"Payer {n} {5000 + n}" in text for n in range(90))
    assert "90 checks" in text
    assert "Not in this deposit" not in text


def test_a_z_report_balances_in_words():
    says(
        till_report_pdf(TILL, CLINIC),
        "Z report 88",
        "Front drawer · session 212",
        "Cash 14 $415.00",
        "Total 18 $661.66",
        "Courier -$14.50",
        "$20 10 $200.00",
        "Expected in the drawer $250.50",
        "Cash counted $250.00",
        "Short $0.50",
        "Reason: Miscounted change",
        "To the bank $100.00",
        "Approved by: Keisha Brown",
    )
    says(till_report_pdf(replace(TILL, over_short=125)), "Over $1.25")
    says(till_report_pdf(replace(TILL, over_short=0)), "Exact $0.00")


def test_a_blind_x_report_shows_no_total():
    blind = replace(
        TILL,
        kind="X",
        z_no=None,
        closed_at=None,
        tenders=(TenderTotal("Cash", 14, None),),
        expected=None,
        counted=None,
        over_short=None,
        float_left=None,
        to_bank=None,
        denominations=(),
        copy_no=2,
        training=True,
    )
    text = seen(till_report_pdf(blind))
    assert "Cash 14 not shown" in text
    assert "COPY 2" in text
    assert "TRAINING" in text
    assert not {"Expected", "Counted by", "Short", "Total", "Closed"} & set(text.split())


def test_the_face_sheet():
    says(
        face_sheet_pdf(FACE),
        "María José Núñez",
        "03/04/1971",
        "Latex allergy",
        "815 SW 8th Street",
        "(305) 555-0188",
        "Calle Ocho",
        "Blue Cross",
        "XJB123",
        "Group 70012",
        "$25.00",
        "José Núñez Husband (305) 555-0190",
    )
    bare = replace(FACE, alerts=(), coverages=(), contacts=())
    says(face_sheet_pdf(bare), "No coverage on file: self-pay.", "None on file. Ask at the next visit.")


def test_the_recovery_code_stands_in_its_groups():
    text = seen(recovery_code_pdf(CLINIC, "K7QF-9XWM-3HTZ-VB4P-0N8D-6JGE-QQ7T-M4K2", NOW))
    assert "K7QF 9XWM 3HTZ VB4P" in text
    assert "0N8D 6JGE QQ7T M4K2" in text
    assert "Made 03/09/2026 10:42 am" in text
    assert "Q" * 20 in seen(recovery_code_pdf(CLINIC, "Q" * 90, NOW)).replace(" ", "")


def test_the_key_map_lists_every_key_however_many():
    rows = [
        KeyRow(f"Group {n // 9}", f"Ctrl+{n}", f"Does {n}, and says so in a sentence that wraps") for n in range(200)
    ]
    text = seen(key_map_pdf(rows, CLINIC, MARK))
    assert all(f"Ctrl+{n} " in text and f"Does {n}," in text for n in range(200))
    assert "Group 22" in text
    says(PAPERS["key map"](), "F4", "Check in", "Calendar")
