"""The guided close: eight steps, each kept as soon as it is typed, so that anybody can go on after a call or a crash.

The postings stay those of `usecases.till`; this module keeps how far a close got and refuses to skip a step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import DrawerCounted
from psc_desk.models.ledger import drawer_account
from psc_desk.models.print_job import PrintJob
from psc_desk.models.staff import Right
from psc_desk.models.till import CloseDraft, SessionStatus, TillSession
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.papers.change_order import ChangeOrderData, change_order_bytes, change_order_text
from psc_desk.queries.closing import (
    STEPS,
    CardTaken,
    CheckInDrawer,
    Draft,
    OpenItem,
    cards_expected,
    cards_taken,
    checks_in_drawer,
    draft,
    dropped,
    open_items,
    others_at_work,
)
from psc_desk.queries.float_helper import FloatPlan, OrderLine, change_order, parse_pars, pieces_words, plan_float
from psc_desk.queries.receipts import printer_profile
from psc_desk.queries.tills import TillRow, drawer_slip, last_count, till
from psc_desk.settings import CHANGE_PARS, VARIANCE_REASONS
from psc_desk.usecases.bank import record_card_batch
from psc_desk.usecases.ledger import account_total, open_session
from psc_desk.usecases.print_queue import queue_job
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import (
    CloseDone,
    CountDone,
    begin_count,
    close_till,
    count_result,
    over_short_words,
    record_count,
)
from psc_desk.work import Read, Work

Typed = dict[str, Any]


@dataclass(frozen=True)
class CardsCompared:
    """The terminal's total as typed, blind, beside what the desk recorded."""

    batch_no: str
    terminal_cents: Cents
    expected_cents: Cents
    taken: tuple[CardTaken, ...]

    @property
    def difference_cents(self) -> Cents:
        """What the terminal has more (positive) or less than the desk."""
        return self.terminal_cents - self.expected_cents


@dataclass(frozen=True)
class CloseState:
    """A close as it stands. `cards` and `count` are None until the terminal's total and the cash were typed blind.

    `pieces` are those last counted, also when cash moved since and they must be counted again.
    """

    till: TillRow
    session_id: int
    draft: Draft | None
    step: str
    items: tuple[OpenItem, ...]
    checks: tuple[CheckInDrawer, ...]
    dropped_cents: Cents
    cards: CardsCompared | None
    count: CountDone | None
    pieces: dict[int, int]
    pars: dict[int, int]
    others: bool
    variance_reasons: tuple[str, ...]

    def typed(self, step: str) -> Typed:
        """Return what was typed at a step."""
        return dict(self.draft.typed.get(step, {})) if self.draft else {}


@dataclass(frozen=True)
class ChecksInput:
    """The checks that are there: those ticked, and what the paper strip says (None: not typed)."""

    ticked: tuple[int, ...]
    count: int | None = None
    cents: Cents | None = None
    reason: str = ""


@dataclass(frozen=True)
class GuidedDone:
    """A drawer closed step by step: the close, the change to order, and the card batch."""

    close: CloseDone
    order: tuple[OrderLine, ...]
    deposit_now: bool
    dropped_cents: Cents
    checks: int
    batch_id: int | None


def close_state(read: Read, till_id: int) -> CloseState:
    """Return how far the close of a drawer got and what its steps show; RefusedError when the drawer is closed."""
    session = _session(read, till_id)
    kept = draft(read, session.id)
    counting = session.status is SessionStatus.COUNTING
    last = last_count(read, session.id)
    current = last is not None and last.expected_cents in (None, account_total(read, drawer_account(till_id)))
    step = kept.step if kept and kept.step in STEPS and counting else "cards" if counting else "items"
    if STEPS.index(step) > STEPS.index("count") and not current:
        step = "count"
    return CloseState(
        till=till(read, till_id),
        session_id=session.id,
        draft=kept,
        step=step,
        items=open_items(read, session),
        checks=checks_in_drawer(read, session.id),
        dropped_cents=dropped(read, session.id),
        cards=_cards(read, session.id, kept),
        count=count_result(read, till_id) if counting and current else None,
        pieces={int(piece): n for piece, n in last.denominations.items()} if last else {},
        pars=parse_pars(read.setting(CHANGE_PARS)),
        others=others_at_work(read),
        variance_reasons=tuple(read.setting(VARIANCE_REASONS)),
    )


