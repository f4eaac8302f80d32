"""What must hold of drawers, transfers, hand-overs and counts (see verify.py)."""

from __future__ import annotations

import re
from collections.abc import Callable

from psc_desk.queries.check import none
from psc_desk.work import Read


def _none(what: str, sql: str) -> Callable[[Read], str]:
    """Return the check that `sql` finds nothing; MOVED(entry, account) is what an entry does to an account in cents,
    PIECES(row) what the counted pieces of a row come to."""
    moved = r"(SELECT COALESCE(SUM(cents), 0) FROM journal_line WHERE entry_id = \1 AND account = \2)"
    pieces = r"(SELECT COALESCE(SUM(CAST(key AS INTEGER) * value), 0) FROM json_each(\1.denominations))"
    return none(what, re.sub(r"PIECES\((\w+)\)", pieces, re.sub(r"MOVED\(([^,]+), ([^)]+)\)", moved, sql)))


CHECKS: dict[str, Callable[[Read], str]] = {
    "cash in transit equals the transfers under way": _none(
        "differences between the cash in transit and the transfers under way",
        "SELECT (SELECT COALESCE(SUM(cents), 0) FROM journal_line WHERE account = 'cash_in_transit')"
        " - COALESCE(SUM(cents), 0) AS off FROM till_transfer WHERE status IN ('sent', 'declined') HAVING off <> 0",
    ),
    "cash that was sent left its drawer": _none(
        "transfers that differ from the entry that sent them, or from their pieces",
        "SELECT t.id FROM till_transfer t WHERE MOVED(t.entry_id, 'drawer:' || t.from_till_id) <> -t.cents"
        " OR MOVED(t.entry_id, 'cash_in_transit') <> t.cents OR PIECES(t) <> t.cents",
    ),
    "cash that was accepted came into its drawer": _none(
        "accepted transfers that differ from their entry",
        "SELECT t.id FROM till_transfer t WHERE t.status = 'accepted' AND"
        " (MOVED(t.answer_entry_id, 'drawer:' || t.to_till_id) <> t.cents"
        " OR MOVED(t.answer_entry_id, 'cash_in_transit') <> -t.cents)",
    ),
    "cash that was declined came back": _none(
        "returned transfers that differ from their entry",
        "SELECT t.id FROM till_transfer t WHERE t.status = 'returned' AND"
        " (MOVED(t.return_entry_id, 'drawer:' || t.from_till_id) <> t.returned_cents"
        " OR MOVED(t.return_entry_id, 'cash_in_transit') <> -t.cents)",
    ),
    "a transfer takes two people": _none(
        "transfers that the sender accepted without a reason",
        "SELECT id FROM till_transfer WHERE status = 'accepted' AND answered_by = sent_by AND answer = ''",
    ),
    "no drawer closed over cash on its way": _none(
        "transfers under way to or from a closed drawer",
        "SELECT t.id FROM till_transfer t WHERE t.status IN ('sent', 'declined') AND (SELECT COUNT(*)"
        " FROM till_session s WHERE s.status <> 'closed' AND s.till_id IN (t.from_till_id, t.to_till_id)) <> 2",
    ),
    "hand-overs agree with their counts": _none(
        "hand-overs that differ from their counts or the journal",
        "SELECT h.id FROM till_handover h JOIN till_count c ON c.id = h.count_id"
        " WHERE h.expected_cents <> c.expected_cents OR h.counted_cents <> c.cash_cents"
        " OR h.over_short_cents <> h.counted_cents - h.expected_cents"
        " OR MOVED(h.entry_id, 'cash_over_short') <> -h.over_short_cents",
    ),
    "the holder of a drawer opened it or took it over": _none(
        "sessions whose holder did not take them over",
        "SELECT s.id FROM till_session s WHERE s.holder_id <> COALESCE((SELECT h.received_by FROM till_handover h"
        " WHERE h.session_id = s.id ORDER BY h.id DESC LIMIT 1), s.opened_by)"
        " UNION SELECT session_id FROM till_handover WHERE given_by = received_by",
    ),
    "no drawer was ever below zero": _none(
        "entries that left a drawer below zero",
        "SELECT DISTINCT entry_id FROM (SELECT entry_id, SUM(cents) OVER (PARTITION BY account ORDER BY entry_id)"
        " AS held FROM journal_line WHERE account LIKE 'drawer:%') AS t WHERE held < 0",
    ),
    "counts are what their pieces come to": _none(
        "counts that differ from their pieces or do not say what was expected",
        "SELECT c.id FROM till_count c WHERE c.expected_cents IS NULL OR PIECES(c) <> c.cash_cents",
    ),
    "the pieces of a float are those that were left": _none(
        "closes that left another float than its pieces, or pieces that were not counted",
        "SELECT s.id FROM till_session s JOIN till_count f ON f.session_id = s.id AND f.kind = 'float'"
        " JOIN till_count c ON c.id = (SELECT MAX(l.id) FROM till_count l"
        " WHERE l.session_id = s.id AND l.kind IN ('closing', 'recount'))"
        " WHERE f.cash_cents <> s.float_left_cents OR EXISTS (SELECT 1 FROM json_each(f.denominations) AS p"
        " WHERE p.value > COALESCE((SELECT q.value FROM json_each(c.denominations) AS q WHERE q.key = p.key), 0))",
    ),
    "the pieces of drops are no more than was dropped": _none(
        "sessions whose drops have more pieces than cash",
        "SELECT c.session_id FROM till_count c WHERE c.kind = 'drop' GROUP BY c.session_id HAVING SUM(c.cash_cents) >"
        " (SELECT COALESCE(SUM(l.cents), 0) FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id"
        " WHERE e.kind = 'drop' AND l.account = 'safe' AND e.session_id = c.session_id)",
    ),
    "each session begins with what the last left": _none(
        "sessions that do not begin with what the last close left",
        "SELECT id FROM (SELECT id, opening_expected_cents AS begun,"
        " LAG(float_left_cents, 1, 0) OVER (PARTITION BY till_id ORDER BY session_no) AS left_then FROM till_session)"
        " AS t WHERE begun <> left_then",
    ),
    "over and short is told to the cent": _none(
        "differences between over and short as booked and as told by openings, closes, hand-overs and returned cash",
        "SELECT (SELECT COALESCE(SUM(l.cents), 0) FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id"
        " WHERE l.account = 'cash_over_short' AND e.kind IN ('float', 'close', 'handover', 'transfer'))"
        " + (SELECT COALESCE(SUM(over_short_cents), 0) FROM till_handover)"
        " + (SELECT COALESCE(SUM(returned_cents - cents), 0) FROM till_transfer WHERE status = 'returned')"
        " + COALESCE(SUM(COALESCE(over_short_cents, 0) + CASE WHEN session_no > 1"
        " THEN opening_cents - opening_expected_cents ELSE 0 END), 0) AS off FROM till_session HAVING off <> 0",
    ),
}
