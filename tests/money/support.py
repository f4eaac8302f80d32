"""Short ways to say what happens at the counter."""

from __future__ import annotations

import uuid

from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.till import DENOMINATIONS
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.verify import Check, book_checks
from psc_desk.usecases.charges import ChargeInput, post_charges
from psc_desk.usecases.payments import PaymentDone, PaymentInput, TenderInput, take_payment
from psc_desk.work import Desk, Work
from tests.support.clinic import INES, SmallClinic


def key() -> str:
    """A fresh idempotency key."""
    return uuid.uuid4().hex


def cash(cents: int, tendered: int = 0) -> TenderInput:
    """Cash, `tendered` handed over."""
    return TenderInput(TenderKind.CASH, cents, tendered)


def check(cents: int, number: str = "1042") -> TenderInput:
    """A check."""
    return TenderInput(TenderKind.CHECK, cents, check_no=number)


def card(cents: int) -> TenderInput:
    """A card payment."""
    return TenderInput(TenderKind.CARD, cents, card_brand="Visa", card_last4="4242", terminal_ref="A8812")


def pay(
    clinic: SmallClinic, *tenders: TenderInput, kind: PaymentKind = PaymentKind.BALANCE, patient_id: int = INES,
    visit_id: int | None = None, with_key: str = "",
) -> PaymentDone:  # fmt: skip
    """Take a payment at drawer 1."""
    return clinic.desk.do(
        take_payment, PaymentInput(with_key or key(), 1, patient_id, kind, tenders, visit_id=visit_id)
    )


def charged_visit(clinic: SmallClinic, *codes: str, patient_id: int = INES) -> tuple[int, list[int]]:
    """Put a visit that took place into the database and charge it."""
    visit_id = clinic.visit(patient_id)

    def went_through(work: Work) -> None:
        work.get(Visit, visit_id).status = Status.CHECKOUT

    clinic.desk.do(went_through)
    return visit_id, clinic.desk.do(post_charges, visit_id, [ChargeInput(code) for code in codes], key=key())


def wrong(desk: Desk) -> list[Check]:
    """The checks of the books that fail."""
    return [check for check in desk.ask(book_checks) if not check.ok]


def pieces_for(cents: int) -> dict[int, int]:
    """The fewest notes and coins that make `cents`."""
    pieces = {}
    for _, piece in DENOMINATIONS:
        pieces[piece], cents = divmod(cents, piece)
    return pieces
