"""A list with what can be done to its rows: table, actions under it, and words where there is nothing yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.rows_model import Column, RowsModel
from psc_desk.ui.widgets.basic import EmptyState, button
from psc_desk.ui.widgets.flow import FlowLayout
from psc_desk.ui.widgets.table import RowsTable

R = TypeVar("R")


@dataclass(frozen=True)
class RowAction(Generic[R]):
    """Something to do to the selected row; `fits` says whether it may be done to this one."""

    name: str
    words: str
    run: Callable[[R], Any]
    fits: Callable[[R], bool] = lambda _row: True
    look: str = ""


class ListTab(QWidget, Generic[R]):
    """`ask` is the query that gives the rows; the first action is what Enter or a double click does."""

    patient_wanted = Signal(int)

    def __init__(
        self,
        context: Context,
        columns: Sequence[Column[R]],
        key: Callable[[R], Any],
        *,
        name: str,
        words: str,
        ask: Callable[..., Sequence[R]],
        empty: str,
        actions: Sequence[RowAction[R]] = (),
    ) -> None:
        super().__init__()
        self.context = context
        self._ask = ask
        self._actions = tuple(actions)
        self.buttons: dict[str, QPushButton] = {}
        self.table = RowsTable(RowsModel(columns, key=key), name, words)
        self.head, self.foot = QHBoxLayout(), QWidget()
        self._pages = QStackedWidget()
        self._pages.addWidget(EmptyState(empty))
        self._pages.addWidget(self.table)
        self._build()
        self.table.row_selected.connect(lambda _row: self._enable())
        self.table.row_opened.connect(self._open)

    def do_and_say(self, words: str, usecase: Callable[..., Any], *args: Any, **kw: Any) -> None:
        """Run a use case and say in the message bar that it was done."""
        self.context.do(self, usecase, *args, then=lambda _result: self.context.report.done(words), **kw)

    def reload(self) -> None:
        """Ask for the rows again."""
        self.context.ask(self, self._ask, then=self.show_rows)

    def show_rows(self, rows: Sequence[R]) -> None:
        """Show these rows."""
        self.table.rows.set_rows(rows)
        self._pages.setCurrentIndex(1 if rows else 0)
        self._choose_one()

    def narrow(self, text: str) -> None:
        """Show only rows in which each word of `text` stands."""
        self.table.rows.narrow(text)
        self._choose_one()

    def _choose_one(self) -> None:
        if self.table.rows.rowCount() and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.table.rows.index(0, 0))
        self._enable()

    def add_button(self, name: str, words: str, run: Callable[[], Any], *, look: str = "") -> QPushButton:
        """Add an action that needs no row, before the others."""
        made = button(name, words, run, look=look)
        self.buttons[name] = made
        self.head.addWidget(made)
        return made

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        edge = theme.px(14)
        layout.setContentsMargins(0, theme.px(4), 0, edge)
        layout.addWidget(self._pages, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(edge, 0, edge, 0)
        self.head.setSpacing(theme.px(8))
        foot.addLayout(self.head)
        foot.addWidget(self.foot, 1)
        flow = FlowLayout(self.foot)
        flow.setSpacing(theme.px(8))
        for action in self._actions:
            made = button(action.name, action.words, partial(self._run, action), look=action.look)
            self.buttons[action.name] = made
            flow.addWidget(made)
        layout.addLayout(foot)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        self._enable()

    def _enable(self) -> None:
        row = self.table.current_row() if self.table.rows.rowCount() else None
        for action in self._actions:
            fits, made = row is not None and action.fits(row), self.buttons[action.name]
            if not fits and self.window().focusWidget() is made:
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
            made.setEnabled(fits)

    def _run(self, action: RowAction[R]) -> None:
        row = self.table.current_row()
        if row is not None and action.fits(row):
            action.run(row)

    def _chosen(self, action: RowAction[R], _checked: bool = False) -> None:
        self._run(action)

    def _open(self, row: R) -> None:
        first = next((action for action in self._actions if action.fits(row)), None)
        if first is not None:
            first.run(row)

    def _menu(self, place: QPoint) -> None:
        row = self.table.current_row()
        if row is None:
            return
        menu = QMenu(self)
        menu.setObjectName("row_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in (one for one in self._actions if one.fits(row)):
            entry = QAction(action.words, menu)
            entry.triggered.connect(partial(self._chosen, action))
            menu.addAction(entry)
        menu.popup(self.table.viewport().mapToGlobal(place))
