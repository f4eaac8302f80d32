"""What the bank booked: card batches as the terminal settled them, and the bank's word on each (front-desk.md M9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import BankConfirmed, CardBatchRecorded
from psc_desk.models.card import BankConfirmation, CardBatch
from psc_desk.models.ledger import Account, JournalEntry, JournalLine, Line
from psc_desk.models.staff import Right, StaffMember
from psc_desk.models.till import Deposit, SessionStatus, TillSession
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.settings import VARIANCE_APPROVAL_CENTS
from psc_desk.usecases.ledger import post
from psc_desk.usecases.staff import Approval, approve
from psc_desk.work import Read, Work


@dataclass(frozen=True)
class BankWord:
    """What stands on the bank's statement: when it was booked, how much, and the fee it kept (cards only)."""

    booked_on: date
    cents: Cents
    fee_cents: Cents = 0
    reason: str = ""


def record_card_batch(work: Work, session_id: int, batch_no: str, terminal_cents: Cents, *, reason: str = "") -> int:
    """Write down what the terminal settled for a closed drawer session; return the batch's id.

    Called by the close, in its transaction, after the session is closed; once per session, a repeat of the same
    figures returns the first. A difference to what the desk recorded needs a reason.
    """
    person = work.require(Right.CLOSE_DRAWER)
    session = work.get(TillSession, session_id, "drawer session")
    done = work.session.scalar(select(CardBatch).where(CardBatch.session_id == session_id))
    if done is not None:
        if (done.batch_no, done.terminal_cents) == (batch_no.strip(), terminal_cents):
            return done.id
        raise RefusedError("The card batch of this drawer session is recorded already. Look at it under Bank.")
    if session.status is not SessionStatus.CLOSED:
        raise RefusedError("The drawer is still open and may take more cards. Close it, then record its card batch.")
    expected = cards_recorded(work, session_id)
    if abs(terminal_cents) > LIMIT:
        raise InputError(f"The batch is larger than {format_money(LIMIT)}. Check the digits.", "terminal_total")
    if terminal_cents != expected and not reason.strip():
        raise InputError(
            f"The terminal settled {format_money(terminal_cents)}, the desk recorded {format_money(expected)}. "
            "Find the card payment that differs, or say why.", "batch_reason",
        )  # fmt: skip
    batch = CardBatch(
        session_id=session_id, batch_no=batch_no.strip()[:20], business_date=session.business_date,
        terminal_cents=terminal_cents, expected_cents=expected, reason=reason.strip(), made_at=work.now,
        made_by=person.id,
    )  # fmt: skip
    work.session.add(batch)
    work.session.flush()
    work.announce(
        CardBatchRecorded(batch_id=batch.id), f"recorded the card batch {batch.batch_no or batch.id} of "
        f"{format_money(terminal_cents)}", reason=batch.reason,
        after={"batch": batch.id, "terminal": terminal_cents, "recorded": expected},
    )  # fmt: skip
    return batch.id


def cards_recorded(read: Read, session_id: int) -> Cents:
    """Return what the desk took on cards in a session, less what it gave back."""
    chosen = (
        select(func.coalesce(func.sum(JournalLine.cents), 0))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.session_id == session_id, JournalLine.account == Account.CARDS)
    )
    return read.session.scalar(chosen) or 0


def confirm_deposit(work: Work, deposit_id: int, word: BankWord, *, key: str, approval: Approval | None = None) -> int:
    """Write down what the bank booked for a deposit and post the difference; return the confirmation's id.

    Whoever prepared the deposit confirms it only with a reason where two people work.
    """
    person = work.require(Right.SEE_REPORTS)
    deposit = work.get(Deposit, deposit_id, "deposit")
    done = work.session.scalar(select(BankConfirmation).where(BankConfirmation.deposit_id == deposit_id))
    if done is not None:
        return _same(done, word)
    _check_word(work, word, deposit.business_date)
    variance = word.cents - deposit.cash_cents - deposit.checks_cents
    if deposit.prepared_by == person.id and not word.reason.strip() and _others(work, person):
        raise InputError(
            "You prepared this deposit, so someone else should confirm it. Let them do it, or say why you do.", "reason"
        )
    _check_reason(variance, word)
    lines = [Line(Account.BANK, variance), Line(Account.OVER_SHORT, -variance)]
    row = BankConfirmation(deposit_id=deposit_id, variance_cents=variance)
    return _store(work, row, word, lines, key=key, approval=approval, what=f"deposit {deposit_id}")


