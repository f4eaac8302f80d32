"""Runs inside the virtual machine of installer/usb_tier.py: the USB transports against a printer gadget.

Each step prints "ok NAME" or "FAILED NAME". The gadget's side is the virtual printer, fed from /dev/g_printer0.
"""

from __future__ import annotations

import contextlib
import faulthandler
import fcntl
import os
import select
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from psc_desk.devices import open_printer
from psc_desk.devices.escpos_printer import Deadlines, EscPosPrinter
from psc_desk.devices.printer import Answer, KickRefusedError, NotReadyError, NotSentError, Sent, UnknownOutcomeError
from psc_desk.devices.virtual import ReplyBox, VirtualPrinter
from psc_desk.papers.escpos import PrinterProfile
from tests.papers.receipt_samples import RECEIPT, receipt_bytes

GADGET = Path("/sys/kernel/config/usb_gadget/receipt")
NODE = "/dev/usb/lp0"
WAYS = ("usb:" + NODE, "usb:04b8:0e15", "usb:04b8:0e15:PSC0001")
SET_STATUS = 0xC0016722
"""GADGET_SET_PRINTER_STATUS of linux/usb/g_printer.h."""
PROFILE = PrinterProfile(drawer_sensor="high_open")
CLONE = PrinterProfile(proof="none")
JOB = receipt_bytes(RECEIPT, PROFILE)
PATIENCE = 90
"""Seconds for one step; then the guest shows where it hangs and ends."""
SLOW = Deadlines(connect=10, status=3, piece=4, proof=4, proof_per_kb=0.1)


def build_gadget() -> None:
    """Describe a USB receipt printer to the kernel."""
    strings = GADGET / "strings" / "0x409"
    function = GADGET / "functions" / "printer.usb0"
    for folder in (strings, GADGET / "configs" / "c.1", function):
        folder.mkdir(parents=True)
    (GADGET / "idVendor").write_text("0x04b8\n")
    (GADGET / "idProduct").write_text("0x0e15\n")
    for name, word in (("serialnumber", "PSC0001"), ("manufacturer", "EPSON"), ("product", "TM-T20II")):
        (strings / name).write_text(word + "\n")
    (function / "pnp_string").write_text("MFG:EPSON;CMD:ESC/POS;MDL:TM-T20II;CLS:PRINTER;\n")
    (GADGET / "configs" / "c.1" / "printer.usb0").symlink_to(function)


def settle() -> None:
    """Let udev follow what was plugged."""
    os.system("udevadm settle --timeout=10")


def plug(*, put_in: bool) -> None:
    """Put the cable in, or pull it."""
    (GADGET / "UDC").write_text("dummy_udc.0\n" if put_in else "\n")
    until(lambda: Path(NODE).exists() == put_in)
    settle()


def until(true: Callable[[], bool]) -> None:
    """Wait until the kernel has followed; the tests wait for this, never for time alone."""
    pause = threading.Event()
    for _ in range(200):
        if true():
            return
        pause.wait(0.05)
    raise RuntimeError("the kernel did not follow")


