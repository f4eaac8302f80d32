"""Tenders: how money is paid, checked field by field; where it lies; how it goes back (front-desk.md M2, M3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from psc_desk.errors import InputError, RefusedError
from psc_desk.models.ledger import Account, Line, drawer_account
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.queries.way_back import shares_back, ways_back
from psc_desk.usecases.ledger import account_total
from psc_desk.work import Work


@dataclass(frozen=True)
class TenderInput:
    """One way of paying. `tendered_cents` 0 means exactly `cents`. Never a full card number.

    `attempt_id` names the card payment that the terminal approved already, while others of the same payment are asked.
    """

    kind: TenderKind
    cents: Cents
    tendered_cents: Cents = 0
    check_no: str = ""
    bank: str = ""
    card_brand: str = ""
    card_last4: str = ""
    terminal_ref: str = ""
    attempt_id: int = 0


def tenders_of(stored: Iterable[Mapping[str, Any]]) -> tuple[TenderInput, ...]:
    """Return tenders that were kept as JSON."""
    return tuple(TenderInput(**{**one, "kind": TenderKind(one["kind"])}) for one in stored)


def checked(tender: TenderInput) -> TenderInput:
    """Return the tender with its fields trimmed, or raise InputError naming the field that is wrong."""
    if tender.cents <= 0:
        raise InputError("The amount must be above $0.00.", "amount")
    if tender.cents > LIMIT or tender.tendered_cents > LIMIT:
        raise InputError(f"The amount is larger than {format_money(LIMIT)}. Check the digits.", "amount")
    check = {TenderKind.CASH: _check_cash, TenderKind.CHECK: _check_check, TenderKind.CARD: _check_card}[tender.kind]
    return check(tender)


def _check_cash(tender: TenderInput) -> TenderInput:
    tendered = tender.tendered_cents or tender.cents
    if tendered < tender.cents:
        short = format_money(tender.cents - tendered)
        raise InputError(f"The cash handed over is {short} short. Take the rest, or lower the amount.", "tendered")
    return TenderInput(TenderKind.CASH, tender.cents, tendered)


def _check_check(tender: TenderInput) -> TenderInput:
    number = tender.check_no.strip()
    if not number:
        raise InputError("A check needs its number. Type the number printed on the check.", "check_no")
    if not number.isascii() or not number.isdigit() or len(number) > 12:
        raise InputError("A check number has digits only, 12 at most.", "check_no")
    return TenderInput(TenderKind.CHECK, tender.cents, check_no=number, bank=tender.bank.strip()[:60])


def _check_card(tender: TenderInput) -> TenderInput:
    last4, ref = tender.card_last4.strip(), tender.terminal_ref.strip()
    if len(last4) != 4 or not last4.isascii() or not last4.isdigit():
        raise InputError("Type only the last four digits of the card.", "card_last4")
    if not ref:
        raise InputError("Type the reference that the card terminal printed.", "terminal_ref")
    if len(ref) > 12 or not ref.isascii() or not ref.isalnum():
        raise InputError("The terminal reference has 12 letters and digits at most.", "terminal_ref")
    brand = tender.card_brand.strip()[:20]
    return TenderInput(TenderKind.CARD, tender.cents, card_brand=brand, card_last4=last4, terminal_ref=ref)


def money_lines(row: Payment, tenders: tuple[TenderInput, ...]) -> list[Line]:
    """Where the money lies. A check to be refunded is owed until it is mailed; a returned one leaves the bank."""
    accounts = {
        TenderKind.CASH: drawer_account(row.till_id),
        TenderKind.CHECK: _check_account(row),
        TenderKind.CARD: Account.CARDS,
    }
    subject = {"patient_id": row.patient_id, "visit_id": row.visit_id, "payment_id": row.id}
    return [Line(accounts[tender.kind], tender.cents, **subject) for tender in tenders]


def _check_account(row: Payment) -> Account:
    if row.kind is PaymentKind.RETURNED:
        return Account.BANK
    return Account.CHECKS if row.amount_cents > 0 else Account.REFUNDS_PAYABLE


def opposite(tender: Tender) -> TenderInput:
    """Return the tender that takes this one back."""
    return TenderInput(
        tender.kind, -tender.cents, 0, tender.check_no, tender.bank, tender.card_brand, tender.card_last4,
        tender.terminal_ref,
    )  # fmt: skip


def path_back(work: Work, paid: Payment, cents: Cents) -> tuple[TenderInput, ...]:
    """Split a refund over the payment's tenders, card first, less what went back on each of them before."""
    tenders = {tender.id: tender for tender in paid.tenders}
    shares = shares_back(ways_back(work, paid), cents)
    return tuple(replace(opposite(tenders[way.tender_id]), cents=-share) for way, share in shares)


def check_cash_in_drawer(work: Work, till_id: int, tenders: tuple[TenderInput, ...]) -> None:
    """Refuse to give back more cash than the drawer holds."""
    cash = -sum(tender.cents for tender in tenders if tender.kind is TenderKind.CASH)
    if cash > account_total(work, drawer_account(till_id)):
        raise RefusedError("There is not that much cash in the drawer. Pay cash in first, or refund another day.")
