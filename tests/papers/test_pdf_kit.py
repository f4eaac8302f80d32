"""The page kit: pages, heads, feet, margins, for any text whatever."""

import subprocess
import sys
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psc_desk.papers import pdf
from psc_desk.papers.pdf import Column, PrintMark
from psc_desk.papers.till_report import till_report_pdf
from psc_desk.papers.till_slips import TillReportData
from psc_desk.papers.visit_summary import NextVisit, visit_summary_pdf
from tests.papers.pdf_samples import CLINIC, MARK, NOW, PAPERS, TILL, VISIT, Page, read, seen

ANY_TEXT = st.text(max_size=80) | st.text(alphabet="שلمحa王 \n(ñ😀", max_size=80) | st.text(alphabet="Wm", max_size=400)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])

PAPER = pdf.Paper(clinic=CLINIC, mark=MARK, title="Try", about="About this")


def stays_inside(page: Page, margin: float = 50.0) -> bool:
    left, bottom, right, top = page.box
    return left >= margin - 1 and right <= page.width - margin + 1 and bottom >= 32 and top <= page.height - 30


@pytest.mark.parametrize("name", PAPERS)
def test_the_same_data_gives_the_same_bytes(name):
    assert PAPERS[name]() == PAPERS[name]()


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_names_the_clinic_and_stays_inside_the_margins(name):
    pages = read(PAPERS[name]())
    assert all("Palmetto Specialty Clinic" in page.text for page in pages)
    assert all("Page 1 of" in page.text for page in pages[:1])
    assert all(stays_inside(page, 40.0) for page in pages)


@pytest.mark.parametrize("name", ["visit summary", "deposit slip", "till report", "face sheet", "day sheet"])
def test_an_ordinary_paper_is_one_page(name):
    assert len(read(PAPERS[name]())) == 1


def test_a_long_table_flows_and_repeats_its_head():
    columns = (Column("Number", 1), Column("What", 3))
    rows = [[f"row {number}", "some words " * 9] for number in range(60)]
    pages = read(pdf.render(PAPER, pdf.table(columns, rows, PAPER.width)))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert "Number What" in page.text
        assert f"Page {number} of {len(pages)}" in page.text
        assert "About this" in page.text
        assert stays_inside(page)
    whole = " ".join(page.text for page in pages)
    assert all(f"row {number} " in whole for number in range(60))


def test_a_row_longer_than_a_page_goes_on_on_the_next():
    pages = read(pdf.render(PAPER, pdf.table((Column("Note", 1),), [["word\n" * 150]], PAPER.width)))
    assert len(pages) > 1
    assert sum(page.text.count("word") for page in pages) == 150
    assert all(stays_inside(page) for page in pages)


def test_a_heading_is_never_the_last_thing_on_a_page():
    for lines in range(30, 60):
        slices = pdf.text("line\n" * lines + "end", PAPER.width)
        pages = read(
            pdf.render(PAPER, [*slices, *pdf.section("HEADING", PAPER.width), *pdf.text("below", PAPER.width)])
        )
        assert any("HEADING below" in page.text for page in pages)


def test_training_and_demo_stand_on_every_page():
    mark = PrintMark(NOW, demo=True, training=True)
    long = replace(VISIT, mark=mark, instructions="line\n" * 120)
    for language, word in (("en", "Not a real record"), ("es", "Capacitación")):
        pages = read(visit_summary_pdf(replace(long, language=language)))
        assert len(pages) > 2
        assert all("TRAINING" in page.text and "DEMO" in page.text and word in page.text for page in pages)
    assert "TRAINING" not in seen(visit_summary_pdf(VISIT))
    assert "DEMO" not in seen(visit_summary_pdf(VISIT))


def test_the_foot_says_when_and_by_whom():
    assert "Printed 03/09/2026 10:42 am by Dana Ruiz" in seen(visit_summary_pdf(VISIT))
    assert "Impreso el 03/09/2026 10:42 am por Dana Ruiz" in seen(visit_summary_pdf(replace(VISIT, language="es")))
    nobody = replace(VISIT, mark=PrintMark(datetime(2026, 3, 9, 0, 5)))
    assert "Printed 03/09/2026 12:05 am Page" in seen(visit_summary_pdf(nobody))


@QUICK
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, st.integers(-(10**9), 10**9))
def test_any_text_stays_inside_the_margins(one, two, three, cents):
    clinic = replace(CLINIC, name=one, address_lines=(two,), phone=three)
    data = replace(
        VISIT,
        clinic=clinic,
        mark=PrintMark(NOW, one, training=True),
        patient_name=two,
        preferred_name=three,
        record_no=one,
        provider=two,
        reason=three,
        instructions=one,
        medications_orders=(two, three),
        next_visits=(NextVisit(VISIT.visit_date, 0, one, two, three),),
        charges=((one, cents),),
        payments=((two, -cents),),
        balance=cents,
    )
    for page in read(visit_summary_pdf(data)):
        left, _, right, _ = page.box
        assert left >= 49
        assert right <= page.width - 49
        assert page.box[1] >= 32


@QUICK
@given(ANY_TEXT, st.integers(0, 10**9), st.sampled_from(["X", "Z"]))
def test_any_text_prints_on_a_till_report(text, cents, kind):
    data: TillReportData = replace(TILL, kind=kind, drawer_name=text, reason=text, approver=text, counted=cents)
    assert all(page.box[2] <= page.width - 49 for page in read(till_report_pdf(data)))


def test_reportlab_waits_until_a_paper_is_made():
    code = (
        "import sys; from psc_desk.papers import day_sheet, deposit_slip, till_report, visit_summary; "
        "print([name for name in ('reportlab', 'bidi', 'arabic_reshaper') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
