"""Lanes: one worker thread each, so that nothing slow runs where the window paints."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from queue import Queue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")
NAMES = ("db", "reports", "device", "network")


@dataclass(frozen=True)
class _Job:
    work: Callable[[], Any]
    then: Callable[[Any], Any]
    failed: Callable[[Exception], Any]


class Lanes(QObject):
    """Runs work in named lanes, in order within a lane, and brings the answers back to the window's thread.

    A lane's thread starts with its first job. The owner calls `stop()` before the program ends.
    """

    _finished = Signal(object)

    def __init__(self, names: Iterable[str] = NAMES, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues: dict[str, Queue[_Job | None]] = {name: Queue() for name in names}
        self._threads: dict[str, threading.Thread] = {}
        self._stopped = False
        self._pending = 0
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self, lane: str, work: Callable[[], T], then: Callable[[T], Any], failed: Callable[[Exception], Any]
    ) -> None:
        """Run `work()` in `lane`; then `then(result)` or `failed(error)` in the window's thread."""
        if self._stopped:
            return
        self._pending += 1
        if lane not in self._threads:
            self._start(lane)
        self._queues[lane].put(_Job(work, then, failed))

    @property
    def busy(self) -> bool:
        """True while work is under way or an answer has not been delivered."""
        return self._pending > 0

    @property
    def stopped(self) -> bool:
        """True once `stop` was called."""
        return self._stopped

    def stop(self, timeout: float = 5.0) -> bool:
        """Let running jobs finish, drop waiting ones and all answers; False if a lane did not end in `timeout` s."""
        self._stopped = True
        deadline = time.monotonic() + timeout
        for name in self._threads:
            _drain(self._queues[name])
            self._queues[name].put(None)
        for thread in self._threads.values():
            thread.join(max(0.0, deadline - time.monotonic()))
        self._pending = 0
        return not any(thread.is_alive() for thread in self._threads.values())

    def _start(self, lane: str) -> None:
        thread = threading.Thread(target=self._run, args=(self._queues[lane],), name=f"lane-{lane}", daemon=True)
        self._threads[lane] = thread
        thread.start()

    def _run(self, queue: Queue[_Job | None]) -> None:
        while (job := queue.get()) is not None:
            answer = _answer(job)
            del job
            if self._stopped:
                return
            self._finished.emit(answer)
            del answer

    def _deliver(self, answer: Callable[[], Any]) -> None:
        if self._stopped:
            return
        self._pending -= 1
        answer()


def _answer(job: _Job) -> Callable[[], Any]:
    try:
        return partial(job.then, job.work())
    except Exception as error:  # noqa: BLE001 - the lane hands every error to the window
        return partial(job.failed, error)


def _drain(queue: Queue[_Job | None]) -> None:
    while not queue.empty():
        queue.get_nowait()
