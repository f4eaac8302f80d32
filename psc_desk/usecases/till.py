"""The cash drawer from the opening count to the blind close (front-desk.md M8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import func, select

from psc_desk.dates import format_day
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import DrawerClosed, DrawerCounted, DrawerKicked, DrawerMoved, DrawerOpened
from psc_desk.models.ledger import Account, Line, drawer_account
from psc_desk.models.print_job import PrintJob
from psc_desk.models.staff import Right
from psc_desk.models.till import SessionStatus, Till, TillCount, TillOpening, TillSession, count_total
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.papers.till_slips import (
    DrawerSlipData,
    drawer_slip_bytes,
    drawer_slip_text,
    till_report_bytes,
    till_report_text,
)
from psc_desk.queries.float_helper import FloatPlan, parse_pars, plan_float
from psc_desk.queries.receipts import printer_profile
from psc_desk.queries.tills import drawer_slip, last_count, till_report
from psc_desk.queries.transfers import refuse_pending
from psc_desk.settings import CHANGE_PARS, DROP_PROMPT_CENTS
from psc_desk.usecases.ledger import account_total, open_session, post, posted, session_for_money
from psc_desk.usecases.print_queue import queue_job
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.variance import Found, accounted_for, look_into, needs_second
from psc_desk.work import Read, Work


@dataclass(frozen=True)
class CountDone:
    """What a recorded closing count shows: cash in cents; positive `over_short_cents` is over."""

    session_id: int
    counted_cents: Cents
    expected_cents: Cents
    over_short_cents: Cents
    checks_expected: int
    checks_expected_cents: Cents
    checks_cents: Cents
    cards_expected_cents: Cents
    cards_cents: Cents
    needs_reason: bool
    needs_approval: bool
    may_recount: bool


@dataclass(frozen=True)
class SpotCheck:
    """A count during the day; expected and over or short are None for who may not see them."""

    count_id: int
    counted_cents: Cents
    expected_cents: Cents | None
    over_short_cents: Cents | None
    drop_due: bool


@dataclass(frozen=True)
class CloseDone:
    """A closed session: its Z number, what is over or short, what goes to the bank, the Z report's print job.

    `plan` says which pieces stay and which go, when the pieces counted make the float.
    """

    session_id: int
    z_no: int
    expected_cents: Cents
    counted_cents: Cents
    over_short_cents: Cents
    float_left_cents: Cents
    to_bank_cents: Cents
    job_id: int
    plan: FloatPlan


def open_till(
    work: Work, till_id: int, pieces: dict[int, int], *, reason: str = "", approval: Approval | None = None
) -> int:
    """Open a drawer session with the counted float; return its id.

    A difference to what the last close left is recorded at once and needs a reason, a large one a second person.
    """
    person = work.require(Right.OPEN_DRAWER)
    till = work.get(Till, till_id, "drawer")
    if not till.active:
        raise RefusedError(f"{till.name} was ended. Choose another drawer for this desk in Settings, Cash drawers.")
    if open_session(work, till_id) is not None:
        raise RefusedError(f"{till.name} is open already. Close it first.")
    counted, expected = count_total(pieces), account_total(work, drawer_account(till_id))
    number = (
        work.session.scalar(select(func.max(TillSession.session_no)).where(TillSession.till_id == till_id)) or 0
    ) + 1
    sentence = (
        f"The last close left {format_money(expected)}, you counted {format_money(counted)}. "
        "Count again, or say why it differs."
    )
    approver = accounted_for(work, counted - expected, reason, approval, sentence) if number > 1 else None
    session = TillSession(
        till_id=till_id, session_no=number, business_date=work.today, opened_at=work.now, opened_by=person.id,
        holder_id=person.id, opening_expected_cents=expected, opening_cents=counted, opening_reason=reason,
    )  # fmt: skip
    work.session.add(session)
    work.session.flush()
    store_count(work, session, "opening", pieces, reason=reason)
    if counted != expected:
        other = Account.CHANGE_FUND if number == 1 else Account.OVER_SHORT
        lines = [Line(drawer_account(till_id), counted - expected), Line(other, expected - counted)]
        post(work, "float", lines, key=f"open:{session.id}", session_id=session.id, reason=reason, approved_by=approver)
    work.announce(
        DrawerOpened(till_id=till_id), f"opened {till.name} with a float of {format_money(counted)}", reason=reason,
        after={"session": number, "expected": expected, "counted": counted},
    )  # fmt: skip
    return session.id


def pay_in(work: Work, till_id: int, cents: Cents, *, key: str, reason: str) -> None:
    """Put cash from the clinic's change fund into the drawer."""
    _move(work, till_id, cents, "pay_in", Account.CHANGE_FUND, key=key, reason=reason)


