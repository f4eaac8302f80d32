"""Bank, reports, books and audit in the window, and the check that runs by itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from psc_desk.engine import raw_connect
from psc_desk.queries.bank import bank_list
from psc_desk.queries.books import books_runs
from psc_desk.queries.verify import account_balances
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.bank_confirmation import BatchDialog, ConfirmDialog
from psc_desk.ui.dialogs.print_preview import PrintPreview
from psc_desk.ui.nightly import BooksWatch
from psc_desk.ui.pages.money.page import MoneyPage
from psc_desk.usecases.reports import report_csv, report_pdf
from psc_desk.usecases.search import rebuild_search
from psc_desk.work import Desk
from tests.money.support import card, cash, pay
from tests.money.test_agreement import a_day
from tests.money.test_deposit_bank import close, deposit_all
from tests.support.clinic import INES, KEY, LEO, MANAGER, MAYA, TODAY, SmallClinic
from tests.ui.audit import unnamed_controls
from tests.ui.conftest import Said
from tests.ui.money_desk import clinic, closed, desk_context, is_gone, section, settle, shown
from tests.ui.test_money_page import page_over

__all__ = ["clinic", "closed", "desk_context"]


@pytest.fixture
def lead_page(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> MoneyPage:
    """Money as the lead sees it, after a day with $25 in cash and $40 on cards, closed and deposited."""
    clinic.desk.do(rebuild_search)
    pay(clinic, cash(2500))
    pay(clinic, card(4000))
    close(clinic.desk, 1, 17500)
    deposit_all(clinic)
    clinic.desk.actor_id = MANAGER
    return page_over(qtbot, desk_context)


def test_the_bank_s_word_is_written_down_from_the_list(
    qtbot: QtBot, desk_context: Context, lead_page: MoneyPage, clinic: SmallClinic, said: Said
) -> None:
    lanes = desk_context.lanes
    bank = section(qtbot, lanes, lead_page, "bank")
    assert unnamed_controls(lead_page) == []
    assert [row.kind for row in bank.table.rows.rows] == ["deposit", "unbatched"]
    bank.table.select_key(("unbatched", 1))
    bank.buttons["record_batch"].click()
    batch = shown(qtbot, BatchDialog, lanes)
    assert unnamed_controls(batch) == []
    batch.number.setText("118")
    batch.amount.setText("40")
    batch.primary.click()
    settle(qtbot, lanes)
    assert said.last.text == "the card batch of $40.00 is recorded"
    bank.table.select_key(("batch", 1))
    bank.buttons["confirm_bank"].click()
    dialog = shown(qtbot, ConfirmDialog, lanes)
    dialog.amount.setText("38.90")
    assert dialog.verdict.text().startswith("$1.10 less than the books say.")
    dialog.fee.setText("1.10")
    assert dialog.verdict.text() == "The bank and the books agree."
    dialog.primary.click()
    settle(qtbot, lanes)
    assert said.last.text == "Batch 118, Drawer 1 is confirmed: the bank booked $38.90"
    assert clinic.desk.ask(account_balances)["card_fees"] == 110
    assert not next(row for row in clinic.desk.ask(bank_list) if row.kind == "batch").waiting


def test_a_deposit_booked_short_needs_a_reason_and_stays_open_until_then(
    qtbot: QtBot, desk_context: Context, lead_page: MoneyPage, clinic: SmallClinic
) -> None:
    lanes = desk_context.lanes
    section(qtbot, lanes, lead_page, "bank").buttons["confirm_bank"].click()
    dialog = shown(qtbot, ConfirmDialog, lanes)
    assert dialog.amount.text() == "25.00"
    dialog.amount.setText("24")
    dialog.primary.click()
    settle(qtbot, lanes)
    assert "$1.00 less" in dialog.error_line.text()
    assert dialog.focusWidget() is dialog.reason
    dialog.reason.setText("Torn note")
    dialog.primary.click()
    settle(qtbot, lanes)
    assert is_gone(dialog)
    assert section(qtbot, lanes, lead_page, "deposits").table.rows.rows[0].variance_cents == -100


def test_a_report_shows_what_was_asked_and_follows_the_choice(
    qtbot: QtBot, desk_context: Context, lead_page: MoneyPage, tmp_path: Path, said: Said
) -> None:
    lanes = desk_context.lanes
    reports = section(qtbot, lanes, lead_page, "reports")
    settle(qtbot, lanes)
    assert unnamed_controls(lead_page) == []
    assert reports.view.report.asked_words.startswith("Business days: 03/04/2026 · Person: everyone")
    people = reports.view.tables[0].rows
    assert people.index(people.rowCount() - 1, 0).data() == "The practice"
    assert people.index(people.rowCount() - 1, 9).data() == "$65.00"
    reports.kind.setCurrentIndex(2)
    reports.person.setCurrentIndex(reports.person.findText("Leo Marsh"))
    settle(qtbot, lanes)
    assert reports.view.report.title == "Receipts list"
    assert reports.view.tables == []
    reports.first.setText("3/1/2026")
    reports.first.editingFinished.emit()
    settle(qtbot, lanes)
    assert reports.span.currentText() == "Other days"
    assert reports.view.report.asked[0] == ("Business days", "03/01/2026 to 03/04/2026")
    reports.last.setText("2/1/2026")
    reports.last.editingFinished.emit()
    settle(qtbot, lanes)
    assert "before the first" in said.last.text
    reports.last.set_day(TODAY)
    for usecase, name in ((report_csv, "receipts.csv"), (report_pdf, "receipts.pdf")):
        reports.save_to(tmp_path / name, usecase)
        settle(qtbot, lanes)
        assert said.last.text == f"the report was saved as {name}"
        assert (tmp_path / name).stat().st_size > 100
    reports.save_to(tmp_path / "nowhere" / "x.csv", report_csv)
    settle(qtbot, lanes)
    assert "Choose another folder" in said.last.text


def test_a_report_is_looked_at_before_it_is_printed(qtbot: QtBot, desk_context: Context, lead_page: MoneyPage) -> None:
    reports = section(qtbot, desk_context.lanes, lead_page, "reports")
    settle(qtbot, desk_context.lanes)
    reports.print_report()
    preview = shown(qtbot, PrintPreview, desk_context.lanes)
    assert preview.view.pages
    preview.reject()


def test_the_books_are_checked_at_a_press_and_six_reports_stand_side_by_side(
    qtbot: QtBot, desk_context: Context, lead_page: MoneyPage, clinic: SmallClinic, said: Said
) -> None:
    lanes = desk_context.lanes
    books = section(qtbot, lanes, lead_page, "books")
    settle(qtbot, lanes)
    assert unnamed_controls(lead_page) == []
    assert "not checked yet" in books.verdict.text()
    assert books.agree.text() == "All who tell a figure tell the same, to the cent."
    books.check_now.click()
    settle(qtbot, lanes)
    settle(qtbot, lanes)
    assert said.last.text.startswith("the books were checked. All ")
    assert "checks hold." in books.verdict.text()
    assert clinic.desk.ask(books_runs)[0].ok
    _break(clinic)
    books.check_now.click()
    settle(qtbot, lanes)
    settle(qtbot, lanes)
    assert "Do not post entries to make it fit" in said.last.text
    assert "Receipts $65.00" in books.agree.text()
    assert books.runs.table.rows.rows[0].failed


def test_the_audit_is_searched_by_person_patient_and_words(
    qtbot: QtBot, desk_context: Context, lead_page: MoneyPage, said: Said
) -> None:
    lanes = desk_context.lanes
    audit = section(qtbot, lanes, lead_page, "audit")
    settle(qtbot, lanes)
    assert unnamed_controls(lead_page) == []
    audit.person.setCurrentIndex(audit.person.findText("Maya Okafor"))
    audit.patient.setText("#10001")
    audit.words.setText("took")
    audit.search()
    settle(qtbot, lanes)
    settle(qtbot, lanes)
    rows = audit.list.table.rows.rows
    assert [row.patient_id for row in rows] == [INES, INES]
    assert "took $40.00 (balance, card)" in rows[0].sentence
    audit.patient.setText("99999")
    audit.search()
    settle(qtbot, lanes)
    assert "No patient has this record number" in said.last.text
    audit.make_trail()
    settle(qtbot, lanes)
    preview = shown(qtbot, PrintPreview, lanes)
    assert preview.view.pages
    preview.reject()


def test_the_desk_sees_neither_reports_nor_audit(qtbot: QtBot, desk_context: Context, clinic: SmallClinic) -> None:
    page = page_over(qtbot, desk_context)
    shown_keys = {page.model.row(page.model.index(n, 0)).key for n in range(page.model.rowCount())}
    assert not shown_keys & {"bank", "reports", "books", "audit"}
    assert {"receipts", "deposits"} <= shown_keys


class Bar:
    """What the device bar was told."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str, str, str]] = []

    def set_device(self, key: str, state: str, words: str, advice: str = "") -> None:
        """Keep it."""
        self.shown.append((key, state, words, advice))