def confirm_card_batch(work: Work, batch_id: int, word: BankWord, *, key: str, approval: Approval | None = None) -> int:
    """Write down what the bank booked for a card batch: what was recorded leaves the clearing account, the fee is an
    expense, the rest is over or short; return the confirmation's id."""
    work.require(Right.SEE_REPORTS)
    batch = work.get(CardBatch, batch_id, "card batch")
    done = work.session.scalar(select(BankConfirmation).where(BankConfirmation.card_batch_id == batch_id))
    if done is not None:
        return _same(done, word)
    _check_word(work, word, batch.business_date)
    if not 0 <= word.fee_cents <= abs(batch.terminal_cents):
        raise InputError("The fee cannot be negative or above the batch. Read it from the statement again.", "fee")
    variance = word.cents + word.fee_cents - batch.expected_cents
    _check_reason(variance, word)
    lines = [
        Line(Account.CARDS, -batch.expected_cents),
        Line(Account.BANK, word.cents),
        Line(Account.CARD_FEES, word.fee_cents),
        Line(Account.OVER_SHORT, -variance),
    ]
    row = BankConfirmation(card_batch_id=batch_id, variance_cents=variance)
    return _store(work, row, word, lines, key=key, approval=approval, what=f"card batch {batch.batch_no or batch_id}")


def _same(done: BankConfirmation, word: BankWord) -> int:
    if (done.booked_on, done.cents) == (word.booked_on, word.cents):
        return done.id
    raise RefusedError("The bank's word on this was written down already. Look at the list: it stands there.")


def _check_word(work: Work, word: BankWord, made: date) -> None:
    if word.booked_on > work.today:
        raise InputError("The bank cannot have booked it in the future. Check the date.", "booked_on")
    if word.booked_on < made:
        raise InputError("The bank cannot have booked it before it was made. Check the date.", "booked_on")
    if abs(word.cents) > LIMIT:
        raise InputError(f"The amount is larger than {format_money(LIMIT)}. Check the digits.", "amount")


def _check_reason(variance: Cents, word: BankWord) -> None:
    if variance and not word.reason.strip():
        more = "more" if variance > 0 else "less"
        raise InputError(
            f"The bank booked {format_money(abs(variance))} {more} than the books say. Ask the bank, or say why.",
            "reason",
        )


def _others(work: Work, person: StaffMember) -> int:
    chosen = select(func.count()).where(StaffMember.active, StaffMember.id != person.id)
    return work.session.scalar(chosen) or 0


def _store(
    work: Work, row: BankConfirmation, word: BankWord, lines: list[Line], *, key: str, approval: Approval | None,
    what: str,
) -> int:  # fmt: skip
    approver = None
    if abs(row.variance_cents) > work.setting(VARIANCE_APPROVAL_CENTS):
        approver = approve(work, approval, f"A difference of {format_money(abs(row.variance_cents))} is large.").id
    reason = word.reason.strip()
    if any(line.cents for line in lines):
        row.entry_id = post(work, "bank", lines, key=key, reason=reason, approved_by=approver)
    row.booked_on, row.cents, row.reason = word.booked_on, word.cents, reason
    row.made_at, row.made_by = work.now, work.actor.id
    work.session.add(row)
    work.session.flush()
    work.announce(
        BankConfirmed(confirmation_id=row.id),
        f"confirmed {what}: the bank booked {format_money(word.cents)} on {word.booked_on:%m/%d/%Y}", reason=reason,
        after={"booked": word.cents, "fee": word.fee_cents, "difference": row.variance_cents},
    )  # fmt: skip
    return row.id