def pay_out(work: Work, till_id: int, cents: Cents, *, key: str, reason: str) -> None:
    """Take cash out of the drawer for a small expense."""
    _move(work, till_id, -cents, "pay_out", Account.PETTY_EXPENSE, key=key, reason=reason)


def drop(
    work: Work, till_id: int, cents: Cents, *, key: str, reason: str = "Safe drop", pieces: dict[int, int] | None = None
) -> None:
    """Move cash from the drawer to the safe; it goes to the bank with this session.

    `pieces` says which notes went, so that the deposit knows them; they must come to `cents`.
    """
    notes = count_total(pieces or {})
    if notes not in (0, cents):
        raise InputError(
            f"The notes come to {format_money(notes)}, the drop is {format_money(cents)}. Correct one.", "amount"
        )
    _move(work, till_id, -cents, "drop", Account.SAFE, key=key, reason=reason, pieces=pieces)


def go_on_past_midnight(work: Work, till_id: int, reason: str) -> None:
    """Take money into a drawer left open yesterday, under yesterday's date, because the shift crossed midnight.

    Once for each session, and only on the day after: a drawer that stood open longer must be counted and closed.
    """
    person = work.require(Right.OPEN_DRAWER)
    session = open_session(work, till_id)
    if session is None or not session.is_stale(work.today):
        raise RefusedError("This drawer needs no such choice: it was not left open yesterday.")
    day = format_day(session.business_date)
    if work.today - session.business_date > timedelta(days=1):
        raise RefusedError(f"The drawer is open since {day}, longer than a shift. Count it and close that day first.")
    if not reason.strip():
        raise InputError(f"Say why money is still taken under the date of {day}.", "reason")
    session.went_on_day, session.went_on_by, session.went_on_reason = work.today, person.id, reason.strip()
    work.announce(DrawerCounted(till_id=till_id), f"went on past midnight with the drawer of {day}", reason=reason)


def open_for_float(work: Work, till_id: int) -> None:
    """Spring a closed drawer, and log it, for somebody who is about to count the float in it."""
    work.require(Right.OPEN_DRAWER)
    if open_session(work, till_id) is None:
        _spring(work, till_id, None, "count", "Opening count")


def open_for_count(work: Work, till_id: int, why: str) -> None:
    """Spring the drawer, and log it, for somebody who is about to count it."""
    work.require(Right.OPEN_DRAWER)
    session = open_session(work, till_id)
    if session is None:
        raise RefusedError("The drawer is closed. Open it with F8 and count the float first.")
    open_drawer(work, session, "count", why)


def spot_check(work: Work, till_id: int, pieces: dict[int, int], *, reason: str) -> SpotCheck:
    """Record a blind count during the day. No money moves; the difference is told only to who may see it."""
    person = work.require(Right.OPEN_DRAWER)
    session = open_session(work, till_id)
    if session is None:
        raise RefusedError("The drawer is closed. Open it with F8 and count the float first.")
    session.check_open()
    if not reason.strip():
        raise InputError("Say why the drawer is counted now.", "reason")
    count = store_count(work, session, "mid", pieces, reason=reason)
    expected = count.expected_cents or 0
    work.announce(
        DrawerCounted(till_id=till_id), f"counted {format_money(count.cash_cents)} during the day", reason=reason,
        after={"counted": count.cash_cents, "expected": expected},
    )  # fmt: skip
    sees = person.may(Right.SEE_EXPECTED)
    return SpotCheck(
        count.id, count.cash_cents, expected if sees else None, count.cash_cents - expected if sees else None,
        count.cash_cents > work.setting(DROP_PROMPT_CENTS),
    )  # fmt: skip


def no_sale(work: Work, till_id: int, reason: str) -> None:
    """Open the drawer without a sale; the reason is logged and counted on the reports."""
    work.require(Right.OPEN_DRAWER)
    if not reason.strip():
        raise InputError("Say why the drawer is opened.", "reason")
    session = open_session(work, till_id)
    if session is None:
        raise RefusedError("The drawer is closed. Open it with F8 and count the float first.")
    open_drawer(work, session, "no_sale", reason)
    _queue_slip(work, session, "No sale", reason, None)


