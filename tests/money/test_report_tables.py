"""The money reports: each runs, sums to what the books say, follows its filters, and leaves as CSV and PDF."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from psc_desk.errors import AccessError, InputError
from psc_desk.exchange.report_csv import write_report
from psc_desk.models.audit import AuditRow
from psc_desk.models.visit import CheckIn
from psc_desk.papers.money_reports import MoneyReport, ReportTable, total_of
from psc_desk.queries.agreement import REPORTS, agreement
from psc_desk.queries.report_tables import ReportFilters
from psc_desk.queries.reports import KINDS, money_report, report_choices
from psc_desk.queries.verify import account_balances
from psc_desk.usecases.bank import BankWord, confirm_card_batch, record_card_batch
from psc_desk.usecases.reports import report_csv, report_pdf, show_report
from psc_desk.usecases.till import no_sale
from psc_desk.work import Read, Work
from tests.money.support import card, check, key, pay
from tests.money.test_agreement import a_day
from tests.money.test_deposit_bank import close, deposit_all
from tests.papers.pdf_samples import seen
from tests.simulator.shift import Shift
from tests.support.clinic import LEO, MANAGER, MAYA, TODAY, SmallClinic
from tests.support.sizes import size

DAY = ReportFilters(TODAY, TODAY)


@pytest.fixture
def told(clinic: SmallClinic) -> SmallClinic:
    """A day with everything, closed $1.00 short, deposited by its closer, its cards confirmed $1.00 short."""
    a_day(clinic)
    pay(clinic, card(5000))
    pay(clinic, check(12345, "2201"))
    clinic.desk.do(no_sale, 1, "=cmd|Make change")
    session_id = close(clinic.desk, 1, 15000 + 4700 - 500 + 2000 - 450 - 1000 - 100)
    batch = clinic.desk.do(record_card_batch, session_id, "118", 4900, reason="Typed 50, ran 49")
    deposit_all(clinic, actor=MAYA, reason="Alone until noon")
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(confirm_card_batch, batch, BankWord(TODAY, 4800, 100, "Typed 50, ran 49"), key=key())
    return clinic


def table(report: MoneyReport, title: str) -> ReportTable:
    """A table by its title."""
    return next(one for one in report.tables if one.title == title)


def report(clinic: SmallClinic, kind: str, filters: ReportFilters = DAY) -> MoneyReport:
    """A report without the audit."""
    return clinic.desk.ask(money_report, kind, filters)


def test_the_reconciliation_gives_each_person_and_the_practice(told: SmallClinic) -> None:
    made = report(told, "reconciliation")
    people = table(made, "Money by person")
    assert people.rows == (("Maya Okafor", 8, 4700, 16344, 7500, 28544, -999, -3000, 0, 24545),)
    assert people.total == ("The practice", 8, 4700, 16344, 7500, 28544, -999, -3000, 0, 24545)
    assert table(made, "Drawers").rows[0][4:9] == (15000, 19750, 19650, -100, 4650)
    assert total_of(table(made, "Adjustments by person"), "Taken off") == 2000
    assert total_of(table(made, "Deposits"), "Total") == 20995
    assert table(made, "Card batches").rows[0][3:10] == (5000, 4900, -100, "03/04/2026", 4800, 100, -100)
    assert "to the cent" in made.tables[-1].note


def test_the_day_sheet_ends_with_what_patients_owe(told: SmallClinic) -> None:
    made = report(told, "day_sheet")
    held = told.desk.ask(account_balances)
    owed = held["patient_ar"] + held["unapplied_credit"]
    assert total_of(table(made, "What patients and plans owe"), "Amount") == owed
    assert total_of(table(made, "By account"), "Owed at the end") == owed


def test_collections_split_what_was_charged_and_paid(told: SmallClinic) -> None:
    for one in report(told, "collections").tables:
        assert total_of(one, "Charged") == 16550
        assert total_of(one, "Adjusted") == 2000
        assert total_of(one, "Collected") == 24545
        assert total_of(one, "Change of what is owed") == 16550 - 2000 - 24545


def test_the_weekly_review_lists_what_the_owner_must_see(told: SmallClinic) -> None:
    made = report(told, "exceptions")
    assert table(made, "Deposits by someone who also closed a drawer, or verified by nobody").rows == (
        ("03/04/2026", "1", "Maya Okafor", "nobody", 20995, "Alone until noon"),
    )
    assert [row[4] for row in table(made, "Drawers over or short").rows] == [-100]
    assert [row[3] for row in table(made, "Voids, refunds and returned checks").rows] == [
        "Void of 1004", "Refund of 1001",
    ]  # fmt: skip
    assert [row[3] for row in table(made, "What the bank booked differently").rows] == [-100]
    assert len(table(made, "Drawer opened without a sale").rows) == 1
    assert [row[0] for row in table(made, "Not yet confirmed by the bank").rows] == ["Deposit 1, bag B-7"]


def test_reasons_for_no_copay_are_counted(clinic: SmallClinic) -> None:
    def skip(work: Work) -> None:
        for visit_id, reason in ((first, "Forgot wallet"), (second, "Forgot wallet"), (third, "")):
            work.session.add(
                CheckIn(visit_id=visit_id, started_at=work.now, copay_due_cents=2500, no_copay_reason=reason)
            )

    first, second, third = (clinic.visit(minute=minute) for minute in (600, 660, 720))
    clinic.desk.do(skip)
    made = report(clinic, "no_copay")
    assert table(made, "Reasons").rows == (("Forgot wallet", 2, 5000),)
    assert len(table(made, "Visits").rows) == 2


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.by_person], ids=lambda kind: kind.key)
def test_a_person_s_report_has_only_what_that_person_did(told: SmallClinic, kind: object) -> None:
    key_of = kind.key  # type: ignore[attr-defined]
    own, other = (report(told, key_of, replace(DAY, staff_id=who)) for who in (MAYA, LEO))
    assert ("Person", "Maya Okafor") in own.asked
    practice = {"Six reports of these days, each by its own way", "Not yet confirmed by the bank"}
    assert any(one.rows for one in own.tables if one.title not in practice)
    assert not any(one.rows for one in other.tables if one.title not in practice)


def test_the_filters_stand_in_the_head(told: SmallClinic) -> None:
    words = report(told, "receipts", replace(DAY, till_id=1)).asked_words
    assert words == "Business days: 03/04/2026 · Person: everyone · Drawer: Drawer 1"


def test_another_day_is_empty(told: SmallClinic) -> None:
    day = TODAY.replace(day=3)
    assert not report(told, "receipts", ReportFilters(day, day)).tables[0].rows


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_each_report_leaves_as_pdf_and_csv_and_the_audit_says_so(told: SmallClinic, kind: object) -> None:
    key_of, title = kind.key, kind.title  # type: ignore[attr-defined]
    shown = told.desk.do(show_report, key_of, DAY)
    text = seen(told.desk.do(report_pdf, key_of, DAY))
    rows = list(csv.reader(io.StringIO(told.desk.do(report_csv, key_of, DAY).decode("utf-8-sig"))))
    assert rows[0] == [title]
    for one in shown.tables:
        assert one.title in text
        assert [one.title] in rows
        assert [column.title for column in one.columns] in rows
    assert told.desk.ask(_newest_sentences) == [
        f"Ana Ruiz {what} the report “{title}” of 03/04/2026"
        for what in ("made a CSV file of", "made a PDF of", "looked at")
    ]


def _newest_sentences(read: Read) -> list[str]:
    rows = read.session.scalars(select(AuditRow.sentence).order_by(AuditRow.seq.desc()).limit(3))
    return list(rows)


def test_a_spreadsheet_runs_nothing_and_reads_amounts_as_numbers(told: SmallClinic) -> None:
    rows = list(csv.reader(io.StringIO(told.desk.do(report_csv, "openings", DAY).decode("utf-8-sig"))))
    assert any("'=cmd|Make change" in row for row in rows)
    assert write_report([["-12.50", "-SUM(A1)", "+1", "@x"]]).decode("utf-8-sig") == "-12.50,'-SUM(A1),'+1,'@x\r\n"


def test_only_leads_and_the_manager_see_reports(told: SmallClinic) -> None:
    told.desk.actor_id = MAYA
    for usecase in (show_report, report_pdf, report_csv):
        with pytest.raises(AccessError, match="money reports"):
            told.desk.do(usecase, "receipts", DAY)


def test_days_the_wrong_way_round_are_refused(told: SmallClinic) -> None:
    with pytest.raises(InputError, match="before the first"):
        told.desk.do(show_report, "receipts", ReportFilters(TODAY, TODAY.replace(day=1)))


def test_people_whose_account_ended_can_still_be_chosen(told: SmallClinic) -> None:
    choices = told.desk.ask(report_choices)
    assert [name for _, name in choices.people] == ["Ana Ruiz", "Leo Marsh", "Maya Okafor"]
    assert choices.tills == ((1, "Drawer 1"),)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(700, 700 + size(2, 8, 300)))
def test_the_reports_of_a_simulated_shift_sum_to_its_books(seed: int, tmp_path: Path) -> None:
    shift = Shift(seed, tmp_path)
    shift.run(size(5, 12, 40))
    clinic = shift.clinic
    made = {kind.key: report(clinic, kind.key) for kind in KINDS}
    ledger = {figure.name: figure.values[REPORTS.index("Ledger")] for figure in clinic.desk.ask(agreement)[0].figures}
    assert total_of(table(made["reconciliation"], "Money by person"), "Net") == ledger["taken"]
    assert total_of(made["receipts"].tables[0], "Amount") == ledger["taken"]
    assert total_of(table(made["payments"], "By kind"), "Cash") == ledger["cash"]
    assert total_of(table(made["payments"], "By tender"), "Net") == ledger["taken"]
    assert total_of(table(made["charges"], "Charges by code"), "Net") == ledger["charges"]
    assert total_of(table(made["charges"], "Adjustments by kind and code"), "Taken off") == ledger["adjustments"]
    assert total_of(made["collections"].tables[0], "Change of what is owed") == ledger["receivable"]
    assert total_of(table(made["day_sheet"], "By account"), "Change") == ledger["receivable"]
    assert total_of(table(made["exceptions"], "Drawers over or short"), "Difference") == ledger["over_short"]
    assert clinic.desk.ask(lambda read: read.session.scalar(select(func.count()).select_from(AuditRow)))
    clinic.desk.engine.dispose()
