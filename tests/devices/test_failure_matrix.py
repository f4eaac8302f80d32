"""The failure matrix, row by row: what the desk says and does for each trouble on each way to a printer.

`MATRIX` is the table: a row is an event, with how each transport shows it. What a transport cannot show stands there
in words instead of an outcome, and a test keeps every row filled in. TCP and the serial line (a pty) and the device
node (a pty too, opened like /dev/usb/lp0) are played by the virtual printer with its faults; USB by its numbers runs
in the USB tier (installer/usb_tier.py), the print queues in test_queue.py.
"""

import socket
import threading
from dataclasses import dataclass, replace

import pytest

from psc_desk.devices import open_printer
from psc_desk.devices.channels import ChannelError, TcpChannel
from psc_desk.devices.escpos_printer import Deadlines, EscPosPrinter
from psc_desk.devices.jobs import JobState
from psc_desk.devices.printer import (
    Answer,
    KickRefusedError,
    NotReadyError,
    NotSentError,
    Sent,
    UnknownOutcomeError,
)
from psc_desk.devices.spooler import Spooler
from psc_desk.devices.virtual import ReplyBox, Roll, VirtualPrinter
from psc_desk.papers.escpos import PrinterProfile
from tests.devices.conftest import PROFILE, QUICK, PtyPrinter, Wire
from tests.devices.test_printer import JOB, MARK
from tests.devices.test_spooler import QUICK as PACE
from tests.devices.test_spooler import ListStore

WAYS = ("tcp", "serial", "node", "usb", "queue")


@dataclass(frozen=True)
class Row:
    """One event: the fault script (or a way to bring it about), what is raised or returned, what the person reads."""

    event: str
    fault: str
    outcome: type[Exception] | Sent
    words: str
    printed: int
    """At most how many receipts are on paper afterwards."""
    profile: PrinterProfile = PROFILE
    elsewhere: tuple[tuple[str, str], ...] = ()
    """Ways on which it cannot be shown here, with the reason or the test that does."""


_USB = ("usb", "usb_tier: the same fault script at the gadget's side")
_QUEUE = ("queue", "the queue hides it: test_queue.py, always sent, never proved")
_HIDDEN = (_USB, _QUEUE)
CLONE = PrinterProfile(proof="none")
MATRIX = [
    Row("paper out before", "paper out", NotReadyError, "Load a roll", 0, elsewhere=_HIDDEN),
    Row("cover open before", "cover open", NotReadyError, "Close it", 0, elsewhere=_HIDDEN),
    Row("offline before", "offline", NotReadyError, "online button", 0, elsewhere=_HIDDEN),
    Row("cutter jammed before", "cutter jam", NotReadyError, "Take out jammed paper", 0, elsewhere=_HIDDEN),
    Row("cutter jams during", "at line 5: cutter jam", UnknownOutcomeError, "cutter or head", 1, elsewhere=_HIDDEN),
    Row("paper out during", "at line 5: paper out", UnknownOutcomeError, "ran out of paper", 1, elsewhere=_HIDDEN),
    Row("cover open during", "at line 5: cover open", UnknownOutcomeError, "cover .* was opened", 1, elsewhere=_HIDDEN),
    Row("reset during", "at byte 200: reset connection", UnknownOutcomeError, "Look at the paper", 1,
        elsewhere=_HIDDEN),
    Row("switched off during", "at byte 200: power cycle", UnknownOutcomeError, "Look at the paper", 1,
        elsewhere=_HIDDEN),
    Row("stalls during", "at byte 200: stop reading", UnknownOutcomeError, "Look at the paper", 1, elsewhere=_HIDDEN),
    Row("falls silent during", "at byte 200: drop replies", UnknownOutcomeError, "did not confirm", 1,
        elsewhere=_HIDDEN),
    Row("answers nothing", "drop replies", NotSentError, "does not answer", 0, elsewhere=_HIDDEN),
    Row("hangs, answers too late", "delay replies 5", NotSentError, "does not answer", 0, elsewhere=_HIDDEN),
    Row("wrong speed or wrong device", "garbage", NotSentError, "does not speak like a receipt printer", 0,
        elsewhere=(("usb", "a device that is no printer has another class: usb_tier"), _QUEUE)),
    Row("clone without replies", "drop replies", Sent.UNCONFIRMED, "", 1, CLONE, elsewhere=_HIDDEN),
    Row("clone without the proof it promised", "no process id", UnknownOutcomeError, "did not confirm", 1,
        elsewhere=_HIDDEN),
    Row("clone with GS r only", "no process id", Sent.PRINTED, "", 1, PrinterProfile(proof="gs_r"), elsewhere=_HIDDEN),
    Row("stray status during", "at byte 100: stray asb", Sent.PRINTED, "", 1, elsewhere=_HIDDEN),
]  # fmt: skip


