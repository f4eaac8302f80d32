"""The bar over the calendar: today, a step back and on, the date, the counts, the kind of view, and Book."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QWidget,
)

from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import PressButton
from psc_desk.ui.widgets.calendar.look import Fonts, look

_GAP = 8


class CapButton(PressButton):
    """A button which shows its key in a small frame beside its text: "Book [F3]"."""

    def __init__(self, text: str, key: str, *, primary: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._key = key
        self._primary = primary
        self.setAccessibleName(text)
        self.setAccessibleDescription(self.tr("Key {0}").format(key))
        theme.style(self, bold=True, look="primary" if primary else "")

    def sizeHint(self) -> QSize:
        """Return the button's size with its key."""
        size = super().sizeHint()
        size.setWidth(size.width() + self._cap_width() + _GAP)
        return size

    def minimumSizeHint(self) -> QSize:
        """Return the same: the key is never cut."""
        return self.sizeHint()

    def _cap_width(self) -> int:
        return Fonts(theme.font("small")).metrics.horizontalAdvance(self._key) + 10

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame, the text and the key."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QPainter(self)
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        colors = look()
        painter.setPen(colors.on_accent if self._primary else colors.text)
        width = self.fontMetrics().horizontalAdvance(self.text())
        left = (self.width() - width - _GAP - self._cap_width()) / 2
        painter.drawText(QRectF(left, 0, width + 2, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text())
        self._paint_cap(painter, left + width + _GAP)

    def _paint_cap(self, painter: QPainter, left: float) -> None:
        colors, font = look(), theme.font("small")
        high = Fonts(font).line
        cap = QRectF(left, (self.height() - high) / 2, self._cap_width(), high)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.on_accent if self._primary else colors.control, 1))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(colors.on_accent if self._primary else colors.text)
        painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), self._key)


class FittingLabel(QLabel):
    """Shows the longest of its texts that fits, so that no word is cut; the tooltip has the whole."""

    def __init__(self, parent: QWidget | None = None, *, bold: bool = False, look: str = "") -> None:
        super().__init__(parent)
        self._texts: tuple[str, ...] = ("",)
        self.setTextFormat(Qt.TextFormat.PlainText)
        theme.style(self, bold=bold, look=look)

    def set_texts(self, *texts: str) -> None:
        """Give the texts, the longest first."""
        self._texts = texts
        self.updateGeometry()
        self.setToolTip(texts[0])
        self.setAccessibleName(texts[0])
        self._choose()

    def sizeHint(self) -> QSize:
        """Return the room that the longest text needs."""
        return QSize(self._wide(self._texts[0]), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return the room that the shortest text needs."""
        return QSize(self._wide(self._texts[-1]), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose again."""
        super().resizeEvent(event)
        self._choose()

    def _choose(self) -> None:
        self.setText(next((text for text in self._texts if self._wide(text) <= self.width()), ""))

    def _wide(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text) + 1


class CalendarHeader(QFrame):
    """Says what was asked for; the page that owns it acts. Views are "day", "week", "month" and "agenda"."""

    go_today = Signal()
    step_requested = Signal(int)
    view_requested = Signal(str)
    book_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calendarHeader")
        theme.set_look(self, "bar")
        self.today_button = CapButton(self.tr("Today"), "T")
        self.book_button = CapButton(self.tr("Book"), "F3", primary=True)
        self.back_button = _step_button("chevron-left", self.tr("Previous"), "calendarBack")
        self.on_button = _step_button("chevron-right", self.tr("Next"), "calendarOn")
        self.title = FittingLabel(bold=True)
        self.counts = FittingLabel(look="secondary")
        self.views = QButtonGroup(self)
        self.view_buttons: dict[str, QToolButton] = {}
        self._build()
        self._connect()

    def _build(self) -> None:
        self.today_button.setObjectName("calendarToday")
        self.book_button.setObjectName("calendarBook")
        self.title.setObjectName("calendarTitle")
        self.counts.setObjectName("calendarCounts")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 10, 6)
        row.setSpacing(0)
        row.addWidget(self.today_button)
        row.addSpacing(6)
        for widget in (self.back_button, self.on_button, self.title):
            row.addWidget(widget)
        row.addSpacing(10)
        row.addWidget(self.counts, 1)
        _may_shrink(self.counts)
        row.addSpacing(8)
        for name, text in self._view_names():
            row.addWidget(self._view_button(name, text))
        row.addSpacing(8)
        row.addWidget(self.book_button)
        self.set_view("day")

    def minimumSizeHint(self) -> QSize:
        """Leave out what has a key of its own: the button to book and the views."""
        hint = super().minimumSizeHint()
        shown = sum(_width(group) for group in self._groups() if not group[0].isHidden())
        return QSize(hint.width() - shown, hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the views, then the button to book, where there is room."""
        super().resizeEvent(event)
        room = self.width() - self.minimumSizeHint().width()
        for group in self._groups():
            room -= _width(group)
            for one in group:
                one.setVisible(room >= 0)

    def _groups(self) -> tuple[list[QWidget], ...]:
        return list(self.view_buttons.values()), [self.book_button]

    def _view_names(self) -> tuple[tuple[str, str], ...]:
        return (
            ("day", self.tr("Day")),
            ("week", self.tr("Week")),
            ("month", self.tr("Month")),
            ("agenda", self.tr("Agenda")),
        )

    def _view_button(self, name: str, text: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"calendarView_{name}")
        button.setText(text)
        button.setAccessibleName(text)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.set_look(button, "segment")
        button.clicked.connect(lambda: self.view_requested.emit(name))
        self.views.addButton(button)
        self.view_buttons[name] = button
        return button

    def _connect(self) -> None:
        self.today_button.clicked.connect(self.go_today)
        self.book_button.clicked.connect(self.book_requested)
        self.back_button.clicked.connect(lambda: self.step_requested.emit(-1))
        self.on_button.clicked.connect(lambda: self.step_requested.emit(1))

    def set_title(self, title: str) -> None:
        """Show the date: "Wednesday, March 4"."""
        self.title.set_texts(title, _short(title))

    def set_counts(self, visits: int, openings: int | None = None) -> None:
        """Show "25 visits · 3 openings"; without openings while they are not known."""
        words = [self.tr("1 visit") if visits == 1 else self.tr("{0} visits").format(visits)]
        if openings is not None:
            words.append(self.tr("1 opening") if openings == 1 else self.tr("{0} openings").format(openings))
        short = words[:1] if openings is None else [words[0], self.tr("{0} open").format(openings)]
        self.counts.set_texts(" · ".join(words), " · ".join(short), words[0])

    def set_view(self, name: str) -> None:
        """Mark the kind of view that is shown."""
        self.view_buttons[name].setChecked(True)


def _short(title: str) -> str:
    """Return "Wed, Mar 4" for "Wednesday, March 4"."""
    for name in (*calendar.day_name, *calendar.month_name[1:]):
        title = title.replace(name, name[:3])
    return title


def _step_button(icon: str, name: str, object_name: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(object_name)
    button.setAccessibleName(name)
    button.setToolTip(name)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setMinimumSize(24, 24)
    theme.set_icon(button, icon)
    return button


def _may_shrink(label: QLabel) -> None:
    label.setMinimumWidth(0)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)


def _width(group: Sequence[QWidget]) -> int:
    return sum(one.sizeHint().width() for one in group)
