"""Set up a printer, look at the health of the devices, hand out the bundle, print a page: in the window."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.devices.escpos_printer import Deadlines
from psc_desk.devices.jobs import JobState
from psc_desk.devices.virtual import Roll
from psc_desk.devices.virtual_server import VirtualPrinterServer
from psc_desk.queries.devices import page_printer
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.queries.receipts import printer_profile
from psc_desk.settings import PRINTER_COLUMNS, PRINTER_URL
from psc_desk.ui.context import Context
from psc_desk.ui.desk_devices import DeskDevices
from psc_desk.ui.dialogs.device_health import DeviceHealth, open_device_health
from psc_desk.ui.dialogs.print_preview import PrintPreview, open_print
from psc_desk.ui.dialogs.printer_wizard import PrinterWizard, open_printer_wizard
from psc_desk.ui.first_run_doors import print_code
from psc_desk.ui.lanes import Lanes
from psc_desk.ui.pages.settings.printer import PrinterSection
from psc_desk.ui.report import Report
from psc_desk.usecases.print_queue import mark_job
from psc_desk.usecases.settings import set_setting
from psc_desk.work import Desk
from tests.money.support import card, pay
from tests.safety.calls_devices import logo
from tests.support.clinic import MANAGER, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, is_gone, parent, settle, shown, window_over

__all__ = ["clinic", "closed", "parent"]

QUICK = Deadlines(connect=0.5, status=0.25, piece=0.5, proof=0.5, proof_per_kb=0.05)


@pytest.fixture
def printer() -> Iterator[VirtualPrinterServer]:
    with VirtualPrinterServer() as server:
        yield server


@pytest.fixture
def desk_context(clinic: SmallClinic, lanes: Lanes, report: Report) -> Iterator[Context]:
    """A window with devices of its own, as the manager."""
    clinic.desk.actor_id = MANAGER
    plain = window_over(clinic, lanes, report)
    devices = DeskDevices(Desk(clinic.desk.engine, clinic.clock, head=clinic.desk.head), plain.bus)
    yield Context(plain.desk, plain.bus, lanes, devices, report)
    devices.stop()


def wizard_at(qtbot: QtBot, context: Context, parent: QWidget, url: str) -> PrinterWizard:
    """Open the set-up and type the address."""
    open_printer_wizard(context, parent, deadlines=QUICK)
    wizard = shown(qtbot, PrinterWizard, context.lanes)
    wizard.url.setText(url)
    return wizard


def press(qtbot: QtBot, wizard: PrinterWizard, button: QPushButton | None = None) -> None:
    (button or wizard.primary).click()
    settle(qtbot, wizard.context.lanes)


def choose(box: QWidget, data: object) -> None:
    box.setCurrentIndex(box.findData(data))  # type: ignore[attr-defined]


def test_the_set_up_finds_what_the_printer_can_do_and_keeps_it(
    qtbot: QtBot, desk_context: Context, parent: QWidget, printer: VirtualPrinterServer, said: Said
) -> None:
    clinic = desk_context
    printer.printer.inject("no process id; no code pages")
    wizard = wizard_at(qtbot, desk_context, parent, printer.url)
    assert unnamed_controls(wizard) == []
    press(qtbot, wizard)
    assert "PSC VIRTUAL" in wizard.words.text()
    press(qtbot, wizard)
    assert wizard.step == 2
    assert "GS r" in wizard.words.text()
    assert "printer set-up" in printer.printer.papers()[0].text
    choose(wizard.columns, 42)
    choose(wizard.letters, 255)
    press(qtbot, wizard)
    press(qtbot, wizard, wizard.shut)
    assert [pulse.pin for pulse in printer.printer.pulses()] == [2]
    press(qtbot, wizard, wizard.stands_open)
    assert "high when open" in wizard.drawer_words.text()
    press(qtbot, wizard)
    assert "Drawer on pin 2" in wizard.words.text()
    press(qtbot, wizard)
    qtbot.waitUntil(lambda: is_gone(wizard))
    kept = clinic.desk.ask(printer_profile)
    assert (kept.columns, kept.code_page, kept.proof, kept.drawer_sensor) == (42, "ascii", "gs_r", "high_open")
    assert kept.model == "PSC VIRTUAL"
    assert clinic.desk.ask(lambda read: read.setting(PRINTER_URL)) == printer.url
    assert said.last.text == "the receipt printer is set up"
    settle(qtbot, desk_context.lanes)


def test_the_set_up_offers_what_the_computer_sees(
    qtbot: QtBot, desk_context: Context, parent: QWidget, cups: Path
) -> None:
    wizard = wizard_at(qtbot, desk_context, parent, "")
    seen = [wizard.here.itemText(index) for index in range(wizard.here.count())]
    assert seen[0] == "Choose one, or type its address"
    assert seen[-3:] == ["Office", "Labels", "Practice printer, on the screen"]
    wizard.here.setCurrentIndex(len(seen) - 1)
    wizard.here.activated.emit(len(seen) - 1)
    assert wizard.url.text() == "virtual:"
    wizard.done(0)
    settle(qtbot, desk_context.lanes)


def test_the_set_up_says_what_is_in_the_way_and_looks_again(
    qtbot: QtBot, desk_context: Context, parent: QWidget, printer: VirtualPrinterServer
) -> None:
    printer.printer.set_roll(Roll.OUT)
    wizard = wizard_at(qtbot, desk_context, parent, printer.url)
    press(qtbot, wizard)
    assert "Load a roll" in wizard.words.text()
    press(qtbot, wizard)
    assert wizard.step == 1
    assert printer.printer.paper_record() == ""
    printer.printer.set_roll(Roll.OK)
    press(qtbot, wizard)
    press(qtbot, wizard)
    assert wizard.step == 2
    wizard.reject()
    settle(qtbot, desk_context.lanes)


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:1", "somewhere", "serial:/dev/nothing"])
def test_an_address_without_a_printer_gets_a_sentence(
    qtbot: QtBot, desk_context: Context, parent: QWidget, url: str
) -> None:
    wizard = wizard_at(qtbot, desk_context, parent, url)
    press(qtbot, wizard)
    assert wizard.step == 0
    assert wizard.error_line.text().endswith(".")
    wizard.done(0)
    settle(qtbot, desk_context.lanes)


def test_while_the_set_up_has_the_printer_nothing_else_prints(
    qtbot: QtBot, desk_context: Context, parent: QWidget, printer: VirtualPrinterServer, clinic: SmallClinic
) -> None:
    wizard = wizard_at(qtbot, desk_context, parent, printer.url)
    wizard_choice = wizard.value()
    press(qtbot, wizard)
    job_id = pay(clinic, card(2500)).job_id
    assert job_id is not None
    settle(qtbot, desk_context.lanes)
    assert printer.printer.paper_record() == ""
    press(qtbot, wizard)
    for _ in range(3):
        press(qtbot, wizard)
    assert wizard_choice.url == printer.url
    qtbot.waitUntil(lambda: len(printer.printer.papers()) == 2)
    qtbot.waitUntil(lambda: clinic.desk.ask(print_jobs)[0].state is JobState.PRINTED)
    settle(qtbot, desk_context.lanes)


def test_a_printer_that_hangs_does_not_hold_the_window_when_settings_change(
    qtbot: QtBot, desk_context: Context, printer: VirtualPrinterServer, clinic: SmallClinic
) -> None:
    use(clinic, printer.url)
    devices = desk_context.devices
    devices.deadlines = Deadlines(proof=90)
    devices.start()
    printer.printer.inject("at byte 60: stop reading")
    pay(clinic, card(2500))
    qtbot.waitUntil(lambda: clinic.desk.ask(print_jobs)[0].state is JobState.AWAITING_PROOF)
    hanging = devices._spooler
    clinic.desk.do(set_setting, PRINTER_COLUMNS, 48)
    devices.restart()
    assert devices._spooler is not hanging
    assert not hanging.join(0)
    printer.printer.resume_reading()
    qtbot.waitUntil(lambda: hanging.join(0))
    assert clinic.desk.ask(print_jobs)[0].state is JobState.PRINTED
    pay(clinic, card(1500))
    qtbot.waitUntil(lambda: clinic.desk.ask(print_jobs)[0].state is JobState.PRINTED)


def health_over(qtbot: QtBot, context: Context, parent: QWidget) -> DeviceHealth:
    dialog = open_device_health(context, parent)
    settle(qtbot, context.lanes)
    return dialog


def row(dialog: DeviceHealth, key: str) -> tuple[str, str, str]:
    found = next(one for one in dialog.table.rows.rows if one.key == key)
    return found.answer.value, found.words, found.advice


def test_each_device_is_yes_no_or_unknown_with_its_age(
    qtbot: QtBot, desk_context: Context, parent: QWidget, printer: VirtualPrinterServer, clinic: SmallClinic
) -> None:
    use(clinic, printer.url)
    devices = desk_context.devices
    devices.start()
    qtbot.waitUntil(lambda: devices.status is not None)
    dialog = health_over(qtbot, desk_context, parent)
    assert unnamed_controls(dialog) == []
    assert row(dialog, "paper")[0] == "yes"
    assert row(dialog, "drawer")[:2] == ("unknown", "It has no switch, or it was not calibrated.")
    printer.printer.set_cover(is_open=True)
    dialog.tests["read_status"].click()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: row(dialog, "cover")[0] == "no")
    assert row(dialog, "cover")[2] == "Close the cover."
    assert row(dialog, "printer")[0] == "no"
    clinic.clock.advance(seconds=75)
    ages = [dialog.table.rows.columns[2].value(one) for one in dialog.table.rows.rows if one.key == "paper"]
    assert ages == ["1 min 15 s"]
    assert any("cover" in note.words for note in dialog.troubles.rows.rows)
    dialog.done(0)


def test_a_job_of_unknown_fate_and_no_printer_are_said(
    qtbot: QtBot, desk_context: Context, parent: QWidget, clinic: SmallClinic
) -> None:
    use(clinic, "virtual:")
    job_id = pay(clinic, card(2500)).job_id
    assert job_id is not None
    clinic.desk.do(mark_job, job_id, JobState.UNKNOWN, "The printer went silent.")
    use(clinic, "")
    dialog = health_over(qtbot, desk_context, parent)
    assert row(dialog, "printer")[:2] == ("no", "None is set up.")
    assert row(dialog, "queue")[:2] == ("unknown", "1 of unknown fate")
    assert any("The printer went silent." in note.words for note in dialog.troubles.rows.rows)
    dialog.done(0)


def test_the_support_bundle_holds_no_patient(
    qtbot: QtBot, desk_context: Context, printer: VirtualPrinterServer, clinic: SmallClinic, tmp_path: Path
) -> None:
    use(clinic, printer.url)
    desk_context.devices.start()
    printer.printer.inject("at line 6: reset connection")
    pay(clinic, card(2500))
    qtbot.waitUntil(lambda: clinic.desk.ask(print_jobs)[0].state is JobState.UNKNOWN)
    job = clinic.desk.ask(print_jobs)[0]
    dialog = DeviceHealth(desk_context, None)
    settle(qtbot, desk_context.lanes)
    path = tmp_path / "bundle.zip"
    dialog.save_bundle(path)
    settle(qtbot, desk_context.lanes)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        texts = {name.rpartition("/")[2]: archive.read(name).decode() for name in archive.namelist()}
    assert set(texts) == {"versions.json", "facts.json", "status.json", "diary.txt"}
    assert printer.url in texts["facts.json"]
    assert '"unknown": 1' in texts["facts.json"]
    assert f"print {job.job_id}: unknown" in texts["diary.txt"]
    everything = "\n".join(texts.values())
    secret = {word for line in job.text.splitlines() for word in [line.strip()] if len(word) > 6 and " " in word}
    assert len(secret) > 8
    assert [line for line in secret if line in everything] == []
    for name in ("Inés", "Ines", "Ibarra", "Okafor", job.title):
        assert name not in everything
    dialog.done(0)


def test_a_logo_is_kept_and_taken_away(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, tmp_path: Path, said: Said
) -> None:
    section = PrinterSection(desk_context)
    qtbot.addWidget(section)
    section.reload()
    (tmp_path / "logo.png").write_bytes(logo())
    section.keep_logo(tmp_path / "logo.png")
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(printer_profile).logo.startswith(b"\x89PNG")
    (tmp_path / "letter.png").write_bytes(b"Dear patient")
    section.keep_logo(tmp_path / "letter.png")
    settle(qtbot, desk_context.lanes)
    assert "not a picture" in said.last.text
    section.findChild(QPushButton, "remove_logo").click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(printer_profile).logo == b""


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A computer with two printers, whose `lp` writes down what it was told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    scripts = {
        "lpstat": "printf 'Office\\nLabels\\n'",
        "lp": f'echo "$@" >> {tmp_path}/words; cat > {tmp_path}/job; case "$@" in *Labels*) exit 1;; esac',
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return tmp_path


def preview(qtbot: QtBot, context: Context, parent: QWidget) -> PrintPreview:
    from psc_desk.ui.dialogs.device_health import page_test

    dialog = open_print(context, parent, context.desk.ask(page_test), "Printer test", kind="test")
    settle(qtbot, context.lanes)
    return dialog


def test_a_page_is_looked_at_and_its_printer_remembered(
    qtbot: QtBot, desk_context: Context, parent: QWidget, cups: Path, said: Said
) -> None:
    dialog = preview(qtbot, desk_context, parent)
    assert unnamed_controls(dialog) == []
    assert len(dialog.view.pages) == 1
    choose(dialog.printer, "Office")
    dialog.copies.setValue(2)
    dialog.primary.click()
    qtbot.waitUntil(lambda: is_gone(dialog))
    words = (cups / "words").read_text()
    assert words.startswith("-d Office -n 2 -t PSC Desk ")
    assert "Printer test" not in words
    assert (cups / "job").read_bytes().startswith(b"%PDF")
    assert desk_context.desk.ask(page_printer, "test") == "Office"
    assert said.last.text == "“Printer test” is at the printer"
    again = preview(qtbot, desk_context, parent)
    assert again.printer.currentData() == "Office"
    again.done(0)


def test_the_recovery_code_is_printed_on_the_computers_printer(cups: Path, qtbot: QtBot) -> None:
    assert print_code("Riverside", "ABCDE-12345") == "Sent to the printer. Check that it came out."
    assert (cups / "job").read_bytes().startswith(b"%PDF")
    assert "recovery" not in (cups / "words").read_text()
    (cups / "bin" / "lp").write_text("#!/bin/sh\nexit 1\n")
    assert "save the paper as PDF" in print_code("Riverside", "ABCDE-12345")


def test_a_page_that_cannot_be_printed_stays_open_with_a_sentence(
    qtbot: QtBot, desk_context: Context, parent: QWidget, cups: Path, clinic: SmallClinic
) -> None:
    dialog = preview(qtbot, desk_context, parent)
    choose(dialog.printer, "Labels")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert dialog.isVisible()
    assert "no printer that takes it" in dialog.error_line.text()
    assert dialog.primary.isEnabled()
    dialog.save_to(cups / "page.pdf")
    settle(qtbot, desk_context.lanes)
    assert (cups / "page.pdf").read_bytes() == dialog.content
    assert clinic.desk.ask(page_printer, "test") == ""
    dialog.done(0)


def test_pages_are_drawn_onto_a_printer_where_there_is_no_print_queue(qapp: object, tmp_path: Path) -> None:
    from PySide6.QtGui import QImage
    from PySide6.QtPrintSupport import QPrinter

    from psc_desk.ui.page_print import draw_pages
    from psc_desk.ui.widgets.pdf_view import pdf_pages

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    page = QImage(850, 1100, QImage.Format.Format_RGB32)
    page.fill(0xFF0000)
    draw_pages(printer, [page, page])
    drawn = pdf_pages((tmp_path / "out.pdf").read_bytes(), 0.5)
    assert len(drawn) == 2
    assert drawn[1].pixelColor(150, 200).red() > 200


def use(clinic: SmallClinic, url: str) -> None:
    """Name this desk's printer."""
    clinic.desk.do(set_setting, PRINTER_URL, url)
