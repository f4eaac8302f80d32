"""A page of sections: a list of them at the left, the chosen one at the right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSettings, QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPen, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from psc_desk.models.staff import Right
from psc_desk.queries.staff import person
from psc_desk.ui import theme
from psc_desk.ui.alt_keys import give_alt_keys
from psc_desk.ui.context import Context
from psc_desk.ui.focus_order import set_reading_order
from psc_desk.ui.page import Page
from psc_desk.ui.panels import PanelHeader
from psc_desk.ui.rows_model import ROW_ROLE, Column, RowsModel
from psc_desk.ui.widgets.list_finder import ListFinder
from psc_desk.work import Read


@dataclass(frozen=True)
class Section:
    """A section: shown to people whose role includes `right`, to everyone when there is none.

    `group` is the heading above the first section of each group; `about` says what is done there.
    """

    key: str
    title: str
    build: Callable[[Context], Any]
    right: Right | None = None
    group: str = ""
    about: str = ""


class RoomyRows(QStyledItemDelegate):
    """Rows as high as a button; the first of a group carries the group's heading above it."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the row's size."""
        return QSize(super().sizeHint(option, index).width(), theme.px(34) + _heading_height(index))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the heading, when there is one, and the row under it."""
        above = _heading_height(index)
        if above:
            place = QRect(option.rect.x() + theme.px(3), option.rect.y(), option.rect.width(), above - theme.px(4))
            painter.save()
            painter.setFont(theme.font("small", bold=True))
            painter.setPen(theme.color(theme.current().secondary))
            painter.drawText(
                place, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, index.data(ROW_ROLE).group
            )
            painter.restore()
        row = QStyleOptionViewItem(option)
        row.rect = option.rect.adjusted(0, above, 0, 0)
        super().paint(painter, row, index)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.save()
            painter.setPen(QPen(theme.color(theme.current().accent), 2))
            painter.drawRect(row.rect.adjusted(1, 1, -1, -1))
            painter.restore()


def _heading_height(index: QModelIndex | QPersistentModelIndex) -> int:
    group = index.data(ROW_ROLE).group
    before = index.sibling(index.row() - 1, 0)
    if not group or (before.isValid() and before.data(ROW_ROLE).group == group):
        return 0
    return theme.px(34 if before.isValid() else 26)


def rights_here(read: Read) -> frozenset[Right]:
    """Return what the signed-in person may do."""
    return frozenset() if read.actor_id is None else person(read, read.actor_id).rights


class SectionsPage(Page):
    """Each section is built when first chosen. A section has `reload()`."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._all = self.sections()
        self.built: dict[str, Any] = {}
        self._wanted = ""
        self.model = RowsModel[Section]([Column("", lambda row: row.title)], key=lambda row: row.key)
        self.list, self.stack = QListView(), QStackedWidget()
        self.head = PanelHeader(self.title())
        self.finder = ListFinder()
        self._build()
        self.list.selectionModel().currentChanged.connect(self._chosen)
        reach = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence("Ctrl+F"), self, context=reach).activated.connect(self.finder.enter)

    def reload(self) -> None:
        """Ask what the person may change, then show it."""
        self.context.ask(self, rights_here, then=self._allow)

    def choose(self, key: str) -> Any:
        """Show a section, building it when it was not needed before; return its widget."""
        self._wanted = key
        place = self.model.find(key)
        if place.isValid():
            self.list.setCurrentIndex(place)
        return self.built.get(key)

    def allowed(self, rights: frozenset[Right]) -> list[Section]:
        """Return the sections that a person with these rights sees."""
        return [one for one in self._all if one.right is None or one.right in rights]

    def _allow(self, rights: frozenset[Right]) -> None:
        here = self.model.key_at(self.list.currentIndex())
        self.model.set_rows(self.allowed(rights))
        index = self.model.find(here)
        if not index.isValid():
            wanted = self.model.find(self._wanted)
            self.list.setCurrentIndex(wanted if wanted.isValid() else self.model.index(0, 0))
        else:
            self.list.setCurrentIndex(index)
            self.built[here].reload()

    def _chosen(self, index: QModelIndex, _before: QModelIndex) -> None:
        if not index.isValid():
            return
        section = self.model.row(index)
        if section.key not in self.built:
            self.built[section.key] = self._built(section)
            self.stack.addWidget(self.built[section.key])
            set_reading_order(self)
        self.stack.setCurrentWidget(self.built[section.key])
        self.head.title.setText(section.title)
        self.head.subtitle.setText(section.about)
        self.head.subtitle.setToolTip(section.about)
        self.finder.look_in(self.built[section.key])
        self.built[section.key].reload()

    def _built(self, section: Section) -> Any:
        made = section.build(self.context)
        give_alt_keys(made)
        wanted = getattr(made, "patient_wanted", None)
        if wanted is not None:
            wanted.connect(self.patient_wanted)
        return made

    def sections(self) -> tuple[Section, ...]:
        """Return the sections, in order; a page of its own says which."""
        raise NotImplementedError

    def remember(self, memory: QSettings) -> None:
        """Write which section is shown."""
        memory.setValue(f"{self.NAME}/section", self.model.key_at(self.list.currentIndex()))

    def recall(self, memory: QSettings) -> None:
        """Show the section that was shown last."""
        self._wanted = str(memory.value(f"{self.NAME}/section", ""))

    def _build(self) -> None:
        self.list.setObjectName(f"{self.NAME}_sections")
        self.list.setAccessibleName(self.tr("Sections of {0}").format(self.title()))
        self.list.setModel(self.model)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setItemDelegate(RoomyRows(self.list))
        theme.set_look(self.list, "page")
        left, right = QFrame(), QFrame()
        for panel in (left, right):
            theme.set_look(panel, "panel")
        left.setFixedWidth(theme.px(232))
        inside_left, inside_right = QVBoxLayout(left), QVBoxLayout(right)
        for layout in (inside_left, inside_right):
            layout.setContentsMargins(1, 1, 1, 1)
            layout.setSpacing(0)
        inside_left.addWidget(PanelHeader(self.title()))
        framed = QVBoxLayout()
        framed.setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(8))
        framed.addWidget(self.list)
        inside_left.addLayout(framed, 1)
        self.head.add(self.finder)
        inside_right.addWidget(self.head)
        inside_right.addWidget(self.stack, 1)
        across = QHBoxLayout(self)
        edge = theme.px(12)
        across.setContentsMargins(edge, edge, edge, edge)
        across.setSpacing(edge)
        across.addWidget(left)
        across.addWidget(right, 1)
        self.setFocusProxy(self.list)
