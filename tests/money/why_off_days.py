"""Seeded days at the drawer with one mistake each, and what the drawer is then off by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

from psc_desk.models.payment import TenderKind
from psc_desk.queries.why_off_ways import Facts, Kind, Moved, Unpaid

CASH, CHECK, CARD = TenderKind.CASH, TenderKind.CHECK, TenderKind.CARD
COPAYS = (1000, 1500, 2000, 2500, 3000, 4000, 5000)
NOTES = (500, 1000, 2000, 5000, 10000)
PIECES = (10000, 5000, 2000, 1000, 500, 100, 25, 10, 5, 1)
FLOAT = {2000: 3, 1000: 4, 500: 6, 100: 20}


@dataclass
class Day:
    """A day as it truly was; `cash` is what the drawer truly holds beside what the books say after the mistake."""

    rng: Random
    moved: list[Moved] = field(default_factory=list)
    usual: list[tuple[str, str, int]] = field(default_factory=list)
    unpaid: list[Unpaid] = field(default_factory=list)

    def books(self) -> int:
        """Return the cash that the entries say came in."""
        return sum(one.cents for one in self.moved if one.is_cash)

    def cash_paid(self) -> list[int]:
        """Return where the cash payments stand that were not taken back."""
        return [n for n, one in enumerate(self.moved) if one.what == "payment" and one.is_cash and not one.taken_back]


@dataclass(frozen=True)
class Seeded:
    """A day with its mistake: the facts as the program sees them, the true kind, and the entry at fault if any."""

    facts: Facts
    kind: Kind
    entry_id: int = 0


@dataclass(frozen=True)
class Shape:
    """What a clinic's days are like: payments a day, percent of cash, percent of plain co-pays."""

    payments: tuple[int, int] = (30, 60)
    cash: int = 45
    copays: int = 70


def a_day(rng: Random, shape: Shape = Shape()) -> Day:
    """Return a day's payments with a few refunds, voids, pay-outs and drops, as a clinic's desk has them."""
    day = Day(rng)
    minute = 480
    for number in range(rng.randint(*shape.payments)):
        minute += rng.randint(3, 16)
        kind = rng.choices((CASH, CHECK, CARD), (shape.cash, 12, 88 - shape.cash))[0]
        odd = rng.randint(5, 180) * 100 + rng.choice((0, 0, 40, 75, 13))
        cents = rng.choice(COPAYS) if rng.randrange(100) < shape.copays else odd
        day.moved.append(_payment(rng, number, minute, kind, cents))
    for reason, usual in (("Postage", (1240, 880)), ("Courier", (1800,)), ("Office supplies", (2317, 745))):
        day.usual += [("pay_out", reason, rng.choice(usual)) for _ in range(rng.randint(1, 6))]
    day.usual += [("drop", "Safe drop", rng.choice((10000, 15000, 20000))) for _ in range(rng.randint(0, 8))]
    for what, low, high in (("pay_out", -30, -5), ("drop", -20, -10), ("pay_in", 2, 5), ("refund", -12, -2)):
        for _ in range(rng.choice((0, 1, 1, 2) if what != "drop" else (0, 1))):
            step = 1000 if what in ("drop", "pay_in") else rng.choice((100, 500, 1))
            cents = rng.randint(low, high) * step
            cents = cents if abs(cents) >= 200 else cents * 37
            day.moved.append(_other(day, what, cents))
    for n in rng.sample(day.cash_paid(), rng.choice((0, 0, 1))):
        paid = day.moved[n]
        day.moved[n] = replace(paid, taken_back=True)
        day.moved.append(replace(_other(day, "void", -paid.cents), patient_id=paid.patient_id))
    day.unpaid += [Unpaid(900 + n, "2:00 pm", rng.choice(COPAYS)) for n in range(rng.randint(0, 4))]
    return day


