"""Names in any script: the right font, joined letters, lines that fit."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from psc_desk import resources
from psc_desk.papers import fonts, pdf
from tests.papers.pdf_samples import CLINIC, MARK

NOTO, DEJAVU, DROID = "NotoSans-Regular", "DejaVuSans", "DroidSansFallbackFull"


@pytest.mark.parametrize("name", ["Núñez", "Trần Thị Hương", "O'Brien", "O’Brien", "Łukasz Żółć", "Ελένη", "Наташа"])
def test_letters_of_europe_and_vietnam_are_noto(name):
    assert fonts.runs(name) == [(NOTO, name)]


def test_decomposed_letters_are_composed():
    assert fonts.runs("Nu\u0301n\u0303ez") == [(NOTO, "Núñez")]


def test_chinese_and_japanese_are_droid():
    assert fonts.runs("王小明") == [(DROID, "王小明")]
    assert fonts.runs("Ms. 佐藤 さくら", bold=True)[0] == ("NotoSans-Bold", "Ms. ")


def test_arabic_is_joined_and_in_visual_order():
    pieces = fonts.runs("Name: محمد عبد الله DOB 03/04/1971")
    assert pieces[0] == (NOTO, "Name: ")
    assert pieces[-1] == (NOTO, " DOB 03/04/1971")
    arabic = [piece for name, piece in pieces if name == DEJAVU]
    # the last word stands leftmost; each word ends, at its right, with its first letter
    assert arabic == ["\ufeea\ufee0\ufedf\ufe8d", "\ufeaa\ufe92\ufecb", "\ufeaa\ufee4\ufea4\ufee3"]


def test_hebrew_reads_from_the_right():
    assert fonts.runs("שלום", bold=True) == [("DejaVuSans-Bold", "םולש")]


@pytest.mark.parametrize("missing", ["😀", "한국", "\ud800", "\U0001f468\u200d\U0001f469"])
def test_what_no_font_has_becomes_a_box(missing):
    assert {character for _, piece in fonts.runs(missing) for character in piece} == {fonts.REPLACEMENT}


def test_control_and_direction_characters_are_dropped():
    assert fonts.clean("a\x00\x1bp\u202eb\ufeff\t\u00a0c\r\nd\u2028e") == "apb  c\nd\ne"


def test_every_bundled_font_has_its_licence_beside_it():
    shipped = {path.name for path in resources.path("fonts").iterdir()}
    assert {f"{name}.ttf" for name in (*fonts._REGULAR, *fonts._BOLD)} <= shipped
    assert {"LICENSE-NotoSans.txt", "LICENSE-DejaVu.txt", "LICENSE-DroidSansFallback.txt"} <= shipped


def test_lines_break_at_words_and_inside_long_words():
    assert fonts.wrapped("one two\n\nthree", 10, 400) == ["one two", "", "three"]
    lines = fonts.wrapped("hello world " + "x" * 40, 10, 70)
    assert lines[0] == "hello world"
    assert "".join(lines[1:]) == "x" * 40


def test_a_cut_line_ends_with_an_ellipsis():
    assert fonts.fitted("Palmetto", 10, 200) == "Palmetto"
    cut = fonts.fitted("Palmetto Specialty Clinic", 10, 60)
    assert cut.endswith("…")
    assert fonts.width(cut, 10) <= 60


@given(st.text(max_size=120), st.floats(min_value=30, max_value=300), st.booleans())
def test_no_line_of_any_text_is_wider_than_its_room(text, room, bold):
    for line in fonts.wrapped(text, 10, room, bold):
        assert fonts.width(line, 10, bold) <= room


@given(st.text(max_size=60), st.integers(min_value=20, max_value=200))
def test_wrapping_loses_nothing_but_spaces(text, room):
    kept = "".join(fonts.wrapped(text, 10, room)).replace(" ", "")
    assert kept == fonts.clean(text).replace("\n", "").replace(" ", "")


def test_what_is_drawn_is_what_the_fonts_say():
    """Arabic is drawn joined: the picture differs from that of the same letters apart."""

    def picture(text: str) -> Image.Image:
        import pypdfium2

        paper = pdf.Paper(clinic=CLINIC, mark=MARK, title="Try")
        with pypdfium2.PdfDocument(io.BytesIO(pdf.render(paper, pdf.text(text, paper.width, pdf.LARGE)))) as document:
            return document[0].render(scale=1).to_pil().convert("L")

    joined, apart = picture("محمد"), picture("م\u200cح\u200cم\u200cد")
    assert ImageChops.difference(joined, apart).getbbox() is not None
    assert ImageChops.difference(joined, picture("محمد")).getbbox() is None
