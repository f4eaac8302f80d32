"""Slips of cash that goes to another hand: names, pieces, what is over or short, and lines to sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from psc_desk.papers.escpos import PAPER_58, PAPER_80, PAPER_80_WIDE, PrinterProfile
from psc_desk.papers.till_slips import Denomination, DrawerSlipData, drawer_slip_bytes, drawer_slip_text
from tests.papers.test_receipt import printed

HANDOVER = DrawerSlipData(
    clinic_name="Riverside Family and Community Clinic of Greater Salem",
    drawer_name="Pharmacy counter",
    word="Hand-over",
    at=datetime(2026, 3, 3, 17, 1),
    staff="Maximiliana Okafor-Baptiste",
    reason="Wrong change given: a twenty instead of a ten at noon",
    cents=33_200,
    number="28",
    approver="Leo Marsh",
    facts=(("Given by", "Maximiliana Okafor-Baptiste"), ("Taken by", "Leo Marsh")),
    denominations=(Denomination("$20", 12, 24_000), Denomination("$5", 18, 9_000), Denomination("25¢", 8, 200)),
    over_short=-1_000,
    signed=("Given by", "Taken by"),
)


@pytest.mark.parametrize(
    "profile",
    [replace(PAPER_58, has_cutter=True), PAPER_80, PAPER_80_WIDE],
    ids=["58 mm", "80 mm", "80 mm wide"],
)
def test_a_hand_over_fits_every_paper(profile: PrinterProfile) -> None:
    lines = drawer_slip_text(HANDOVER, profile.columns).splitlines()
    assert max(len(line) for line in lines) <= profile.columns
    words = " ".join(" ".join(lines).split())
    for told in ("Maximiliana Okafor-Baptiste", "Leo Marsh", "12 x $20", "$332.00", "SHORT", "$10.00", "at noon"):
        assert told in words
    assert sum(line.endswith("____") for line in lines) == 2
    printer = printed(drawer_slip_bytes(HANDOVER, profile), profile.dots)
    assert printer.problems() == []
    (paper,) = printer.papers()
    assert "Okafor-Baptiste" in paper.text


def test_a_pay_out_needs_one_signature_and_a_no_sale_none() -> None:
    plain = DrawerSlipData(
        clinic_name="Riverside", drawer_name="Drawer 1", word="Pay-out", at=HANDOVER.at, staff="MO", reason="Postage",
        cents=1_250,
    )  # fmt: skip
    assert drawer_slip_text(plain).count("Signature ___") == 1
    no_sale = DrawerSlipData(
        clinic_name="Riverside", drawer_name="Drawer 1", word="No sale", at=HANDOVER.at, staff="MO", reason="Change"
    )
    assert "____" not in drawer_slip_text(no_sale)
