"""The Money page and the deposit on the real clinic."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

import psc_desk
from psc_desk import resources
from psc_desk.devices.jobs import JobState
from psc_desk.queries.print_jobs import print_jobs
from psc_desk.queries.verify import account_balances
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.deposit import DepositDialog
from psc_desk.ui.dialogs.print_preview import PrintPreview
from psc_desk.ui.dialogs.print_queue import CameOut, PaperText
from psc_desk.ui.dialogs.refund import VoidDialog
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.usecases.deposits import deposit_slip
from psc_desk.usecases.print_queue import mark_job
from psc_desk.usecases.till import begin_count, close_till, record_count
from tests.money.support import card, cash, charged_visit, check, pay
from tests.papers.pdf_samples import read as read_pdf
from tests.support.clinic import JONAH, LEO, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import FLOAT, clinic, closed, desk_context, section, settle, shown

__all__ = ["clinic", "closed", "desk_context"]


def page_over(qtbot: QtBot, context: Context) -> MoneyPage:
    page = MoneyPage(context)
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    settle(qtbot, context.lanes)
    return page


def closed_day(clinic: SmallClinic) -> None:
    """$25 in cash and a check of $40; the float stays."""
    pay(clinic, cash(2500))
    pay(clinic, check(4000))
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT | {2000: 6, 500: 9}, checks_cents=4000)
    clinic.desk.do(close_till, 1, float_left_cents=15000)


def test_what_sends_people_to_a_section_of_money_names_its_title(desk_context: Context, qtbot: QtBot) -> None:
    titles = [one.title for one in page_over(qtbot, desk_context).sections()]
    assert "Card slips" in titles
    root = Path(psc_desk.__file__).parent
    words = [*root.rglob("*.py"), *resources.path("help").glob("*.md")]
    named = [
        (path.name, found[1])
        for path in words
        for found in re.finditer(r"(?<!tab )Money, \**([A-Z][^\n]{0,30})", path.read_text(encoding="utf-8"))
    ]
    assert len(named) > 10
    assert [one for one in named if not one[1].startswith(tuple(titles))] == []


def test_a_receipt_is_voided_from_the_list_and_the_list_follows(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    pay(clinic, cash(2500))
    page = page_over(qtbot, desk_context)
    assert unnamed_controls(page) == []
    section(qtbot, desk_context.lanes, page, "receipts").buttons["void"].click()
    shown(qtbot, VoidDialog, desk_context.lanes).primary.click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "receipt 1001 voided with receipt 1002, $25.00 for Inés Castillo"
    assert [
        (row.receipt_no, row.voided) for row in section(qtbot, desk_context.lanes, page, "receipts").table.rows.rows
    ] == [(1002, False), (1001, True)]
    section(qtbot, desk_context.lanes, page, "receipts").table.select_key(1)
    assert not section(qtbot, desk_context.lanes, page, "receipts").buttons["refund"].isEnabled()


def test_a_print_of_unknown_fate_is_settled_by_a_look(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    job_id = pay(clinic, cash(2500)).job_id
    assert job_id is not None
    clinic.desk.do(mark_job, job_id, JobState.UNKNOWN, "The printer went silent.")
    monkeypatch.setattr(CameOut, "ask", lambda _parent, _row: False)
    page = page_over(qtbot, desk_context)
    section(qtbot, desk_context.lanes, page, "prints").buttons["came_out"].click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "Receipt 1001 was sent to the printer again"
    copy, first = clinic.desk.ask(print_jobs)[:2]
    assert (copy.state, copy.copy_no) == (JobState.QUEUED, 1)
    assert first.state is JobState.CANCELLED
    section(qtbot, desk_context.lanes, page, "prints").table.select_key(copy.job_id)
    section(qtbot, desk_context.lanes, page, "prints").buttons["show_print"].click()
    paper = shown(qtbot, PaperText, desk_context.lanes)
    assert "1001" in paper.text.toPlainText()
    paper.accept()
    section(qtbot, desk_context.lanes, page, "prints").buttons["cancel_print"].click()
    settle(qtbot, desk_context.lanes)
    assert clinic.desk.ask(print_jobs)[0].state is JobState.CANCELLED


def test_the_deposit_has_to_be_counted_to_the_cent_and_gives_a_slip(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, tmp_path: Path, said: Said
) -> None:
    closed_day(clinic)
    clinic.desk.actor_id = LEO
    page = page_over(qtbot, desk_context)
    page.make_deposit()
    dialog = shown(qtbot, DepositDialog, desk_context.lanes)
    assert unnamed_controls(dialog) == []
    assert dialog.summary.text() == "Cash $25.00 · checks $40.00 · deposit $65.00"
    assert not dialog.why.isVisible(), "somebody else closed the drawer"
    assert (dialog.grid.total, dialog.verdict.text()) == (2500, "The bag agrees with the drawers.")
    dialog.cash.toggle(dialog.cash.ticked()[0])
    assert dialog.grid.pieces() == {}
    dialog.cash.toggle(dialog.cash.rows.row(dialog.cash.rows.index(0, 0)))
    assert dialog.grid.total == 2500
    dialog.grid.set_pieces({2000: 1})
    assert dialog.verdict.text() == "$5.00 is missing."
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert "Count the bag again" in dialog.error_line.text()
    dialog.grid.set_pieces({2000: 1, 500: 1})
    dialog.primary.click()
    slip = shown(qtbot, PrintPreview, desk_context.lanes)
    assert said.last.text == "deposit 1 of $65.00 is ready for the bank"
    assert clinic.desk.ask(account_balances)["bank"] == 6500
    slip.save_to(tmp_path / "slip.pdf")
    settle(qtbot, desk_context.lanes)
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF")
    assert clinic.desk.do(deposit_slip, 1) == slip.content
    assert (slip.title, slip.kind) == ("Deposit slip 1", "deposit_slip")
    slip.reject()


def test_a_wrong_pin_of_the_verifier_is_said_at_its_field(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic
) -> None:
    closed_day(clinic)
    page = page_over(qtbot, desk_context)
    page.make_deposit()
    dialog = shown(qtbot, DepositDialog, desk_context.lanes)
    dialog.grid.set_pieces({2000: 1, 500: 1})
    assert dialog.why.isVisible()
    dialog.why.setText("Alone today")
    dialog.verifier.setCurrentIndex(dialog.verifier.findData(LEO))
    dialog.pin.setText("9999")
    dialog.primary.click()
    settle(qtbot, desk_context.lanes)
    assert "not the PIN" in dialog.error_line.text()
    assert dialog.focusWidget() is dialog.pin
    dialog.pin.setText("2345")
    dialog.primary.click()
    shown(qtbot, PrintPreview, desk_context.lanes).reject()
    assert clinic.desk.ask(account_balances)["bank"] == 6500


def test_unapplied_money_goes_against_open_charges(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    pay(clinic, card(2000), patient_id=JONAH)
    charged_visit(clinic, "INJ", patient_id=JONAH)
    page = page_over(qtbot, desk_context)
    section(qtbot, desk_context.lanes, page, "unapplied").buttons["apply_credit"].click()
    settle(qtbot, desk_context.lanes)
    assert said.last.text == "$20.00 of Whitfield, Jonah was put against open charges"
    assert section(qtbot, desk_context.lanes, page, "unapplied").table.rows.rowCount() == 0


def test_a_z_report_is_printed_again_as_a_copy(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    closed_day(clinic)
    page = page_over(qtbot, desk_context)
    section(qtbot, desk_context.lanes, page, "sessions").buttons["reprint_z"].click()
    settle(qtbot, desk_context.lanes)
    newest = clinic.desk.ask(print_jobs)[0]
    assert (newest.title, newest.copy_no) == ("Z report 1 copy 1", 1)
    assert "COPY" in newest.text
    assert said.last.text == "a copy of Z report 1 was sent to the printer"
    section(qtbot, desk_context.lanes, page, "sessions").buttons["z_page"].click()
    paper = shown(qtbot, PrintPreview, desk_context.lanes)
    assert (paper.title, paper.kind) == ("Z report 1 of Drawer 1", "z_report")
    assert "Checks counted $40.00 $40.00 $0.00" in read_pdf(paper.content)[0].text
    paper.reject()


def test_each_button_under_a_list_has_an_alt_key(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    pay(clinic, cash(2500))
    page = page_over(qtbot, desk_context)
    receipts = section(qtbot, desk_context.lanes, page, "receipts")
    assert [button.text() for button in receipts.buttons.values()] == [
        "&Show patient", "&Reprint", "&Void ...", "&Correct ...", "R&efund ...",
    ]  # fmt: skip
    qtbot.keyClick(receipts.table, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    shown(qtbot, VoidDialog, desk_context.lanes).reject()
