"""The order in which Tab visits the controls of a dialog: as they stand in its layouts, whenever they were made."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QScrollArea, QSplitter, QWidget


def set_reading_order(window: QWidget) -> None:
    """Let Tab go through `window` in reading order: fields that were added later stand where they are seen."""
    for one, other in pairwise(_stops_in(window)):
        QWidget.setTabOrder(one, other)


def _stops_in(widget: QWidget) -> Iterator[QWidget]:
    """Yield the controls below `widget` that Tab can reach."""
    if isinstance(widget, QScrollArea):
        inside = widget.widget()
        yield from () if inside is None else _stops(inside)
    elif isinstance(widget, QSplitter):
        for place in range(widget.count()):
            inside = widget.widget(place)
            yield from () if inside is None else _stops(inside)
    else:
        layout = widget.layout()
        yield from () if layout is None else _stops_of(layout)


def _stops_of(layout: QLayout) -> Iterator[QWidget]:
    for place in range(layout.count()):
        item = layout.itemAt(place)
        widget, inner = (None, None) if item is None else (item.widget(), item.layout())
        if widget is not None:
            yield from _stops(widget)
        elif inner is not None:
            yield from _stops_of(inner)


def _stops(widget: QWidget) -> Iterator[QWidget]:
    reachable = bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value) and widget.focusProxy() is None
    if reachable:
        yield widget
    if not reachable or isinstance(widget, QScrollArea):
        yield from _stops_in(widget)
