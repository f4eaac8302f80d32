"""Slips of the drawer."""

import re
from dataclasses import replace
from datetime import datetime

import pytest

from psc_desk.papers.escpos import PAPER_58, PAPER_80, PAPER_80_WIDE
from psc_desk.papers.till_slips import (
    Compared,
    Denomination,
    DrawerSlipData,
    Movement,
    TenderTotal,
    TillReportData,
    drawer_slip_bytes,
    drawer_slip_text,
    over_short_word,
    test_page_bytes,
    till_report_bytes,
    till_report_text,
)
from tests.papers.test_receipt import printed

test_page_bytes.__test__ = False  # type: ignore[attr-defined]

AT = datetime(2026, 3, 9, 17, 5)
Z = TillReportData(
    clinic_name="Harbor Family Clinic",
    drawer_name="Front drawer",
    session_no=12,
    kind="Z",
    z_no=12,
    printed_at=AT,
    printed_by="JD",
    opened_at=datetime(2026, 3, 9, 7, 50),
    opened_by="JD",
    closed_at=AT,
    closed_by="JD",
    opening_float=20_000,
    tenders=(TenderTotal("Cash", 9, 31_500), TenderTotal("Check", 2, 14_000)),
    movements=(Movement("Pay-out", "Stamps", -1_800),),
    no_sale_count=1,
    expected=49_700,
    counted=49_650,
    over_short=-50,
    float_left=20_000,
    to_bank=29_650,
    denominations=(Denomination("$20", 20, 40_000),),
    approver="M. Ortiz",
)
PAYOUT = DrawerSlipData(
    clinic_name="Harbor Family Clinic",
    drawer_name="Front drawer",
    word="Pay-out",
    at=AT,
    staff="JD",
    reason="Stamps",
    cents=1_800,
)


@pytest.mark.parametrize("profile", [PAPER_80, PAPER_80_WIDE, replace(PAPER_58, has_cutter=True)])
def test_every_slip_is_one_clean_paper_without_a_pulse(profile):
    for job in (
        till_report_bytes(Z, profile),
        drawer_slip_bytes(PAYOUT, profile),
        test_page_bytes("Harbor Family Clinic", "tcp://10.0.0.9:9100", profile),
    ):
        printer = printed(job, profile.dots)
        assert printer.problems() == []
        assert printer.pulses() == []
        assert len(printer.papers()) == 1


def test_a_z_report_shows_count_difference_and_approver():
    text = till_report_text(Z)
    for fact in ("Z REPORT 12", "$497.00", "$496.50", "SHORT", "$0.50", "M. Ortiz", "$455.00", "-$18.00", "20 x $20"):
        assert fact in text


def test_a_z_report_compares_checks_and_cards_and_adds_the_drops_to_what_goes_to_the_bank():
    told = replace(
        Z,
        movements=(Movement("Drop", "Safe drop", -10_000),),
        compared=(Compared("Checks counted", 10_000, 14_000), Compared("Card terminal", 500, 500)),
    )
    words = [re.sub(r"[ .]{2,}", " ", line) for line in till_report_text(told).splitlines()]
    assert "Dropped before $100.00" in words
    assert "To the bank $396.50" in words
    assert "SHORT of $140.00 $40.00" in words
    assert "Card terminal $5.00" in words
    assert not any("of $5.00" in line for line in words)


def test_a_blind_x_report_says_nothing_that_has_to_be_counted():
    blind = replace(Z, kind="X", z_no=None, closed_at=None, expected=None, counted=None, over_short=None)
    text = till_report_text(blind)
    assert "X REPORT" in text
    assert "Expected" not in text
    assert "Counted" not in text


def test_an_opening_without_a_sale_has_no_amount():
    text = drawer_slip_text(replace(PAYOUT, word="No sale", cents=None, training=True))
    assert "No sale" in text
    assert "AMOUNT" not in text
    assert text.count("TRAINING") == 2
    assert "$18.00" in drawer_slip_text(PAYOUT)


@pytest.mark.parametrize(("cents", "word"), [(-1, "SHORT"), (0, "EXACT"), (1, "OVER")])
def test_the_difference_has_a_word(cents, word):
    assert over_short_word(cents) == word
