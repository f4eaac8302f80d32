"""Names in any script in the window: every letter has a glyph, and the first paint does not wait for it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontDatabase, QTextLayout
from PySide6.QtWidgets import QApplication, QLabel

from psc_desk.papers import scripts
from psc_desk.ui import theme
from tests.papers.name_samples import NAMES


def _glyphs(text: str) -> list[tuple[str, int]]:
    layout = QTextLayout(text, theme.font())
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return [(run.rawFont().familyName(), glyph) for run in layout.glyphRuns() for glyph in run.glyphIndexes()]


@pytest.mark.parametrize("script", NAMES)
def test_every_letter_of_a_name_has_a_glyph_of_a_bundled_font(qapp: QApplication, script: str) -> None:
    theme.load_script_fonts()
    glyphs = _glyphs(NAMES[script])
    assert all(number for _, number in glyphs)
    assert {family for family, _ in glyphs} <= set(theme.FAMILIES)


def test_the_families_are_those_of_the_files(qapp: QApplication) -> None:
    theme.load_script_fonts()
    assert set(scripts.FAMILIES) <= set(QFontDatabase.families())


def test_the_script_fonts_come_by_themselves_and_what_is_shown_is_measured_again(qtbot, qapp: QApplication) -> None:
    theme.load_script_fonts.cache_clear()
    label = QLabel(NAMES["Hindi"])
    qtbot.addWidget(label)
    label.show()
    told = []
    label.changeEvent = lambda event: told.append(event.type())
    theme.apply(qapp, "light")
    assert theme.load_script_fonts.cache_info().currsize == 0
    qtbot.waitUntil(lambda: theme.load_script_fonts.cache_info().currsize == 1)
    assert told