def keep_typing(work: Work, till_id: int, step: str, typed: Mapping[str, Any]) -> None:
    """Keep what was typed at a step, also half, and that the close waits there."""
    work.require(Right.CLOSE_DRAWER)
    autosave(work, till_id, step, typed)
    work.announce(DrawerCounted(till_id=till_id), f"left the close of the drawer at step {STEPS.index(step) + 1}")


def autosave(work: Work, till_id: int, step: str, typed: Mapping[str, Any]) -> None:
    """Keep what is being typed, every few seconds; told to nobody until the step is done or left."""
    work.require(Right.CLOSE_DRAWER)
    session = _session(work, till_id)
    if step not in STEPS:
        raise RefusedError("The close has no such step. Begin it again with F8.")
    _keep(work, session, step, typed)


def pass_open_items(work: Work, till_id: int, reasons: Mapping[str, str]) -> CloseState:
    """Begin the count: nothing may block it, and what else is open needs a reason each, by the item's key."""
    work.require(Right.CLOSE_DRAWER)
    session = _session(work, till_id)
    items = open_items(work, session)
    _check_items(items, reasons)
    begin_count(work, till_id)
    said = {item.title: reasons[item.key].strip() for item in items}
    if said:
        work.announce(DrawerCounted(till_id=till_id), "began the count with things still open", after=said)
    _keep(work, session, "cards", {"reasons": dict(reasons)}, of="items")
    return close_state(work, till_id)


def type_card_batch(work: Work, till_id: int, batch_no: str, cents: Cents, *, reason: str = "") -> CloseState:
    """Take the terminal's batch number and total; only then is it compared. A difference needs a reason to go on.

    Each total that was typed is kept.
    """
    work.require(Right.CLOSE_DRAWER)
    session = _counting(work, till_id)
    if not -LIMIT <= cents <= LIMIT:
        raise InputError(f"The total is larger than {format_money(LIMIT)}. Check the digits.", "terminal_total")
    kept = draft(work, session.id)
    before = list(kept.typed.get("cards", {}).get("totals", [])) if kept else []
    totals = before if before and before[-1] == cents else [*before, cents]
    expected = cards_expected(work, session.id)
    on = cents == expected or bool(reason.strip())
    typed = {"batch_no": batch_no.strip()[:20], "totals": totals, "reason": reason.strip()}
    _keep(work, session, "checks" if on else "cards", typed, of="cards")
    work.announce(
        DrawerCounted(till_id=till_id), f"typed {format_money(cents)} as the card terminal's total", reason=reason,
        after={"terminal": cents, "recorded": expected},
    )  # fmt: skip
    return close_state(work, till_id)


def compare_checks(work: Work, till_id: int, there: ChecksInput) -> CloseState:
    """Compare the checks with the list; one that is missing or too many is named and needs a reason."""
    work.require(Right.CLOSE_DRAWER)
    session = _counting(work, till_id)
    listed = checks_in_drawer(work, session.id)
    missing = [check for check in listed if check.tender_id not in there.ticked]
    ticked = sum(check.cents for check in listed) - sum(check.cents for check in missing)
    said = check_difference(listed, missing, there)
    if said and not there.reason.strip():
        raise InputError(f"{said} Look for it, or say why.", "checks_reason")
    cents = ticked if there.cents is None else there.cents
    typed = {
        "ticked": list(there.ticked), "count": there.count, "cents": there.cents, "counted": cents,
        "reason": there.reason.strip(),
    }  # fmt: skip
    _keep(work, session, "count", typed, of="checks")
    number = len(listed) - len(missing) if there.count is None else there.count
    work.announce(
        DrawerCounted(till_id=till_id), f"compared the checks: {number} of {len(listed)}", reason=there.reason,
        after={"checks": number, "cents": cents, "difference": said},
    )  # fmt: skip
    return close_state(work, till_id)