def pulse_drawer(work: Work, till_id: int) -> None:
    """Log and send one drawer pulse to see whether the cable works; needs no open session."""
    work.require(Right.SETTINGS)
    _spring(work, till_id, None, "test", "Printer settings")


def open_drawer(work: Work, session: TillSession, kind: str, reason: str) -> None:
    """Log that the drawer is told to open; the devices act on the published event, once and never again."""
    _spring(work, session.till_id, session.id, kind, reason)


def print_x_report(work: Work, till_id: int) -> int:
    """Queue an X report; totals that would tell the expected cash only for those who may see it."""
    work.require(Right.OPEN_DRAWER)
    session = open_session(work, till_id)
    if session is None:
        raise RefusedError("The drawer is closed. The last Z report can be printed again from Money.")
    return _queue_report(work, session, "X")


def reprint_z_report(work: Work, session_id: int) -> int:
    """Queue the Z report of a closed session again, marked COPY; return the job's id."""
    work.require(Right.OPEN_DRAWER)
    session = closed_session(work, session_id)
    printed = select(func.max(PrintJob.copy_no)).where(PrintJob.session_id == session_id, PrintJob.kind == "z_report")
    last = work.session.scalar(printed)
    return _queue_report(work, session, "Z", 0 if last is None else last + 1)


def closed_session(work: Work, session_id: int) -> TillSession:
    """Return a session that has a Z report; RefusedError while it is open."""
    session = work.get(TillSession, session_id, "drawer session")
    if session.status is not SessionStatus.CLOSED:
        raise RefusedError("This drawer is still open and has no Z report yet. Print an X report instead.")
    return session


def begin_count(work: Work, till_id: int) -> int:
    """Start the close: from now on the drawer takes no money. Return the session's id."""
    work.require(Right.CLOSE_DRAWER)
    session = open_session(work, till_id)
    if session is None:
        raise RefusedError("The drawer is closed already.")
    refuse_pending(work, till_id)
    if session.status is SessionStatus.OPEN:
        session.status = SessionStatus.COUNTING
        work.announce(DrawerCounted(till_id=till_id), "began to count the drawer for the close")
        open_drawer(work, session, "count", "Closing count")
    return session.id


def cancel_count(work: Work, till_id: int) -> None:
    """Go on with the day: the drawer takes money again. Counts already recorded are kept."""
    work.require(Right.CLOSE_DRAWER)
    session = open_session(work, till_id)
    if session is not None and session.status is SessionStatus.COUNTING:
        session.status = SessionStatus.OPEN
        work.announce(DrawerCounted(till_id=till_id), "gave up the count and went on with the day")


def record_count(
    work: Work, till_id: int, pieces: dict[int, int], *, checks_cents: Cents = 0, cards_cents: Cents = 0
) -> CountDone:
    """Record the blind count; only now does the desk see what was expected. One recount is allowed; both are kept.

    When the day went on and cash moved after a count, the drawer is counted afresh, again with one recount.
    """
    work.require(Right.CLOSE_DRAWER)
    session = _counting(work, till_id)
    expected = account_total(work, drawer_account(till_id))
    counts = _closing_counts(work, session.id, expected)
    if counts >= 2:
        raise RefusedError("The drawer was counted twice already. Close with the second count and a reason.")
    store_count(
        work, session, "recount" if counts else "closing", pieces, checks_cents=checks_cents, cards_cents=cards_cents
    )
    done = count_result(work, till_id)
    work.announce(
        DrawerCounted(till_id=till_id), f"counted {format_money(done.counted_cents)} in cash",
        after={"counted": done.counted_cents, "expected": done.expected_cents},
    )  # fmt: skip
    return done


def count_result(read: Read, till_id: int) -> CountDone:
    """Return what the last closing count shows; refused before a count was recorded."""
    session = _counting(read, till_id)
    count = last_count(read, session.id)
    if count is None:
        raise RefusedError("Count the drawer first.")
    expected = account_total(read, drawer_account(till_id))
    if count.expected_cents not in (None, expected):
        raise RefusedError("Cash moved since the drawer was counted. Count it again.")
    report = till_report(read, session.id, "Z")
    totals = {tender.word: tender for tender in report.tenders}
    difference = count.cash_cents - expected
    return CountDone(
        session_id=session.id,
        counted_cents=count.cash_cents,
        expected_cents=expected,
        over_short_cents=difference,
        checks_expected=totals["Check"].count,
        checks_expected_cents=totals["Check"].cents or 0,
        checks_cents=count.checks_cents,
        cards_expected_cents=totals["Card"].cents or 0,
        cards_cents=count.cards_cents,
        needs_reason=difference != 0,
        needs_approval=needs_second(read, difference),
        may_recount=_closing_counts(read, session.id, expected) < 2,
    )


