"""The ways in which a drawer goes off: every mistake that could have happened in a session, with what it makes.

Pure: facts in, ways out. `why_off` weighs them against the difference that was counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from psc_desk.models.payment import TenderKind
from psc_desk.models.till import DENOMINATIONS
from psc_desk.money import Cents, format_money
from psc_desk.queries.float_helper import ROLLS

STRAP = 100
"""Notes in a bank's strap."""

_WORDS = {cents: word for word, cents in DENOMINATIONS}
_NOTES = tuple(cents for _word, cents in DENOMINATIONS if cents >= 100)
ONE = 1_000_000
"""The weight of an ordinary way of its kind."""

_RARE = (200, 50)
_SOON = timedelta(minutes=15)


class Kind(StrEnum):
    """What may have gone wrong."""

    EQUAL = "equal"  # an entry whose cash did not move
    NOT_ENTERED = "not_entered"  # money taken without an entry
    DOUBLE = "double"  # one payment entered twice
    WRONG_SIGN = "wrong_sign"  # in for out
    TRANSPOSED = "transposed"  # 52 for 25
    DECIMAL = "decimal"  # 250 for 25
    OTHER_TENDER = "other_tender"  # cash as card or check
    CHANGE = "change"  # wrong change given
    PAY_OUT = "pay_out"  # paid out, not entered
    DROP = "drop"  # dropped, not entered
    PIECES = "pieces"  # one piece, roll or strap miscounted
    SWAPPED = "swapped"  # two denominations' counts exchanged
    COUNT_DIGITS = "count_digits"  # 21 pieces typed as 12
    OPENING = "opening"  # the float was counted wrongly in the morning
    FLOAT_ASIDE = "float_aside"  # tomorrow's float was taken out before the count


@dataclass(frozen=True)
class Moved:
    """One tender or one movement of a session. `cents` is positive when money came in, whatever the tender.

    `what` is payment, refund, void, returned (a check), pay_in, pay_out, drop or transfer. `tendered_cents` is the
    cash handed over, 0 when it is not cash taken. `receipt_no` is 0 for what has no receipt. `at` is the clinic's wall
    clock in words.
    """

    entry_id: int
    what: str
    tender: TenderKind
    cents: Cents
    minute: int
    at: str
    receipt_no: int = 0
    patient_id: int | None = None
    tendered_cents: Cents = 0
    reason: str = ""
    taken_back: bool = False

    @property
    def is_cash(self) -> bool:
        """Say whether it moved cash."""
        return self.tender is TenderKind.CASH

    @property
    def words(self) -> str:
        """Name it without naming a patient: "receipt 1014 (10:32 am, $25.00 cash)"."""
        name = f"receipt {self.receipt_no}" if self.receipt_no else self.what.replace("_", "-")
        return f"{name} ({self.at}, {format_money(abs(self.cents))} {self.tender.value})"


@dataclass(frozen=True)
class Unpaid:
    """A visit of the day with a co-pay or charges and no payment: what it would have brought."""

    visit_id: int
    at: str
    cents: Cents


@dataclass(frozen=True)
class Facts:
    """All that is known about a counted session.

    `checks_cents` and `cards_cents` are counted less recorded, None when they were not compared. `usual` are the
    amounts that were paid out or dropped on earlier days: (what, reason, cents) with how often.
    """

    difference_cents: Cents
    moved: tuple[Moved, ...]
    counted: dict[int, int]
    opening: dict[int, int] = field(default_factory=dict)
    opening_difference_cents: Cents = 0
    float_cents: Cents = 0
    checks_cents: Cents | None = None
    cards_cents: Cents | None = None
    recounted_same: bool = False
    usual: tuple[tuple[str, str, Cents], ...] = ()
    unpaid: tuple[Unpaid, ...] = ()


@dataclass(frozen=True)
class Way:
    """One way in which a mistake could have happened: the difference it makes and how likely among its kind."""

    cents: Cents
    weight: int
    words: str = ""
    entry: Moved | None = None


def _cash(facts: Facts) -> list[Moved]:
    return [one for one in facts.moved if one.is_cash]


def _equal(facts: Facts) -> Iterator[Way]:
    for one in _cash(facts):
        yield Way(-one.cents, 300_000 if one.taken_back else ONE, entry=one)


