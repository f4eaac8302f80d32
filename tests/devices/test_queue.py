"""A printer behind the print queue of CUPS, played by small programs named lp and lpstat; what libusb refuses."""

import pytest
import usb.core

from psc_desk.devices import open_printer
from psc_desk.devices.printer import Answer, NotSentError, Sent, UnknownOutcomeError
from psc_desk.devices.queue_printer import CupsSpool, QueuePrinter
from psc_desk.devices.usb import _words as usb_words
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
    words = (tmp_path / "words").read_text()
    assert words.startswith("-d RCPT -o raw -t psc-desk-77-")
    assert open_printer("queue:RCPT", PAPER_80).send(b"x", 77) is Sent.UNCONFIRMED
    assert (tmp_path / "words").read_text() != words


def test_a_refusing_queue_is_safe_to_try_again(program):
    program("lp", "exit 1")
    with pytest.raises(NotSentError, match="RCPT"):
        QueuePrinter("RCPT").send(b"x", 1)


def test_a_queue_that_hangs_leaves_the_outcome_unknown(program):
    program("lp", "exec sleep 5")
    with pytest.raises(UnknownOutcomeError, match="did not answer"):
        QueuePrinter("RCPT", CupsSpool(0.2)).send(b"x", 1)


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


PRINTS = "echo 'request id is RCPT-12 (1 file(s))'; cat > /dev/null"


def lpstat(folder, *, state: str) -> str:
    """A queue that holds job 12 until the file `gone` is there."""
    return (
        f'case "$*" in *-o*) echo . >> {folder}/asked; [ "$(wc -l < {folder}/asked)" -gt 3 ] && [ -e {folder}/leaves ] '
        f"|| echo 'RCPT-12 maya 1024 Wed';; *) echo 'printer RCPT {state}';; esac"
    )


def test_a_job_that_leaves_the_queue_is_sent_but_not_proved(program, tmp_path):
    (tmp_path / "leaves").touch()
    program("lp", PRINTS)
    program("lpstat", lpstat(tmp_path, state="now printing RCPT-12."))
    assert QueuePrinter("RCPT", patience=10).send(b"x", 1) is Sent.UNCONFIRMED
    assert len((tmp_path / "asked").read_text().split()) > 3


@pytest.mark.parametrize(
    "case",
    [
        ("disabled since Wed", "exit 0", NotSentError, "did not pass the receipt on, so it was cancelled"),
        ("now printing RCPT-12.", "exit 0", UnknownOutcomeError, "did not take the whole receipt"),
        ("now printing RCPT-12.", "exit 1", UnknownOutcomeError, "may print it later. Cancel RCPT-12"),
    ],
)
def test_a_job_that_stays_is_cancelled_when_nobody_waits_any_more(program, tmp_path, case):
    state, cancel, error, sentence = case
    program("lp", PRINTS)
    program("lpstat", lpstat(tmp_path, state=state))
    program("cancel", f'echo "$@" > {tmp_path}/cancelled; {cancel}')
    with pytest.raises(error, match=sentence):
        QueuePrinter("RCPT", patience=0.3).send(b"x", 1)
    assert (tmp_path / "cancelled").read_text() == "RCPT-12\n"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (13, 'ATTR{idVendor}=="04b8", ATTR{idProduct}=="0e15", TAG+="uaccess"'),
        (16, "another program"),
        (19, "plugged in"),
        (5, "check your rights"),
        (None, "lacks libusb"),
    ],
)
def test_what_libusb_refuses_is_said_in_words(number, sentence):
    error = ValueError("no backend") if number is None else usb.core.USBError("refused", errno=number)
    assert sentence in usb_words(error, "04b8:0e15")