def _break(clinic: SmallClinic) -> None:
    connection = raw_connect(clinic.folder / "desk.db", KEY)
    connection.execute("DROP TRIGGER payment_no_update")
    connection.execute("UPDATE payment SET amount_cents = amount_cents + 1 WHERE id = 1")
    connection.commit()
    connection.close()


def test_the_check_runs_by_itself_and_alarms_once(
    qtbot: QtBot, desk_context: Context, clinic: SmallClinic, said: Said
) -> None:
    clinic.desk.do(rebuild_search)
    a_day(clinic)
    own = Desk(clinic.desk.engine, clinic.clock, publish=desk_context.bus.publish, head=clinic.desk.head)
    bar = Bar()
    page = page_over(qtbot, desk_context)
    watch = BooksWatch(desk_context, own, bar.set_device, page, first_after=1)
    qtbot.waitUntil(lambda: bool(bar.shown))
    assert bar.shown[-1][:3] == ("books", "ok", "Books checked")
    assert len(clinic.desk.ask(books_runs)) == 1
    watch.look()
    settle(qtbot, desk_context.lanes)
    assert len(clinic.desk.ask(books_runs)) == 1, "not due again"
    assert said.messages == []
    _break(clinic)
    clinic.clock.instant += timedelta(hours=7)
    for _ in range(2):
        watch.look()
        settle(qtbot, desk_context.lanes)
    assert bar.shown[-1][1] == "bad"
    assert "call whoever looks after PSC Desk" in bar.shown[-1][3]
    assert [one.text for one in said.messages] == [bar.shown[-1][3]]
    assert clinic.desk.actor_id == MAYA != LEO
