"""Card payments, returned checks, corrections, and what was not shown: their rights."""

from __future__ import annotations

from typing import Any

from psc_desk.models.card import CardState
from psc_desk.models.ledger import UnshownPosting
from psc_desk.models.payment import PaymentKind, TenderKind
from psc_desk.models.staff import Right
from psc_desk.queries.deposits import bankable
from psc_desk.queries.money import payments
from psc_desk.usecases import cards, deposits, payment_change, refunds_owed, returned_checks, till, unshown
from psc_desk.usecases.payments import PaymentInput, TenderInput, refund_payment
from psc_desk.work import Work
from tests.money.support import cash, check, key, pay
from tests.safety.calls import FLOAT, Call
from tests.support.clinic import INES, SmallClinic

Ready = tuple[tuple[Any, ...], dict[str, Any]]
YES = cards.CardAnswer(CardState.APPROVED, "Visa", "4242", "A8812")


def typed() -> PaymentInput:
    """A card payment before the terminal was asked."""
    return PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (TenderInput(TenderKind.CARD, 2500),))


def _begin(_clinic: SmallClinic) -> Ready:
    return (typed(),), {}


def _asked(clinic: SmallClinic) -> int:
    return clinic.desk.do(cards.begin_card, typed()).row.attempt_id


def _finish(clinic: SmallClinic) -> Ready:
    return (_asked(clinic), YES), {}


def _late(clinic: SmallClinic) -> Ready:
    attempt = _asked(clinic)
    clinic.desk.do(cards.finish_card, attempt, cards.CardAnswer(CardState.DECLINED))
    return (attempt, YES), {}


def _held(clinic: SmallClinic) -> Ready:
    two = TenderInput(TenderKind.CARD, 2500), TenderInput(TenderKind.CARD, 1500)
    begun = clinic.desk.do(cards.begin_card, PaymentInput(key(), 1, INES, PaymentKind.BALANCE, two))
    return (clinic.desk.do(cards.finish_card, begun.row.attempt_id, YES).row.attempt_id,), {}


def _returned(clinic: SmallClinic) -> Ready:
    pay(clinic, check(4000))
    clinic.desk.do(till.begin_count, 1)
    clinic.desk.do(till.record_count, 1, FLOAT)
    clinic.desk.do(till.close_till, 1, float_left_cents=15000)
    waiting = clinic.desk.ask(bankable)
    ids = tuple(row.tender_id for row in waiting.checks)
    clinic.desk.do(deposits.make_deposit, deposits.DepositInput(key(), (), ids, {}, exception_reason="Alone"))
    clinic.desk.do(till.open_till, 1, FLOAT)
    return (returned_checks.ReturnedCheck(ids[0], key(), "Insufficient funds"),), {}


def _owed(clinic: SmallClinic) -> int:
    paid = pay(clinic, check(4000))
    return clinic.desk.do(refund_payment, paid.payment_id, 1500, key=key(), reason="Overpaid").payment_id


def _mail(clinic: SmallClinic) -> Ready:
    return (_owed(clinic), "5012"), {"key": key(), "reason": "Mailed"}


def _mailed(clinic: SmallClinic) -> Ready:
    (refund_id, number), more = _mail(clinic)
    clinic.desk.do(refunds_owed.mail_refund, refund_id, number, **more)
    return (refund_id,), {"key": key(), "reason": "Came back"}


def _correct(clinic: SmallClinic) -> Ready:
    paid = pay(clinic, cash(2500))
    new = PaymentInput(key(), 1, INES, PaymentKind.BALANCE, (cash(2000),))
    return (paid.payment_id, new), {"reason": "Wrong amount"}


def _unshown(clinic: SmallClinic) -> Ready:
    pay(clinic, cash(2500))
    entry_id = clinic.desk.ask(payments)[0].payment_id

    def note(work: Work) -> int:
        from psc_desk.models.payment import Payment

        entry = work.get(Payment, entry_id).entry_id
        work.session.add(UnshownPosting(entry_id=entry, desk="Desk 1", at=work.now))
        return entry

    return (clinic.desk.do(note),), {}


CALLS = [
    Call(cards.begin_card, Right.TAKE_MONEY, _begin, INES),
    Call(cards.finish_card, Right.TAKE_MONEY, _finish, INES),
    Call(cards.post_late_approval, Right.TAKE_MONEY, _late, INES),
    Call(cards.void_late_approval, Right.TAKE_MONEY, lambda c: ((_late(c)[0][0],), {}), INES),
    Call(cards.post_held, Right.TAKE_MONEY, _held, INES),
    Call(cards.take_back_held, Right.TAKE_MONEY, _held, INES),
    Call(returned_checks.return_check, Right.REFUND, _returned, INES),
    Call(refunds_owed.mail_refund, Right.REFUND, _mail, INES),
    Call(refunds_owed.pay_refund_in_cash, Right.REFUND, lambda c: ((_owed(c),), _mail(c)[1]), INES),
    Call(refunds_owed.take_mailed_back, Right.REFUND, _mailed, INES),
    Call(payment_change.correct_payment, Right.VOID_ANY, _correct, INES),
    Call(unshown.accept_unshown, Right.TAKE_MONEY, _unshown, INES),
    Call(unshown.print_unshown, Right.TAKE_MONEY, _unshown, INES),
]
INNER = {
    "card_forms.make_ready": "part of begin_card",
    "card_forms.post_ready": "part of finish_card and what else posts an approved card",
    "cards.recover_cards": "at the start, before anybody signs in",
    "payment_rows.next_receipt_no": "part of a correction",
    "payment_rows.payment_done": "part of every payment",
    "plans.check_plan": "part of agree_plan and begin_card",
    "plans.post_with_plan": "part of finish_card",
    "payments.check_payment": "part of take_payment and begin_card",
    "unshown.mark_shown": "the window's word that it told the person, who may have signed out meanwhile",
}
