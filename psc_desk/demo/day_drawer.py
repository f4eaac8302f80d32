"""The drawer on the demo day: opening count, movements, X report, blind close, deposit."""

from __future__ import annotations

from dataclasses import dataclass

from psc_desk.demo.day_desk import TILL, DayDesk
from psc_desk.demo.history import pieces_of
from psc_desk.demo.house import FLOAT_CENTS
from psc_desk.errors import RefusedError
from psc_desk.money import Cents, format_money
from psc_desk.queries.deposits import bankable
from psc_desk.queries.tills import till
from psc_desk.usecases.day_sheet import make_day_sheet
from psc_desk.usecases.deposits import DepositInput, deposit_slip, make_deposit
from psc_desk.usecases.till import (
    CloseDone,
    begin_count,
    close_till,
    drop,
    no_sale,
    open_till,
    over_short_words,
    pay_in,
    pay_out,
    print_x_report,
    record_count,
)

MORNING, CLOSING = 468, 1025
OPENER, CLOSER, SECOND = "Maya Okafor", "Luis Ferrer", "Renata Voss"
_SLIPS = (0, 0, -25, 100, -500, 0, 2000)
"""What a person may miscount, in cents."""


@dataclass(frozen=True)
class Closed:
    """How the day ended."""

    close: CloseDone
    deposit_cents: Cents


def plan_drawer(play: DayDesk) -> None:
    """Plan what happens to the drawer between the visits."""
    play.at(MORNING, _open)
    play.at(555, _pay_in)
    play.at(662, _pay_out)
    play.at(725, _no_sale)
    play.at(730, _x_report)
    play.at(905, _drop)


def _open(play: DayDesk) -> None:
    play.sign_in(OPENER)
    row = play.ask(till, TILL)
    if row.status != "closed":
        raise RefusedError(f"{row.name} is open. Close it with F8 in the window, then play the day.")
    play.cash = row.expected_opening_cents or FLOAT_CENTS
    play.do(open_till, TILL, pieces_of(play.cash))
    play.say(f"{OPENER} opens {row.name} with a float of {format_money(play.cash)}.")
    sheet = play.do(make_day_sheet, play.day)
    play.save("day-sheet-morning.pdf", sheet)


def _pay_in(play: DayDesk) -> None:
    play.do(pay_in, TILL, 2000, key=play.key(), reason="Rolls of quarters")
    play.cash += 2000
    play.say("Pay-in of $20.00: rolls of quarters.")


def _pay_out(play: DayDesk) -> None:
    play.do(pay_out, TILL, 1240, key=play.key(), reason="Postage")
    play.cash -= 1240
    play.say("Pay-out of $12.40: postage.")


def _no_sale(play: DayDesk) -> None:
    play.do(no_sale, TILL, "Make change")
    play.say("The drawer is opened without a sale: make change.")


def _x_report(play: DayDesk) -> None:
    play.do(print_x_report, TILL)
    play.say("An X report is printed; it does not tell the expected cash.")


def _drop(play: DayDesk) -> None:
    cents = max(2000, (play.cash - FLOAT_CENTS) // 2000 * 2000)
    play.do(drop, TILL, cents, key=play.key())
    play.cash -= cents
    play.say(f"{format_money(cents)} is dropped into the safe.")


def close_and_deposit(play: DayDesk) -> Closed:
    """Count blind as one person, close with a second person where it must be, deposit as a third."""
    play.stand_at(max(CLOSING, play.minute + 5))
    play.sign_in(CLOSER)
    play.do(begin_count, TILL)
    counted = play.cash + play.rng.choice(_SLIPS)
    result = play.do(
        record_count, TILL, pieces_of(counted), checks_cents=play.checks, cards_cents=play.cards
    )  # fmt: skip
    close = play.do(
        close_till,
        TILL,
        float_left_cents=min(FLOAT_CENTS, counted),
        reason="Wrong change given" if result.needs_reason else "",
        approval=play.approval(SECOND) if result.needs_approval else None,
    )
    play.say(f"{CLOSER} counts {format_money(counted)} and closes: {over_short_words(close.over_short_cents)}.")
    play.printer.settle(play.desk)
    return Closed(close, _deposit(play))


def _deposit(play: DayDesk) -> Cents:
    play.sign_in(SECOND)
    waiting = play.ask(bankable)
    cash = sum(bag.cents for bag in waiting.cash)
    chosen = tuple(bag.session_id for bag in waiting.cash), tuple(check.tender_id for check in waiting.checks)
    bag_no = f"DEMO-{play.day:%m%d}"
    done = play.do(make_deposit, DepositInput(play.key(), *chosen, pieces_of(cash), bag_no=bag_no))
    play.save("deposit-slip.pdf", play.do(deposit_slip, done.deposit_id))
    play.save("day-sheet.pdf", play.do(make_day_sheet, play.day))
    play.say(f"{SECOND} prepares the deposit: {format_money(done.total_cents)}, {len(waiting.checks)} checks.")
    return done.total_cents
