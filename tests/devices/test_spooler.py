"""The spooler: each job once, in order; the drawer at once or not at all."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from psc_desk.clock import FixedClock
from psc_desk.devices import open_printer
from psc_desk.devices.channels import TcpChannel
from psc_desk.devices.diary import Diary
from psc_desk.devices.escpos_printer import EscPosPrinter
from psc_desk.devices.jobs import Job, JobState
from psc_desk.devices.printer import KickRefusedError
from psc_desk.devices.spooler import Pace, Spooler
from psc_desk.devices.virtual import Roll
from psc_desk.errors import ConflictError
from psc_desk.papers.escpos import PAPER_80, Encoder, PrinterProfile
from psc_desk.papers.slip import Row
from tests.devices.conftest import QUICK as DEADLINES

QUICK = Pace(poll=0.1, first_retry=0.02, last_retry=0.05)


class ListStore:
    """Print jobs in memory, with the history of their states."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.jobs: dict[int, Job] = {}
        self.state: dict[int, JobState] = {}
        self.history: list[tuple[int, JobState]] = []
        self.details: dict[int, str] = {}
        self.refuses = 0

    def add(self, job_id: int) -> None:
        with self.changed:
            self.jobs[job_id] = Job(job_id, Encoder(PAPER_80).job([Row(f"receipt {job_id}")] * 8))
            self.state[job_id] = JobState.QUEUED

    def next_job(self) -> Job | None:
        with self.changed:
            if self.refuses:
                self.refuses -= 1
                raise ConflictError("The print queue is busy.")
            waiting = (JobState.QUEUED, JobState.FAILED_BEFORE_FIRST_BYTE)
            return next((self.jobs[key] for key in sorted(self.jobs) if self.state[key] in waiting), None)

    def mark(self, job_id: int, state: JobState, detail: str) -> bool:
        with self.changed:
            if self.state[job_id] is JobState.CANCELLED:
                return False
            self.state[job_id], self.details[job_id] = state, detail
            self.history.append((job_id, state))
            self.changed.notify_all()
        return True

    def wait(self, job_id: int, state: JobState) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: (job_id, state) in self.history, 5)


@pytest.fixture
def store():
    return ListStore()


@pytest.fixture
def start(network, store):
    """Return a function that starts a spooler on the network printer; stopped at the end."""
    spoolers = []

    def make(profile: PrinterProfile = PAPER_80, **options) -> Spooler:
        spooler = Spooler(network.driver(profile), store, pace=QUICK, **options)
        spoolers.append(spooler)
        spooler.start()
        return spooler

    yield make
    for spooler in spoolers:
        assert spooler.stop(5)


def test_jobs_are_printed_once_in_order(network, store, start):
    told = []
    for job_id in (1, 2, 3):
        store.add(job_id)
    spooler = start(on_job=lambda job_id, state: told.append((job_id, state)))
    assert store.wait(3, JobState.PRINTED)
    assert spooler.stop(5)
    assert [state for job_id, state in store.history if job_id == 2] == [
        JobState.SENDING,
        JobState.AWAITING_PROOF,
        JobState.PRINTED,
    ]
    assert told == store.history
    assert [paper.text.split("\n")[0] for paper in network.printer.papers()] == ["receipt 1", "receipt 2", "receipt 3"]


def test_a_job_added_later_is_printed_when_woken(store, start):
    spooler = start()
    store.add(4)
    spooler.wake()
    assert store.wait(4, JobState.PRINTED)


def test_a_job_waits_for_paper_and_is_then_printed_by_itself(network, store, start):
    network.printer.set_roll(Roll.OUT)
    store.add(1)
    states = []
    start(on_status=states.append)
    assert store.wait(1, JobState.QUEUED)
    assert "Load a roll" in store.details[1]
    network.printer.set_roll(Roll.OK)
    assert store.wait(1, JobState.PRINTED)
    assert len(network.printer.papers()) == 1
    assert "out of paper" in next(status.words() for status in states if not status.ready)
    assert store.history.count((1, JobState.SENDING)) == 2


def test_a_printer_that_does_not_answer_keeps_the_job(network, store, start):
    network.printer.inject("drop replies")
    store.add(1)
    start()
    assert store.wait(1, JobState.FAILED_BEFORE_FIRST_BYTE)
    assert network.printer.paper_record() == ""


def test_a_job_cancelled_at_the_last_moment_is_not_sent(network, store, start):
    class Late(ListStore):
        def next_job(self) -> Job | None:
            job = super().next_job()
            if job is not None and job.id == 1:
                self.state[1] = JobState.CANCELLED
            return job

    late = Late()
    late.add(1)
    late.add(2)
    spooler = Spooler(network.driver(), late, pace=QUICK)
    spooler.start()
    assert late.wait(2, JobState.PRINTED)
    assert spooler.stop(5)
    assert "receipt 1" not in network.printer.paper_record()


def test_a_new_spooler_waits_until_the_old_one_has_let_go(network, store):
    network.printer.inject("at byte 60: stop reading")
    store.add(1)
    first = Spooler(network.driver(), store, pace=QUICK)
    first.start()
    assert store.wait(1, JobState.AWAITING_PROOF)
    assert not first.stop(0)
    store.add(2)
    second = Spooler(network.driver(), store, pace=QUICK, after=first)
    second.start()
    assert store.wait(1, JobState.UNKNOWN)
    network.printer.resume_reading()
    assert store.wait(2, JobState.PRINTED)
    assert second.stop(5)
    assert [("receipt 1" in paper.text, "receipt 2" in paper.text) for paper in network.printer.papers()][-1] == (
        False,
        True,
    )
    assert store.history.index((1, JobState.UNKNOWN)) < store.history.index((2, JobState.SENDING))


