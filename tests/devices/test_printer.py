"""The failure matrix: whatever happens to the printer, the driver tells the truth and prints once at most."""

import socket
import time
from dataclasses import replace

import pytest

from psc_desk.devices import open_printer
from psc_desk.devices.escpos_printer import EscPosPrinter
from psc_desk.devices.escpos_protocol import process_mark
from psc_desk.devices.printer import (
    Answer,
    KickRefusedError,
    NotSentError,
    Sent,
    UnknownOutcomeError,
)
from psc_desk.devices.virtual import Roll
from psc_desk.errors import InputError
from psc_desk.papers.escpos import PAPER_80, PrinterProfile
from tests.devices.conftest import PROFILE, QUICK
from tests.papers.receipt_samples import RECEIPT, receipt_bytes

JOB = receipt_bytes(RECEIPT, PAPER_80)
MARK = "Receipt no."


def test_a_good_printer_proves_that_it_printed(wire):
    waited = []
    assert wire.driver().send(JOB, 7, on_awaiting_proof=lambda: waited.append(1)) is Sent.PRINTED
    assert waited == [1]
    assert wire.printer.paper_record().count(MARK) == 1
    assert wire.printer.problems() == []
    assert wire.printer.pulses() == []


def test_a_printer_with_gs_r_only_proves_it_too(wire):
    wire.printer.inject("no process id")
    assert wire.driver(PrinterProfile(proof="gs_r")).send(JOB, 7) is Sent.PRINTED


def test_a_printer_that_never_proves_gives_unconfirmed(wire):
    wire.printer.inject("drop replies")
    assert wire.driver(PrinterProfile(proof="none")).send(JOB, 7) is Sent.UNCONFIRMED
    assert len(wire.printer.wait_for_papers(1, 2)) == 1


def test_a_stray_status_block_is_not_taken_for_the_proof(wire):
    wire.printer.inject("at byte 100: stray asb")
    assert wire.driver().send(JOB, 7) is Sent.PRINTED


def test_a_late_answer_gives_an_unknown_state(wire):
    wire.printer.inject("delay replies 0.4")
    status = wire.driver().status()
    assert status.paper is Answer.UNKNOWN
    assert "unknown" in status.words()


def test_an_old_proof_does_not_prove_a_new_job(network):
    network.printer.inject("at cut 2: drop replies")
    driver = network.driver()
    assert driver.send(JOB, 7) is Sent.PRINTED
    with pytest.raises(UnknownOutcomeError):
        driver.send(JOB, 8)


class Scripted:
    """A channel whose printer gives prepared answers, one to each write."""

    can_read = True

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.ready = b""

    def open(self, timeout: float) -> None:
        pass

    def write(self, data: bytes, timeout: float) -> None:
        self.ready = self.answers.pop(0) if self.answers else b""

    def read(self, timeout: float) -> bytes:
        answer, self.ready = self.ready, b""
        return answer

    def close(self) -> None:
        pass


READY = (b"\x12", b"\x12", b"\x12")
NO_PAPER = (b"\x1a", b"\x32", b"\x7e")


@pytest.mark.parametrize(
    ("proof", "answers", "printed"),
    [
        ("process_id", (*READY, b"\x37\x22" + process_mark(7) + b"\x00"), True),
        ("process_id", (*READY, b"\x37\x22" + process_mark(6) + b"\x00"), False),
        ("process_id", (*READY, b"\x00\x12"), False),
        ("gs_r", (*READY, b"\x00", *READY), True),
        ("gs_r", (*READY, b"\x00", *NO_PAPER), False),
        ("gs_r", (*READY, b"\x12", *READY), False),
    ],
)
def test_only_the_right_answer_is_proof(proof, answers, printed):
    driver = EscPosPrinter(Scripted(*answers), PrinterProfile(proof=proof), deadlines=QUICK)
    if printed:
        assert driver.send(JOB, 7) is Sent.PRINTED
    else:
        with pytest.raises(UnknownOutcomeError):
            driver.send(JOB, 7)


def test_a_printer_that_takes_connections_and_says_nothing_is_not_sent_anything():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        driver = open_printer(f"tcp://127.0.0.1:{silent.getsockname()[1]}", PROFILE, deadlines=QUICK)
        with pytest.raises(NotSentError, match="does not answer"):
            driver.send(JOB, 7)
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(4096) == b"\x10\x04\x01"


def test_the_drawer_opens_once_on_the_asked_pin(wire):
    driver = wire.driver()
    assert driver.status().drawer_closed is Answer.YES
    driver.kick(5)
    assert [pulse.pin for pulse in wire.printer.wait_for_pulses(1, 2)] == [5]
    assert driver.status().drawer_closed is Answer.NO
    assert driver.status().drawer_words() == "Drawer stands open"


@pytest.mark.parametrize("fault", ["offline", "paper out", "cover open", "drop replies"])
def test_the_drawer_is_not_opened_later(wire, fault):
    wire.printer.inject(fault)
    with pytest.raises(KickRefusedError, match="not opened"):
        wire.driver().kick()
    wire.printer.inject("online; paper ok; cover closed")
    wire.driver(PrinterProfile(proof="none")).status()
    assert wire.printer.pulses() == []


def test_without_a_switch_the_drawer_is_unknown(network):
    assert network.driver(PAPER_80).status().drawer_closed is Answer.UNKNOWN


def test_paper_that_runs_low_is_said(network):
    network.printer.set_roll(Roll.NEAR_END)
    status = network.driver().status()
    assert status.ready
    assert "nearly out" in status.words()


BAD_ADDRESSES = (
    "",
    "tcp://",
    "tcp://h:99999",
    "tcp://h/x",
    "serial:",
    "serial:/dev/x?baud=fast",
    "usb:1:2",
    "queue:",
    "queue:-oevil",
    "lpt1",
    "ftp://h",
)


@pytest.mark.parametrize("url", BAD_ADDRESSES)
def test_a_bad_address_gets_a_sentence(url):
    with pytest.raises(InputError, match="Write it as"):
        open_printer(url, PROFILE)


def test_a_pulse_behind_a_queue_is_refused():
    with pytest.raises(KickRefusedError, match="queue"):
        open_printer("queue:RCPT", PROFILE).kick()


def test_a_network_board_gets_a_rest_before_it_is_called_again(network):
    driver = open_printer(network.url, PROFILE, deadlines=replace(QUICK, rest=0.4))
    driver.kick()
    began = time.monotonic()
    assert driver.send(JOB, 7) is Sent.PRINTED
    assert time.monotonic() - began >= 0.39