def put_right(printer: VirtualPrinter) -> None:
    """A person mends everything: what waits in the printer prints now."""
    printer.inject("paper ok; cover closed; cutter free; online")
    printer.resume_reading()


@pytest.mark.parametrize("row", MATRIX, ids=[row.event for row in MATRIX])
def test_each_event_ends_as_the_table_says(wire, row: Row):
    wire.printer.inject(row.fault)
    driver = wire.driver(row.profile)
    if isinstance(row.outcome, Sent):
        assert driver.send(JOB, 7) is row.outcome
        assert len(wire.printer.wait_for_papers(1, 2)) == 1
    else:
        with pytest.raises(row.outcome, match=row.words) as caught:
            driver.send(JOB, 7)
        assert ("Look at the paper" in str(caught.value)) is (row.outcome is UnknownOutcomeError)
    put_right(wire.printer)
    assert wire.printer.paper_record().count(MARK) <= row.printed
    assert wire.printer.pulses() == []


@pytest.mark.parametrize("row", MATRIX, ids=[row.event for row in MATRIX])
def test_each_way_is_either_played_or_said_why_not(row: Row):
    assert {"tcp", "serial", "node", *(way for way, _why in row.elsewhere)} == set(WAYS)
    assert all(why for _way, why in row.elsewhere)


NOT_SENT = [row for row in MATRIX if isinstance(row.outcome, type) and issubclass(row.outcome, NotSentError)]


@pytest.mark.parametrize("row", NOT_SENT, ids=[row.event for row in NOT_SENT])
def test_what_was_not_sent_is_printed_by_itself_once_things_are_right(network, row: Row):
    network.printer.inject(row.fault)
    store = ListStore()
    store.add(1)
    spooler = Spooler(network.driver(), store, pace=PACE)
    spooler.start()
    waiting = JobState.QUEUED if row.outcome is NotReadyError else JobState.FAILED_BEFORE_FIRST_BYTE
    assert store.wait(1, waiting)
    network.printer.inject("paper ok; cover closed; cutter free; online; answers again")
    assert store.wait(1, JobState.PRINTED)
    assert spooler.stop(5)
    assert network.printer.paper_record().count("receipt 1\n") == 8


