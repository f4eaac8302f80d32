"""Receipts as they come out of the virtual printer."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psc_desk.devices.virtual import MemoryChannel, VirtualPrinter
from psc_desk.devices.virtual_parser import StreamParser
from psc_desk.devices.virtual_render import Picture
from psc_desk.money import format_money
from psc_desk.papers.escpos import PAPER_58, PAPER_80, PAPER_80_WIDE, PrinterProfile
from psc_desk.papers.receipt import ReceiptData, ReceiptKind
from psc_desk.papers.slip import cells
from tests.papers.receipt_samples import RECEIPT, RECEIPTS, receipt_bytes, receipt_text

PROFILES = [
    PAPER_80,
    PAPER_80_WIDE,
    replace(PAPER_58, has_cutter=True),
    PrinterProfile(code_page="cp858", code_page_number=19),
]


def printed(job: bytes, dots: int) -> VirtualPrinter:
    printer = VirtualPrinter(dots=dots)
    channel = MemoryChannel(printer)
    channel.open(1)
    channel.write(job, 1)
    return printer


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RECEIPTS, st.sampled_from(PROFILES))
def test_whatever_is_on_it_a_receipt_is_one_clean_paper(data: ReceiptData, profile: PrinterProfile):
    job = receipt_bytes(data, profile)
    printer = printed(job, profile.dots)
    assert printer.problems() == []
    assert printer.pulses() == []
    assert len(printer.papers()) == 1
    commands = StreamParser().feed(job)
    assert [c.name for c in commands].count("GS V") == 1
    assert commands[-1].name == "GS V"
    assert not any(c.realtime for c in commands)
    for item in printer.papers()[0].items:
        if isinstance(item, Picture):
            assert item.width <= profile.dots


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RECEIPTS, st.sampled_from([32, 42, 48]))
def test_no_line_is_longer_than_the_paper_and_all_amounts_stand_on_it(data: ReceiptData, columns: int):
    text = receipt_text(data, columns)
    assert all(cells(line) <= columns for line in text.splitlines())
    for line in [*data.lines, *data.tenders]:
        assert format_money(line.cents) in text
    assert format_money(data.total) in text
    if data.balance_after is not None:
        assert format_money(abs(data.balance_after)) in text


@settings(max_examples=30, deadline=None)
@given(RECEIPTS)
def test_the_preview_says_what_the_paper_says(data: ReceiptData):
    data = replace(data, patient_name="Ana", provider="", clinic_name="Clinic", clinic_lines=(), lines=(), tenders=())
    data = replace(data, clinic_phone="", tax_id="", register="1", staff="J", record_no="1", note="", void=False)
    paper = printed(receipt_bytes(data, PAPER_80), 512).papers()[0].text
    assert [" ".join(line.split()) for line in paper.splitlines()] == [
        " ".join(line.split()) for line in receipt_text(data, 42).splitlines()
    ]


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_receipt_serves_an_fsa_plan(columns):
    text = receipt_text(RECEIPT, columns)
    for fact in ("María Peña López", "Dr. Amy Chen, MD", "Date of service", "03/09/2026", "Co-pay, office visit"):
        assert fact in text
    assert "$65.00" in text
    assert "FSA" in text


def test_a_spanish_receipt_is_spanish():
    text = receipt_text(replace(RECEIPT, language="es"))
    assert "TOTAL PAGADO" in text
    assert "Fecha de servicio" in text
    assert "TOTAL PAID" not in text


def test_marks_stand_at_both_ends():
    text = receipt_text(replace(RECEIPT, copy_no=2, training=True, void=True))
    for mark in ("COPY 2", "TRAINING - NOT A RECEIPT", "VOID - NOT A PROOF OF PAYMENT"):
        assert text.count(mark) == 2
    assert "COPY" not in receipt_text(RECEIPT)


def test_a_refund_names_the_receipt_that_it_takes_back():
    text = receipt_text(replace(RECEIPT, kind=ReceiptKind.REFUND, original_no=1040, note="Paid twice"))
    assert "Takes back receipt" in text
    assert "1040" in text
    assert "TOTAL REFUNDED" in text
    assert "Paid twice" in text
    assert "FSA" not in text


def test_a_credit_is_not_shown_as_a_negative_balance():
    text = receipt_text(replace(RECEIPT, balance_after=-1_500))
    assert "Account credit" in text
    assert "-$15.00" not in text


def test_a_note_cannot_open_the_drawer():
    evil = replace(RECEIPT, note="\x1bp\x00\x32\xfa", patient_name="\x10\x14\x01\x00\x08Ann")
    printer = printed(receipt_bytes(evil, PAPER_80), 512)
    assert printer.pulses() == []
    assert printer.problems() == []
    assert "Ann" in printer.papers()[0].text


@pytest.mark.parametrize("name", ["王小明", "محمد عبد الله", "Trần Thị Hương"])
def test_a_name_in_any_script_prints_and_the_picture_can_be_drawn(name):
    paper = printed(receipt_bytes(replace(RECEIPT, patient_name=name), PAPER_80), 512).papers()[0]
    assert paper.png().startswith(b"\x89PNG")
    assert ("[picture" in paper.text) == (not name.startswith("T"))
