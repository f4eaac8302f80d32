"""The adjustment journal on paper: sums by kind, every line, pages that repeat their head."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pypdfium2

from psc_desk.papers.adjustment_journal import AdjustmentJournalData, JournalRow, adjustment_journal_pdf
from psc_desk.papers.pdf import ClinicBlock, PrintMark

DAY = date(2026, 3, 4)
ROW = JournalRow(DAY, "Courtesy", "Castillo, Inés", "10001", "OV", DAY, 1500, "Courtesy of the provider", "Maya Okafor")
EMPTY = AdjustmentJournalData(
    ClinicBlock("Riverside Family Clinic", ("12 River Rd",)), PrintMark(datetime(2026, 3, 4, 12, 0), "Maya"), DAY, DAY
)


def pages(data: AdjustmentJournalData) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(adjustment_journal_pdf(data))
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_sums_and_lines_stand_on_the_paper() -> None:
    back = replace(ROW, cents=-500, kind="Bad debt", reason="Billing error")
    data = replace(EMPTY, rows=(ROW, back), totals=(("Courtesy", 1, 1500), ("Bad debt", 1, -500)))
    (page,) = pages(data)
    for words in ("Courtesy · 1", "$15.00", "-$5.00", "All adjustments", "$10.00", "Castillo, Inés", "#10001"):
        assert words in page


def test_many_lines_flow_over_pages_with_their_head() -> None:
    long = replace(ROW, patient="Featherstonehaugh-Montgomery, Bartholomew Maximilian", reason="word " * 30)
    found = pages(replace(EMPTY, rows=(long,) * 40, totals=(("Courtesy", 40, 60000),)))
    assert len(found) > 2
    assert all("Reason" in page for page in found)
    assert f"Page {len(found)} of {len(found)}" in found[-1]


def test_no_adjustments_are_said() -> None:
    assert "No charge was adjusted on these days." in pages(EMPTY)[0]


def test_the_same_data_gives_the_same_bytes() -> None:
    data = replace(EMPTY, rows=(ROW,), totals=(("Courtesy", 1, 1500),))
    assert adjustment_journal_pdf(data) == adjustment_journal_pdf(data)