def check_difference(listed: tuple[CheckInDrawer, ...], missing: list[CheckInDrawer], there: ChecksInput) -> str:
    """Say in a sentence how the checks differ from the list; empty when they agree."""
    if missing:
        names = ", ".join(f"{check.check_no} ({format_money(check.cents)})" for check in missing)
        return f"Check {names} is missing." if len(missing) == 1 else f"Checks {names} are missing."
    total = sum(check.cents for check in listed)
    if there.count is not None and there.count != len(listed):
        return f"You counted {there.count} checks, the list has {len(listed)}."
    if there.cents is not None and there.cents != total:
        more = "more" if there.cents > total else "less"
        return f"The checks come to {format_money(abs(there.cents - total))} {more} than the list."
    return ""


def count_cash(work: Work, till_id: int, pieces: dict[int, int]) -> CloseState:
    """Record the blind count with the totals of checks and cards typed before; the difference shows now."""
    work.require(Right.CLOSE_DRAWER)
    session = _counting(work, till_id)
    kept = draft(work, session.id)
    typed = kept.typed if kept else {}
    totals = typed.get("cards", {}).get("totals") or [0]
    done = record_count(
        work, till_id, pieces, checks_cents=typed.get("checks", {}).get("counted", 0), cards_cents=max(0, totals[-1])
    )
    step = "difference" if done.needs_reason else "float"
    _keep(work, session, step, {"pieces": {str(piece): n for piece, n in pieces.items()}, "half": {}}, of="count")
    return close_state(work, till_id)


def count_again(work: Work, till_id: int) -> CloseState:
    """Go back to the count once more; RefusedError when the recount was used."""
    work.require(Right.CLOSE_DRAWER)
    if not count_result(work, till_id).may_recount:
        raise RefusedError("The drawer was counted twice already. Close with the second count and a reason.")
    keep_typing(work, till_id, "count", {})
    return close_state(work, till_id)


def explain_difference(work: Work, till_id: int, reason: str) -> CloseState:
    """Take the reason of a difference."""
    work.require(Right.CLOSE_DRAWER)
    done = count_result(work, till_id)
    if done.needs_reason and not reason.strip():
        raise InputError("Say in a few words why it differs.", "reason")
    _keep(work, _session(work, till_id), "float", {"reason": reason.strip()}, of="difference")
    words = f"gave the reason why the drawer is {over_short_words(done.over_short_cents)}"
    work.announce(DrawerCounted(till_id=till_id), words, reason=reason)
    return close_state(work, till_id)


def choose_float(work: Work, till_id: int, cents: Cents, *, print_order: bool) -> CloseState:
    """Take what stays as the float; it must be possible with the pieces counted."""
    work.require(Right.CLOSE_DRAWER)
    state = close_state(work, till_id)
    if state.count is None:
        raise RefusedError("Count the drawer first.")
    if not 0 <= cents <= state.count.counted_cents:
        counted = format_money(state.count.counted_cents)
        raise InputError(f"The float to leave must be between $0.00 and {counted}.", "float")
    plan = plan_float(state.pieces, cents, state.pars)
    if not plan.exact:
        raise InputError(
            f"The pieces counted cannot make {format_money(cents)}. The nearest is {format_money(plan.left_cents)}.",
            "float",
        )
    _keep(work, _session(work, till_id), "deposit", {"cents": cents, "print_order": print_order}, of="float")
    words = f"chose {format_money(cents)} as the float to leave"
    work.announce(DrawerCounted(till_id=till_id), words, after={"leave": pieces_words(plan.leave)})
    return close_state(work, till_id)


