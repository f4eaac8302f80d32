"""The bank deposit: closed sessions' cash and checks, locked once made (front-desk.md M9)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import DepositMade, DocumentFiled, DocumentRead
from psc_desk.models.ledger import Account, Line
from psc_desk.models.patient import Document
from psc_desk.models.staff import Right, StaffMember
from psc_desk.models.till import Deposit, DepositItem, count_total
from psc_desk.money import Cents, format_money
from psc_desk.papers.deposit_slip import deposit_slip_pdf
from psc_desk.queries.deposits import Bankable, BankableCash, BankableCheck, bankable, deposit_slip_data
from psc_desk.usecases.ledger import post, posted
from psc_desk.usecases.staff import Approval, approve
from psc_desk.work import Work


@dataclass(frozen=True)
class DepositInput:
    """What goes into the bag. `pieces` is the cash by denomination; it must equal the sessions' cash to the cent."""

    key: str
    session_ids: tuple[int, ...]
    tender_ids: tuple[int, ...]
    pieces: dict[int, int]
    bag_no: str = ""
    exception_reason: str = ""
    verified_by: Approval | None = None


@dataclass(frozen=True)
class DepositDone:
    """A deposit as posted."""

    deposit_id: int
    cash_cents: Cents
    checks_cents: Cents

    @property
    def total_cents(self) -> Cents:
        """What the bank will book."""
        return self.cash_cents + self.checks_cents


def make_deposit(work: Work, deposit: DepositInput) -> DepositDone:
    """Post the deposit. Each check and each session goes into one deposit at most.

    Whoever closed a drawer does not prepare its deposit where two people work, except with a reason that is recorded.
    """
    person = work.require(Right.DEPOSIT)
    entry_id = posted(work, deposit.key)
    if entry_id is not None:
        done = work.session.scalars(select(Deposit).where(Deposit.entry_id == entry_id)).one()
        return DepositDone(done.id, done.cash_cents, done.checks_cents)
    cash, checks = _chosen(bankable(work), deposit)
    cash_cents, checks_cents = sum(c.cents for c in cash), sum(c.cents for c in checks)
    _check_pieces(deposit.pieces, cash_cents)
    _check_closer(work, person, cash, deposit.exception_reason)
    verifier = None
    if deposit.verified_by is not None:
        verifier = approve(work, deposit.verified_by, "The deposit is verified by a second person.").id
    lines = [
        Line(Account.BANK, cash_cents + checks_cents),
        Line(Account.SAFE, -cash_cents),
        Line(Account.CHECKS, -checks_cents),
    ]
    entry_id = post(work, "deposit", lines, key=deposit.key, reason=deposit.exception_reason, approved_by=verifier)
    row = Deposit(
        made_at=work.now, business_date=work.today, bag_no=deposit.bag_no.strip(), cash_cents=cash_cents,
        checks_cents=checks_cents, denominations={str(p): n for p, n in deposit.pieces.items() if n},
        prepared_by=person.id, verified_by=verifier, exception_reason=deposit.exception_reason, entry_id=entry_id,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    work.session.add_all(
        [DepositItem(deposit_id=row.id, session_id=c.session_id, cents=c.cents) for c in cash]
        + [DepositItem(deposit_id=row.id, tender_id=c.tender_id, cents=c.cents) for c in checks]
    )
    work.session.flush()
    done_now = DepositDone(row.id, cash_cents, checks_cents)
    work.announce(
        DepositMade(), f"prepared deposit {row.id} of {format_money(done_now.total_cents)}",
        reason=deposit.exception_reason, after={"cash": cash_cents, "checks": checks_cents},
    )  # fmt: skip
    return done_now


def deposit_slip(work: Work, deposit_id: int) -> bytes:
    """Return the deposit slip as PDF: made and filed the first time, afterwards the paper that was filed.

    Once the bank's word is written down there is a second paper that says it.
    """
    person = work.require(Right.DEPOSIT)
    data = deposit_slip_data(work, deposit_id)
    title = f"Bank deposit {deposit_id}" + ("" if data.booked_on is None else ", confirmed")
    chosen = select(Document).where(Document.category == "deposit", Document.title == title)
    filed = work.session.scalar(chosen.limit(1))
    if filed is not None:
        work.announce(DocumentRead(), f"opened the paper “{title}”")
        return filed.content
    content = deposit_slip_pdf(data)
    work.session.add(
        Document(
            category="deposit", title=title, media_type="application/pdf", size=len(content), content=content,
            sha256=hashlib.sha256(content).hexdigest(), created_at=work.now, created_by=person.id,
        )
    )  # fmt: skip
    work.announce(DocumentFiled(), f"filed the paper “{title}”")
    return content


def _chosen(waiting: Bankable, deposit: DepositInput) -> tuple[Sequence[BankableCash], Sequence[BankableCheck]]:
    cash = [c for c in waiting.cash if c.session_id in deposit.session_ids]
    checks = [c for c in waiting.checks if c.tender_id in deposit.tender_ids]
    if len(cash) != len(set(deposit.session_ids)) or len(checks) != len(set(deposit.tender_ids)):
        raise RefusedError("Part of this deposit was deposited already or its drawer is still open. Look again.")
    if not cash and not checks:
        raise InputError("Choose the drawer sessions and checks to deposit.", "deposit")
    return cash, checks


def _check_pieces(pieces: dict[int, int], cash_cents: Cents) -> None:
    counted = count_total(pieces)
    if counted != cash_cents:
        raise InputError(
            f"The notes and coin come to {format_money(counted)}, the drawers left {format_money(cash_cents)}. "
            "Count the bag again.", "pieces",
        )  # fmt: skip


def _check_closer(work: Work, person: StaffMember, cash: Sequence[BankableCash], reason: str) -> None:
    others = work.session.scalar(select(func.count()).where(StaffMember.active, StaffMember.id != person.id)) or 0
    if others and not reason.strip() and any(c.closed_by_id == person.id for c in cash):
        raise InputError(
            "You closed this drawer, so someone else should prepare its deposit. Let them do it, or say why you do.",
            "exception_reason",
        )
