"""Names in any script: the right font, joined letters, lines that fit."""

import io

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from psc_desk import resources
from psc_desk.papers import fonts, pdf, scripts
from tests.papers.name_samples import NAMES
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


@pytest.mark.parametrize("missing", ["😀", "ᠮᠣᠩ", "\ud800", "\U0001f468\u200d\U0001f469"])
def test_what_no_font_has_becomes_a_box(missing):
    assert {character for _, piece in fonts.runs(missing) for character in piece} == {fonts.REPLACEMENT}


def test_control_and_direction_characters_are_dropped():
    assert fonts.clean("a\x00\x1bp\u202eb\ufeff\t\u00a0c\r\nd\u2028e") == "apb  c\nd\ne"


def test_every_bundled_font_has_its_licence_beside_it():
    shipped = {path.name for path in resources.path("fonts").iterdir()}
    assert {f"{name}.ttf" for name in (*fonts._REGULAR, *fonts._BOLD, *scripts.FONTS)} <= shipped
    texts = [path.read_text(encoding="utf-8") for path in resources.path("fonts").glob("LICENSE-*.txt")]
    licences = "".join(texts).replace(" ", "")
    for name in shipped:
        if name.endswith(".ttf"):
            family = name.split("-")[0].removeprefix("NotoSans").removesuffix(".ttf") or "NotoSans"
            assert family[:6] in licences, name


def test_the_fonts_stay_small_enough_to_ship():
    assert sum(path.stat().st_size for path in resources.path("fonts").iterdir()) < 16 * 2**20


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


def paper_with(text: str) -> bytes:
    paper = pdf.Paper(clinic=CLINIC, mark=MARK, title="Try")
    return pdf.render(paper, pdf.text(text, paper.width, pdf.LARGE))


def picture(text: str) -> Image.Image:
    with pypdfium2.PdfDocument(io.BytesIO(paper_with(text))) as document:
        return document[0].render(scale=1).to_pil().convert("L")


def test_what_is_drawn_is_what_the_fonts_say():
    """Arabic is drawn joined: the picture differs from that of the same letters apart."""
    joined, apart = picture("محمد"), picture("م\u200cح\u200cم\u200cد")
    assert ImageChops.difference(joined, apart).getbbox() is not None
    assert ImageChops.difference(joined, picture("محمد")).getbbox() is None


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("bold", [False, True])
def test_a_name_of_every_bundled_script_has_all_its_letters(script, bold):
    pieces = fonts.runs(NAMES[script], bold)
    assert "".join(piece for _, piece in pieces) == NAMES[script]
    assert {name for name, piece in pieces if piece.strip()} <= set(scripts.FONTS)
    for name, piece in pieces:
        if name in scripts.SHAPED:
            assert all(glyph.number for glyph in scripts.shaped(name, piece)), "glyph 0 is the box"


def test_the_samples_use_every_script_font():
    assert {name for text in NAMES.values() for name, _ in fonts.runs(text)} >= set(scripts.FONTS)


@pytest.mark.parametrize(
    ("whole", "apart"),
    [
        ("क्षत्रिय", "क्\u200cषत्\u200cरिय"),
        ("শ্রী", "শ্\u200cরী"),
        ("ශ්\u200dරී", "ශ්රී"),
        ("ശ്രീ", "ശ്\u200cരീ"),
    ],
)
def test_letters_join_into_syllables(whole, apart):
    name = fonts.runs(whole)[0][0]
    assert len(scripts.shaped(name, whole)) < len(whole.replace("\u200d", ""))
    assert fonts.width(whole, 20) != fonts.width(apart, 20)
    assert ImageChops.difference(picture(whole), picture(apart)).getbbox() is not None


def test_a_vowel_that_is_spoken_after_its_consonant_stands_before_it():
    ka, ki = scripts.shaped("NotoSansDevanagari-Regular", "क"), scripts.shaped("NotoSansDevanagari-Regular", "कि")
    assert ki[-1] == ka[0]


@pytest.mark.parametrize("name", ["ปู่ย่า", "ខ្ញុំ", "ສົມ"])
def test_marks_above_and_below_take_no_room(name):
    letters = [ch for ch in name if not fonts.unicodedata.combining(ch) and fonts.unicodedata.category(ch) != "Mn"]
    assert fonts.width(name, 10) <= sum(fonts.width(letter, 10) for letter in letters) + 0.01


@pytest.mark.parametrize("script", NAMES)
def test_a_name_can_be_searched_and_copied_in_every_script(script):
    with pypdfium2.PdfDocument(io.BytesIO(paper_with(NAMES[script]))) as document:
        assert NAMES[script] in document[0].get_textpage().get_text_bounded()


def test_the_same_names_give_the_same_bytes_whatever_was_printed_before():
    first = paper_with(NAMES["Hindi"])
    paper_with("ज्ञानेश्वर द्विवेदी हृदय")
    assert paper_with(NAMES["Hindi"]) == first


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("room", [40, 55, 80])
def test_a_long_name_is_never_cut_inside_a_syllable(script, room):
    lines = fonts.wrapped(NAMES[script].replace(" ", "") * 3, 10, room)
    assert not any(fonts.unicodedata.category(line[0]).startswith("M") or line[0] in scripts.JOINERS for line in lines)
