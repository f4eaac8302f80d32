"""What `psc-desk bench` measures in a process of its own: `python -m psc_desk.bench_window WHAT [FOLDER]`.

Prints one JSON list of milliseconds. Times from the start of the process count from BENCH_STARTED, seconds since 1970.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget

from psc_desk.clock import SystemClock

if TYPE_CHECKING:
    from datetime import date

    from psc_desk.queries.calendar_rows import VisitRow

STARTED = "BENCH_STARTED"
_PATIENCE = 60.0
_TYPED = ("castillo in", "nguyen th", "smith-jones a", "04181987", "o'brien ba", "villanueva", "lee min", "garcia mar")


class FirstPaint(QObject):
    """Notes that a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.painted = False
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """See the paint pass by."""
        self.painted = self.painted or event.type() == QEvent.Type.Paint
        return False


def wait(until: Callable[[], bool]) -> None:
    """Run the window until something is so."""
    stop = time.monotonic() + _PATIENCE
    beat = QTimer(interval=50)
    beat.start()
    while not until():
        # it sleeps between events: a loop that spins would take the computer from the work that it waits for
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        if time.monotonic() > stop:
            sys.exit("The window did not get there within a minute.")


def since_start() -> list[float]:
    """Return the milliseconds since the process was started."""
    return [(SystemClock().now().timestamp() - float(os.environ[STARTED])) * 1000]


def bare() -> list[float]:
    """A window with one word in it."""
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    word = QLabel("PSC Desk")
    window.setCentralWidget(word)
    window.resize(1280, 800)
    seen = FirstPaint(word)
    window.show()
    wait(lambda: seen.painted)
    assert app is not None
    return since_start()


def bare_with_database() -> list[float]:
    """The same window in a program that also imported SQLAlchemy."""
    import sqlalchemy.orm  # noqa: F401 - its import is what is measured

    return bare()


def sign_in(folder: Path) -> list[float]:
    """The sign-in page of the program."""
    from psc_desk.app import Program, make_application

    program = Program(make_application(), folder, demo=True)
    program.start()
    assert program.sign_in is not None
    seen = FirstPaint(program.sign_in)
    wait(lambda: seen.painted)
    return since_start()


def desk(folder: Path) -> list[float]:
    """The Desk page with everything on it, somebody signed in by PIN."""
    _signed_in(folder)
    return since_start()


def search(folder: Path) -> list[float]:
    """Each keystroke in the search box, until its rows are painted."""
    window = _signed_in(folder)
    box = window.findChild(QWidget, "search_box")
    from psc_desk.ui.widgets.search_box import SearchBox

    assert isinstance(box, SearchBox)
    box.enter()
    times: list[float] = []
    for word in ("warm up", *_TYPED):
        box.setText("")
        times += [_keystroke(box, word[:end]) for end in range(1, len(word) + 1)]
    return times[len("warm up") :]


def _keystroke(box: QWidget, text: str) -> float:
    from psc_desk.ui.widgets.search_box import SearchBox

    assert isinstance(box, SearchBox)
    begin = time.perf_counter()
    box.setText(text)
    wait(lambda: None not in box._answers)
    box.list.viewport().repaint()
    return (time.perf_counter() - begin) * 1000


def day_view() -> list[float]:
    """The day view of eight providers with 60 visits each, shown and painted after one visit changed."""
    return _day_view(changing=True)


def day_repaint() -> list[float]:
    """The same day view painted again as it stands."""
    return _day_view(changing=False)


def _day_view(*, changing: bool) -> list[float]:
    from dataclasses import replace
    from datetime import date

    from psc_desk.app import make_application
    from psc_desk.queries.calendar_rows import Block, CalendarColumn
    from psc_desk.ui import theme
    from psc_desk.ui.widgets.calendar.day_view import DayView

    theme.apply(make_application(), "light")
    day = date(2026, 3, 4)
    columns = [CalendarColumn(f"provider:{n}", f"Dr. Number {n}", "Family medicine", n) for n in range(8)]
    blocks = [Block(day, column.key, 480, 1080, "open") for column in columns]
    visits = [row for column in columns for row in _visits(day, column.key, column.provider_id or 0)]
    view = DayView()
    view.resize(1400, 900)
    view.set_data(columns, blocks, visits, day, 612)
    seen = FirstPaint(view.viewport())
    view.show()
    wait(lambda: seen.painted)
    times = []
    for number in range(45):
        visits[number] = replace(visits[number], status="done", version=2)
        seen.painted, begin = False, time.perf_counter()
        if changing:
            view.set_data(columns, blocks, visits, day, 612)
        view.viewport().repaint()
        times.append((time.perf_counter() - begin) * 1000)
        if not seen.painted:
            sys.exit("Nothing was painted.")
    return times[5:]


def _visits(day: date, column_key: str, number: int) -> list[VisitRow]:
    from psc_desk.queries.calendar_rows import VisitRow

    states = ("booked", "arrived", "checked_in", "in_room", "with_provider", "checkout", "done", "missed")
    return [
        VisitRow(
            number * 100 + m, number * 100 + m, day, column_key, 480 + 10 * m, 10, f"Patient {m}, Number {number}",
            "Follow-up", "#0B5CAD", states[m % 8], m % 2 == 0,
        )
        for m in range(60)
    ]  # fmt: skip


def _signed_in(folder: Path) -> QWidget:
    from psc_desk.app import Program, make_application

    program = Program(make_application(), folder, demo=True)
    program.start()
    page = program.sign_in
    assert page is not None
    wait(lambda: bool(page.people))
    page.choose(next(one.id for one in page.people if one.name == "Maya Okafor"))
    page.secret.setText("1234")
    page.primary.click()
    wait(lambda: program.window is not None)
    window = program.window
    assert window is not None
    seen = FirstPaint(window.findChild(QWidget, "day_view") or window)
    wait(lambda: seen.painted and not program.lanes.busy)
    window.program = program  # type: ignore[attr-defined]  # keeps what the window hangs on alive
    return window


def main() -> None:
    """Measure what the command line names."""
    what, *folder = sys.argv[1:]
    if folder:
        of_folder = {"sign-in": sign_in, "desk": desk, "search": search}
        times = of_folder[what](Path(folder[0]))
    else:
        times = {
            "bare": bare,
            "bare-with-database": bare_with_database,
            "day-view": day_view,
            "day-repaint": day_repaint,
        }[what]()
    print(json.dumps(times), flush=True)
    # threads and the window need not be taken down: nothing was measured after this
    os._exit(0)


if __name__ == "__main__":
    main()