def test_a_printer_has_one_owner_however_often_the_settings_change(network, store):
    """Spoolers that were stopped while they waited their turn let nobody overtake the one at the printer."""
    network.printer.inject("at byte 60: stop reading")
    patient = replace(DEADLINES, connect=9, status=9, piece=30, proof=30)
    store.add(1)
    owners = [Spooler(open_printer(network.url, PAPER_80, deadlines=patient), store, pace=QUICK)]
    owners[0].start()
    assert store.wait(1, JobState.AWAITING_PROOF)
    store.add(2)
    for _ in range(6):
        owners[-1].stop(0)
        printer = open_printer(network.url, PAPER_80, deadlines=patient)
        owners.append(Spooler(printer, store, pace=QUICK, after=owners[-1]))
        owners[-1].start()
    assert not owners[-2].join(0.7)
    assert store.history[-1] == (1, JobState.AWAITING_PROOF)
    network.printer.resume_reading()
    assert store.wait(2, JobState.PRINTED)
    assert store.history.index((1, JobState.PRINTED)) < store.history.index((2, JobState.SENDING))
    assert owners[-1].stop(5)
    assert all(one.join(5) for one in owners)
    assert [thread.name for thread in threading.enumerate() if thread.name == "receipt-printer"] == []
    assert ["receipt 1" in paper.text for paper in network.printer.papers()] == [True, False]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_in_a_driver_is_said_and_leaves_nobody_waiting(network, store):
    class Wrong(EscPosPrinter):
        def send(self, job, job_id, *, on_awaiting_proof=None):
            raise ZeroDivisionError

    said = []
    printer = Wrong(TcpChannel("127.0.0.1", int(network.url.rpartition(":")[2])), PAPER_80, deadlines=DEADLINES)
    spooler = Spooler(printer, store, pace=QUICK, on_status=said.append)
    store.add(1)
    spooler.start()
    assert spooler.join(5)
    assert "Close the program and open it again" in said[-1].words()
    assert not said[-1].ready
    with pytest.raises(KickRefusedError):
        spooler.kick(1).result(1)
    assert store.state[1] is JobState.SENDING, "what became of it is asked at the next start"


def test_the_diary_names_jobs_and_openings_by_number(network, store, start):
    diary = Diary(FixedClock(datetime(2026, 3, 4, 15, 12, tzinfo=UTC)))
    network.printer.inject("paper out")
    store.add(1)
    spooler = start(diary=diary)
    assert store.wait(1, JobState.QUEUED)
    with pytest.raises(KickRefusedError):
        spooler.kick(9).result(5)
    assert spooler.stop(5)
    words = [note.words for note in diary.troubles()]
    assert any("drawer opening 9" in line for line in words)
    assert any("print 1: queued. The receipt printer is out of paper" in line for line in words)


def test_an_unknown_job_is_not_printed_again_and_the_next_one_stands_apart(network, store, start):
    network.printer.inject("at byte 60: reset connection")
    store.add(1)
    store.add(2)
    start()
    assert store.wait(1, JobState.UNKNOWN)
    assert store.wait(2, JobState.PRINTED)
    papers = network.printer.papers()
    assert len(papers) == 2
    assert "receipt 2" not in papers[0].text
    assert "receipt 1" not in papers[1].text
    assert store.history.count((1, JobState.SENDING)) == 1
    assert "Look at the paper" in store.details[1]


def test_after_a_restart_with_an_unknown_job_the_torn_paper_is_cut_off(network, store, start):
    store.add(1)
    start(torn=True)
    assert store.wait(1, JobState.PRINTED)
    papers = network.printer.papers()
    assert len(papers) == 2
    assert "receipt" not in papers[0].text


def test_a_printer_without_proof_leaves_the_job_unconfirmed(store, start):
    store.add(1)
    start(PrinterProfile(proof="none"))
    assert store.wait(1, JobState.SENT_UNCONFIRMED)


def test_a_store_that_is_busy_is_asked_again(store, start):
    store.refuses = 2
    store.add(1)
    start()
    assert store.wait(1, JobState.PRINTED)


def test_the_drawer_opens_while_a_job_waits_for_a_retry_or_is_refused(network, start):
    spooler = start()
    spooler.kick(1).result(5)
    assert len(network.printer.wait_for_pulses(1, 2)) == 1
    network.printer.set_online(False)
    with pytest.raises(KickRefusedError, match="offline"):
        spooler.kick(2).result(5)
    network.printer.set_online(True)
    spooler.kick(3, pin=5).result(5)
    assert [pulse.pin for pulse in network.printer.wait_for_pulses(2, 2)] == [2, 5]


def test_a_drawer_that_could_not_be_opened_in_time_stays_shut(network, store):
    network.printer.inject("at byte 60: stop reading")
    store.add(1)
    spooler = Spooler(network.driver(), store, pace=Pace(poll=0.1, kick_patience=0.0))
    spooler.start()
    try:
        assert store.wait(1, JobState.AWAITING_PROOF)
        with pytest.raises(KickRefusedError, match="busy"):
            spooler.kick(1).result(5)
    finally:
        assert spooler.stop(5)
    network.printer.resume_reading()
    assert network.printer.pulses() == []


def test_after_the_end_no_drawer_opens(network, start):
    spooler = start()
    assert spooler.stop(5)
    with pytest.raises(KickRefusedError, match="being closed"):
        spooler.kick(1).result(1)
    assert network.printer.pulses() == []


def test_the_state_is_asked_while_nothing_is_printed(network, start):
    seen = threading.Event()

    def on_status(status):
        if not status.ready:
            seen.set()

    spooler = start(on_status=on_status)
    network.printer.set_cover(is_open=True)
    assert seen.wait(5)
    assert spooler.status is not None
    assert "cover" in spooler.status.words()