def _not_entered(facts: Facts) -> Iterator[Way]:
    for visit in facts.unpaid:
        yield Way(visit.cents, 2_000_000, f"the visit of {visit.at} ({format_money(visit.cents)}, nothing paid)")
    amounts = Counter(one.cents for one in _cash(facts) if one.what == "payment")
    whole = sum(amounts.values())
    for cents, n in amounts.items():
        yield Way(cents, ONE * n // (2 * whole))
    if facts.difference_cents > 0:
        yield Way(facts.difference_cents, 2_000)


def _double(facts: Facts) -> Iterator[Way]:
    paid = [one for one in _cash(facts) if one.what == "payment" and not one.taken_back]
    for place, one in enumerate(paid):
        for other in paid[place + 1 :]:
            if other.cents == one.cents and other.patient_id == one.patient_id and one.patient_id is not None:
                near = abs(other.minute - one.minute) * 60 <= _SOON.total_seconds()
                yield Way(-other.cents, ONE if near else 300_000, entry=other)


def _wrong_sign(facts: Facts) -> Iterator[Way]:
    """Cash that came in was entered as going out, or the reverse: the difference is twice the amount.

    A sale is taken for a refund seldom; what is rare and can be confused is likelier."""
    for one in _cash(facts):
        yield Way(-2 * one.cents, 200_000 if one.what == "payment" else ONE, entry=one)


def _transposed(facts: Facts) -> Iterator[Way]:
    for one in _cash(facts):
        sign = 1 if one.cents > 0 else -1
        for other in set(_swaps(abs(one.cents))):
            yield Way(sign * (other - abs(one.cents)), ONE, format_money(other), one)
        if one.tendered_cents > one.cents > 0:
            for other in set(_swaps(one.tendered_cents)):
                if other > one.cents:
                    words = f"{format_money(other)} handed over"
                    yield Way(other - one.tendered_cents, 300_000, words, one)


def _swaps(cents: Cents) -> Iterator[Cents]:
    """Return the amounts with two neighbouring digits exchanged, of the cents and of whole dollars; never zero."""
    for unit in (1, 100):
        if cents % unit:
            continue
        digits = str(cents // unit)
        padded = digits if unit == 100 else digits.zfill(3)
        for place in range(len(padded) - 1):
            swapped = int(padded[:place] + padded[place + 1] + padded[place] + padded[place + 2 :]) * unit
            if swapped not in (0, cents):
                yield swapped


def _decimal(facts: Facts) -> Iterator[Way]:
    for one in _cash(facts):
        sign, amount = (1 if one.cents > 0 else -1), abs(one.cents)
        others = [amount * 10, amount * 100]
        others += [amount // factor for factor in (10, 100) if amount % factor == 0]
        for other in others:
            plausible = 100 <= other <= 100_000
            yield Way(sign * (other - amount), ONE if plausible else 10_000, format_money(other), one)


def _other_tender(facts: Facts) -> Iterator[Way]:
    for one in facts.moved:
        if one.what in ("payment", "refund") and not one.taken_back:
            yield Way(-one.cents if one.is_cash else one.cents, ONE, entry=one)


def _change(facts: Facts) -> Iterator[Way]:
    """The note handed over was another than entered, the change was kept or given twice, or all was given back."""
    for one in _cash(facts):
        if one.what != "payment" or one.tendered_cents <= 0:
            continue
        change = one.tendered_cents - one.cents
        for words, cents, weight in _changes(one, change):
            yield Way(cents, weight, words, one)


def _changes(one: Moved, change: Cents) -> Iterator[tuple[str, Cents, int]]:
    tendered = one.tendered_cents
    if tendered in _NOTES:
        for note in _NOTES:
            if note not in (tendered, 100, *_RARE):
                near = abs(_NOTES.index(note) - _NOTES.index(tendered)) == 1
                yield f"a {_WORDS[note]} note was handed over", note - tendered, ONE if near else 400_000
    if change:
        yield "the change was not given", change, ONE
        yield "the change was given twice", -change, 600_000
        yield "all that was handed over was given back", -one.cents, 400_000


_ROUND_PAID_OUT = tuple(range(500, 5_001, 500))
_ROUND_DROPPED = tuple(sorted({*range(4000, 60_001, 2000), *range(5000, 100_001, 5000)}))


def _pay_out(facts: Facts) -> Iterator[Way]:
    """Small things are bought for what they cost, seldom for a round amount, and hardly ever for much."""
    yield from _unwritten(facts, "pay_out", _ROUND_PAID_OUT, ONE // 4)
    if -20_000 < facts.difference_cents < 0:
        yield Way(facts.difference_cents, 2_000)


def _drop(facts: Facts) -> Iterator[Way]:
    yield from _unwritten(facts, "drop", _ROUND_DROPPED, ONE // 2)


def _unwritten(facts: Facts, what: str, round_amounts: Sequence[Cents], weight: int) -> Iterator[Way]:
    """Cash that left without an entry: an amount of other days, or, `weight` in all, a round one, the rounder the
    likelier."""
    usual = Counter((reason, cents) for kind, reason, cents in facts.usual if kind == what)
    whole = sum(usual.values())
    for (reason, cents), n in usual.items():
        yield Way(-cents, ONE * n // (2 * whole), f"{reason}, {format_money(cents)}, as on other days")
    rounder = {cents: 4 if cents % 10_000 == 0 else 2 if cents % 5000 == 0 else 1 for cents in round_amounts}
    for cents, n in rounder.items():
        yield Way(-cents, weight * n // sum(rounder.values()))


def _pieces(facts: Facts) -> Iterator[Way]:
    for _word, piece in DENOMINATIONS:
        n = facts.counted.get(piece, 0)
        if not n:
            yield Way(-piece, 300_000 if piece not in _RARE else 50_000, f"{_WORDS[piece]}: one was left out")
            continue
        for sign, words in ((1, "one too many"), (-1, "one too few")):
            yield Way(sign * piece, ONE, f"{_WORDS[piece]}: {words}")
            yield Way(sign * 2 * piece, 250_000, f"{_WORDS[piece]}: two {words.split(' ', 1)[1]}")
        bundle = ROLLS.get(piece, STRAP if piece <= 2000 else 0)
        if bundle:
            name = "roll" if piece in ROLLS else "strap"
            yield Way(-bundle * piece, 500_000, f"a {name} of {_WORDS[piece]} was left out")
            if n >= bundle:
                yield Way(bundle * piece, 500_000, f"a {name} of {_WORDS[piece]} was counted twice")


def _swapped(facts: Facts) -> Iterator[Way]:
    """Two neighbouring fields of the count were exchanged."""
    shown = [cents for _word, cents in DENOMINATIONS if cents not in _RARE]
    for place, one in enumerate(shown):
        for far, other in enumerate(shown[place + 1 : place + 3]):
            gain = (facts.counted.get(one, 0) - facts.counted.get(other, 0)) * (one - other)
            if gain:
                words = f"{_WORDS[one]} and {_WORDS[other]} may stand in each other's field"
                yield Way(gain, ONE if far == 0 else 400_000, words)


def _count_digits(facts: Facts) -> Iterator[Way]:
    for sign, pieces, when in ((1, facts.counted, "now"), (-1, facts.opening, "in the morning")):
        for piece, n in pieces.items():
            for other in _typed_for(n):
                words = f"{n} × {_WORDS[piece]} counted {when} may be {other}"
                yield Way(sign * (n - other) * piece, ONE if sign > 0 else 500_000, words)


def _typed_for(n: int) -> Iterator[int]:
    digits = str(n)
    if len(digits) > 1:
        for place in range(len(digits) - 1):
            swapped = int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
            if swapped != n:
                yield swapped
        if n % 10 == 0:
            yield n // 10
        elif n == 11 * (n % 10):
            yield n % 10
    elif n:
        yield n * 10
        yield n * 11


def _opening(facts: Facts) -> Iterator[Way]:
    if facts.opening_difference_cents:
        yield Way(-facts.opening_difference_cents, ONE)


def _float_aside(facts: Facts) -> Iterator[Way]:
    if facts.float_cents:
        yield Way(-facts.float_cents, ONE)
        yield Way(facts.float_cents, 300_000)


WAYS: Mapping[Kind, Callable[[Facts], Iterator[Way]]] = {
    Kind.EQUAL: _equal,
    Kind.NOT_ENTERED: _not_entered,
    Kind.DOUBLE: _double,
    Kind.WRONG_SIGN: _wrong_sign,
    Kind.TRANSPOSED: _transposed,
    Kind.DECIMAL: _decimal,
    Kind.OTHER_TENDER: _other_tender,
    Kind.CHANGE: _change,
    Kind.PAY_OUT: _pay_out,
    Kind.DROP: _drop,
    Kind.PIECES: _pieces,
    Kind.SWAPPED: _swapped,
    Kind.COUNT_DIGITS: _count_digits,
    Kind.OPENING: _opening,
    Kind.FLOAT_ASIDE: _float_aside,
}
