"""Whatever a device says, in whatever pieces, the driver ends in time with a sentence: no crash, no hang, no growth."""

from __future__ import annotations

import errno
import itertools
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import usb.core
from hypothesis import given, settings
from hypothesis import strategies as st

from psc_desk.devices import open_printer
from psc_desk.devices.channels import ChannelError, FileChannel, TcpChannel, _serial_words
from psc_desk.devices.escpos_printer import Deadlines, EscPosPrinter
from psc_desk.devices.escpos_protocol import Kind, ReplyFramer, process_mark
from psc_desk.devices.page_printer import page_state
from psc_desk.devices.printer import Answer, KickRefusedError, NotSentError, PrinterStatus, UnknownOutcomeError
from psc_desk.devices.probe import Heard, Probe
from psc_desk.devices.queue_printer import CupsSpool, Fate, QueuePrinter
from psc_desk.devices.usb import UsbChannel
from psc_desk.errors import DeviceError, InputError
from psc_desk.papers.escpos import PrinterProfile
from tests.devices.test_queue import program

__all__ = ["program"]
SHORT = Deadlines(connect=0.5, status=0.003, piece=0.05, proof=0.003, proof_per_kb=0.0)
ANSWERS = st.sampled_from(
    [b"\x12", b"\x1a", b"\x32", b"\x7e", b"\x00", b"\x03", b"\x10\x00\x00\x00", b"\x37\x22" + process_mark(7) + b"\x00",
     b"\x37\x22", b"\x37", b"_", b"_TM-T88VI\x00", b"_" + b"x" * 200]
)  # fmt: skip
SAID = st.lists(st.binary(max_size=40) | ANSWERS, max_size=12)


class Babbler:
    """A device that says what it likes after each write; with `for_ever` it never falls silent."""

    can_read = True

    def __init__(self, said: list[bytes], *, for_ever: bool = False) -> None:
        self._said = itertools.cycle(said or [b""]) if for_ever else iter(said)
        self._for_ever = for_ever
        self._ready = b""

    def open(self, timeout: float) -> None:
        """Connect."""

    def write(self, data: bytes, timeout: float) -> None:
        """Take it and get an answer ready."""
        self._ready += next(self._said, b"")

    def read(self, timeout: float) -> bytes:
        """Return the answer, or more of it."""
        said, self._ready = self._ready, next(self._said, b"") if self._for_ever else b""
        return said

    def close(self) -> None:
        """Hang up."""


def sentence_of(act: Callable[[], object], *kinds: type[Exception]) -> str:
    """Return what is said when it is refused, "Done." when it is not; any other exception fails the test."""
    try:
        act()
    except kinds as error:
        return str(error).rstrip()
    return "Done."


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    ends = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [data[start:end] for start, end in itertools.pairwise(ends)]


@settings(max_examples=300)
@given(SAID, st.lists(st.integers(0, 600), max_size=12))
def test_replies_are_framed_alike_in_any_pieces_and_little_is_kept(said: list[bytes], cuts: list[int]) -> None:
    data = b"".join(said)
    whole, cut, single = ReplyFramer(), ReplyFramer(), ReplyFramer()
    replies = whole.feed(data)
    assert replies == [reply for piece in pieces(data, cuts) for reply in cut.feed(piece)]
    assert replies == [reply for byte in data for reply in single.feed(bytes((byte,)))]
    assert len(whole._rest) < 80
    assert sum(len(reply.data) for reply in replies) <= len(data)
    assert all(len(reply.data) == 4 for reply in replies if reply.kind in (Kind.PROCESS, Kind.ASB))


@settings(max_examples=120)
@given(SAID, st.sampled_from(["process_id", "gs_r", "none"]), st.booleans())
def test_any_answers_lead_to_a_status_or_a_sentence(said: list[bytes], proof: str, for_ever: bool) -> None:
    profile = PrinterProfile(proof=proof, model="TM-T88VI", drawer_sensor="high_open")

    def printer() -> EscPosPrinter:
        return EscPosPrinter(Babbler(said, for_ever=for_ever), profile, deadlines=SHORT)

    assert isinstance(printer().status(), PrinterStatus)
    assert sentence_of(lambda: printer().send(b"\x1b@hello\n", 7), NotSentError, UnknownOutcomeError).endswith(".")
    assert sentence_of(lambda: printer().kick(), KickRefusedError).endswith(".")


