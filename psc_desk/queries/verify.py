"""The books prove themselves: every invariant of the journal, read-only (`psc-desk verify`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import aliased

from psc_desk.models.ledger import Account, Charge, JournalEntry, JournalLine
from psc_desk.models.payment import Payment, Tender
from psc_desk.models.till import Deposit, DepositItem, SessionStatus, TillSession
from psc_desk.money import format_money
from psc_desk.queries.deposits import bankable
from psc_desk.work import Read


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and what is wrong when it does not."""

    name: str
    ok: bool
    detail: str = ""


def book_checks(read: Read) -> list[Check]:
    """Return every check of the books."""
    return [Check(name, not wrong, wrong) for name, find in _CHECKS.items() for wrong in [find(read)]]


def account_balances(read: Read) -> dict[str, int]:
    """Return every account's balance in cents; debits are positive."""
    rows = read.session.execute(
        select(JournalLine.account, func.sum(JournalLine.cents))
        .group_by(JournalLine.account)
        .order_by(JournalLine.account)
    )
    return {account: cents for account, cents in rows}  # noqa: C416 - rows, not pairs


def _unbalanced(read: Read) -> str:
    rows = read.session.execute(
        select(JournalLine.entry_id).group_by(JournalLine.entry_id).having(func.sum(JournalLine.cents) != 0)
    ).scalars()
    return _list("entries that do not balance", rows)


def _headless(read: Read) -> str:
    rows = read.session.execute(
        select(JournalLine.entry_id)
        .outerjoin(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.id.is_(None))
    ).scalars()
    return _list("lines without an entry", rows)


