"""Why is the drawer off? Ranked explanations of a counted difference, from the session's own entries.

Each kind of mistake is a hypothesis. Of all the ways in which it could have happened in this session, the share that
makes exactly this difference is its weight; the count of checks and the card terminal confirm or contradict it. No
kind is favoured otherwise. Entries that explain the difference equally well stand together in one explanation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from psc_desk.clock import local
from psc_desk.dates import format_time
from psc_desk.models.card import CardBatch
from psc_desk.models.coverage import Coverage
from psc_desk.models.ledger import Account, JournalEntry, JournalLine, drawer_account
from psc_desk.models.payment import Payment, PaymentKind, Tender, TenderKind
from psc_desk.models.till import CloseDraft, SessionStatus, Till, TillCount, TillSession
from psc_desk.models.visit import FREES_SLOT, Status, Visit
from psc_desk.money import Cents, format_money
from psc_desk.queries.closing import cards_expected
from psc_desk.queries.tills import last_count
from psc_desk.queries.why_off_ways import ONE, WAYS, Facts, Kind, Moved, Unpaid, Way
from psc_desk.work import Read

HISTORY_DAYS = 90
_TIMES = 20
"""How much likelier a kind is that the checks or the terminal confirm, and less likely one they contradict."""
_COUNTING = (Kind.PIECES, Kind.SWAPPED, Kind.COUNT_DIGITS)
_NAMED = 4
_BACK = {PaymentKind.REFUND: "refund", PaymentKind.VOID: "void", PaymentKind.RETURNED: "returned"}


@dataclass(frozen=True)
class Explanation:
    """One likely reason: what it may be, what to do, the entries it points to (best first), weight in millionths."""

    kind: Kind
    sentence: str
    what_to_do: str
    entries: tuple[Moved, ...]
    score: int


@dataclass(frozen=True)
class WhyOff:
    """What a drawer is over (positive) or short, and the explanations, likeliest first."""

    difference_cents: Cents
    explanations: tuple[Explanation, ...]


def why_off(read: Read, session_id: int) -> WhyOff:
    """Return the explanations for a session that was counted; none before it was, and none when it agrees."""
    known = facts(read, session_id)
    return WhyOff(known.difference_cents, tuple(explain(known)))


def explain(known: Facts) -> list[Explanation]:
    """Return the explanations that make exactly the difference, likeliest first; behind them those of a part."""
    if known.difference_cents == 0:
        return []
    found = [one for kind in Kind if (one := _explanation(known, kind)) is not None]
    return sorted(found, key=lambda one: -one.score) + _parts(known)


def _parts(known: Facts) -> list[Explanation]:
    """Return what the card terminal or the checks say about a part of the difference, the rest named."""
    parts = []
    for other, more in ((TenderKind.CARD, known.cards_cents), (TenderKind.CHECK, known.checks_cents)):
        rest = known.difference_cents + (more or 0)
        if not more or rest == 0 or abs(rest) >= abs(known.difference_cents):
            continue
        tender = TenderKind.CASH if more > 0 else other
        entries = tuple(
            one for one in known.moved
            if one.what == "payment" and one.tender is tender and one.cents == abs(more) and not one.taken_back
        )  # fmt: skip
        if entries:
            named = "; ".join(one.words for one in entries[:_NAMED])
            words = f"Part of it, {format_money(abs(more))}, may be a payment entered the wrong way: {named}. "
            left = f"Then {format_money(abs(rest))} {'over' if rest > 0 else 'short'} would be left."
            parts.append(Explanation(Kind.OTHER_TENDER, words + left, _TO_DO[Kind.OTHER_TENDER], entries, 0))
    return parts


def _explanation(known: Facts, kind: Kind) -> Explanation | None:
    ways = list(WAYS[kind](known))
    fit = sorted((way for way in ways if way.cents == known.difference_cents), key=lambda way: -way.weight)
    if not fit:
        return None
    share = ONE * sum(way.weight for way in fit) // max(ONE, sum(way.weight for way in ways))
    entries = tuple(dict.fromkeys(way.entry for way in fit if way.entry is not None))
    words = _sentence(known, kind, fit, entries)
    if kind is Kind.OTHER_TENDER:
        words += _witness(known)
    return Explanation(kind, words, _TO_DO[kind], entries, _weighed(share, known, kind))


def _weighed(share: int, known: Facts, kind: Kind) -> int:
    """A mistake of tender shows at the checks or cards with the opposite sign; other mistakes do not."""
    compared = [cents for cents in (known.checks_cents, known.cards_cents) if cents is not None]
    opposite = any(cents == -known.difference_cents for cents in compared)
    if kind is Kind.OTHER_TENDER:
        return share * _TIMES if opposite else share // _TIMES if compared else share
    again = kind in _COUNTING and known.recounted_same
    return share // _TIMES if opposite or again else share


def _witness(known: Facts) -> str:
    """Say what the terminal or the checks have too much or too little, when it is just the difference."""
    off = -known.difference_cents
    more = "more" if off > 0 else "less"
    if known.cards_cents == off:
        return f" The card terminal has {format_money(abs(off))} {more} than the desk."
    if known.checks_cents == off:
        return f" The checks come to {format_money(abs(off))} {more} than the list."
    return ""


def _sentence(known: Facts, kind: Kind, fit: list[Way], entries: tuple[Moved, ...]) -> str:
    cents = abs(known.difference_cents)
    named = "; ".join(one.words for one in entries[:_NAMED])
    if len(entries) > _NAMED:
        named += f"; and {len(entries) - _NAMED} more"
    hint = "; ".join(list(dict.fromkeys(way.words for way in fit if way.words))[:_NAMED])
    over, short = _SENTENCES[kind]
    positive = not entries[0].is_cash if kind is Kind.OTHER_TENDER else known.difference_cents > 0
    words = (over if positive else short).format(
        amount=format_money(cents), half=format_money(cents // 2), named=named, hint=hint
    )
    return f"{words}." if "{hint}" in over or not hint else f"{words}: {hint}."


def _same(words: str) -> tuple[str, str]:
    return words, words


_SENTENCES: dict[Kind, tuple[str, str]] = {
    Kind.EQUAL: (
        "Cash that should have left is still there: {named}",
        "Cash that was entered did not come in: {named}",
    ),
    Kind.NOT_ENTERED: _same("A payment of {amount} may have been taken and not entered"),
    Kind.DOUBLE: _same("One payment may be entered twice: {named}"),
    Kind.WRONG_SIGN: _same("Money in may be entered as money out, or the reverse, {half} each way: {named}"),
    Kind.TRANSPOSED: _same("Two digits may be exchanged: {named} may have been {hint}"),
    Kind.DECIMAL: _same("A decimal point may be wrong: {named} may have been {hint}"),
    Kind.OTHER_TENDER: (
        "Cash may be entered as a card or check: {named}",
        "A card or check may be entered as cash: {named}",
    ),
    Kind.CHANGE: _same("Wrong change may have been given: {hint}; {named}"),
    Kind.PAY_OUT: _same("Cash may have been paid out and not entered, {amount}"),
    Kind.DROP: _same("A drop of {amount} to the safe may not be entered"),
    Kind.PIECES: _same("The count may be off by a piece: {hint}"),
    Kind.SWAPPED: _same("Two numbers of the count may be exchanged: {hint}"),
    Kind.COUNT_DIGITS: _same("A number of the count may be typed wrongly: {hint}"),
    Kind.OPENING: (
        "The float was {amount} short when the drawer was opened, and it may have been counted wrongly then",
        "The float was {amount} over when the drawer was opened, and it may have been counted wrongly then",
    ),
    Kind.FLOAT_ASIDE: (
        "The float of {amount} may be counted twice",
        "Tomorrow's float of {amount} may have been taken out already",
    ),
}

_TO_DO = {
    Kind.EQUAL: "Look for its paper and ask who took it. If no cash moved, go on with the day and void it.",
    Kind.NOT_ENTERED: "Ask who was at the desk then. Go on with the day and enter the payment.",
    Kind.DOUBLE: "Compare both receipts with the patient's account. Go on with the day and void the second.",
    Kind.WRONG_SIGN: "Look at its slip. Go on with the day and enter the opposite twice, or void and enter it again.",
    Kind.TRANSPOSED: "Compare the receipt with the paper. Go on with the day, void it and take it again.",
    Kind.DECIMAL: "Compare the receipt with the paper. Go on with the day, void it and take it again.",
    Kind.OTHER_TENDER: "Look for the check or the card slip. Go on with the day, void it and take it the right way.",
    Kind.CHANGE: "Ask who took it, and the patient at the next visit. Nothing is to be corrected in the books.",
    Kind.PAY_OUT: "Look for a slip or a bought item. Go on with the day and enter the pay-out.",
    Kind.DROP: "Look into the safe. Go on with the day and enter the drop.",
    Kind.PIECES: "Count that piece once more, also under the tray.",
    Kind.SWAPPED: "Count both pieces once more.",
    Kind.COUNT_DIGITS: "Count that piece once more.",
    Kind.OPENING: "The two differences make up for each other. Say so as the reason.",
    Kind.FLOAT_ASIDE: "Look for the float. Put it back and count once more.",
}


def facts(read: Read, session_id: int) -> Facts:
    """Return all that is known about a session; its difference is 0 until it was counted, and once cash moved since."""
    session = read.get(TillSession, session_id, "drawer session")
    count, opening = last_count(read, session_id), _count(read, session_id, "opening")
    checks, cards = _compared(read, session, count)
    return Facts(
        difference_cents=_difference(read, session, count),
        moved=_moved(read, session),
        counted=_pieces(count),
        opening=_pieces(opening),
        opening_difference_cents=_opening_difference(session),
        float_cents=read.get(Till, session.till_id, "drawer").float_cents,
        checks_cents=checks,
        cards_cents=cards,
        recounted_same=_recounted_same(read, session_id, count),
        usual=_usual(read, session),
        unpaid=_unpaid(read, session),
    )


def _opening_difference(session: TillSession) -> Cents:
    """The first session of a drawer has nothing to differ from."""
    return session.opening_cents - session.opening_expected_cents if session.session_no > 1 else 0


def _difference(read: Read, session: TillSession, count: TillCount | None) -> Cents:
    if session.status is SessionStatus.CLOSED:
        return session.over_short_cents or 0
    chosen = select(func.coalesce(func.sum(JournalLine.cents), 0))
    expected = read.session.scalar(chosen.where(JournalLine.account == drawer_account(session.till_id))) or 0
    if count is None or count.expected_cents not in (None, expected):
        return 0
    return count.cash_cents - expected


def _pieces(count: TillCount | None) -> dict[int, int]:
    return {int(piece): int(n) for piece, n in count.denominations.items()} if count else {}


def _count(read: Read, session_id: int, kind: str) -> TillCount | None:
    chosen = select(TillCount).where(TillCount.session_id == session_id, TillCount.kind == kind)
    return read.session.scalar(chosen.order_by(TillCount.id.desc()).limit(1))


def _recounted_same(read: Read, session_id: int, last: TillCount | None) -> bool:
    if last is None or last.kind != "recount":
        return False
    first = _count(read, session_id, "closing")
    return first is not None and first.cash_cents == last.cash_cents


def _compared(read: Read, session: TillSession, count: TillCount | None) -> tuple[Cents | None, Cents | None]:
    """Return how checks and cards differ from what was recorded, None for what nobody compared."""
    batch = read.session.scalar(select(CardBatch).where(CardBatch.session_id == session.id))
    if batch is not None:
        cards: Cents | None = batch.terminal_cents - batch.expected_cents
    else:
        cards = _from_draft(read, session.id, "cards", "totals", cards_expected(read, session.id))
    taken = read.session.scalar(
        select(func.coalesce(func.sum(JournalLine.cents), 0))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(JournalEntry.session_id == session.id, JournalLine.account == Account.CHECKS)
    )
    checks = _from_draft(read, session.id, "checks", "counted", taken or 0)
    if checks is None and count is not None and count.checks_cents:
        checks = count.checks_cents - (taken or 0)
    return checks, cards


def _from_draft(read: Read, session_id: int, step: str, name: str, expected: Cents) -> Cents | None:
    draft = read.session.get(CloseDraft, session_id)
    typed = draft.typed.get(step, {}).get(name) if draft else None
    if typed is None or typed == []:
        return None
    return int(typed[-1] if isinstance(typed, list) else typed) - expected


def _moved(read: Read, session: TillSession) -> tuple[Moved, ...]:
    rows = read.session.execute(
        select(
            Payment.id, Payment.entry_id, Payment.kind, Payment.posted_at, Payment.receipt_no, Payment.patient_id,
            Payment.of_payment_id, Payment.reason, Tender.kind.label("tender"), Tender.cents, Tender.tendered_cents,
        )
        .join(Tender, Tender.payment_id == Payment.id)
        .where(Payment.session_id == session.id)
        .order_by(Payment.id, Tender.id)
    ).all()  # fmt: skip
    voided = {row.of_payment_id for row in rows if row.kind is PaymentKind.VOID}
    paid = [
        Moved(
            row.entry_id, _BACK.get(row.kind, "payment"), row.tender, row.cents, *_when(read, row.posted_at),
            receipt_no=row.receipt_no, patient_id=row.patient_id, reason=row.reason, taken_back=row.id in voided,
            tendered_cents=row.tendered_cents if row.tender is TenderKind.CASH and row.cents > 0 else 0,
        )
        for row in rows
    ]  # fmt: skip
    return (*paid, *_movements(read, session))


def _movements(read: Read, session: TillSession) -> list[Moved]:
    rows = read.session.execute(
        select(JournalEntry.id, JournalEntry.kind, JournalEntry.posted_at, JournalEntry.reason, JournalLine.cents)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(
            JournalEntry.session_id == session.id, JournalEntry.kind.in_(("pay_in", "pay_out", "drop", "transfer")),
            JournalLine.account == drawer_account(session.till_id),
        )
        .order_by(JournalEntry.id)
    )  # fmt: skip
    return [
        Moved(row.id, row.kind, TenderKind.CASH, row.cents, *_when(read, row.posted_at), reason=row.reason)
        for row in rows
    ]


def _when(read: Read, at: datetime) -> tuple[int, str]:
    moment = local(at, read.zone)
    minute = moment.hour * 60 + moment.minute
    return minute, format_time(minute)


def _usual(read: Read, session: TillSession) -> tuple[tuple[str, str, Cents], ...]:
    rows = read.session.execute(
        select(JournalEntry.kind, JournalEntry.reason, -JournalLine.cents)
        .join(JournalLine, JournalLine.entry_id == JournalEntry.id)
        .where(
            JournalEntry.kind.in_(("pay_out", "drop")), JournalLine.account == drawer_account(session.till_id),
            JournalEntry.session_id != session.id,
            JournalEntry.business_date >= session.business_date - timedelta(days=HISTORY_DAYS),
        )
    )  # fmt: skip
    return tuple((kind, reason, cents) for kind, reason, cents in rows)


def _unpaid(read: Read, session: TillSession) -> tuple[Unpaid, ...]:
    """Return the day's visits that should have brought money and have no receipt."""
    day = session.business_date
    over = [*FREES_SLOT, Status.BOOKED]
    copay = (
        select(func.max(Coverage.copay_cents))
        .where(Coverage.patient_id == Visit.patient_id, Coverage.effective_on <= day)
        .scalar_subquery()
    )
    charged = (
        select(func.sum(JournalLine.cents))
        .where(JournalLine.account == Account.PATIENT_AR, JournalLine.visit_id == Visit.id)
        .scalar_subquery()
    )
    rows = read.session.execute(
        select(Visit.id, Visit.start_minute, copay, charged).where(
            Visit.day == day, Visit.status.not_in(over),
            Visit.id.not_in(select(Payment.visit_id).where(Payment.visit_id.is_not(None))),
        )
    )  # fmt: skip
    return tuple(
        Unpaid(visit_id, format_time(minute), cents)
        for visit_id, minute, *amounts in rows
        for cents in dict.fromkeys(amounts)
        if cents
    )
