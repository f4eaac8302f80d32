"""Any receipt on any printer's profile: what comes out of the printer is the receipt, whole, once, and nothing else."""

import io

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from psc_desk.devices.virtual import ReplyBox, VirtualPrinter
from psc_desk.devices.virtual_parser import StreamParser
from psc_desk.devices.virtual_render import Picture
from psc_desk.money import format_money
from psc_desk.papers.escpos import CODE_PAGES, NO_CODE_PAGE, PrinterProfile
from psc_desk.papers.raster import HIGHEST_STRIP, LOGO_HEIGHT
from psc_desk.papers.receipt import ReceiptData, receipt_job
from tests.papers.receipt_samples import RECEIPT, RECEIPTS

_DOTS = {32: 384, 42: 512, 48: 576}


def drawn_logo(pixels: bytes, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    Image.frombytes("L", size, pixels[: size[0] * size[1]].ljust(size[0] * size[1], b"\x10")).save(out, "PNG")
    return out.getvalue()


LOGOS = st.just(b"") | st.builds(
    drawn_logo, st.binary(min_size=64, max_size=4000), st.tuples(st.integers(8, 300), st.integers(1, 200))
)
NUMBERS = st.sampled_from([*CODE_PAGES, NO_CODE_PAGE])


def profile(columns: int, number: int, logo: bytes, strip: int, *, cutter: bool) -> PrinterProfile:
    return PrinterProfile(
        columns=columns, dots=_DOTS.get(columns, columns * 12), code_page=CODE_PAGES.get(number, "ascii"),
        code_page_number=number, has_cutter=cutter, strip_rows=strip, logo=logo,
    )  # fmt: skip


PROFILES = st.builds(
    profile, st.integers(32, 48), NUMBERS, LOGOS, st.integers(1, 400), cutter=st.booleans()
)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(RECEIPTS, PROFILES)
def test_what_comes_out_is_the_receipt_once_and_nothing_else(data: ReceiptData, shape: PrinterProfile):
    job, text = receipt_job(data, shape)
    printer = VirtualPrinter(dots=shape.dots)
    printer.receive(job, ReplyBox())
    assert printer.problems() == []
    assert printer.pulses() == []
    papers = printer.papers()
    assert len(papers) == (1 if shape.has_cutter else 0)
    assert printer.unfinished().items == () or not shape.has_cutter
    commands = [command.name for command in StreamParser().feed(job)]
    assert commands.count("GS V") == (1 if shape.has_cutter else 0)
    assert commands[-1] == ("GS V" if shape.has_cutter else "ESC d")
    assert all(len(line) <= shape.columns for line in text.splitlines() if line.isascii())
    pictures = [one for one in (papers[0] if papers else printer.unfinished()).items if isinstance(one, Picture)]
    assert all(picture.height <= HIGHEST_STRIP and picture.width <= shape.dots for picture in pictures)


@settings(max_examples=15, deadline=None)
@given(RECEIPTS, PROFILES)
def test_the_amounts_on_paper_are_those_of_the_model(data: ReceiptData, shape: PrinterProfile):
    job, _text = receipt_job(data, shape)
    printer = VirtualPrinter(dots=shape.dots)
    printer.receive(job, ReplyBox())
    record = printer.paper_record()
    drawn = record.count("[picture")
    for cents in [*(line.cents for line in data.lines), *(tender.cents for tender in data.tenders), data.total]:
        assert format_money(cents) in record or drawn


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=16, max_size=4000), st.integers(8, 600), st.integers(1, 400))
def test_a_logo_fits_the_paper_and_hides_no_command(pixels: bytes, wide: int, high: int):
    shape = PrinterProfile(columns=32, dots=384, logo=drawn_logo(pixels, (wide, high)))
    printer = VirtualPrinter(dots=384)
    printer.receive(receipt_job(RECEIPT, shape)[0], ReplyBox())
    assert printer.problems() == []
    assert printer.pulses() == []
    pictures = [item for item in printer.papers()[0].items if isinstance(item, Picture)]
    assert pictures
    assert sum(picture.height for picture in pictures) <= LOGO_HEIGHT


def test_a_printer_that_knows_no_code_page_draws_what_has_accents():
    shape = profile(42, NO_CODE_PAGE, b"", 128, cutter=True)
    printer = VirtualPrinter(dots=512, faults="no code pages")
    printer.receive(receipt_job(RECEIPT, shape)[0], ReplyBox())
    record = printer.paper_record()
    assert "[picture 512x" in record
    assert "María" not in record
    assert "Receipt no." in record
    assert format_money(RECEIPT.total) in record