def _empty(read: Read) -> str:
    rows = read.session.execute(
        select(JournalEntry.id)
        .outerjoin(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(JournalLine.id.is_(None))
    ).scalars()
    return _list("entries without lines", rows)


def _charges(read: Read) -> str:
    rows = read.session.execute(
        select(Charge.id)
        .join(JournalLine, (JournalLine.entry_id == Charge.entry_id) & (JournalLine.account == Account.PATIENT_AR))
        .where(JournalLine.cents != Charge.amount_cents)
    ).scalars()
    return _list("charges that differ from the journal", rows)


def _open_range(read: Read) -> str:
    """No charge is open below zero or above its amount; nothing is open on one taken back."""
    reversal = aliased(JournalEntry)
    opened = func.sum(JournalLine.cents)
    rows = read.session.execute(
        select(Charge.id)
        .join(JournalLine, (JournalLine.charge_id == Charge.id) & (JournalLine.account == Account.PATIENT_AR))
        .outerjoin(reversal, reversal.reverses_id == Charge.entry_id)
        .group_by(Charge.id, Charge.amount_cents, reversal.id)
        .having((opened < 0) | (opened > Charge.amount_cents) | (reversal.id.is_not(None) & (opened != 0)))
    ).scalars()
    return _list("charges open outside their amount", rows)


def _receivable(read: Read) -> str:
    stray = read.session.scalar(
        select(func.count()).where(JournalLine.account == Account.PATIENT_AR, JournalLine.charge_id.is_(None))
    )
    return f"{stray} receivable lines belong to no charge" if stray else ""


def _credit(read: Read) -> str:
    rows = read.session.execute(
        select(JournalLine.patient_id)
        .where(JournalLine.account == Account.UNAPPLIED)
        .group_by(JournalLine.patient_id)
        .having(func.sum(JournalLine.cents) > 0)
    ).scalars()
    return _list("patients with negative unapplied money", rows)


def _payments(read: Read) -> str:
    money = func.sum(JournalLine.cents)
    rows = read.session.execute(
        select(Payment.id)
        .join(JournalLine, JournalLine.entry_id == Payment.entry_id)
        .where(JournalLine.account.not_in([Account.PATIENT_AR.value, Account.UNAPPLIED.value]))
        .group_by(Payment.id, Payment.amount_cents)
        .having(money != Payment.amount_cents)
    ).scalars()
    return _list("payments that differ from the journal", rows)


def _tenders(read: Read) -> str:
    rows = read.session.execute(
        select(Payment.id)
        .outerjoin(Tender)
        .group_by(Payment.id, Payment.amount_cents)
        .having(func.coalesce(func.sum(Tender.cents), 0) != Payment.amount_cents)
    ).scalars()
    return _list("payments that differ from their tenders", rows)


def _places(read: Read) -> str:
    """Cash lies in its drawer, checks with the checks (or is owed by mail), cards with the terminal's bank."""
    rows = read.session.execute(
        text(
            "SELECT id FROM ("
            "SELECT p.id AS id, CASE WHEN l.account = 'drawer:' || p.till_id THEN 'cash' "
            "WHEN l.account IN ('undeposited_checks', 'refunds_payable') THEN 'check' "
            "WHEN l.account = 'card_clearing' THEN 'card' ELSE l.account END AS kind, l.cents AS cents "
            "FROM payment p JOIN journal_line l ON l.entry_id = p.entry_id "
            "WHERE l.account NOT IN ('patient_ar', 'unapplied_credit') "
            "UNION ALL SELECT payment_id, kind, -cents FROM tender) AS t GROUP BY id, kind HAVING SUM(cents) <> 0"
        )
    ).scalars()
    return _list("payments whose money does not lie where it was paid", rows)


def _receipts(read: Read) -> str:
    rows = read.session.execute(
        select(Payment.till_id)
        .group_by(Payment.till_id)
        .having(func.max(Payment.receipt_no) - func.min(Payment.receipt_no) + 1 != func.count())
    ).scalars()
    return _list("drawers with a gap in the receipt numbers", rows)


def _refunds(read: Read) -> str:
    back = aliased(Payment)
    undone = aliased(Payment)
    rows = read.session.execute(
        select(Payment.id)
        .join(back, back.of_payment_id == Payment.id)
        .outerjoin(undone, undone.of_payment_id == back.id)
        .where(undone.id.is_(None), Payment.amount_cents > 0)
        .group_by(Payment.id, Payment.amount_cents)
        .having(func.sum(-back.amount_cents) > Payment.amount_cents)
    ).scalars()
    return _list("payments refunded above what was paid", rows)


def _reversals(read: Read) -> str:
    rows = read.session.execute(
        text(
            "SELECT id FROM (SELECT e.id AS id, l.account AS account, l.charge_id AS charge, SUM(l.cents) AS cents "
            "FROM journal_entry e JOIN journal_line l ON l.entry_id IN (e.id, e.reverses_id) "
            "WHERE e.reverses_id IS NOT NULL GROUP BY e.id, l.account, l.charge_id) AS t WHERE cents <> 0"
        )
    ).scalars()
    return _list("reversing entries that are not the opposite", rows)


def _drawers(read: Read) -> str:
    """Each drawer's account equals its last close's float, or the running session's float and entries."""
    wrong = []
    balances = account_balances(read)
    last = select(func.max(TillSession.id)).group_by(TillSession.till_id)
    for session in read.session.scalars(select(TillSession).where(TillSession.id.in_(last))):
        account = f"{Account.DRAWER}:{session.till_id}"
        expected = (session.float_left_cents or 0) if session.status is SessionStatus.CLOSED else None
        if expected is None:
            moved = read.session.scalar(
                select(func.coalesce(func.sum(JournalLine.cents), 0))
                .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
                .where(
                    JournalLine.account == account, JournalEntry.session_id == session.id, JournalEntry.kind != "float"
                )
            )
            expected = session.opening_cents + (moved or 0)
        if balances.get(account, 0) != expected:
            wrong.append(f"{account} holds {format_money(balances.get(account, 0))}, should {format_money(expected)}")
    return "; ".join(wrong)


def _negative_drawers(read: Read) -> str:
    bad = [a for a, cents in account_balances(read).items() if a.startswith(Account.DRAWER) and cents < 0]
    return f"below zero: {', '.join(bad)}" if bad else ""


def _closes(read: Read) -> str:
    rows = read.session.execute(
        select(TillSession.id).where(
            TillSession.status == SessionStatus.CLOSED,
            (TillSession.counted_cents - TillSession.expected_cents != TillSession.over_short_cents)
            | (TillSession.counted_cents - TillSession.float_left_cents != TillSession.to_bank_cents),
        )
    ).scalars()
    return _list("closes whose figures do not agree", rows)


def _deposits(read: Read) -> str:
    rows = read.session.execute(
        select(Deposit.id)
        .join(DepositItem, DepositItem.deposit_id == Deposit.id)
        .group_by(Deposit.id, Deposit.cash_cents, Deposit.checks_cents)
        .having(func.sum(DepositItem.cents) != Deposit.cash_cents + Deposit.checks_cents)
    ).scalars()
    return _list("deposits that differ from their items", rows)


def _safe(read: Read) -> str:
    """What lies in the safe is what waits for the bank, plus the drops of open sessions."""
    held = account_balances(read).get(Account.SAFE, 0)
    waiting = sum(cash.cents for cash in bankable(read).cash)
    running = read.session.scalar(
        select(func.coalesce(func.sum(JournalLine.cents), 0))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .join(TillSession, TillSession.id == JournalEntry.session_id)
        .where(JournalLine.account == Account.SAFE, TillSession.status != SessionStatus.CLOSED)
    )
    due = waiting + (running or 0)
    return "" if held == due else f"the safe holds {format_money(held)}, the sessions say {format_money(due)}"


def _list(what: str, ids: Iterable[object]) -> str:
    found = sorted({str(i) for i in ids})
    return f"{len(found)} {what}: {', '.join(found[:10])}" if found else ""


_CHECKS: dict[str, Callable[[Read], str]] = {
    "every entry balances": _unbalanced,
    "every line has its entry": _headless,
    "every entry has lines": _empty,
    "charges equal the journal": _charges,
    "what is open on a charge is within its amount": _open_range,
    "receivables belong to charges": _receivable,
    "unapplied money is never negative": _credit,
    "payments equal the journal": _payments,
    "payments equal their tenders": _tenders,
    "money lies where it was paid": _places,
    "receipt numbers have no gap": _receipts,
    "refunds never exceed payments": _refunds,
    "reversing entries are the exact opposite": _reversals,
    "drawer accounts equal their sessions": _drawers,
    "no drawer is below zero": _negative_drawers,
    "closes agree with their counts": _closes,
    "deposits equal their items": _deposits,
    "the safe equals what waits for the bank": _safe,
}
