"""All that a page receives: how to change, how to ask, and how to say what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

from psc_desk.ui.bus import EventBus
from psc_desk.ui.lanes import Lanes
from psc_desk.ui.report import Report
from psc_desk.ui.shelf import Shelf

T = TypeVar("T")


class DeskPort(Protocol):
    """The desk as the window sees it; both verbs run in a lane, never in the window's thread."""

    @property
    def actor(self) -> Any:
        """The signed-in person's StaffRow, or None."""
        ...

    @property
    def last_posted(self) -> tuple[int, ...]:
        """Money posted by the last `do` that is listed after a crash until the person was told of it."""
        ...

    def do(self, usecase: Callable[..., T], /, *args: Any, **kw: Any) -> T:
        """Run a use case in one transaction and publish what it announced."""
        ...

    def ask(self, query: Callable[..., T], /, *args: Any, **kw: Any) -> T:
        """Run a query, which only reads."""
        ...


@dataclass(frozen=True)
class Context:
    """What a page may use. `devices` is whatever the composition root hands to the pages that need it."""

    desk: DeskPort
    bus: EventBus
    lanes: Lanes
    devices: Any
    report: Report
    shelf: Shelf = field(default_factory=Shelf)

    def do(
        self,
        owner: QObject,
        usecase: Callable[..., T],
        *args: Any,
        then: Callable[[T], Any] | None = None,
        failed: Callable[[Exception], Any] | None = None,
        **kw: Any,
    ) -> None:
        """Change something: `usecase(work, *args, **kw)` in the database's lane, then `then(result)`.

        An error goes to `failed` if given and `owner` still lives, else to the message bar. Money that was posted is
        noted as shown once `then` has said so.
        """

        def change() -> tuple[T, tuple[int, ...]]:
            return self.desk.do(usecase, *args, **kw), self.desk.last_posted

        def tell(answer: tuple[T, tuple[int, ...]]) -> None:
            result, posted = answer
            if then is not None:
                then(result)
                self._shown(posted)

        self.run(owner, "db", change, then=tell, failed=failed)

    def _shown(self, posted: tuple[int, ...]) -> None:
        if not posted:
            return
        from psc_desk.usecases.unshown import mark_shown

        self.lanes.submit("db", lambda: self.desk.do(mark_shown, posted), lambda _nothing: None, self.report)

    def ask(
        self,
        owner: QObject,
        query: Callable[..., T],
        *args: Any,
        then: Callable[[T], Any],
        failed: Callable[[Exception], Any] | None = None,
        lane: str = "db",
        **kw: Any,
    ) -> None:
        """Read something: `query(work, *args, **kw)`; `then(rows)` is dropped when `owner` was closed meanwhile."""
        self.run(owner, lane, lambda: self.desk.ask(query, *args, **kw), then=then, failed=failed)

    def run(
        self,
        owner: QObject,
        lane: str,
        work: Callable[[], T],
        *,
        then: Callable[[T], Any] | None = None,
        failed: Callable[[Exception], Any] | None = None,
    ) -> None:
        """Run any `work()` in `lane` ("db", "reports", "device", "network"), e.g. something slow at a device."""

        def deliver(result: T) -> None:
            if then is not None and isValid(owner):
                then(result)

        def refuse(error: Exception) -> None:
            (failed if failed is not None and isValid(owner) else self.report)(error)

        self.lanes.submit(lane, work, deliver, refuse)