def finish_close(work: Work, till_id: int, *, deposit_now: bool, approval: Approval | None = None) -> GuidedDone:
    """Close the drawer with all that was typed: the postings, the card batch, the Z report and the change order."""
    work.require(Right.CLOSE_DRAWER)
    session = _counting(work, till_id)
    state = close_state(work, till_id)
    if state.step != "deposit":
        raise RefusedError(f"The close waits at step {STEPS.index(state.step) + 1}. Finish that step first.")
    _refuse_blocking(state.items)
    cents = int(state.typed("float")["cents"])
    done = close_till(
        work, till_id, float_left_cents=cents, reason=state.typed("difference").get("reason", ""), approval=approval
    )
    order = tuple(change_order(done.plan.leave, state.pars))
    if state.typed("float").get("print_order"):
        _print_order(work, state, done.plan, order)
    batch_id = _record_batch(work, state)
    kept = work.get(CloseDraft, session.id)
    work.announce(
        DrawerCounted(till_id=till_id), "finished the close", after={"typed": kept.typed, "deposit_now": deposit_now}
    )
    work.session.delete(kept)
    return GuidedDone(done, order, deposit_now, state.dropped_cents, len(state.checks), batch_id)


def _record_batch(work: Work, state: CloseState) -> int | None:
    cards = state.cards
    if cards is None or not (cards.terminal_cents or cards.expected_cents or cards.batch_no):
        return None
    reason = state.typed("cards").get("reason", "")
    return record_card_batch(work, state.session_id, cards.batch_no, cards.terminal_cents, reason=reason)


def _print_order(work: Work, state: CloseState, plan: FloatPlan, order: tuple[OrderLine, ...]) -> None:
    profile = printer_profile(work)
    data = ChangeOrderData(
        head=drawer_slip(work, state.till.till_id, "Float and bank", "", None),
        leave=tuple((words, cents) for words, cents in _rows(plan.leave)),
        bank=tuple((words, cents) for words, cents in _rows(plan.bank)),
        order=tuple((line.words, line.cents) for line in order),
    )
    queue_job(
        work,
        PrintJob(
            till_id=state.till.till_id, kind="slip", title="Float and bank slip",
            content=change_order_bytes(data, profile), text=change_order_text(data, profile.columns),
            session_id=state.session_id,
        ),
    )  # fmt: skip


def _rows(pieces: Mapping[int, int]) -> list[tuple[str, Cents]]:
    ordered = sorted(pieces.items(), reverse=True)
    return [(pieces_words({piece: n}), piece * n) for piece, n in ordered if n]


def _session(read: Read, till_id: int) -> TillSession:
    session = open_session(read, till_id)
    if session is None:
        raise RefusedError("The drawer is closed already.")
    return session


def _counting(read: Read, till_id: int) -> TillSession:
    session = _session(read, till_id)
    if session.status is not SessionStatus.COUNTING:
        raise RefusedError("The drawer is not being counted. Start the close with F8.")
    return session


def _cards(read: Read, session_id: int, kept: Draft | None) -> CardsCompared | None:
    typed = kept.typed.get("cards", {}) if kept else {}
    totals = typed.get("totals")
    if not totals:
        return None
    expected, taken = cards_expected(read, session_id), cards_taken(read, session_id)
    return CardsCompared(str(typed.get("batch_no", "")), int(totals[-1]), expected, taken)


def _refuse_blocking(items: tuple[OpenItem, ...]) -> None:
    for item in items:
        if item.blocking:
            raise RefusedError(f"{item.title}: {'; '.join(item.details)}. {item.what_to_do}")


def _check_items(items: tuple[OpenItem, ...], reasons: Mapping[str, str]) -> None:
    _refuse_blocking(items)
    for item in items:
        if not reasons.get(item.key, "").strip():
            raise InputError(f"{item.title}: put it right first, or say why you leave it.", f"reason_{item.kind}")


def _keep(work: Work, session: TillSession, step: str, typed: Mapping[str, Any], *, of: str = "") -> None:
    """Note the step at which the close waits, and what was typed at it or at the step `of` just done."""
    row = work.session.get(CloseDraft, session.id)
    if row is None:
        row = CloseDraft(session_id=session.id, typed={})
        work.session.add(row)
    before = row.typed.get(of or step, {})
    row.typed = {**row.typed, of or step: {**before, **typed}}
    begun = step == "items" and session.status is SessionStatus.COUNTING
    row.step, row.saved_at, row.saved_by = "cards" if begun else step, work.now, work.actor.id
    work.session.flush()
