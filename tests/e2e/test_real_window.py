"""The main job in a real window, by keys from outside: book, check in, take a cash co-pay, see the receipt."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from psc_desk.demo.clinic import DemoSize, make_demo
from psc_desk.demo_people import DEMO_PEOPLE
from psc_desk.devices.virtual_server import VirtualPrinterServer
from psc_desk.models.visit import Status, Visit
from psc_desk.opening import open_desk
from psc_desk.queries.money import payments
from psc_desk.queries.search import find_patients
from psc_desk.queries.verify import book_checks
from psc_desk.settings import PRINTER_URL
from psc_desk.usecases.settings import set_setting
from psc_desk.vault import open_vault
from psc_desk.work import Read
from tests.e2e.real_window import RealWindow, missing, wait_until

LAUNCH = Path(__file__).with_name("launch.py")
MANAGER = next(n for n, one in enumerate(DEMO_PEOPLE, start=1) if one.key == "manager")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        bool(missing()),
        reason=f"NO REAL WINDOW TESTED: {', '.join(missing())} missing (apt-get install xvfb openbox xdotool)",
    ),
]


def test_book_check_in_and_pay_in_cash(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    make_demo(folder, size=DemoSize(patients=60, days=3), at_work=True, today=date(2026, 3, 4))
    with VirtualPrinterServer(port=0) as server, open_desk(open_vault(folder)) as opened:
        opened.desk.actor_id = MANAGER
        opened.desk.do(set_setting, PRINTER_URL, server.url)
        with RealWindow(str(LAUNCH), str(folder), home=tmp_path) as window:
            try:
                _work(window)
                text = _receipt(server, "Jonah Whitfield")
            finally:
                window.picture(tmp_path / "screen.png")
        jonah = opened.desk.ask(find_patients, "whitfield jonah")[0]
        assert "Cash received" in text
        assert "$50.00" in text
        assert "Change" in text
        assert "$10.00" in text
        assert [row.amount_cents for row in opened.desk.ask(payments, patient_id=jonah.patient_id)][:1] == [4000]
        assert opened.desk.ask(_statuses, jonah.patient_id) == [Status.CHECKED_IN, Status.BOOKED]
        assert [check for check in opened.desk.ask(book_checks) if not check.ok] == []


def test_the_keys_come_back_when_the_terminal_and_the_payment_close_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    make_demo(folder, size=DemoSize(patients=60, days=3), at_work=True, today=date(2026, 3, 4))
    with RealWindow(str(LAUNCH), str(folder), home=tmp_path) as window:
        try:
            _choose_jonah(window)
            window.keys("F5")
            window.wait_for_title("Payment")
            window.settle()
            window.keys("alt+d", "Return")
            window.wait_for_title("Card terminal")
            window.while_the_manager_sleeps("alt+n")
            window.wait_for_title("PSC Desk - Desk")
            window.keys("F1")
            window.wait_for_title("Help")
        finally:
            window.picture(tmp_path / "screen.png")


def test_a_second_program_can_try_again_when_the_first_has_closed(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    make_demo(folder, size=DemoSize(patients=5, days=0), today=date(2026, 3, 4))
    first = open_vault(folder).lock()
    with RealWindow(str(LAUNCH), str(folder), home=tmp_path) as window:
        try:
            window.wait_for_log("cannot open")
            window.keys("Return")
            first.close()
            window.settle()
            window.keys("Return")
            window.wait_for_log("ready for a PIN")
        finally:
            window.picture(tmp_path / "screen.png")


def _work(window: RealWindow) -> None:
    _choose_jonah(window)
    window.keys("F3")
    window.wait_for_title("Book a visit")
    window.settle()
    window.keys("Return", "Return")
    window.wait_for_title("Read this back")
    window.keys("Return")
    window.wait_for_title("PSC Desk - Desk")
    window.keys("F4")
    window.wait_for_title("Check in")
    for _step in ("identity", "details", "coverage"):
        window.settle()
        window.keys("Return")
    window.settle()
    window.type("50")
    window.keys("Return")
    window.settle()
    window.keys("Return")
    window.wait_for_title("PSC Desk - Desk")


def _choose_jonah(window: RealWindow) -> None:
    window.wait_for_title("PSC Desk")
    window.wait_for_log("ready for a PIN")
    window.type("1234")
    window.keys("Return")
    window.wait_for_title("PSC Desk - Desk")
    window.keys("ctrl+k")
    window.type("whitf")
    window.settle()
    window.keys("Return")
    window.settle()


def _receipt(server: VirtualPrinterServer, patient: str) -> str:
    def papers() -> list[str]:
        return [paper.text for paper in server.printer.papers() if patient in paper.text and "Co-pay" in paper.text]

    wait_until(lambda: bool(papers()), f"a receipt for {patient} at the virtual printer")
    assert len(papers()) == 1
    return papers()[0]


def _statuses(read: Read, patient_id: int) -> list[Status]:
    rows = read.session.query(Visit).filter_by(patient_id=patient_id, day=date(2026, 3, 4)).order_by(Visit.start_minute)
    return [visit.status for visit in rows]
