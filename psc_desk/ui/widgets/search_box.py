"""The one search box: patients, pages and actions, in a list inside the window."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from psc_desk.ui import icons, theme
from psc_desk.ui.rows_model import ROW_ROLE, Column, RowsModel, fold
from psc_desk.ui.widgets.basic import key_cap

_SHOWN = 9
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Hit:
    """One thing found. `detail` carries the identifiers of a patient; `run` goes there; `near`: only similar."""

    title: str
    run: Callable[[], Any]
    detail: str = ""
    icon: str = ""
    shortcut: str = ""
    near: bool = False


Answer = Callable[[Sequence[Hit]], None]
Provider = Callable[[str, Answer], Any]
"""Called with what is typed; gives its hits to the answer, at once or later."""


def listed(hits: Callable[[], Sequence[Hit]]) -> Provider:
    """Return a provider for things known beforehand (pages, actions): every word typed begins a word of the title."""

    def provide(text: str, answer: Answer) -> None:
        answer([hit for hit in hits() if matches(text, hit.title)])

    return provide


def matches(text: str, title: str) -> bool:
    """Say whether every word of `text` begins a word of `title`, whatever the accents."""
    words = _WORD.findall(fold(title))
    return all(any(word.startswith(part) for word in words) for part in _WORD.findall(fold(text)))


class SearchBox(QLineEdit):
    """Typing asks every provider; Down and Up choose, Enter goes, Esc goes back to where one was.

    Enter pressed before every provider has answered waits for them: what is found first is not yet what comes first.
    """

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search_box")
        self.setAccessibleName(words)
        self.setPlaceholderText(words)
        theme.set_look(self, "search")
        self.providers: list[Provider] = []
        self.nothing: Callable[[str], Sequence[Hit]] = lambda _text: ()
        self.model = RowsModel[Hit]([Column("", lambda hit: f"{hit.title}, {hit.detail}".strip(", "))], parent=self)
        self._answers: list[Sequence[Hit] | None] = []
        self._asked = 0
        self._hurried = False
        self._picked: Hit | None = None
        self._back: QWidget | None = None
        self._cap = key_cap("Ctrl K")
        self._cap.setParent(self)
        self._popup, self.list = self._build_popup()
        self.textChanged.connect(lambda _text: self._ask())

    def enter(self) -> None:
        """Take the focus, remembering where it was."""
        here = QApplication.focusWidget()
        if here is not self:
            self._back = here
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def leave(self) -> None:
        """Empty the box and give the focus back."""
        self.clear()
        self._popup.hide()
        if self._back is not None and self._back.isVisible():
            self._back.setFocus(Qt.FocusReason.OtherFocusReason)
        self._back = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrows, go with Enter, back out with Esc."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._move(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._hurried = None in self._answers
            if not self._hurried:
                self._go(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Close the list, unless only a menu opened."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._popup.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the key's cap at the right end."""
        super().resizeEvent(event)
        self._cap.adjustSize()
        self.setTextMargins(0, 0, self._cap.width() + theme.px(4), 0)
        self._cap.move(self.width() - self._cap.width() - theme.px(10), (self.height() - self._cap.height()) // 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and self._popup.isVisible():
            self._place()
        return False

    def _ask(self) -> None:
        text = self.text().strip()
        self._asked += 1
        self._answers = []
        self._hurried, self._picked = False, None
        self._cap.setVisible(not self.text())
        if not text:
            self._popup.hide()
            self.model.set_rows([])
            return
        self._answers = [None] * len(self.providers)
        for number, provider in enumerate(self.providers):
            provider(text, partial(self._take, self._asked, number))

    def _take(self, asked: int, number: int, hits: Sequence[Hit]) -> None:
        if asked != self._asked:
            return
        self._answers[number] = hits
        found = sorted((hit for answer in self._answers for hit in answer or ()), key=lambda hit: hit.near)
        if not found and None not in self._answers:
            found = list(self.nothing(self.text().strip()))
        if found or None not in self._answers:
            self._show(found)
        if self._hurried and None not in self._answers:
            self._hurried = False
            self._go(self.list.currentIndex())

    def _show(self, hits: list[Hit]) -> None:
        self.model.set_rows(hits)
        self._popup.setVisible(bool(hits) and self.hasFocus())
        if hits:
            self._place()
            picked = next((place for place, hit in enumerate(hits) if hit is self._picked), 0)
            self.list.setCurrentIndex(self.model.index(picked, 0))
            self.setAccessibleDescription(self.list.currentIndex().data())

    def _move(self, step: int) -> None:
        if not self._popup.isVisible():
            self._ask()
            return
        row = min(max(self.list.currentIndex().row() + step, 0), self.model.rowCount() - 1)
        self.list.setCurrentIndex(self.model.index(row, 0))
        self._picked = self.model.row(self.list.currentIndex())
        self.setAccessibleDescription(self.list.currentIndex().data())

    def _go(self, index: QModelIndex) -> None:
        if not index.isValid() or not self._popup.isVisible():
            return
        hit = self.model.row(index)
        self.leave()
        hit.run()

    def _place(self) -> None:
        window = self.window()
        if self._popup.parentWidget() is not window:
            self._popup.setParent(window)
            window.installEventFilter(self)
            self._popup.show()
        rows = min(self.model.rowCount(), _SHOWN)
        height = rows * self.list.sizeHintForRow(0) + theme.px(10)
        corner = self.mapTo(window, QPoint(0, self.height() + theme.px(2)))
        self._popup.setGeometry(QRect(corner, QSize(max(self.width(), theme.px(460)), height)))
        self._popup.raise_()

    def _build_popup(self) -> tuple[QFrame, QListView]:
        popup = QFrame(self)
        popup.setObjectName("search_popup")
        theme.set_look(popup, "popup")
        popup.hide()
        view = QListView()
        view.setObjectName("search_results")
        theme.set_look(view, "bare")
        view.setAccessibleName(self.tr("Search results"))
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setModel(self.model)
        view.setItemDelegate(HitDelegate(view))
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.clicked.connect(self._go)
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        layout.addWidget(view)
        return popup, view


class HitDelegate(QStyledItemDelegate):
    """Paints a hit: icon, title, a second line with the identifiers, the shortcut at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # type: ignore[override]
        """Two lines and some air."""
        height = QFontMetrics(theme.font()).height() + QFontMetrics(theme.font("small")).height() + theme.px(10)
        return QSize(theme.px(300), height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        """Paint one hit."""
        hit: Hit = index.data(ROW_ROLE)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        tokens = theme.current()
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(tokens.accent_tint))
        self._words(painter, hit, rect.adjusted(theme.px(44), theme.px(4), -theme.px(10), -theme.px(4)))
        side = theme.px(20)
        if hit.icon:
            ratio = painter.device().devicePixelRatio()
            picture = icons.pixmap(hit.icon, tokens.secondary, side, ratio)
            painter.drawPixmap(rect.left() + theme.px(12), rect.center().y() - side // 2, picture)
        painter.restore()

    def _words(self, painter: QPainter, hit: Hit, box: QRect) -> None:
        tokens, small = theme.current(), QFontMetrics(theme.font("small"))
        right = small.horizontalAdvance(hit.shortcut) + theme.px(8) if hit.shortcut else 0
        words = box.adjusted(0, 0, -right, 0)
        top = Qt.AlignmentFlag.AlignLeft | (Qt.AlignmentFlag.AlignTop if hit.detail else Qt.AlignmentFlag.AlignVCenter)
        bold = theme.font(bold=True)
        painter.setFont(bold)
        painter.setPen(QColor(tokens.text))
        elide = Qt.TextElideMode.ElideRight
        painter.drawText(words, top, QFontMetrics(bold).elidedText(hit.title, elide, words.width()))
        painter.setFont(theme.font("small"))
        painter.setPen(QColor(tokens.secondary))
        bottom = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
        painter.drawText(words, bottom, small.elidedText(hit.detail, elide, words.width()))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, hit.shortcut)