def test_off_or_unplugged_before(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = PtyPrinter(VirtualPrinter())
    line.close()
    for url in (f"tcp://127.0.0.1:{port}", line.url, f"usb:{line.node}", f"usb:{tmp_path}/lp0", "usb:04b8:0e15"):
        driver = open_printer(url, PROFILE, deadlines=QUICK)
        with pytest.raises(NotSentError) as caught:
            driver.send(JOB, 7)
        assert str(caught.value).rstrip().endswith(".")
        status = driver.status()
        assert (status.online, status.ready) == (Answer.NO, False)
        with pytest.raises(KickRefusedError, match="key"):
            driver.kick()


def test_another_till_is_printing_over_the_network(network):
    """The second host stands in the printer's waiting line: its connection is taken, its questions are not."""
    held = socket.create_connection(("127.0.0.1", int(network.url.rpartition(":")[2])))
    with pytest.raises(NotSentError, match="does not answer"):
        network.driver().send(JOB, 7)
    held.close()
    assert network.driver().send(JOB, 8) is Sent.PRINTED


def test_another_program_holds_the_serial_port():
    line = PtyPrinter(VirtualPrinter())
    first, second = (open_printer(line.url, PROFILE, deadlines=QUICK) for _ in range(2))
    assert isinstance(first, EscPosPrinter)
    first.channel.open(0.5)
    try:
        with pytest.raises(NotSentError, match="another program uses it"):
            second.send(JOB, 7)
    finally:
        first.close()
        line.close()


def test_the_printer_stops_before_the_whole_job_is_taken(network):
    """A big job meets a printer that stops reading: a piece stalls, and what follows is never sent."""
    network.printer.inject("at byte 100: stop reading")
    impatient = replace(QUICK, proof_per_kb=0.0)
    with pytest.raises(UnknownOutcomeError, match=r"stopped taking data|did not confirm"):
        open_printer(network.url, PROFILE, deadlines=impatient).send(JOB * 400, 7)
    network.printer.resume_reading()
    assert network.printer.paper_record().count(MARK) < 400


@pytest.mark.parametrize("way", ["kick", "status", "send"])
def test_a_driver_that_hangs_gives_up_at_its_deadline(way):
    """A printer that takes connections and nothing else (a hang of a minute, scaled): an answer comes in time."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        printer = open_printer(f"tcp://127.0.0.1:{silent.getsockname()[1]}", PROFILE, deadlines=QUICK)
        ended = threading.Event()
        errors: list[Exception] = []

        def act() -> None:
            try:
                {"kick": printer.kick, "status": printer.status, "send": lambda: printer.send(JOB, 1)}[way]()
            except (NotSentError, KickRefusedError) as error:
                errors.append(error)
            ended.set()

        threading.Thread(target=act, daemon=True).start()
        assert ended.wait(10)
        assert bool(errors) is (way != "status")


def test_a_drawer_left_open_is_known_and_shut_again(wire):
    driver = wire.driver()
    driver.kick()
    assert driver.status().drawer_closed is Answer.NO
    wire.printer.shut_drawer()
    assert driver.status().drawer_closed is Answer.YES
    wire.printer.open_drawer_by_key()
    assert driver.status().drawer_closed is Answer.NO
    assert len(wire.printer.pulses()) == 1


def test_a_drawer_that_does_not_spring_stays_shut_and_is_not_kicked_twice(network):
    network.printer.inject("drawer stuck")
    driver = network.driver()
    with pytest.raises(KickRefusedError, match="told to open and is still shut"):
        driver.kick()
    assert driver.status().drawer_closed is Answer.YES
    assert len(network.printer.wait_for_pulses(1, 2)) == 1


def test_a_pulse_that_would_come_too_late_is_not_sent(wire):
    driver = open_printer(wire.url, PROFILE, deadlines=replace(QUICK, kick=-1.0), virtual=wire.printer)
    with pytest.raises(KickRefusedError, match="answered too late"):
        driver.kick()
    assert wire.printer.pulses() == []


def test_a_drawer_that_must_be_shut_first_is_not_told_to_open_twice(wire):
    driver = wire.driver(replace(PROFILE, drawer_shut_first=True))
    driver.kick()
    with pytest.raises(KickRefusedError, match="stands open already"):
        driver.kick()
    wire.printer.shut_drawer()
    driver.kick()
    assert len(wire.printer.pulses()) == 2


def test_another_printer_at_the_address_prints_nothing(network):
    with pytest.raises(NotReadyError, match="PSC VIRTUAL instead of TM-T88VI"):
        network.driver(PrinterProfile(model="TM-T88VI")).send(JOB, 7)
    assert network.printer.paper_record() == ""
    assert network.driver(PrinterProfile(model="PSC VIRTUAL")).send(JOB, 8) is Sent.PRINTED
    network.printer.inject("no model")
    assert network.driver(PrinterProfile(model="PSC VIRTUAL")).send(JOB, 9) is Sent.PRINTED


class UsbPort:
    """A USB printer that answers no question, over the virtual printer, with the port status of its class."""

    can_read = True

    def __init__(self, wire: Wire, bits: int) -> None:
        self._channel = TcpChannel("127.0.0.1", int(wire.url.rpartition(":")[2]))
        self.open, self.write = self._channel.open, self._channel.write
        self.read, self.close = self._channel.read, self._channel.close
        self._bits = bits

    def port_status(self) -> int | None:
        return self._bits


@pytest.mark.parametrize(("bits", "paper"), [(0x30, Answer.NO), (0x18, Answer.UNKNOWN)])
def test_the_usb_port_tells_of_paper_when_the_printer_does_not(network, bits, paper):
    network.printer.inject("drop replies")
    printer = EscPosPrinter(UsbPort(network, bits), CLONE, deadlines=QUICK)
    assert printer.status().paper is paper
    if paper is Answer.NO:
        with pytest.raises(NotReadyError, match="Load a roll"):
            printer.send(JOB, 7)
        assert network.printer.paper_record() == ""


def test_a_piece_that_is_refused_counts_what_was_taken():
    class Narrow:
        """Takes 100 bytes and then nothing."""

        can_read = False
        taken = b""

        def open(self, timeout: float) -> None:
            pass

        def write(self, data: bytes, timeout: float) -> None:
            room = 100 - len(self.taken)
            self.taken += data[:room]
            if len(data) > room:
                raise ChannelError("The printer stopped taking data.", max(room, 0))

        def read(self, timeout: float) -> bytes:
            return b""

        def close(self) -> None:
            pass

    channel = Narrow()
    with pytest.raises(UnknownOutcomeError):
        EscPosPrinter(channel, PrinterProfile(piece_bytes=64, pause_ms=1), deadlines=Deadlines()).send(JOB, 7)
    assert JOB.startswith(channel.taken)
    with pytest.raises(NotSentError):
        EscPosPrinter(channel, PrinterProfile(), deadlines=Deadlines()).send(JOB, 8)


def test_an_unfinished_roll_is_not_a_receipt(network):
    """The emulator's paper record holds what is physically there, so that "unknown" can be checked against it."""
    network.printer.inject("at line 5: paper out")
    with pytest.raises(UnknownOutcomeError):
        network.driver().send(JOB, 7)
    assert network.printer.papers() == []
    assert "Harbor" in network.printer.unfinished().text
    network.printer.set_roll(Roll.OK)
    assert network.printer.papers()[0].text.count(MARK) == 1
    network.printer.receive(b"", ReplyBox())