def close_till(
    work: Work, till_id: int, *, float_left_cents: Cents, reason: str = "", approval: Approval | None = None
) -> CloseDone:
    """Close with the last count: book the difference, move all but the float to the safe, print the Z report."""
    person = work.require(Right.CLOSE_DRAWER)
    done = count_result(work, till_id)
    session = _counting(work, till_id)
    refuse_pending(work, till_id)
    sentence = "The count differs from what was expected. Say why, or count again."
    approver = accounted_for(work, done.over_short_cents, reason, approval, sentence)
    to_bank = done.counted_cents - float_left_cents
    if float_left_cents < 0 or to_bank < 0:
        raise InputError(f"The float to leave must be between $0.00 and {format_money(done.counted_cents)}.", "float")
    lines = _close_lines(till_id, done.over_short_cents, to_bank)
    if lines:
        post(
            work, "close", lines, key=f"close:{session.id}", session_id=session.id, reason=reason, approved_by=approver
        )
    plan = _float_plan(work, session, float_left_cents)
    if plan.exact:
        _keep_pieces(work, session, "float", plan.leave)
    last_z = work.session.scalar(select(func.max(TillSession.z_no)).where(TillSession.till_id == till_id)) or 0
    session.z_no, session.status = last_z + 1, SessionStatus.CLOSED
    session.closed_at, session.closed_by = work.now, person.id
    session.expected_cents, session.counted_cents = done.expected_cents, done.counted_cents
    session.over_short_cents, session.variance_reason, session.approved_by = done.over_short_cents, reason, approver
    session.float_left_cents, session.to_bank_cents = float_left_cents, to_bank
    work.announce(
        DrawerClosed(till_id=till_id), f"closed the drawer, {over_short_words(done.over_short_cents)}", reason=reason,
        after={"z": session.z_no, "expected": done.expected_cents, "counted": done.counted_cents, "to_bank": to_bank},
    )  # fmt: skip
    look_into(work, Found(session.id, session.holder_id, done.over_short_cents))
    job_id = _queue_report(work, session, "Z")
    return CloseDone(
        session.id, session.z_no, done.expected_cents, done.counted_cents, done.over_short_cents, float_left_cents,
        to_bank, job_id, plan,
    )  # fmt: skip


def over_short_words(cents: Cents) -> str:
    """Say "exact", "$2.00 over" or "$2.00 short"."""
    if cents == 0:
        return "exact"
    return f"{format_money(abs(cents))} {'over' if cents > 0 else 'short'}"


def _close_lines(till_id: int, over_short: Cents, to_bank: Cents) -> list[Line]:
    drawer = drawer_account(till_id)
    difference = [Line(drawer, over_short), Line(Account.OVER_SHORT, -over_short)]
    banked = [Line(Account.SAFE, to_bank), Line(drawer, -to_bank)]
    return [line for line in (*difference, *banked) if line.cents]


def _move(
    work: Work, till_id: int, cents: Cents, kind: str, other: Account, *, key: str, reason: str,
    pieces: dict[int, int] | None = None,
) -> None:  # fmt: skip
    work.require(Right.OPEN_DRAWER)
    if posted(work, key) is not None:
        return
    if cents == 0 or (cents > 0) != (kind == "pay_in"):
        raise InputError("The amount must be above $0.00.", "amount")
    if abs(cents) > LIMIT:
        raise InputError(f"The amount is larger than {format_money(LIMIT)}. Check the digits.", "amount")
    if not reason.strip():
        raise InputError("Say what the cash is for.", "reason")
    session = session_for_money(work, till_id)
    drawer = drawer_account(till_id)
    if account_total(work, drawer) + cents < 0:
        raise RefusedError("There is not that much cash in the drawer. Check the amount.")
    post(work, kind, [Line(drawer, cents), Line(other, -cents)], key=key, session_id=session.id, reason=reason)
    if pieces:
        _keep_pieces(work, session, kind, pieces)
    word = {"pay_in": "Pay-in", "pay_out": "Pay-out", "drop": "Drop"}[kind]
    work.announce(
        DrawerMoved(till_id=till_id), f"made a {word.lower()} of {format_money(abs(cents))}", reason=reason,
        after={"cents": cents},
    )  # fmt: skip
    open_drawer(work, session, kind, reason)
    _queue_slip(work, session, word, reason, abs(cents))


