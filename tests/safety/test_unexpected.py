"""What goes wrong inside says nothing of a patient: not in the log, not on the screen, not in a window's title."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from psc_desk.models.patient import Patient
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.booking import open_booking
from psc_desk.ui.dialogs.check_in import open_check_in
from psc_desk.ui.dialogs.check_out import open_check_out
from psc_desk.ui.dialogs.patient_form import open_patient_form, open_registration
from psc_desk.ui.dialogs.payment import open_payment
from psc_desk.ui.dialogs.refund import open_refund, open_void
from psc_desk.ui.main_window import MainWindow
from psc_desk.ui.pages import PAGES
from psc_desk.ui.report import Kind
from psc_desk.usecases.search import rebuild_search
from psc_desk.work import Work
from tests.money.support import cash, charged_visit, pay
from tests.support.clinic import INES, SmallClinic
from tests.ui.conftest import Said, lanes, look, report, said
from tests.ui.money_desk import clinic, closed, desk_context, parent, settle

__all__ = ["clinic", "closed", "desk_context", "lanes", "look", "parent", "report", "said"]

SECRETS = ("Castillo", "Inés", "BH1234567", "1987", "10001")


def breaks(work: Work) -> None:
    patient = work.get(Patient, INES)
    raise ValueError(f"no such thing for {patient.full_name}, born {patient.birth_date}")


def bad_sql(work: Work) -> None:
    work.session.execute(text("SELECT nothing FROM patient WHERE last_name = :name"), {"name": "Castillo"})


def bad_row(work: Work) -> None:
    work.session.execute(text("INSERT INTO patient (last_name) VALUES (:name)"), {"name": ["Castillo", INES]})


@pytest.mark.parametrize("usecase", [breaks, bad_sql, bad_row])
def test_an_error_of_the_program_names_no_patient(
    qtbot: QtBot,
    desk_context: Context,
    parent: QWidget,
    said: Said,
    caplog: pytest.LogCaptureFixture,
    *,
    usecase: Callable[[Work], None],
) -> None:
    with caplog.at_level(logging.DEBUG):
        desk_context.do(parent, usecase)
        settle(qtbot, desk_context.lanes)
        qtbot.waitUntil(lambda: bool(said.messages))
    assert said.last.kind is Kind.BROKEN
    assert "report number" in said.last.text
    assert usecase.__name__ in caplog.text
    assert [word for word in SECRETS if word in caplog.text + said.last.text] == []


def test_a_statement_that_fails_hides_its_parameters(clinic: SmallClinic) -> None:
    with pytest.raises(SQLAlchemyError) as found:
        clinic.desk.do(bad_sql)
    assert "SELECT nothing" in str(found.value)
    assert "Castillo" not in str(found.value)


def test_no_window_title_names_a_patient(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    clinic.desk.do(rebuild_search)
    window = MainWindow(desk_context, PAGES, clinic="Riverside Family Clinic", now=clinic.clock.now)
    qtbot.addWidget(window)
    window.show()
    paid = pay(clinic, cash(2500)).payment_id
    visit_id, leaving = clinic.visit(INES), charged_visit(clinic, "LAB")[0]
    for opening in (
        lambda: open_payment(desk_context, parent, INES),
        lambda: open_refund(desk_context, parent, paid),
        lambda: open_void(desk_context, parent, paid),
        lambda: open_booking(desk_context, parent, patient_id=INES),
        lambda: open_booking(desk_context, parent, visit_id=visit_id),
        lambda: open_patient_form(desk_context, parent, INES),
        lambda: open_registration(desk_context, parent, typed="Castillo, Inés 4/18/1987"),
        lambda: open_check_in(desk_context, parent, visit_id),
        lambda: open_check_out(desk_context, parent, leaving),
    ):
        opening()
        settle(qtbot, desk_context.lanes)
    for page in PAGES:
        window.go(page.NAME)
        settle(qtbot, desk_context.lanes)
        assert window.windowTitle().startswith("PSC Desk")
    shown = [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.isWindow()]
    titles = [one.windowTitle() for one in shown]
    assert len(titles) >= 9
    assert [title for title in titles if not title.startswith("PSC Desk")] == []
    assert [title for title in titles if any(word in title for word in SECRETS)] == []
    for one in shown:
        if one not in (window, parent):
            one.hide()
    settle(qtbot, desk_context.lanes)


FIRST_PAINT = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from psc_desk.app import Program, make_application

HEAVY = ("sqlalchemy", "sqlcipher3", "alembic", "reportlab", "escpos", "PIL", "psc_desk.models", "psc_desk.ui.pages")

class Watch(QObject):
    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.Paint and thing is program.sign_in:
            print([name for name in HEAVY if name in sys.modules], flush=True)
            os._exit(0)
        return False

app = make_application()
program = Program(app, Path(sys.argv[1]), demo=True)
watch = Watch()
app.installEventFilter(watch)
program.start()
app.exec()
"""


def test_the_sign_in_page_is_painted_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT, str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr
