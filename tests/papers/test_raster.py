"""Names in scripts of their own, drawn as dots on a receipt."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from psc_desk.papers import raster, scripts
from psc_desk.papers.escpos import PAPER_80, Encoder
from psc_desk.papers.raster import draw_row
from psc_desk.papers.slip import Row, Size, Slip, cells, clean
from tests.papers.name_samples import NAMES


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    box = ImageChops.invert(image.convert("L")).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("script", NAMES)
def test_a_name_of_every_bundled_script_is_drawn_from_its_own_font(script):
    runs = raster._runs(NAMES[script], 24)
    drawn = {run.name if isinstance(run, raster._Syllables) else Path(run.font.path).stem for run in runs}
    assert drawn - {"NotoSans-Regular"} <= set(scripts.FONTS)
    assert drawn & set(scripts.FONTS)
    for run in runs:
        if isinstance(run, raster._Syllables):
            assert all(glyph.number for glyph in scripts.shaped(run.name, run.text)), "glyph 0 is the box"
        else:
            assert all(raster._has(run.font, ch) for ch in run.text)


@pytest.mark.parametrize("script", NAMES)
@pytest.mark.parametrize("size", [Size.NORMAL, Size.TALL])
def test_no_mark_is_cut_off_at_the_edge(script, size):
    image = draw_row(Row("", NAMES[script], size=size), 832)
    roomy = Image.new("L", (image.width, image.height + 80), 255)
    x = 832 - raster._length(runs := raster._runs(NAMES[script], 24 * size.value[1]))
    for run in runs:
        run.draw(roomy, (x, 40 + 24 * size.value[1]), 0)
        x += run.length
    left, top, right, bottom = ink(roomy.point(lambda level: 255 if level > 140 else 0))
    high = ink(image)
    assert (high[2] - high[0], high[3] - high[1]) == (right - left, bottom - top)


@pytest.mark.parametrize(("whole", "apart"), [("क्षत्रिय", "क्\u200cषत्\u200cरिय"), ("ශ්\u200dරී", "ශ්රී")])
def test_letters_join_into_syllables(whole, apart):
    assert draw_row(Row(clean(whole)), 512).tobytes() != draw_row(Row(clean(apart)), 512).tobytes()


def test_a_joiner_stays_only_where_it_has_a_meaning():
    assert clean("ශ්\u200dරී") == "ශ්\u200dරී"
    assert clean("Ma\u200dry \u200cAnn") == "Mary Ann"
    assert cells("ශ්\u200dරී") == cells("ශ්රී")


@pytest.mark.parametrize("script", NAMES)
def test_a_receipt_with_the_name_keeps_to_the_paper(script):
    slip = Slip(PAPER_80.columns)
    slip.title(NAMES[script])
    assert Encoder(PAPER_80).body(slip.rows).startswith(b"\x1dv0")
    assert {draw_row(row, PAPER_80.dots).width for row in slip.rows} == {PAPER_80.dots}


def test_an_inverse_row_is_white_on_black():
    image = draw_row(Row(NAMES["Hindi"], inverse=True, bold=True), 512).convert("L")
    assert image.getpixel((0, 0)) == 0
    assert image.getbbox() is not None
