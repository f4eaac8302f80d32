"""The way that money goes back: as it came, on cards first, then in cash, then by mail for checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import aliased

from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.money import Cents, share_out
from psc_desk.work import Read

_ORDER = (TenderKind.CARD, TenderKind.CASH, TenderKind.CHECK)
_Undone = aliased(Payment)


@dataclass(frozen=True)
class WayBack:
    """One way in which a payment was made, in words ("Visa ····4242 ref 8812"), and what of it did not go back yet."""

    tender_id: int
    kind: TenderKind
    words: str
    left_cents: Cents


def ways_back(read: Read, paid: Payment) -> list[WayBack]:
    """Return the ways of a payment in the order in which money goes back on them."""
    gone = gone_back(read, paid)
    return [
        WayBack(one.id, one.kind, one.detail or one.kind.value, one.cents - gone[one.id])
        for one in sorted(paid.tenders, key=lambda one: _ORDER.index(one.kind))
    ]


def shares_back(ways: Sequence[WayBack], cents: Cents) -> list[tuple[WayBack, Cents]]:
    """Return how much goes back on which way, without those on which nothing does."""
    shares = share_out(cents, [way.left_cents for way in ways])
    return [(way, share) for way, share in zip(ways, shares, strict=True) if share]


def gone_back(read: Read, paid: Payment) -> dict[int, Cents]:
    """Return per tender of a payment what refunds and returned checks took back of it, less those voided."""
    undone = select(_Undone.id).where(_Undone.of_payment_id == Payment.id, _Undone.kind == PaymentKind.VOID)
    back = read.session.scalars(
        select(Tender)
        .join(Payment, Payment.id == Tender.payment_id)
        .where(Payment.of_payment_id == paid.id, Payment.kind.in_((PaymentKind.REFUND, PaymentKind.RETURNED)))
        .where(~undone.exists())
        .order_by(Tender.id)
    )
    gone = {tender.id: 0 for tender in paid.tenders}
    for taken in back:
        left = -taken.cents
        for tender in paid.tenders:
            if _same_paper(tender, taken):
                share = min(left, tender.cents - gone[tender.id])
                gone[tender.id] += share
                left -= share
    return gone


def _same_paper(one: Tender, other: Tender) -> bool:
    """Say whether two tenders are of the same cash, check or card."""
    return (one.kind, one.check_no, one.bank, one.card_last4, one.terminal_ref) == (
        other.kind, other.check_no, other.bank, other.card_last4, other.terminal_ref,
    )  # fmt: skip
