"""One whole day at the desk, played through the use cases and devices of the window; same seed, same day."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from psc_desk.clock import FixedClock, wall_clock
from psc_desk.demo.clinic import business_day
from psc_desk.demo.day_books import report_checks
from psc_desk.demo.day_desk import DayDesk
from psc_desk.demo.day_devices import DayPrinter
from psc_desk.demo.day_drawer import MORNING, Closed, close_and_deposit, plan_drawer
from psc_desk.demo.day_visits import Patients
from psc_desk.demo.house import ZONE
from psc_desk.devices.jobs import JobState
from psc_desk.errors import RefusedError
from psc_desk.models.clinic import Setting
from psc_desk.models.payment import Payment
from psc_desk.models.print_job import PrintJob
from psc_desk.money import Cents
from psc_desk.opening import open_desk
from psc_desk.queries.verify import Check, book_checks
from psc_desk.settings import PRINTER_URL
from psc_desk.vault import Vault
from psc_desk.vault_file import ClinicKind
from psc_desk.work import Read, Work

_DESK = "Demo day"


@dataclass(frozen=True)
class DayResult:
    """What came of the day; amounts in cents."""

    visits: int
    receipts: int
    expected: Cents
    counted: Cents
    over_short: Cents
    deposit: Cents
    papers: tuple[Path, ...]
    checks: tuple[Check, ...]
    story: tuple[str, ...]

    @property
    def balanced(self) -> bool:
        """Say whether the books hold and all reports agree."""
        return all(check.ok for check in self.checks)


def play_day(vault: Vault, out: Path, *, seed: int = 1) -> DayResult:
    """Play today on a demo or training clinic; papers go into `out`.

    RefusedError on a real clinic, when the drawer is open, and when too few visits are still booked for the day.
    """
    if vault.kind is ClinicKind.REAL:
        raise RefusedError("This is a real clinic. The day is played on demo and training data only.")
    clock = FixedClock(wall_clock(business_day(), MORNING, ZoneInfo(ZONE)))
    out.mkdir(parents=True, exist_ok=True)
    with (
        vault.lock(),
        DayPrinter(out / "receipts") as printer,
        open_desk(vault, clock=clock, name=_DESK, publish=printer.publish) as opened,
    ):
        desk = opened.desk
        desk.do(_use_printer, printer.url)
        play = DayDesk(desk, clock, printer, rng=Random(seed), out=out)
        patients = Patients(play)
        patients.plan()
        plan_drawer(play)
        printer.start(opened)
        play.play()
        closed = close_and_deposit(play)
        checks = (*desk.ask(book_checks), *desk.ask(report_checks, closed.close.session_id), _paper_check(play, closed))
        receipts = desk.ask(_receipts, closed.close.session_id)
        numbers = [paper.number for paper in printer.server.printer.papers()]
    slips = [out / "receipts" / f"paper-{number:04}{kind}" for number in numbers for kind in (".png", ".txt")]
    papers = (*play.papers, *slips)
    return DayResult(
        patients.seen, receipts, closed.close.expected_cents, closed.close.counted_cents, closed.close.over_short_cents,
        closed.deposit_cents, papers, checks, tuple(play.story),
    )  # fmt: skip


def _use_printer(work: Work, url: str) -> None:
    """Name the virtual printer of this day in the settings of the desk that plays it."""
    row = work.session.get(Setting, (PRINTER_URL.key, work.desk))
    if row is None:
        work.session.add(Setting(key=PRINTER_URL.key, desk=work.desk, value={"v": url}))
    else:
        row.value = {"v": url}


def _receipts(read: Read, session_id: int) -> int:
    chosen = select(func.count()).select_from(Payment).where(Payment.session_id == session_id)
    return read.session.scalar(chosen) or 0


def _paper_check(play: DayDesk, closed: Closed) -> Check:
    """Everything queued that day came out once, and the drawer sprang as often as the log says."""
    jobs, unprinted = play.ask(_jobs, closed.close.session_id)
    printer = play.printer.server.printer
    faults = printer.problems()
    if unprinted:
        faults.append(f"{unprinted} print jobs did not come out")
    if len(printer.papers()) != jobs:
        faults.append(f"{len(printer.papers())} papers for {jobs} print jobs")
    if len(printer.pulses()) != len(play.printer.kicks):
        faults.append(f"the drawer sprang {len(printer.pulses())} times, not {len(play.printer.kicks)}")
    return Check("every paper came out once", not faults, "; ".join(faults))


def _jobs(read: Read, session_id: int) -> tuple[int, int]:
    states = list(read.session.scalars(select(PrintJob.state).where(PrintJob.session_id == session_id)))
    return len(states), sum(state != JobState.PRINTED for state in states)
