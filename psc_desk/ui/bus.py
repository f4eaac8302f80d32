"""The window's bus: what happened is told to whoever shows it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

Listener = Callable[[Any], Any]


@dataclass(frozen=True)
class _Subscription:
    owner: weakref.ref[QObject]
    types: tuple[type, ...]
    listener: Callable[[], Listener | None]

    def live(self) -> Listener | None:
        owner = self.owner()
        return self.listener() if owner is not None and isValid(owner) else None


class EventBus(QObject):
    """Delivers events in the window's thread, in order; `publish` may be called from any thread."""

    _published = Signal(object)

    def __init__(self, report: Callable[[Exception], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self._subscriptions: list[_Subscription] = []
        self._published.connect(self._deliver)

    def publish(self, events: Iterable[object]) -> None:
        """Tell every subscriber of each event; from a lane this is queued to the window's thread."""
        self._published.emit(tuple(events))

    def subscribe(self, owner: QObject, types: Iterable[type], listener: Listener) -> None:
        """Call `listener(event)` for events of `types` while `owner` lives."""
        self._subscriptions.append(_Subscription(weakref.ref(owner), tuple(types), _hold(owner, listener)))

    def _deliver(self, events: tuple[object, ...]) -> None:
        for event in events:
            self._tell(event)
        self._subscriptions = [one for one in self._subscriptions if one.live() is not None]

    def _tell(self, event: object) -> None:
        for one in list(self._subscriptions):
            listener = one.live() if isinstance(event, one.types) else None
            if listener is None:
                continue
            try:
                listener(event)
            except Exception as error:  # noqa: BLE001 - one page must not keep the news from the others
                self._report(error)


def _hold(owner: QObject, listener: Listener) -> Callable[[], Listener | None]:
    """Keep a method of `owner` weakly, so that the bus keeps nobody alive; anything else strongly."""
    if getattr(listener, "__self__", None) is owner:
        return weakref.WeakMethod(listener)
    return lambda: listener