class GadgetPrinter:
    """The virtual printer behind the gadget."""

    def __init__(self, faults: str = "") -> None:
        self.printer = VirtualPrinter(faults=faults, buffer_size=4096)
        until(self._open)
        self._box = ReplyBox()
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._read), threading.Thread(target=self._answer)]
        for thread in self._threads:
            thread.start()

    def _open(self) -> bool:
        try:
            self.handle = os.open("/dev/g_printer0", os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            return False
        return True

    def set_port(self, bits: int) -> None:
        """Say something in the port status of the printer class."""
        fcntl.ioctl(self.handle, SET_STATUS, bits)

    def close(self) -> None:
        """Let go of the gadget, after taking in what is on its way: the gadget trips over what is left."""
        self.printer.inject("paper ok; cover closed; online")
        self.printer.resume_reading()
        until(lambda: not select.select([self.handle], [], [], 0.3)[0])
        self._ended.set()
        self._box.reset()
        for thread in self._threads:
            thread.join()
        os.close(self.handle)

    def _read(self) -> None:
        while not self._ended.is_set():
            if not (self.printer.wait_accepting(0.1) and select.select([self.handle], [], [], 0.1)[0]):
                continue
            with contextlib.suppress(BlockingIOError, OSError):
                self.printer.receive(os.read(self.handle, 4096), self._box)

    def _answer(self) -> None:
        while not self._ended.is_set():
            if data := self._box.take(0.2):
                with contextlib.suppress(OSError):
                    os.write(self.handle, data)


@contextlib.contextmanager
def printer(faults: str = "") -> Iterator[GadgetPrinter]:
    """Plug a printer in for one step."""
    plug(put_in=True)
    try:
        far = GadgetPrinter(faults)
        try:
            yield far
        finally:
            far.close()
    finally:
        plug(put_in=False)


def driver(url: str, profile: PrinterProfile = PROFILE) -> EscPosPrinter:
    """Return our driver at an address."""
    made = open_printer(url, profile, deadlines=SLOW)
    assert isinstance(made, EscPosPrinter)
    return made


def refused(kind: type[Exception], act: Callable[[], object]) -> str:
    """Do something that must be refused; return the sentence."""
    try:
        act()
    except kind as error:
        return str(error)
    raise AssertionError(f"not refused with {kind.__name__}")


def prints_and_proves(url: str) -> None:
    """A receipt with its proof, twice, and the kernel's own node is back afterwards."""
    with printer() as far:
        for number in (1, 2):
            assert driver(url).send(JOB, number) is Sent.PRINTED
        assert len(far.printer.papers()) == 2
        assert far.printer.problems() == []
        settle()
        assert Path(NODE).exists(), "the kernel did not get its printer back"


def status_and_drawer(url: str) -> None:
    """Status, pulse, sensor."""
    with printer() as far:
        status = driver(url).status()
        assert (status.paper, status.drawer_closed) == (Answer.YES, Answer.YES), status
        driver(url).kick()
        assert len(far.printer.wait_for_pulses(1, 5)) == 1
        assert driver(url).status().drawer_closed is Answer.NO


def paper_out_before(url: str) -> None:
    """Nothing is sent, no drawer opens later."""
    with printer("paper out") as far:
        assert "Load a roll" in refused(NotReadyError, lambda: driver(url).send(JOB, 1))
        refused(KickRefusedError, lambda: driver(url).kick())
        assert far.printer.paper_record() == ""
        assert far.printer.pulses() == []


def paper_out_during(url: str) -> None:
    """Unknown, and half of it is on paper."""
    with printer("at line 5: paper out") as far:
        refused(UnknownOutcomeError, lambda: driver(url).send(JOB, 1))
        assert "Harbor" in far.printer.unfinished().text


def stalls_during(url: str) -> None:
    """A printer that stops reading: unknown within the deadlines."""
    with printer("at byte 200: stop reading"):
        refused(UnknownOutcomeError, lambda: driver(url).send(JOB * 20, 1))


def clone_without_replies(url: str) -> None:
    """Sent, not confirmed; the port's status still tells of the paper."""
    with printer("drop replies") as far:
        assert driver(url, CLONE).send(JOB, 1) is Sent.UNCONFIRMED
        assert len(far.printer.wait_for_papers(1, 10)) == 1
        far.set_port(0x30)
        assert driver(url, CLONE).status().paper is Answer.NO
        far.set_port(0x18)


def unplugged_and_back(url: str) -> None:
    """Without the cable nothing is sent; after a replug the first try works."""
    words = refused(NotSentError, lambda: driver(url).send(JOB, 1))
    assert "plugged in" in words, words
    same = driver(url)
    with printer():
        assert same.send(JOB, 1) is Sent.PRINTED
    refused(NotSentError, lambda: same.send(JOB, 2))
    with printer():
        assert same.send(JOB, 3) is Sent.PRINTED


def another_program_has_it(url: str) -> None:
    """Two openers: the second gets a sentence."""
    with printer():
        first = driver(url)
        first.channel.open(5)
        words = refused(NotSentError, lambda: driver(url).send(JOB, 1))
        first.close()
        assert "another program" in words, words


def unknown_serial_number() -> None:
    """A printer of the same kind with another serial number is not ours."""
    with printer():
        refused(NotSentError, lambda: driver("usb:04b8:0e15:OTHER").send(JOB, 1))


STEPS = (
    prints_and_proves, status_and_drawer, paper_out_before, paper_out_during, clone_without_replies,
    unplugged_and_back, another_program_has_it, stalls_during,
)  # fmt: skip


def main() -> int:
    """Run every step on every way; return 1 if one failed."""
    build_gadget()
    failed = 0
    steps = [(f"{step.__name__} {url}", step, (url,)) for step in STEPS for url in WAYS[:2]]
    steps += [
        ("prints_and_proves " + WAYS[2], prints_and_proves, (WAYS[2],)),
        ("unknown_serial", unknown_serial_number, ()),
    ]
    wanted = sys.argv[1:]
    for name, step, arguments in steps:
        if wanted and not any(word in name for word in wanted):
            continue
        faulthandler.dump_traceback_later(PATIENCE, exit=True)
        try:
            step(*arguments)
        except (AssertionError, OSError, RuntimeError, ValueError, NotSentError, UnknownOutcomeError) as error:
            failed += 1
            print(f"FAILED {name}: {type(error).__name__} {error}", flush=True)
            traceback.print_exc()
        else:
            print(f"ok {name}", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # the printer gadget has crashed kernels at an orderly exit with its node open
    os._exit(code)
