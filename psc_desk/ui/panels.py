"""The Desk page's panels: resized, hidden, moved to a second screen, and back as they were left.

Queue | calendar | chart over drawer. Below 1366 pixels the right column becomes a drawer over the calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QToolButton, QVBoxLayout, QWidget

from psc_desk.ui import theme
from psc_desk.ui.widgets.basic import ElidedLabel

NARROW = 1366
"""Below this width of the window (logical pixels at 100 %) the right column lies over the calendar."""


@dataclass(frozen=True)
class Panel:
    """A panel: `key` is its objectName, `title` the title of its own window."""

    key: str
    title: str
    widget: QWidget
    icon: str = "layout-columns"


class PanelFrame(QFrame):
    """The surface around one panel; it can leave for a window of its own and come back."""

    came_back = Signal()

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self.panel = panel
        self.window_of_its_own: PanelWindow | None = None
        self.setObjectName(f"panel_{panel.key}")
        self.setAccessibleName(panel.title)
        theme.set_look(self, "panel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(panel.widget)

    @property
    def is_floating(self) -> bool:
        """True while the panel is in a window of its own."""
        return self.window_of_its_own is not None

    def float(self) -> None:
        """Move to a window of its own."""
        self.window_of_its_own = PanelWindow(self)
        self.window_of_its_own.closed.connect(self.dock)
        self.window_of_its_own.show()

    def dock(self) -> None:
        """Come back."""
        if self.window_of_its_own is None:
            return
        window, self.window_of_its_own = self.window_of_its_own, None
        window.release()
        self.layout().addWidget(self.panel.widget)  # type: ignore[union-attr]
        self.panel.widget.show()
        self.came_back.emit()


class PanelWindow(QWidget):
    """A panel on a second screen; closing it brings the panel back."""

    closed = Signal()

    def __init__(self, frame: PanelFrame) -> None:
        super().__init__(frame.window(), Qt.WindowType.Window)
        self.setObjectName(f"window_{frame.panel.key}")
        self.setWindowTitle(f"PSC Desk - {frame.panel.title}")
        theme.set_look(self, "window")
        self.resize(frame.size())
        layout = QVBoxLayout(self)
        layout.addWidget(frame.panel.widget)

    def release(self) -> None:
        """Give the panel away and go."""
        self.closed.disconnect()
        self.hide()
        self.deleteLater()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Bring the panel back."""
        event.accept()
        self.closed.emit()


