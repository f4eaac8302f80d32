"""Bank, reports and books: which right each use case takes."""

from __future__ import annotations

from typing import Any

from psc_desk.models.staff import Right
from psc_desk.queries.audit import AuditFilters
from psc_desk.queries.report_tables import ReportFilters
from psc_desk.usecases import audit, bank, reports
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.till import begin_count, close_till, record_count
from tests.money.support import card, cash, key, pay
from tests.safety.calls import FLOAT, Call, call
from tests.support.clinic import INES, TODAY, SmallClinic

Ready = tuple[tuple[Any, ...], dict[str, Any]]


def _closed(clinic: SmallClinic) -> int:
    pay(clinic, cash(2500), card(4000))
    clinic.desk.do(begin_count, 1)
    clinic.desk.do(record_count, 1, FLOAT | {2000: 6, 500: 9})
    return int(clinic.desk.do(close_till, 1, float_left_cents=15000).session_id)


def _deposited(clinic: SmallClinic) -> Ready:
    bag = DepositInput(key(), (_closed(clinic),), (), {2000: 1, 500: 1}, exception_reason="Alone today")
    done = clinic.desk.do(make_deposit, bag)
    return (done.deposit_id, bank.BankWord(TODAY, 2500, reason="Alone today")), {"key": key()}


def _batched(clinic: SmallClinic) -> Ready:
    batch_id = clinic.desk.do(bank.record_card_batch, _closed(clinic), "118", 4000)
    return (batch_id, bank.BankWord(TODAY, 3890, 110)), {"key": key()}


DAY = ReportFilters(TODAY, TODAY)

CALLS = [
    call(reports.show_report, Right.SEE_REPORTS, "reconciliation", DAY),
    call(reports.report_pdf, Right.SEE_REPORTS, "receipts", DAY),
    call(audit.look_at_audit, Right.READ_AUDIT, AuditFilters(patient_id=INES), patient=INES),
    call(audit.begin_audit_trail, Right.READ_AUDIT, TODAY),
    call(reports.report_csv, Right.SEE_REPORTS, "receipts", DAY),
    Call(bank.record_card_batch, Right.CLOSE_DRAWER, lambda c: ((_closed(c), "118", 4000), {})),
    Call(bank.confirm_deposit, Right.SEE_REPORTS, _deposited),
    Call(bank.confirm_card_batch, Right.SEE_REPORTS, _batched),
]
INNER = {"books.record_books_check": "the program's own check by night; a person needs the right to see reports"}