def _spring(work: Work, till_id: int, session_id: int | None, kind: str, reason: str) -> None:
    opening = TillOpening(
        till_id=till_id, session_id=session_id, at=work.now, staff_id=work.actor.id, kind=kind, reason=reason
    )
    work.session.add(opening)
    work.session.flush()
    event = DrawerKicked(till_id=till_id, opening_id=opening.id)
    work.announce(event, f"opened the drawer ({kind.replace('_', ' ')})", reason=reason)


def _counting(read: Read, till_id: int) -> TillSession:
    session = open_session(read, till_id)
    if session is None or session.status is not SessionStatus.COUNTING:
        raise RefusedError("The drawer is not being counted. Start the close with F8.")
    return session


def _closing_counts(read: Read, session_id: int, expected_cents: Cents) -> int:
    """Return how often the drawer was counted since cash last moved."""
    chosen = select(func.count()).where(
        TillCount.session_id == session_id, TillCount.kind.in_(("closing", "recount")),
        TillCount.expected_cents == expected_cents,
    )  # fmt: skip
    return read.session.scalar(chosen) or 0


def store_count(
    work: Work,
    session: TillSession,
    kind: str,
    pieces: dict[int, int],
    *,
    reason: str = "",
    checks_cents: Cents = 0,
    cards_cents: Cents = 0,
) -> TillCount:
    """Keep a count with what the books expect at this moment."""
    if not (0 <= checks_cents <= LIMIT and 0 <= cards_cents <= LIMIT):
        raise InputError("The sums of checks and cards cannot be negative or so large. Type them again.", "checks")
    count = TillCount(
        session_id=session.id, kind=kind, denominations={str(piece): n for piece, n in pieces.items() if n},
        cash_cents=count_total(pieces), checks_cents=checks_cents, cards_cents=cards_cents, reason=reason,
        expected_cents=account_total(work, drawer_account(session.till_id)), counted_at=work.now,
        counted_by=work.actor.id,
    )  # fmt: skip
    work.session.add(count)
    work.session.flush()
    return count


def _float_plan(work: Work, session: TillSession, float_left_cents: Cents) -> FloatPlan:
    count = last_count(work, session.id)
    counted = {int(piece): n for piece, n in count.denominations.items()} if count else {}
    return plan_float(counted, float_left_cents, parse_pars(work.setting(CHANGE_PARS)))


def _keep_pieces(work: Work, session: TillSession, kind: str, pieces: dict[int, int]) -> None:
    cents = count_total(pieces)
    work.session.add(
        TillCount(
            session_id=session.id, kind=kind, denominations={str(piece): n for piece, n in pieces.items() if n},
            cash_cents=cents, expected_cents=cents, counted_at=work.now, counted_by=work.actor.id,
        )
    )  # fmt: skip


def queue_slip(work: Work, session: TillSession, data: DrawerSlipData) -> int:
    """Queue the slip of something done to a drawer; return the job's id."""
    profile = printer_profile(work)
    return queue_job(
        work,
        PrintJob(
            till_id=session.till_id, kind="slip", title=f"{data.word} slip", content=drawer_slip_bytes(data, profile),
            text=drawer_slip_text(data, profile.columns), session_id=session.id,
        ),
    )  # fmt: skip


def _queue_slip(work: Work, session: TillSession, word: str, reason: str, cents: Cents | None) -> None:
    queue_slip(work, session, drawer_slip(work, session.till_id, word, reason, cents))


def _queue_report(work: Work, session: TillSession, kind: str, copy_no: int = 0) -> int:
    work.session.flush()
    data, profile = till_report(work, session.id, "Z" if kind == "Z" else "X"), printer_profile(work)
    data = replace(data, copy_no=copy_no)
    title = (f"Z report {session.z_no}" if kind == "Z" else "X report") + (f" copy {copy_no}" if copy_no else "")
    return queue_job(
        work,
        PrintJob(
            till_id=session.till_id, kind=f"{kind.lower()}_report", title=title,
            content=till_report_bytes(data, profile), text=till_report_text(data, profile.columns),
            session_id=session.id, copy_no=copy_no,
        ),
    )  # fmt: skip
