"""A printer behind the print queue of the system, played by small programs named lp and lpstat."""

import pytest

from psc_desk.devices import open_printer
from psc_desk.devices.printer import Answer, NotSentError, Sent, UnknownOutcomeError
from psc_desk.devices.queue_printer import QueuePrinter
from psc_desk.papers.escpos import PAPER_80


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Return a function that puts a shell script on the path."""

    def make(name: str, script: str) -> None:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return make


def test_the_bytes_reach_the_queue_and_nothing_is_proved(program, tmp_path):
    program("lp", f'echo "$@" > {tmp_path}/words; cat > {tmp_path}/job')
    assert open_printer("queue:RCPT", PAPER_80).send(b"\x1b@hello\n", 77) is Sent.UNCONFIRMED
    assert (tmp_path / "job").read_bytes() == b"\x1b@hello\n"
    assert (tmp_path / "words").read_text() == "-d RCPT -o raw -t psc-desk-77 -\n"


def test_a_refusing_queue_is_safe_to_try_again(program):
    program("lp", "exit 1")
    with pytest.raises(NotSentError, match="RCPT"):
        QueuePrinter("RCPT").send(b"x", 1)


def test_a_queue_that_hangs_leaves_the_outcome_unknown(program):
    program("lp", "exec sleep 5")
    with pytest.raises(UnknownOutcomeError, match="did not answer"):
        QueuePrinter("RCPT", timeout=0.2).send(b"x", 1)


def test_without_print_queues_a_sentence_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotSentError, match="no print queues"):
        QueuePrinter("RCPT").send(b"x", 1)
    assert "no print queues" in QueuePrinter("RCPT").status().words()


@pytest.mark.parametrize(
    ("script", "online", "ready"),
    [
        ("echo printer RCPT is idle. enabled", Answer.UNKNOWN, True),
        ("echo printer RCPT disabled since", Answer.NO, False),
        ("exit 1", Answer.NO, False),
    ],
)
def test_the_state_of_the_queue(program, script, online, ready):
    program("lpstat", script)
    status = QueuePrinter("RCPT").status()
    assert status.online is online
    assert status.ready is ready
    assert status.paper is Answer.UNKNOWN


def test_a_usb_printer_that_is_not_there_is_safe_to_try_again():
    with pytest.raises(NotSentError, match="USB"):
        open_printer("usb:04b8:0e15", PAPER_80).send(b"x", 1)