@settings(max_examples=60)
@given(SAID, st.booleans())
def test_any_answers_lead_the_set_up_to_a_finding_or_a_sentence(said: list[bytes], for_ever: bool) -> None:
    def probe() -> Probe:
        return Probe(Babbler(said, for_ever=for_ever), SHORT)

    heard: list[Heard] = []
    assert sentence_of(lambda: heard.append(probe().look()), DeviceError).endswith(".")
    assert all(len(one.model) < 80 and one.words().endswith(".") for one in heard)
    assert probe().print_page(b"\x1b@page\n") in ("process_id", "gs_r", "none")
    assert probe().sensor() in (True, False, None)


@given(st.dictionaries(st.sampled_from(["printer", "cause", "error", "paper"]), st.integers(0, 255)))
def test_any_status_bytes_have_words(status: dict[str, int]) -> None:
    assert Heard(status).words().endswith(".")


_FLOOD = """
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    try:
        while True:
            connection.sendall(b"GARBAGE 12.5 kg\\r\\n" * 60000)
    except OSError:
        connection.close()
"""


@pytest.fixture
def flood() -> Iterator[int]:
    """Give the port of a device that takes a connection and talks without end, faster than anybody listens."""
    with subprocess.Popen([sys.executable, "-c", _FLOOD], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.kill()


def test_a_device_that_never_falls_silent_is_left_and_not_listened_to_for_ever(flood: int) -> None:
    printer = EscPosPrinter(TcpChannel("127.0.0.1", flood), PrinterProfile(), deadlines=Deadlines(status=2.0))
    for _ in range(2):
        with pytest.raises(NotSentError, match="does not speak like a receipt printer"):
            printer.send(b"\x1b@hello\n", 7)


def test_a_write_ends_at_its_deadline_though_the_device_takes_a_little_now_and_then() -> None:
    far, near = os.openpty()
    channel = FileChannel(os.ttyname(near))
    channel.open(1)
    over = threading.Event()

    def sip() -> None:
        while not over.wait(0.01):
            os.read(far, 256)

    thread = threading.Thread(target=sip)
    thread.start()
    with pytest.raises(ChannelError, match="stopped taking data") as caught:
        channel.write(b"x\n" * 200_000, 0.3)
    over.set()
    thread.join()
    channel.close()
    os.close(far)
    os.close(near)
    assert 0 < caught.value.accepted < 400_000


def test_a_node_is_not_closed_over_a_piece_that_the_printer_has_not_taken(tmp_path: Path) -> None:
    """A pipe holds 64 KB: a write that just fits is over only when somebody took of it."""
    os.mkfifo(tmp_path / "lp0")
    channel = FileChannel(str(tmp_path / "lp0"))
    channel.open(1)
    with pytest.raises(ChannelError, match="stopped taking data") as caught:
        channel.write(bytes(65536), 0.1)
    assert caught.value.accepted == 65536
    assert len(channel.read(1) + channel.read(1)) == 8192
    channel.write(b"x", 1)
    channel.close()


class Endpoint:
    """An endpoint of libusb that takes at most `room` bytes at a time, `all_in_all` in the end."""

    wMaxPacketSize = 512

    def __init__(self, room: int, all_in_all: int) -> None:
        self.room, self.left = room, all_in_all
        self.taken = b""
        self.asked: list[int] = []

    def write(self, data: bytes, _milliseconds: int) -> int:
        count = min(len(data), self.room, self.left)
        if not count:
            raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        self.taken += bytes(data[:count])
        self.left -= count
        return count

    def read(self, size: int, _milliseconds: int) -> bytes:
        self.asked.append(size)
        return b"\x12"


def test_what_libusb_takes_in_parts_arrives_whole() -> None:
    channel = UsbChannel(0x04B8, 0x0E15)
    channel._out = channel._in = Endpoint(64, 10_000)
    job = bytes(range(256)) * 16
    channel.write(job, 1)
    assert channel._out.taken == job
    assert channel.read(0.1) == b"\x12"
    assert channel._in.asked == [512], "a packet longer than the room would be refused"


def test_what_libusb_takes_a_part_of_is_never_sent_again() -> None:
    channel = UsbChannel(0x04B8, 0x0E15)
    channel._out = Endpoint(64, 100)
    with pytest.raises(ChannelError, match="stopped taking data") as caught:
        channel.write(b"x" * 4096, 0.5)
    assert caught.value.accepted == 4096


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EACCES, "usermod -aG dialout"), (errno.EBUSY, "another program"), (errno.EAGAIN, "another program"),
     (errno.ENOENT, "cable is in"), (None, "cable is in")],
)  # fmt: skip
def test_a_serial_port_that_stays_shut_says_what_to_do(number: int | None, words: str) -> None:
    assert words in _serial_words("/dev/ttyUSB0", number)


