"""Colours reach their contrast, dress and undress at run time, and Qt keeps its references."""

from __future__ import annotations

import gc
import sys

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from psc_desk import resources
from psc_desk.ui import icons, theme
from psc_desk.ui.jobs import JOBS
from psc_desk.ui.tokens import DARK, LIGHT, Tokens, contrast, family, glyph


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
class TestContrast:
    def test_text_is_readable_on_every_surface(self, tokens: Tokens) -> None:
        for ground in (tokens.window, tokens.surface, tokens.raised, tokens.accent_tint):
            for ink in (tokens.text, tokens.secondary, tokens.accent):
                assert contrast(ink, ground) >= 4.5, (ink, ground)

    def test_status_text_is_readable_on_its_tint_and_on_the_surface(self, tokens: Tokens) -> None:
        for name, (text, tint) in tokens.status.items():
            assert min(contrast(text, tint), contrast(text, tokens.surface)) >= 4.5, name

    def test_text_on_the_accent_and_on_the_training_frame(self, tokens: Tokens) -> None:
        assert contrast(tokens.on_accent, tokens.accent) >= 4.5
        assert contrast(tokens.on_training, tokens.training) >= 4.5

    def test_borders_dots_and_the_now_line_stand_out(self, tokens: Tokens) -> None:
        for mark in (tokens.control, tokens.now_line, *tokens.dots.values()):
            assert contrast(mark, tokens.surface) >= 3.0, mark


def test_contrast_of_black_on_white_is_21() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 1) == 21.0


def test_every_status_has_a_sign_and_relatives_share_it() -> None:
    assert glyph("arrived") == "✓"
    assert family("with_provider") == "in_room"
    assert glyph("something new") == "■"


def test_changing_theme_and_scale_dresses_what_is_already_there(qapp: QApplication) -> None:
    label = theme.label("Queue", "heading", bold=True)
    button = QPushButton("Lock")
    theme.set_icon(button, "lock")
    before = button.icon().cacheKey()
    theme.apply(qapp, "dark", 1.5)
    assert label.font().pointSizeF() == 18.0
    assert label.font().bold()
    assert button.icon().cacheKey() != before
    assert theme.status_colors("booked") == ("#A9CDF5", "#1D3350")
    assert qapp.palette().window().color().name().upper() == DARK.window
    theme.apply(qapp, "light")
    assert label.font().pointSizeF() == 12.0


def test_a_look_given_later_keeps_the_type_size(qapp: QApplication) -> None:
    label = theme.label("x", "small", bold=True)
    label.show()
    theme.set_look(label, "error")
    assert label.font().bold()
    assert label.font().pointSizeF() == 9.0


def test_the_scale_stays_between_100_and_200_percent(qapp: QApplication) -> None:
    theme.apply(qapp, "light", 9.0)
    assert theme.px(8) == 16
    theme.apply(qapp, "light", 0.1)
    assert theme.px(8) == 8


def test_the_stylesheet_names_no_font_size_and_the_icons_ship() -> None:
    assert "font-size" not in resources.path("style.qss").read_text()
    for job in JOBS:
        assert not icons.icon(job.icon, LIGHT.text).isNull()
    assert resources.path("icons", "LICENSE-Tabler.txt").exists()


def test_an_icon_takes_the_colour_asked_for(qapp: QApplication) -> None:
    image = icons.pixmap("minus", "#FF0000", 24).toImage()
    assert image.pixelColor(12, 12).name() == "#ff0000"


def test_void_calls_keep_their_reference_to_none(qapp: QApplication) -> None:
    """PYSIDE-3474: PySide6 6.12 on Python 3.11 lost one at every void call."""
    label = QLabel()
    gc.collect()
    before = sys.getrefcount(None)
    for number in range(200):
        label.setText(str(number))
    assert sys.getrefcount(None) > before - 100
