"""What the first-run wizard calls: it makes the encrypted folder and the clinic in it, and keeps the recovery code."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from psc_desk.clock import SystemClock
from psc_desk.errors import DeskError
from psc_desk.exchange.saved_file import save_file
from psc_desk.key_store import has_key_store
from psc_desk.passwords import check_password_strength, check_pin
from psc_desk.ui.first_run import FirstRun, FirstRunDoors, FirstRunWizard
from psc_desk.ui.lanes import Lanes
from psc_desk.vault import Created, Vault, create
from psc_desk.vault_file import ClinicKind


def first_run_wizard(
    lanes: Lanes, folder: Path, finished: Callable[[Vault], Any], demo: Callable[[], Any]
) -> FirstRunWizard:
    """Return the wizard for `folder`; `finished(vault)` is called once the data exist and the code is kept."""
    made: list[Vault] = []
    names: list[str] = []

    def make(answers: FirstRun, then: Callable[[str], Any], failed: Callable[[Exception], Any]) -> None:
        def done(created: Created) -> None:
            made.append(created.vault)
            names.append(answers.clinic_name)
            then(created.recovery_code)

        lanes.submit("db", lambda: make_clinic(folder, answers), done, failed)

    doors = FirstRunDoors(
        create=make,
        check_password=check_password_strength,
        check_pin=check_pin,
        save_code=lambda code: save_code(names[-1], code),
        print_code=lambda code: print_code(names[-1], code),
        passphrase_needed=not has_key_store(),
    )
    wizard = FirstRunWizard(doors)
    wizard.finished.connect(lambda _answers: finished(made[-1]))
    wizard.demo_wanted.connect(demo)
    return wizard


def make_clinic(folder: Path, answers: FirstRun) -> Created:
    """Make the data folder with the clinic in it. It is built aside and moved in whole: a failure leaves nothing."""
    from psc_desk.opening import open_desk
    from psc_desk.usecases.clinic import set_up_clinic

    aside = folder.with_name(folder.name + ".new")
    shutil.rmtree(aside, ignore_errors=True)
    created = create(aside, ClinicKind.REAL, answers.passphrase or None)
    try:
        with open_desk(created.vault) as opened:
            opened.desk.do(set_up_clinic, _clinic_input(answers))
    except DeskError:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    folder.mkdir(parents=True, exist_ok=True)
    for item in sorted(aside.iterdir(), key=lambda path: path.name == "vault.json"):
        item.replace(folder / item.name)
    aside.rmdir()
    vault = created.vault
    return Created(Vault(folder, vault.kind, vault.ident, vault.key), created.recovery_code)


def save_code(clinic: str, code: str) -> str:
    """Ask where, write the recovery sheet there as PDF, and say so."""
    home = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    title = _tr("Save the recovery code")
    name, _ = QFileDialog.getSaveFileName(None, title, str(home / "psc-desk-recovery-code.pdf"), "PDF (*.pdf)")
    if not name:
        return _tr("Not saved.")
    try:
        save_file(Path(name), _sheet(clinic, code))
    except DeskError as error:
        return str(error)
    return _tr("Saved. Keep the file away from this computer.")


def print_code(clinic: str, code: str) -> str:
    """Send the recovery sheet to the computer's default printer, and say what became of it."""
    from psc_desk.ui.page_print import send_pages

    try:
        send_pages(_sheet(clinic, code), "", 1)
    except DeskError as error:
        return str(error)
    return _tr("Sent to the printer. Check that it came out.")


def _sheet(clinic: str, code: str) -> bytes:
    from psc_desk.papers.pdf import ClinicBlock
    from psc_desk.papers.recovery_code import recovery_code_pdf

    now: datetime = SystemClock().now().astimezone()
    return recovery_code_pdf(ClinicBlock(clinic), code, now)


def _clinic_input(answers: FirstRun) -> Any:
    from psc_desk.models.staff import Role
    from psc_desk.queries.clinic import HoursRow
    from psc_desk.usecases.clinic import ClinicInput
    from psc_desk.usecases.staff import PersonInput

    return ClinicInput(
        name=answers.clinic_name,
        address=answers.address,
        phone=answers.phone,
        time_zone=answers.time_zone,
        hours=tuple(HoursRow(day, answers.open_minute, answers.close_minute) for day in answers.weekdays),
        person=PersonInput(answers.person_name, Role.MANAGER, answers.password, answers.pin),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("FirstRun", text)
