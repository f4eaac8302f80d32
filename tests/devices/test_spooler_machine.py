"""Random days of one printer against what is physically on its paper.

The machine queues receipts, breaks and mends the printer, restarts the program, answers "did it come out?", reprints
and cancels. After every step: no original was printed twice by the program itself, and what the print queue says of
each job agrees with the paper.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from psc_desk.devices import open_printer
from psc_desk.devices.escpos_printer import Deadlines
from psc_desk.devices.jobs import JobState
from psc_desk.devices.printer import KickRefusedError
from psc_desk.devices.spooler import Spooler
from psc_desk.devices.virtual import VirtualPrinter
from psc_desk.errors import DeskError
from psc_desk.models.clinic import Setting
from psc_desk.models.print_job import PrintJob
from psc_desk.print_store import DatabaseStore
from psc_desk.queries.print_jobs import PrintJobRow, print_jobs
from psc_desk.queries.receipts import printer_profile
from psc_desk.settings import PRINTER_PROOF, PRINTER_URL
from psc_desk.usecases.print_queue import (
    cancel_job,
    mark_job,
    print_test_page,
    recover_jobs,
    reprint_receipt,
    settle_unknown,
)
from psc_desk.usecases.till import open_till
from psc_desk.work import Work
from tests.money.support import card, pay, pieces_for
from tests.support.clinic import small_clinic
from tests.support.sizes import machine

QUICK = Deadlines(connect=0.1, status=0.01, piece=0.02, proof=0.02, proof_per_kb=0.001)
AT = st.sampled_from(["", "at line 4: ", "at line 20: ", "at byte 150: ", "at cut 1: "])
MIDDLE = AT.filter(bool)
VERBS = st.sampled_from(
    ["paper out", "cover open", "offline", "stop reading", "reset connection", "power cycle", "drop replies",
     "stray asb", "garbage"]
)  # fmt: skip
PROOFS = st.sampled_from(["process_id", "gs_r", "none"])
WAITING = (JobState.QUEUED, JobState.FAILED_BEFORE_FIRST_BYTE)


class PrintDay(RuleBasedStateMachine):
    """`allowed` is how often each job may be on paper: once, and once more for each time a person sent it again."""

    @initialize(proof=PROOFS)
    def morning(self, proof: str) -> None:
        """Start the program with a printer."""
        self.folder = tempfile.TemporaryDirectory()
        self.clinic = small_clinic(Path(self.folder.name))
        self.desk = self.clinic.desk
        self.desk.do(open_till, 1, pieces_for(15000))
        self.desk.do(_set, PRINTER_URL.key, "virtual:")
        self.desk.do(_set, PRINTER_PROOF.key, proof)
        self.printer = VirtualPrinter()
        self.proof = proof
        self.allowed: dict[int, int] = {}
        self.marks: dict[int, str] = {}
        self.kicks = 0
        self.said: set[int] = set()
        self.start(torn=False)

    def start(self, *, torn: bool) -> None:
        """Give the spooler the printer; it is stepped here instead of running in its thread."""
        driver = open_printer("virtual:", self.desk.ask(printer_profile), deadlines=QUICK, virtual=self.printer)
        self.spooler = Spooler(driver, DatabaseStore(self.desk), torn=torn)

    def teardown(self) -> None:
        """Remove the database."""
        if hasattr(self, "folder"):
            self.desk.engine.dispose()
            self.folder.cleanup()

    def rows(self) -> list[PrintJobRow]:
        """Return the print queue."""
        return self.desk.ask(print_jobs, 500)

    def adopt(self, job_id: int | None) -> None:
        """Stamp a new job's paper with its number, so that it is told apart on the paper."""
        assert job_id is not None
        self.marks[job_id] = f"*JOB{job_id:04}*"
        self.allowed[job_id] = 1
        self.desk.do(_stamp, job_id, self.marks[job_id])

    @rule(cents=st.integers(1, 9999))
    def take_money(self, cents: int) -> None:
        """A payment queues its receipt."""
        self.adopt(pay(self.clinic, card(cents)).job_id)

    @rule()
    def test_page(self) -> None:
        """A page without a payment."""
        self.adopt(self.desk.do(print_test_page))

    @rule(at=AT, verb=VERBS)
    def breaks(self, at: str, verb: str) -> None:
        """Something goes wrong, now or in the middle of what is printed next."""
        self.printer.inject(at + verb)

    @rule(at=MIDDLE, verb=VERBS, cents=st.integers(1, 9999))
    def breaks_in_the_middle(self, at: str, verb: str, cents: int) -> None:
        """A receipt is caught half way; afterwards everything is put right and the spooler looks again."""
        self.mend()
        self.take_money(cents)
        self.printer.inject(at + verb)
        self.work(3)
        self.mend()
        self.work(2)

    @rule()
    def mend(self) -> None:
        """A person puts everything right."""
        self.printer.inject("paper ok; cover closed; online; answers again")
        self.printer.resume_reading()

    @rule(times=st.integers(1, 3))
    def work(self, times: int) -> None:
        """The spooler looks at the queue."""
        for _ in range(times):
            self.spooler.step()

    @rule(state=st.sampled_from([JobState.SENDING, JobState.AWAITING_PROOF]))
    def killed_while_sending(self, state: JobState) -> None:
        """The program is killed with a job in hand of which nothing left; it cannot know that."""
        waiting = [row for row in self.rows() if row.state in WAITING]
        if waiting:
            self.desk.do(mark_job, waiting[-1].job_id, JobState.SENDING)
            self.desk.do(mark_job, waiting[-1].job_id, state)
        self.restart()

    @rule()
    def restart(self) -> None:
        """The program starts again."""
        self.start(torn=self.desk.do(recover_jobs) > 0)

    @rule(lie=st.booleans())
    def settle(self, lie: bool) -> None:
        """A person looks at the paper and says whether the oldest unknown job came out, rightly or wrongly."""
        unknown = [row for row in self.rows() if row.state is JobState.UNKNOWN]
        if not unknown:
            return
        job = unknown[-1]
        came_out = (self.on_paper(job.job_id) > 0) != lie
        if came_out:
            self.said.add(job.job_id)
        again = self.desk.do(settle_unknown, job.job_id, came_out=came_out)
        if again == job.job_id:
            self.allowed[job.job_id] += 1
        elif again is not None:
            self.adopt(again)

    @rule()
    def reprint(self) -> None:
        """A copy of the last receipt."""
        receipts = [row for row in self.rows() if row.payment_id is not None]
        if receipts:
            self.adopt(self.desk.do(reprint_receipt, receipts[0].payment_id or 0))

    @rule(which=st.integers(0, 5))
    def cancel(self, which: int) -> None:
        """Somebody cancels a job, as far as that may be."""
        rows = self.rows()
        if which < len(rows):
            may = rows[which].state in (*WAITING, JobState.UNKNOWN)
            try:
                self.desk.do(cancel_job, rows[which].job_id)
            except DeskError:
                assert not may
            else:
                assert may

    @rule(pin=st.sampled_from([2, 5]))
    def kick(self, pin: int) -> None:
        """The drawer opens now or never."""
        before = len(self.printer.pulses())
        try:
            self.spooler.kick_now(1, pin)
        except KickRefusedError:
            assert len(self.printer.pulses()) == before
        else:
            self.kicks += 1

    @precondition(lambda self: hasattr(self, "printer"))
    @invariant()
    def never_twice(self) -> None:
        """No job is on paper more often than a person sent it."""
        for job_id, most in self.allowed.items():
            assert self.on_paper(job_id) <= most, f"job {job_id} is on paper {self.on_paper(job_id)} times"

    @precondition(lambda self: hasattr(self, "printer"))
    @invariant()
    def fates_are_true(self) -> None:
        """What the queue says agrees with the paper; an original is printed once, its copies say that they are."""
        for row in self.rows():
            printed = self.on_paper(row.job_id)
            if row.state is JobState.PRINTED and row.job_id not in self.said:
                assert printed >= 1
            if row.state in WAITING and self.allowed[row.job_id] == 1:
                assert printed == 0
            assert row.state not in (JobState.SENDING, JobState.AWAITING_PROOF)

    @precondition(lambda self: hasattr(self, "printer"))
    @invariant()
    def no_pulse_by_itself(self) -> None:
        """The drawer sprang as often as it was told to, at most."""
        assert len(self.printer.pulses()) <= self.kicks

    def on_paper(self, job_id: int) -> int:
        """Return how often the job's mark is physically there."""
        return self.printer.paper_record().count(self.marks[job_id])


def _stamp(work: Work, job_id: int, mark: str) -> None:
    job = work.get(PrintJob, job_id)
    head, cut = job.content[:-4], job.content[-4:]
    assert cut == b"\x1dVB\x00"
    job.content = head[:2] + f"{mark}\n".encode() + head[2:] + cut


def _set(work: Work, setting: str, value: str) -> None:
    row = work.session.get(Setting, (setting, work.desk))
    if row is None:
        work.session.add(Setting(key=setting, desk=work.desk, value={"v": value}))
    else:
        row.value = {"v": value}


TestPrintDay = PrintDay.TestCase
TestPrintDay.settings = machine()
TestPrintDay.pytestmark = [pytest.mark.proof]
