"""Charges in the window: the encounter form, what is to do, coding questions, adjustments, months, the fee import."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from psc_desk.models.charging import AdjustmentKind
from psc_desk.models.clinic import Fee
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.charge_lists import charges_to_do
from psc_desk.queries.clinic import fee_on
from psc_desk.queries.coding import coding_questions
from psc_desk.queries.encounter import encounter
from psc_desk.queries.money import account, balance, unapplied
from psc_desk.queries.months import months
from psc_desk.settings import ADJUSTMENT_REASONS
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.adjust import AdjustDialog, JournalDialog, SmallBalancesDialog, TakeBackDialog, open_adjust
from psc_desk.ui.dialogs.base import Confirm, SecondPerson, SecondPersonDialog
from psc_desk.ui.dialogs.choose_patient import ChoosePatientDialog
from psc_desk.ui.dialogs.coding import AnswerCodingDialog, AskCodingDialog
from psc_desk.ui.dialogs.encounter import AccountChargeDialog, EncounterDialog, NoChargeDialog, open_encounter
from psc_desk.ui.dialogs.import_fees import ImportFeesDialog, open_import_fees
from psc_desk.ui.dialogs.print_preview import PrintPreview
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.ui.pages.settings.page import SettingsPage
from psc_desk.usecases.adjustments import adjust
from psc_desk.usecases.search import rebuild_search
from psc_desk.usecases.till import begin_count, close_till, record_count
from psc_desk.work import Work
from tests.money.support import cash, charged_visit, key, pay, wrong
from tests.support.clinic import INES, JONAH, LEO, MANAGER, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import FLOAT, clinic, closed, desk_context, is_gone, parent, press, section, settle, shown

__all__ = ["clinic", "closed", "desk_context", "parent"]
ENTER = Qt.Key.Key_Return


def seen(clinic: SmallClinic, patient_id: int = JONAH) -> int:
    """A visit that took place."""
    visit_id = clinic.visit(patient_id)

    def went_through(work: Work) -> None:
        work.get(Visit, visit_id).status = Status.DONE

    clinic.desk.do(went_through)
    return visit_id


def money_page(qtbot: QtBot, context: Context) -> MoneyPage:
    page = MoneyPage(context)
    qtbot.addWidget(page)
    page.resize(1300, 700)
    page.show()
    settle(qtbot, context.lanes)
    return page


def test_a_visit_is_charged_by_keys_with_diagnoses_and_modifiers(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget, said: Said
) -> None:
    visit_id = seen(clinic)
    open_encounter(desk_context, parent, visit_id)
    dialog = shown(qtbot, EncounterDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.focusWidget() is dialog.lines.diagnoses
    press(qtbot, "j069 r059")
    assert dialog.lines.letters.text() == "A J06.9 · B R05.9"
    line = next(one for one in dialog.lines.lines if one.code == "OV")
    assert line.pointers.text() == "A"
    line.modifiers.setFocus()
    press(qtbot, "25", ENTER)
    settle(qtbot, desk_context.lanes)
    assert is_gone(dialog)
    assert said.last.text == "$120.00 charged to Jonah Whitfield's account"
    row = clinic.desk.ask(encounter, visit_id)
    assert row.diagnoses == ("J06.9", "R05.9")
    assert [(one.modifiers, one.diagnoses) for one in row.charges] == [("25", "J06.9")]


def test_a_missing_diagnosis_leads_to_its_field(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    def needs(work: Work) -> None:
        work.session.query(Fee).filter_by(code="OV").one().needs_diagnosis = True

    clinic.desk.do(needs)
    open_encounter(desk_context, parent, seen(clinic))
    dialog = shown(qtbot, EncounterDialog, desk_context.lanes)
    press(qtbot, ENTER)
    settle(qtbot, desk_context.lanes)
    assert "needs a diagnosis" in dialog.error_line.text()
    assert dialog.focusWidget() is dialog.lines.diagnoses
    dialog.lines.diagnoses.setText("Z00.00")
    line = next(one for one in dialog.lines.lines if one.code == "OV")
    line.pointers.setText("B")
    line.pointers.textEdited.emit("B")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert "points to no diagnosis" in dialog.error_line.text()
    assert dialog.focusWidget() is line.pointers


def test_a_price_on_request_is_asked_for_in_its_line(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    def free(work: Work) -> None:
        work.session.query(Fee).filter_by(code="OV").one().cents = 0

    clinic.desk.do(free)
    open_encounter(desk_context, parent, seen(clinic))
    dialog = shown(qtbot, EncounterDialog, desk_context.lanes)
    price = dialog.findChild(QLineEdit, "price_OV")
    assert isinstance(price, QLineEdit)
    dialog.primary.click()
    assert dialog.focusWidget() is price
    price.setText("77.50")
    assert dialog.primary.text() == "Charge $77.50"
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(balance, JONAH) == 7750


def test_what_is_to_charge_is_worked_off_from_the_list(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    charged, free = seen(clinic), seen(clinic, INES)
    page = money_page(qtbot, desk_context)
    todo = section(qtbot, desk_context.lanes, page, "charges_to_do")
    assert unnamed_controls(page) == []
    assert todo.counts.text() == "Visits without charges: 2 · Charges without a visit: 0"
    todo.table.select_key((charged, 0))
    todo.buttons["todo_charge"].click()
    shown(qtbot, EncounterDialog, desk_context.lanes).primary.click()
    settle(qtbot, desk_context.lanes)
    todo.table.select_key((free, 0))
    todo.buttons["todo_no_charge"].click()
    dialog = shown(qtbot, NoChargeDialog, desk_context.lanes)
    dialog.primary.click()
    assert "Say why" in dialog.error_line.text()
    dialog.reason.list.setCurrentIndex(1)
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "nothing is charged for the visit of Inés Castillo, 03/04/2026"
    assert clinic.desk.ask(charges_to_do) == []


def test_an_account_is_charged_without_a_visit(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    clinic.desk.do(rebuild_search)
    page = money_page(qtbot, desk_context)
    section(qtbot, desk_context.lanes, page, "charges_to_do").buttons["charge_account"].click()
    choose = shown(qtbot, ChoosePatientDialog, desk_context.lanes)
    assert unnamed_controls(choose) == []
    assert choose.focusWidget() is choose.line
    qtbot.keyClicks(choose.line, "whitfield")
    qtbot.waitUntil(lambda: choose.table.current_row() is not None)
    qtbot.keyClick(choose.line, ENTER)
    dialog = shown(qtbot, AccountChargeDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    dialog.service.setCurrentIndex(dialog.service.findText("LAB", Qt.MatchFlag.MatchStartsWith))
    assert dialog.primary.text() == "Charge $45.50"
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "Blood test charged to the account of Jonah Whitfield"
    assert clinic.desk.ask(balance, JONAH) == 4550
    assert wrong(clinic.desk) == []


def test_a_coding_question_is_asked_and_answered_in_the_window(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    seen(clinic)
    page = money_page(qtbot, desk_context)
    section(qtbot, desk_context.lanes, page, "charges_to_do").buttons["todo_ask"].click()
    ask = shown(qtbot, AskCodingDialog, desk_context.lanes)
    assert unnamed_controls(ask) == []
    ask.question.setPlainText("Level 3 or 4?")
    ask.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "Dr. Amara Osei is asked about the visit of Jonah Whitfield"
    coding = section(qtbot, desk_context.lanes, page, "coding")
    coding.buttons["answer_question"].click()
    answer = shown(qtbot, AnswerCodingDialog, desk_context.lanes)
    assert unnamed_controls(answer) == []
    answer.answer_text.setPlainText("Level 4")
    answer.primary.click()
    settle(qtbot, desk_context.lanes)
    assert [(row.answer, row.is_open) for row in clinic.desk.ask(coding_questions)] == [("Level 4", False)]
    coding.buttons["ask_again"].click()
    labels = shown(qtbot, AskCodingDialog, desk_context.lanes).findChildren(QLabel)
    assert any("Level 4" in one.text() for one in labels)


def test_a_large_adjustment_asks_for_a_second_person_and_is_taken_back(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    page = money_page(qtbot, desk_context)
    charged_visit(clinic, "OV", patient_id=JONAH)
    monkeypatch.setattr(SecondPersonDialog, "ask", lambda *_a, **_k: SecondPerson(LEO, "2345"))
    open_adjust(desk_context, page, JONAH)
    dialog = shown(qtbot, AdjustDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.amount.text() == "120.00"
    dialog.kind.setCurrentText("Small balance")
    assert (dialog.amount.text(), dialog.left.text()) == ("4.99", "At most $4.99. $115.01 of it stays open.")
    dialog.kind.setCurrentText("Courtesy")
    assert dialog.left.text() == "At most $120.00. Nothing of it stays open. A second person approves it."
    dialog.primary.click()
    assert "Say why" in dialog.error_line.text()
    dialog.reason.list.setCurrentIndex(1)
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "$120.00 taken off OV of Jonah Whitfield"
    assert clinic.desk.ask(balance, JONAH) == 0
    listed = section(qtbot, desk_context.lanes, page, "adjustments")
    assert listed.sums.text() == "Courtesy $120.00 (1)"
    listed.buttons["adjustment_back"].click()
    back = shown(qtbot, TakeBackDialog, desk_context.lanes)
    back.reason.list.setCurrentIndex(2)
    back.primary.click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(balance, JONAH) == 12000
    assert [row.taken_back for row in listed.table.rows.rows] == [False, True]
    assert not listed.buttons["adjustment_back"].isEnabled()


def test_a_discount_says_what_it_frees(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, parent: QWidget
) -> None:
    visit_id, _charges = charged_visit(clinic, "OV", patient_id=JONAH)
    pay(clinic, cash(10000), patient_id=JONAH, visit_id=visit_id)
    open_adjust(desk_context, parent, JONAH)
    dialog = shown(qtbot, AdjustDialog, desk_context.lanes)
    dialog.kind.setCurrentIndex(dialog.kind.findData(AdjustmentKind.CONTRACTUAL))
    dialog.amount.setText("45.00")
    assert "$25.00 was paid already and becomes unapplied money." in dialog.left.text()
    dialog.reason.list.setCurrentIndex(2)
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(unapplied, JONAH) == 2500


def test_small_balances_are_written_off_but_those_without_a_tick(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    for who, paid in ((INES, 11800), (JONAH, 11700)):
        visit_id, _charges = charged_visit(clinic, "OV", patient_id=who)
        pay(clinic, cash(paid), patient_id=who, visit_id=visit_id)
    page = money_page(qtbot, desk_context)
    section(qtbot, desk_context.lanes, page, "adjustments").buttons["small_balances"].click()
    dialog = shown(qtbot, SmallBalancesDialog, desk_context.lanes)
    assert dialog.primary.text() == "Write off $5.00 of 2 accounts"
    dialog.table.toggle(next(row for row in dialog.table.rows.rows if row.patient_id == INES))
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "1 account written off, $3.00"
    assert [clinic.desk.ask(balance, who) for who in (INES, JONAH)] == [200, 0]


def test_the_adjustment_journal_is_shown_as_a_paper(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    _visit, (charge_id,) = charged_visit(clinic, "OV")
    clinic.desk.do(adjust, charge_id, 1000, AdjustmentKind.COURTESY, key=key(), reason="Hardship")
    page = money_page(qtbot, desk_context)
    section(qtbot, desk_context.lanes, page, "adjustments").buttons["adjustment_journal"].click()
    shown(qtbot, JournalDialog, desk_context.lanes).primary.click()
    paper = shown(qtbot, PrintPreview, desk_context.lanes)
    assert paper.content.startswith(b"%PDF")
    paper.close()


def test_a_month_is_closed_in_the_window(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    charged_visit(clinic, "OV")
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT)
    clinic.desk.do(close_till, 1, float_left_cents=15000)
    clinic.clock.advance(days=30)
    clinic.desk.actor_id = MANAGER
    monkeypatch.setattr(Confirm, "ask", lambda *_a, **_k: True)
    page = money_page(qtbot, desk_context)
    section(qtbot, desk_context.lanes, page, "months").buttons["close_month"].click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "March 2026 is closed"
    assert clinic.desk.ask(months)[0].closed_by == "Ana Ruiz"


def test_the_front_desk_sees_no_months(qtbot: QtBot, desk_context: Context) -> None:
    page = money_page(qtbot, desk_context)
    assert not page.model.find("months").isValid()
    assert page.model.find("adjustments").isValid()


def test_a_fee_schedule_is_looked_at_and_imported(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, tmp_path: Path, said: Said
) -> None:
    clinic.desk.actor_id = MANAGER
    page = money_page(qtbot, desk_context)
    path = tmp_path / "fees.csv"
    path.write_text("code;service;fee\nOV;Office visit;130,50x\nLAB;Blood test;50\nEKG;Heart test;90\n")
    open_import_fees(desk_context, page, path, "Standard", TODAY)
    dialog = shown(qtbot, ImportFeesDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.summary.text() == "1 new · 1 changed · 0 the same · 1 wrong"
    assert not dialog.primary.isEnabled()
    dialog.leave_out.setChecked(True)
    assert dialog.primary.text() == "Import 2 prices"
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "Standard: 1 new price, 1 changed, 0 the same, 1 line left out"
    fee = clinic.desk.ask(fee_on, "LAB", TODAY)
    assert fee is not None
    assert fee.cents == 5000


def test_a_schedule_is_saved_as_csv_and_a_code_ended(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, tmp_path: Path, said: Said
) -> None:
    clinic.desk.actor_id = MANAGER
    page = SettingsPage(desk_context)
    qtbot.addWidget(page)
    page.show()
    settle(qtbot, desk_context.lanes)
    fees = section(qtbot, desk_context.lanes, page, "fees")
    fees.save_to(tmp_path / "fees.csv")
    qtbot.waitUntil((tmp_path / "fees.csv").exists)
    settle(qtbot, desk_context.lanes)
    assert "OV,Office visit,,120.00,2026-01-01,,no" in (tmp_path / "fees.csv").read_text("utf-8-sig")
    fees.buttons["end_fee"].click()
    dialog = page.window().findChild(QWidget, "FieldsDialog")
    assert dialog is not None
    primary = dialog.findChild(QPushButton, "primary_button")
    assert isinstance(primary, QPushButton)
    primary.click()
    settle(qtbot, desk_context.lanes)
    assert "is not charged after its last day" in said.last.text


def test_a_reason_list_is_the_clinics_own(clinic: SmallClinic) -> None:
    assert "Hardship" in clinic.desk.ask(lambda read: read.setting(ADJUSTMENT_REASONS))
    assert clinic.desk.ask(account, INES).charges == ()
