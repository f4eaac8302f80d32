"""Which notes and coin stay as the float, what goes to the bank, and which change to ask the bank for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from psc_desk.models.till import DENOMINATIONS
from psc_desk.money import Cents

ROLLS: Mapping[int, int] = {50: 20, 25: 40, 10: 50, 5: 40, 1: 50}
"""Pieces in a bank's roll of coin, by cents of the piece."""

_LABELS = {cents: word for word, cents in DENOMINATIONS}
_NAMES = {50: "half dollars", 25: "quarters", 10: "dimes", 5: "nickels", 1: "pennies"}
_LARGEST: Cents = 2_000_000
_BIG_NOTES = 5000
_PAR = re.compile(r"(?:\$\s*(\d{1,3})|(\d{1,2})\s*¢)\s*(?:[x×*:=]|\s)\s*(\d{1,5})")


@dataclass(frozen=True)
class FloatPlan:
    """What stays and what goes, {cents of the piece: pieces}. Not `exact`: `left_cents` is the nearest that can be."""

    wanted_cents: Cents
    left_cents: Cents
    leave: dict[int, int]
    bank: dict[int, int]

    @property
    def exact(self) -> bool:
        """Say whether the pieces make the float to the cent."""
        return self.left_cents == self.wanted_cents


@dataclass(frozen=True)
class OrderLine:
    """Change to ask the bank for: "2 rolls of quarters (80 pieces)"; `rolls` is 0 for notes."""

    piece: int
    pieces: int
    rolls: int

    @property
    def cents(self) -> Cents:
        """What it is worth."""
        return self.piece * self.pieces

    @property
    def words(self) -> str:
        """As it is said at the bank's counter."""
        if not self.rolls:
            return f"{self.pieces} × {_LABELS[self.piece]}"
        roll = "roll" if self.rolls == 1 else "rolls"
        return f"{self.rolls} {roll} of {_NAMES[self.piece]}"


def plan_float(counted: Mapping[int, int], wanted: Cents, pars: Mapping[int, int]) -> FloatPlan:
    """Return which counted pieces stay so that the float is `wanted`, or as near as the pieces allow (then below
    rather than above).

    Of all ways to make it, the one with the fewest of the least useful pieces: hundreds and fifties go first, then
    what is above twice the par, then what is above the par, large before small; pieces up to the par stay last.
    """
    total = sum(piece * n for piece, n in counted.items())
    wanted = max(0, min(wanted, total))
    groups = _groups(counted, pars)
    if wanted > _LARGEST:
        leave = _greedy(groups, wanted)
    else:
        reach = _reach(groups, min(total, 2 * wanted))
        leave = _fewest(groups, reach, _nearest(reach[0], wanted))
    bank = {piece: n - leave.get(piece, 0) for piece, n in counted.items() if n > leave.get(piece, 0)}
    return FloatPlan(wanted, sum(piece * n for piece, n in leave.items()), leave, bank)


def change_order(leave: Mapping[int, int], pars: Mapping[int, int]) -> list[OrderLine]:
    """Return what to ask the bank for so that the pars are held; coin in rolls, once half a roll or half the par
    is missing."""
    lines = []
    for _word, piece in DENOMINATIONS:
        short = pars.get(piece, 0) - leave.get(piece, 0)
        roll = ROLLS.get(piece, 0)
        if short <= 0 or (roll and 2 * short < min(roll, pars[piece])):
            continue
        rolls = -(-short // roll) if roll else 0
        lines.append(OrderLine(piece, rolls * roll or short, rolls))
    return lines


def parse_pars(lines: Iterable[str]) -> dict[int, int]:
    """Return {cents of the piece: pieces} of lines such as "$5 × 8" and "25¢ × 40"; what says neither is left out."""
    pars = {}
    for line in lines:
        match = _PAR.fullmatch(line.strip())
        piece = 0 if match is None else int(match[1]) * 100 if match[1] else int(match[2])
        if match is not None and piece in _LABELS:
            pars[piece] = int(match[3])
    return pars


def pieces_words(pieces: Mapping[int, int]) -> str:
    """Return "5 × $20, 8 × $5", largest first."""
    return ", ".join(f"{pieces[cents]} × {word}" for word, cents in DENOMINATIONS if pieces.get(cents))


Group = tuple[int, int]
"""A piece in cents and how many of it stand in this group."""


def _groups(counted: Mapping[int, int], pars: Mapping[int, int]) -> list[Group]:
    """Return the counted pieces in the order in which they leave: the least useful first."""
    big: list[Group] = []
    far: list[Group] = []
    above: list[Group] = []
    within: list[Group] = []
    for piece in sorted(counted, reverse=True):
        n, par = counted[piece], pars.get(piece, 0)
        keep, second = min(n, par), min(max(n - par, 0), par)
        rest = n - keep - second
        within.append((piece, keep))
        above.append((piece, second))
        (big if piece >= _BIG_NOTES else far if par else above).append((piece, rest))
    return [group for group in (*big, *far, *above, *within) if group[1]]


def _reach(groups: Sequence[Group], most: Cents) -> list[int]:
    """Return, for each place, the sums (as bits of a whole number) that the groups from there on can make."""
    mask = (1 << (most + 1)) - 1
    reach = [1]
    for piece, n in reversed(groups):
        sums, step = reach[-1], 1
        while n > 0:
            take = min(step, n)
            sums |= (sums << (take * piece)) & mask
            n, step = n - take, step * 2
        reach.append(sums)
    return reach[::-1]


def _nearest(sums: int, wanted: Cents) -> Cents:
    below = (sums & ((1 << (wanted + 1)) - 1)).bit_length() - 1
    over = sums >> wanted
    above = wanted + (over & -over).bit_length() - 1 if over else None
    return above if above is not None and above - wanted < wanted - below else below


def _fewest(groups: Sequence[Group], reach: Sequence[int], target: Cents) -> dict[int, int]:
    leave: dict[int, int] = {}
    for place, (piece, _n) in enumerate(groups):
        taken = 0
        while not reach[place + 1] >> target & 1:
            target -= piece
            taken += 1
        if taken:
            leave[piece] = leave.get(piece, 0) + taken
    return leave


def _greedy(groups: Sequence[Group], wanted: Cents) -> dict[int, int]:
    leave: dict[int, int] = {}
    for piece, n in sorted(groups, reverse=True):
        taken = min(n, wanted // piece)
        wanted -= taken * piece
        if taken:
            leave[piece] = leave.get(piece, 0) + taken
    return leave
