"""The field above a list that leaves only the rows in which what is typed stands."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from psc_desk.ui import theme
from psc_desk.ui.widgets.list_tab import ListTab


class ListFinder(QLineEdit):
    """Every word typed must stand somewhere in the row; Enter and Down go to the rows, Esc shows all of them again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tab: ListTab[object] | None = None
        self.count = QLabel(self)
        self.setObjectName("list_find")
        self.setAccessibleName(self.tr("Find in this list"))
        self.setPlaceholderText(self.tr("Find in this list  (Ctrl+F)"))
        self.setFixedWidth(theme.px(210))
        theme.style(self.count, "small", look="secondary")
        self.textChanged.connect(self._narrow)
        self.hide()

    def look_in(self, section: QWidget) -> None:
        """Belong to a section; one that is no list needs no field."""
        self.clear()
        if self._tab is not None:
            self._tab.table.rows.modelReset.disconnect(self._count)
        self._tab = section if isinstance(section, ListTab) else None
        if self._tab is not None:
            self._tab.table.rows.modelReset.connect(self._count)
        self.setVisible(self._tab is not None)

    def enter(self) -> None:
        """Take the keys."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the rows, with what was typed or without it."""
        to_rows = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down, Qt.Key.Key_Escape)
        if self._tab is None or event.key() not in to_rows:
            super().keyPressEvent(event)
            return
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        self._tab.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _narrow(self, text: str) -> None:
        if self._tab is not None:
            self._tab.narrow(text)
            self._count()

    def _count(self) -> None:
        assert self._tab is not None
        shown, given = self._tab.table.rows.counts()
        self.count.setText(self.tr("{0} of {1}").format(shown, given) if self.text().strip() else "")
        self.count.adjustSize()
        self.count.move(self.width() - self.count.width() - theme.px(10), (self.height() - self.count.height()) // 2)
        self.setAccessibleDescription(self.count.text())