def _payment(rng: Random, number: int, minute: int, kind: TenderKind, cents: int) -> Moved:
    tendered = 0
    if kind is CASH:
        tendered = rng.choice(
            [cents, -(-cents // 500) * 500, -(-cents // 2000) * 2000, *(n for n in NOTES if n >= cents)]
        )
    at = f"{minute // 60}:{minute % 60:02d}"
    return Moved(100 + number, "payment", kind, cents, minute, at, 1000 + number, rng.randint(1, 300), tendered)


def _other(day: Day, what: str, cents: int) -> Moved:
    minute = day.rng.randint(500, 1000)
    receipt = 1000 + len(day.moved) if what in ("refund", "void") else 0
    return Moved(100 + len(day.moved), what, CASH, cents, minute, f"{minute // 60}:{minute % 60:02d}", receipt)


def pieces_of(rng: Random, cents: int) -> dict[int, int]:
    """Return a drawer's pieces that come to `cents`: the large ones are rarer than they could be."""
    pieces: dict[int, int] = {}
    for piece in PIECES:
        most = cents // piece
        n = most if piece == 1 else min(most, round(most * rng.choice((0.3, 0.6, 0.9)))) if piece > 100 else most
        if n:
            pieces[piece] = n
            cents -= n * piece
    return pieces


def finished(day: Day, kind: Kind, off: int, *, entry_id: int = 0, **more: object) -> Seeded:
    """Return what the program sees: the books' cash, counted `off` from it."""
    pieces = more.pop("counted", None) or pieces_of(day.rng, max(0, 15000 + day.books() + off))
    facts = Facts(
        difference_cents=off, moved=tuple(sorted(day.moved, key=lambda one: one.minute)), counted=pieces,  # type: ignore[arg-type]  # a test's own
        opening=dict(FLOAT), float_cents=15000, usual=tuple(day.usual), unpaid=tuple(day.unpaid), checks_cents=0,
        cards_cents=0,
    )  # fmt: skip
    return Seeded(replace(facts, **more), kind, entry_id)  # type: ignore[arg-type]  # a test's own


def not_moved(day: Day) -> Seeded:
    """An entry of any kind was made, its cash stayed where it was."""
    cash = [one for one in day.moved if one.is_cash and not one.taken_back]
    one = day.rng.choice(cash)
    return finished(day, Kind.EQUAL, -one.cents, entry_id=one.entry_id)


def not_entered(day: Day) -> Seeded:
    """A payment was taken and never entered; mostly a visit of the day shows it."""
    cents = day.rng.choice(COPAYS)
    if day.rng.random() < 0.7:
        day.unpaid.append(Unpaid(990, "3:15 pm", cents))
    return finished(day, Kind.NOT_ENTERED, cents)


def double(day: Day) -> Seeded:
    """A payment was entered again some minutes later."""
    one = day.moved[day.rng.choice(day.cash_paid())]
    again = replace(one, entry_id=990, receipt_no=1990, minute=one.minute + day.rng.randint(1, 12))
    day.moved.append(again)
    return finished(day, Kind.DOUBLE, -one.cents, entry_id=990)


def wrong_sign(day: Day) -> Seeded:
    """Cash that went out was entered as coming in, or the reverse."""
    what, entered = day.rng.choice((("refund", "payment"), ("pay_in", "pay_out"), ("pay_out", "pay_in")))
    amount = day.rng.choice(COPAYS) if what == "refund" else day.rng.randint(4, 60) * 100 + day.rng.choice((0, 0, 45))
    sign = 1 if entered in ("payment", "pay_in") else -1
    one = replace(_other(day, entered, sign * amount), patient_id=7)
    day.moved.append(one)
    return finished(day, Kind.WRONG_SIGN, -2 * sign * amount, entry_id=one.entry_id)


def transposed(day: Day) -> Seeded:
    """Two neighbouring digits of an amount were exchanged, in any entry of cash where that gives another amount."""
    for n in day.rng.sample(range(len(day.moved)), len(day.moved)):
        one = day.moved[n]
        digits = str(abs(one.cents))
        places = [p for p in range(len(digits) - 1) if digits[p] != digits[p + 1] and (p or digits[1] != "0")]
        if not one.is_cash or one.taken_back or one.what == "void" or not places:
            continue
        place = day.rng.choice(places)
        typed = int(digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :])
        sign = 1 if one.cents > 0 else -1
        day.moved[n] = replace(
            one, cents=sign * typed, tendered_cents=max(one.tendered_cents, typed) if sign > 0 else 0
        )
        return finished(day, Kind.TRANSPOSED, sign * (abs(one.cents) - typed), entry_id=one.entry_id)
    raise AssertionError("a day has such an amount")


def decimal(day: Day) -> Seeded:
    """An amount was typed ten or a hundred times too large, or a tenth."""
    n = day.rng.choice(day.cash_paid())
    one, factor = day.moved[n], day.rng.choice((10, 10, 100))
    typed = one.cents // 10 if factor == 10 and one.cents % 10 == 0 and day.rng.random() < 0.3 else one.cents * factor
    day.moved[n] = replace(one, cents=typed, tendered_cents=typed)
    return finished(day, Kind.DECIMAL, one.cents - typed, entry_id=one.entry_id)


def other_tender(day: Day) -> Seeded:
    """Cash was entered as card or check, or one of these as cash; the terminal or the checks were compared or not."""
    paid = [n for n, one in enumerate(day.moved) if one.what == "payment" and not one.taken_back]
    n = day.rng.choice(paid)
    one = day.moved[n]
    if one.is_cash:
        as_typed, off = day.rng.choice((CARD, CHECK)), one.cents
    else:
        as_typed, off = CASH, -one.cents
    day.moved[n] = replace(one, tender=as_typed, tendered_cents=one.cents if as_typed is CASH else 0)
    side = "checks_cents" if CHECK in (one.tender, as_typed) else "cards_cents"
    compared = {side: -off} if day.rng.random() < 0.9 else {"checks_cents": None, "cards_cents": None}
    return finished(day, Kind.OTHER_TENDER, off, entry_id=one.entry_id, **compared)


def change(day: Day) -> Seeded:
    """The change was kept, given twice, or given for another note than was handed over."""
    given = [day.moved[n] for n in day.cash_paid() if day.moved[n].tendered_cents > day.moved[n].cents]
    if not given:
        return finished(day, Kind.CHANGE, 0)
    one = day.rng.choice(given)
    ways = [one.tendered_cents - one.cents, one.cents - one.tendered_cents]
    if one.tendered_cents in NOTES:
        ways += [note - one.tendered_cents for note in NOTES if note != one.tendered_cents]
    return finished(day, Kind.CHANGE, day.rng.choice(ways), entry_id=one.entry_id)


def pay_out(day: Day) -> Seeded:
    """Something was paid out and not entered: as on other days, a round amount, or any."""
    draw = day.rng.random()
    usual = [cents for what, _reason, cents in day.usual if what == "pay_out"]
    cents = day.rng.choice(usual) if draw < 0.6 else day.rng.randint(1, 12) * 500
    return finished(day, Kind.PAY_OUT, -(cents if draw < 0.8 else day.rng.randint(300, 6000)))


def drop(day: Day) -> Seeded:
    """Cash went to the safe and was not entered."""
    return finished(day, Kind.DROP, -day.rng.choice((6000, 8000, 10000, 12000, 15000, 20000, 25000, 30000)))


def pieces(day: Day) -> Seeded:
    """A note, a coin, or a roll was counted too many or too few."""
    true = pieces_of(day.rng, max(5000, 15000 + day.books()))
    piece = day.rng.choice([piece for piece, n in true.items() if n > 1])
    n = day.rng.choice((1, 1, 1, 2, -1, -1, -1, -2))
    if piece in (25, 10) and true[piece] > 2 and day.rng.random() < 0.3:
        n = 40 if piece == 25 else 50
    counted = {**true, piece: max(0, true[piece] + n)}
    return finished(day, Kind.PIECES, (counted[piece] - true[piece]) * piece, counted=counted)


def swapped(day: Day) -> Seeded:
    """The numbers of two neighbouring pieces were typed into each other's field."""
    true = pieces_of(day.rng, max(5000, 15000 + day.books()))
    pairs = [pair for pair in pairwise(PIECES) if true.get(pair[0], 0) != true.get(pair[1], 0)]
    one, other = day.rng.choice(pairs)
    counted = {**true, one: true.get(other, 0), other: true.get(one, 0)}
    off = (counted[one] - true.get(one, 0)) * one + (counted[other] - true.get(other, 0)) * other
    return finished(day, Kind.SWAPPED, off, counted=counted)


def count_digits(day: Day) -> Seeded:
    """The digits of one number of the count were exchanged, or a digit was typed twice or left out."""
    true = pieces_of(day.rng, max(5000, 15000 + day.books()))
    piece = day.rng.choice([piece for piece, n in true.items() if n > 0])
    digits = str(true[piece])
    typed = int(digits[::-1]) if len(digits) == 2 and digits != digits[::-1] else true[piece] * 10
    return finished(day, Kind.COUNT_DIGITS, (typed - true[piece]) * piece, counted={**true, piece: typed})


def opening(day: Day) -> Seeded:
    """The float was counted wrongly in the morning, which showed as a difference then."""
    off = day.rng.choice((1, -1, 2, -2, 5)) * day.rng.choice((100, 500, 1000, 2000, 25))
    return finished(day, Kind.OPENING, -off, opening_difference_cents=off)


def float_aside(day: Day) -> Seeded:
    """Tomorrow's float was taken out before the count."""
    return finished(day, Kind.FLOAT_ASIDE, -15000)


MISTAKES: tuple[Callable[[Day], Seeded], ...] = (
    not_moved, not_entered, double, wrong_sign, transposed, decimal, other_tender, change, pay_out, drop, pieces,
    swapped, count_digits, opening, float_aside,
)  # fmt: skip
