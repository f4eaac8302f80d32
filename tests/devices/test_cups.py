"""The queue printer and the page printer against a real print system, where CUPS is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from psc_desk.devices.page_printer import page_queues, page_state
from psc_desk.devices.printer import Answer, NotSentError, Sent, UnknownOutcomeError
from psc_desk.devices.queue_printer import QueuePrinter
from psc_desk.devices.virtual import VirtualPrinter
from psc_desk.devices.virtual_server import VirtualPrinterServer
from tests.devices.test_printer import JOB, MARK

_FILES = """ServerRoot {home}
ServerBin {root}/lib/cups
DataDir {root}/share/cups
CacheDir {home}
StateDir {home}
RequestRoot {home}/spool
TempDir {home}/spool
AccessLog {home}/access
ErrorLog {home}/error
PageLog {home}/page
"""
_SERVER = """Listen {home}/socket
Browsing Off
WebInterface No
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order allow,deny
Allow all
</Limit>
</Policy>
"""


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualPrinterServer]:
    """A print server with the queue RCPT, raw, to a network printer that is switched off."""
    server = shutil.which("cupsd", path=f"{os.environ['PATH']}:/usr/sbin")
    if server is None or shutil.which("lpadmin", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        pytest.skip("CUPS is not installed here (Debian's cups-daemon and cups-client)")
    root = Path(server).parents[1]
    if not (root / "lib" / "cups" / "backend" / "socket").exists():
        pytest.skip("CUPS has no socket backend here (Debian's cups)")
    printer = VirtualPrinterServer(printer=VirtualPrinter())
    printer.start()
    printer.stop()
    with tempfile.TemporaryDirectory(prefix="psc-cups-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o755)
        (home / "spool").mkdir()
        (home / "cups-files.conf").write_text(_FILES.format(home=home, root=root))
        (home / "cupsd.conf").write_text(_SERVER.format(home=home))
        words = [server, "-f", "-c", str(home / "cupsd.conf"), "-s", str(home / "cups-files.conf")]
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            monkeypatch.setenv("CUPS_SERVER", str(home / "socket"))
            monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{Path(server).parent}")
            address = printer.url.replace("tcp://", "socket://")
            add = ["lpadmin", "-p", "RCPT", "-E", "-v", address, "-m", "raw", "-o", "printer-error-policy=retry-job"]
            while process.poll() is None and subprocess.run(add, capture_output=True, check=False).returncode:
                pass
            yield printer
            printer.stop()
            process.terminate()


def left_in(queue: str) -> str:
    return subprocess.run(["lpstat", "-o", queue], capture_output=True, text=True, check=True).stdout


def test_a_receipt_goes_through_the_print_system_and_none_is_printed_hours_later(queue: VirtualPrinterServer) -> None:
    printer = QueuePrinter("RCPT", patience=4)
    assert page_queues() == ["RCPT"]
    assert page_state().works is Answer.YES
    assert printer.status().ready
    queue.start()
    assert printer.send(JOB, 1) is Sent.UNCONFIRMED
    (paper,) = queue.printer.wait_for_papers(1, 10)
    assert MARK in paper.text
    assert queue.printer.problems() == []
    queue.stop()
    with pytest.raises(UnknownOutcomeError, match="so it was cancelled"):
        printer.send(JOB, 2)
    assert left_in("RCPT") == ""
    subprocess.run(["cupsdisable", "RCPT"], check=True)
    assert "is stopped" in printer.status().words()
    assert page_state().works is Answer.NO
    with pytest.raises(NotSentError, match="so it was cancelled there"):
        printer.send(JOB, 3)
    assert left_in("RCPT") == ""
    subprocess.run(["cupsenable", "RCPT"], check=True)
    queue.start()
    assert printer.send(JOB, 4) is Sent.UNCONFIRMED
    assert len(queue.printer.wait_for_papers(2, 10)) == 2
    assert queue.printer.paper_record().count(MARK) == 2


def test_a_queue_that_is_not_there_is_named(queue: VirtualPrinterServer) -> None:
    assert "no print queue named NOBODY" in QueuePrinter("NOBODY").status().words()
    with pytest.raises(NotSentError, match="NOBODY refused"):
        QueuePrinter("NOBODY").send(JOB, 1)
