"""What window tests share: the theme, lanes that are stopped, and a context over a plain stand-in for the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from psc_desk.ui import theme
from psc_desk.ui.bus import EventBus
from psc_desk.ui.context import Context
from psc_desk.ui.lanes import Lanes
from psc_desk.ui.report import Message, Report


@dataclass
class PlainDesk:
    """Runs use cases and queries with itself as the work; no database."""

    actor: Any = None
    done: list[Any] = field(default_factory=list)
    last_posted: tuple[int, ...] = ()

    def do(self, usecase: Callable[..., Any], /, *args: Any, **kw: Any) -> Any:
        """Call the use case."""
        self.done.append(usecase)
        return usecase(self, *args, **kw)

    def ask(self, query: Callable[..., Any], /, *args: Any, **kw: Any) -> Any:
        """Call the query."""
        return query(self, *args, **kw)


@dataclass
class Said:
    """What the message bar was told."""

    messages: list[Message] = field(default_factory=list)

    @property
    def last(self) -> Message:
        """The newest message."""
        return self.messages[-1]


@pytest.fixture(autouse=True)
def look(qapp: QApplication) -> None:
    """Light theme, no effects, US locale."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    qapp.setCursorFlashTime(0)
    if theme.current().name != "light" or theme.scale() != 1.0 or not qapp.styleSheet():
        theme.apply(qapp, "light")


@pytest.fixture
def lanes(qapp: QApplication) -> Iterator[Lanes]:
    """Lanes, stopped at the end; a thread that does not stop fails the test."""
    made = Lanes()
    yield made
    assert made.stop()


@pytest.fixture
def report(qapp: QApplication) -> Report:
    """The window's report."""
    return Report()


@pytest.fixture
def said(report: Report) -> Said:
    """What was said."""
    heard = Said()
    report.said.connect(heard.messages.append)
    return heard


@pytest.fixture
def context(lanes: Lanes, report: Report) -> Context:
    """A context over a PlainDesk."""
    return Context(desk=PlainDesk(), bus=EventBus(report), lanes=lanes, devices=None, report=report)