class Panels(QWidget):
    """`Panels(queue, calendar, [chart, drawer])`; `actions()` hides, shows and floats them for Ctrl+K."""

    def __init__(
        self,
        left: Panel,
        middle: Panel,
        right: Sequence[Panel],
        memory_key: str = "desk",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"panels_{memory_key}")
        self._key = memory_key
        self._narrow = False
        self._wide: QByteArray | None = None
        self._front = right[0].key
        self._squeezed: list[PanelFrame] = []
        self.setMinimumSize(theme.px(760), theme.px(360))
        self.frames = {panel.key: PanelFrame(panel) for panel in (left, middle, *right)}
        self.across = _splitter(Qt.Orientation.Horizontal, "across")
        self.column = _splitter(Qt.Orientation.Vertical, "column")
        self._tabs = self._build_tabs(right)
        self._build(left, middle, right)
        for frame in self.frames.values():
            frame.came_back.connect(partial(frame.setVisible, True))
            self._offer(frame)

    @property
    def is_narrow(self) -> bool:
        """True while the right column is a drawer over the calendar."""
        return self._narrow

    def show_column(self, shown: bool = True) -> None:
        """In a narrow window, draw the right column over the calendar or push it back."""
        if self._narrow:
            self.column.setVisible(shown)
            self._place_column()

    def show_panel(self, key: str) -> None:
        """Bring a panel into view, wherever it is, and put the focus into it."""
        frame = self.frames[key]
        if frame.window_of_its_own is not None:
            frame.window_of_its_own.activateWindow()
        else:
            frame.show()
            if self.column.isAncestorOf(frame):
                self._front = key
                self.show_column()
        frame.panel.widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle(self, key: str) -> None:
        """Hide a panel, or show it again."""
        frame = self.frames[key]
        frame.dock() if frame.is_floating else frame.setVisible(frame.isHidden())

    def float(self, key: str) -> None:
        """Move a panel to a window of its own, or back."""
        frame = self.frames[key]
        if frame.is_floating:
            frame.dock()
            return
        frame.float()
        frame.hide()

    def remember(self, memory: QSettings) -> None:
        """Write sizes and which panels are hidden or in windows of their own."""
        wide = self._wide if self._narrow else self.across.saveState()
        if wide is not None:
            memory.setValue(f"{self._key}/across", wide)
        memory.setValue(f"{self._key}/column", self.column.saveState())
        for key, frame in self.frames.items():
            state = "floating" if frame.is_floating else "hidden" if self._is_put_away(frame) else "docked"
            memory.setValue(f"{self._key}/{key}", state)
            if frame.window_of_its_own is not None:
                memory.setValue(f"{self._key}/{key}_place", frame.window_of_its_own.saveGeometry())

    def recall(self, memory: QSettings) -> None:
        """Bring back what `remember` wrote."""
        self._wide = memory.value(f"{self._key}/across")
        column = memory.value(f"{self._key}/column")
        if self._wide is not None and not self._narrow:
            self.across.restoreState(self._wide)
        if column is not None:
            self.column.restoreState(column)
        for key, frame in self.frames.items():
            state = memory.value(f"{self._key}/{key}", "docked")
            frame.setVisible(state == "docked")
            place = memory.value(f"{self._key}/{key}_place")
            if state == "floating":
                self.float(key)
            if frame.window_of_its_own is not None and place is not None:
                frame.window_of_its_own.restoreGeometry(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Change to the narrow shape and back."""
        super().resizeEvent(event)
        narrow = self.window().width() < theme.px(NARROW)
        if narrow != self._narrow:
            self._set_narrow(narrow)
        self._place_column()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc pushes the drawer over the calendar back."""
        if event.key() == Qt.Key.Key_Escape and self._narrow and self.column.isVisible():
            self.show_column(False)
            return
        super().keyPressEvent(event)

    def _build(self, left: Panel, middle: Panel, right: Sequence[Panel]) -> None:
        self.across.addWidget(self.frames[left.key])
        self.across.addWidget(self.frames[middle.key])
        for panel in right:
            self.column.addWidget(self.frames[panel.key])
        self.column.setStretchFactor(0, 1)
        self.column.setSizes([theme.px(645), theme.px(180)])
        self.across.addWidget(self.column)
        self.across.setStretchFactor(1, 1)
        self.across.setSizes([theme.px(352), theme.px(820), theme.px(384)])
        self.across.splitterMoved.connect(lambda _place, _handle: self._moved())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(12), theme.px(12), theme.px(12), theme.px(12))
        layout.setSpacing(theme.px(4))
        layout.addWidget(self.across, 1)
        layout.addWidget(self._tabs)

    def _build_tabs(self, right: Sequence[Panel]) -> QFrame:
        tabs = QFrame()
        tabs.setObjectName("column_tabs")
        tabs.setFixedWidth(theme.px(64))
        theme.set_look(tabs, "panel")
        layout = QVBoxLayout(tabs)
        layout.setContentsMargins(1, theme.px(4), 1, theme.px(4))
        for panel in right:
            tab = QToolButton()
            tab.setObjectName(f"tab_{panel.key}")
            tab.setText(panel.title)
            tab.setAccessibleName(panel.title)
            tab.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            tab.setFixedWidth(theme.px(60))
            theme.style(tab, "small")
            theme.set_icon(tab, panel.icon, "secondary")
            tab.clicked.connect(partial(self._tab_clicked, panel.key))
            layout.addWidget(tab)
        layout.addStretch()
        tabs.hide()
        return tabs

    def _tab_clicked(self, key: str, _checked: bool = False) -> None:
        if self.column.isVisible() and self.frames[key] not in self._squeezed:
            self.show_column(False)
        else:
            self.show_panel(key)

    def _set_narrow(self, narrow: bool) -> None:
        self._narrow = narrow
        self._make_room()
        self._tabs.setVisible(narrow)
        if narrow:
            self.column.setParent(self)
            self.column.hide()
        else:
            self.across.addWidget(self.column)
            self.column.show()
            self._restore_wide()

    def _restore_wide(self) -> None:
        if self._wide is None or not self.across.restoreState(self._wide):
            self.across.setSizes([theme.px(352), max(theme.px(400), self.width() - theme.px(740)), theme.px(384)])

    def _moved(self) -> None:
        if not self._narrow:
            self._wide = self.across.saveState()

    def _place_column(self) -> None:
        if not self._narrow:
            return
        edge, width = theme.px(12), min(theme.px(400), self.width() - theme.px(100))
        right = self.width() - edge - self._tabs.width() - theme.px(4)
        self.column.setGeometry(right - width, edge, width, self.height() - 2 * edge)
        self.column.raise_()
        self._make_room()

    def _make_room(self) -> None:
        """Show one panel of the column where it is too low for all: a banner must never be cut."""
        for frame in self._squeezed:
            frame.show()
        self._squeezed = []
        front = self.frames[self._front]
        if not self._narrow or front.isHidden() or self.column.height() >= self.column.minimumSizeHint().height():
            return
        inside = [self.column.widget(place) for place in range(self.column.count())]
        self._squeezed = [
            one for one in inside if isinstance(one, PanelFrame) and one is not front and not one.isHidden()
        ]
        for frame in self._squeezed:
            frame.hide()

    def _is_put_away(self, frame: PanelFrame) -> bool:
        return frame.isHidden() and frame not in self._squeezed

    def _offer(self, frame: PanelFrame) -> None:
        title, key = frame.panel.title, frame.panel.key
        for name, text, run in (
            ("toggle", self.tr("Hide or show: {0}"), self.toggle),
            ("float", self.tr("Own window or back: {0}"), self.float),
        ):
            action = QAction(text.format(title), self)
            action.setObjectName(f"{name}_{key}")
            action.setData(frame.panel.icon)
            action.triggered.connect(lambda _checked=False, run=run, key=key: run(key))
            self.addAction(action)


class PanelHeader(QWidget):
    """A panel's head: title, a quieter subtitle, and whatever is added at the right."""

    def __init__(self, title: str, subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = theme.label(title, "heading", bold=True)
        self.subtitle = ElidedLabel(subtitle)
        theme.style(self.subtitle, "small", look="secondary")
        self.subtitle.setObjectName("panel_subtitle")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(theme.px(14), theme.px(8), theme.px(12), theme.px(8))
        self._layout.setSpacing(theme.px(10))
        self._layout.addWidget(self.title)
        self._layout.addWidget(self.subtitle)
        self._layout.addStretch()
        self.setMinimumHeight(theme.px(42))

    def add(self, widget: QWidget) -> None:
        """Add a control at the right."""
        self._layout.addWidget(widget)


def _splitter(orientation: Qt.Orientation, name: str) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setObjectName(name)
    theme.set_look(splitter, "window")
    splitter.setChildrenCollapsible(False)
    splitter.setHandleWidth(theme.px(12))
    return splitter
