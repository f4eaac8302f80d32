"""Opens the window on a data folder at a quarter past ten of the demo day, whatever the time is."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtCore import QTimer

from psc_desk.app import Program, make_application
from psc_desk.clock import ShiftedClock, SystemClock

QUARTER_PAST_TEN = datetime(2026, 3, 4, 15, 15, tzinfo=UTC)


def main() -> int:
    """Run until the window is closed."""
    shift: timedelta = QUARTER_PAST_TEN - SystemClock().now()
    app = make_application()
    program = Program(app, Path(sys.argv[1]), demo=True, clock=ShiftedClock(shift))
    program.start()
    watch = QTimer(interval=100)
    watch.timeout.connect(lambda: _say_ready(program, watch))
    watch.start()
    try:
        return app.exec()
    finally:
        program.stop()


def _say_ready(program: Program, watch: QTimer) -> None:
    if program.sign_in is not None and program.sign_in.closed:
        watch.stop()
        print("cannot open", flush=True)
        QTimer.singleShot(1000, watch, watch.start)
    if program.sign_in is not None and program.sign_in.people:
        watch.stop()
        print("ready for a PIN", flush=True)


if __name__ == "__main__":
    sys.exit(main())