@given(st.text(max_size=80) | st.builds("{}:{}".format, st.sampled_from(["tcp", "tcp://", "usb", "serial", "queue"]),
                                        st.text(max_size=80)))  # fmt: skip
def test_any_address_is_a_printer_or_a_sentence(url: str) -> None:
    assert sentence_of(lambda: open_printer(url, PrinterProfile()), InputError).endswith((".", "(practice)."))


@pytest.mark.parametrize(
    "url",
    ["tcp://a..b:9100", "tcp://.:9100", f"tcp://{'x' * 64}:9100", "tcp://[::1]:1", "tcp://127.0.0.1:1",
     "usb:/dev/\x00lp0", "serial:/dev/\x00", "serial:/dev/null", "usb:/dev/null", "usb:/dev/zero", "usb:/",
     "usb:/etc/hostname"],
)  # fmt: skip
def test_an_address_of_something_else_is_a_state_and_a_sentence(url: str) -> None:
    printer = open_printer(url, PrinterProfile(), deadlines=SHORT)
    assert not printer.status().ready or printer.status().paper is Answer.UNKNOWN
    assert sentence_of(lambda: printer.send(b"\x1b@hello\n", 7), NotSentError).endswith(".")
    assert sentence_of(printer.kick, KickRefusedError).endswith(".")


QUEUE_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=200) | st.sampled_from(
    ["RCPT-12", "RCPT-12 maya 1024 Wed", "printer RCPT disabled since", "printer RCPT now printing RCPT-12.", "\n\n \n"]
)


@settings(max_examples=25)
@given(QUEUE_WORDS, QUEUE_WORDS, st.integers(0, 2))
def test_whatever_the_print_system_says_a_fate_or_a_sentence_comes_of_it(
    tmp_path_factory: pytest.TempPathFactory, jobs: str, state: str, code: int
) -> None:
    folder = tmp_path_factory.mktemp("cups")
    (folder / "jobs").write_bytes(jobs.encode())
    (folder / "state").write_bytes(state.encode())
    for name in ("lpstat", "lp", "cancel"):
        script = folder / name
        script.write_text(
            f'#!/bin/sh\ncase "$*" in *-o*) cat {folder}/jobs;; *) cat {folder}/state;; esac\n'
            f"cat > /dev/null\nexit {code}\n"
        )
        script.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{folder}:/usr/bin:/bin")
        assert CupsSpool().fate("RCPT", "RCPT-12") in Fate
        assert isinstance(QueuePrinter("RCPT").status(), PrinterStatus)
        assert page_state().words
        send = lambda: QueuePrinter("RCPT", patience=0.05).send(b"x", 1)  # noqa: E731
        assert sentence_of(send, NotSentError, UnknownOutcomeError).endswith(".")


def test_a_queue_is_stopped_only_when_the_print_system_says_so_of_it(program) -> None:
    program("lpstat", "echo 'printer RCPT is idle.  enabled since Wed'; echo '\tdisabled lamp on the old RCPT'")
    assert QueuePrinter("RCPT").status().ready
    program("lpstat", "echo 'printer RCPT disabled since Wed -'; echo '\tPaused'")
    assert not QueuePrinter("RCPT").status().ready
