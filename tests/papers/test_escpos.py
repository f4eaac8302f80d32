"""Bytes for the printer: one code page, no control bytes, no hidden commands."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from psc_desk.devices.virtual_parser import StreamParser
from psc_desk.papers.escpos import PAPER_58, PAPER_80, Encoder, PrinterProfile, fold
from psc_desk.papers.raster import defuse, draw_row
from psc_desk.papers.slip import Row, Slip, cells, clean, wrap


def names(job: bytes) -> list[str]:
    return [command.name for command in StreamParser().feed(job)]


def test_a_code_page_keeps_the_letters_that_it_has():
    assert fold("María Peña €5", "cp1252") == b"Mar\xeda Pe\xf1a \x805"
    assert fold("María Peña €5", "cp858") == b"Mar\xa1a Pe\xa4a \xd55"


def test_letters_that_the_page_lacks_lose_their_marks():
    assert fold("Trần Thị Hương", "cp1252") == b"Tran Thi Huong"
    assert fold("Nguyễn Đức", "cp858") == b"Nguyen Duc"
    assert fold("\N{LATIN SMALL LETTER L WITH STROKE}\u00f3d\u017a", "cp1252") == b"l\xf3dz"


@pytest.mark.parametrize("name", ["王小明", "محمد عبد الله", "Иван", "😀"])
def test_a_name_that_no_page_holds_is_drawn(name):
    assert fold(name, "cp1252") is None
    job = Encoder(PAPER_80).body([Row("Patient", name)])
    assert names(job) == ["GS v"]


@pytest.mark.parametrize("name", ["王小明", "محمد عبد الله"])
def test_the_drawn_name_has_ink_at_both_ends_of_the_row(name):
    image = draw_row(Row("Patient", name), 512)
    pixels = image.convert("L").load()
    ink = [x for x in range(image.width) for y in range(image.height) if pixels[x, y] == 0]
    assert min(ink) < 12
    assert 480 < max(ink) < 512


def test_a_drawn_row_never_leaves_the_paper():
    image = draw_row(Row("王" * 40, "小" * 40), 384)
    assert image.width == 384


def test_arabic_is_joined_and_runs_from_right_to_left():
    whole = draw_row(Row("محمد"), 512).tobytes()
    assert whole != draw_row(Row("دمحم"), 512).tobytes()
    assert whole != draw_row(Row("م ح م د"), 512).tobytes()


@pytest.mark.parametrize(
    "bad", ["\x1bp\x00", "a\x10\x14\x01\x00\x01", "\x9b1m", "x\x7f\x00y", "\u202eevil", "a\u2028b"]
)
def test_control_and_formatting_characters_are_dropped(bad):
    assert all(ch.isprintable() for ch in clean(bad))


@given(st.binary(max_size=400))
@example(b"\x00\x10\x14\x01\x00\x08\x10\x04\x01\x10\x05\x02\x10")
def test_no_picture_hides_a_real_time_command(data):
    safe = defuse(data)
    assert len(safe) == len(data)
    assert not any(code in safe for code in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    changed = sum(a != b for a, b in zip(safe, data, strict=True))
    assert changed <= sum(data.count(code) for code in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))


@given(st.text(alphabet="ab é王 ", max_size=120), st.integers(8, 48))
def test_wrapped_lines_fit_and_lose_nothing(text, width):
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_big_title_that_is_too_long_becomes_tall():
    slip = Slip(32)
    slip.title("Portland Community Orthopedics & Sports Medicine")
    assert all(row.size.value == (1, 2) and len(row.text) <= 32 for row in slip.rows)


@pytest.mark.parametrize("columns", [32, 42, 48])
@pytest.mark.parametrize("length", range(24, 50))
def test_an_amount_never_pushes_its_label_over_the_edge(columns, length):
    slip = Slip(columns)
    slip.amount("x" * (length - 6) + " level", 999_999_999)
    assert all(cells(line) <= columns for line in slip.text().splitlines())
    assert slip.text().endswith(" $9,999,999.99\n")


def test_a_printer_without_cutter_feeds_to_the_tear_bar():
    assert Encoder(PAPER_80).job([]).endswith(b"\x1dVB\x00")
    assert names(Encoder(PAPER_58).job([])) == ["ESC @", "ESC t", "ESC d"]


@pytest.mark.parametrize(
    ("profile", "pulse"),
    [
        (PrinterProfile(), b"\x1bp\x00\x32\xfa"),
        (PrinterProfile(drawer_pin=5, pulse_on_ms=60, pulse_off_ms=9_000), b"\x1bp\x01\x1e\xff"),
    ],
)
def test_the_pulse_follows_the_profile(profile, pulse):
    assert profile.pulse(profile.drawer_pin) == pulse
