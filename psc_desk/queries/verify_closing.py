"""What must hold of closes (see verify.py)."""

from __future__ import annotations

from psc_desk.queries.check import Check, none

CHECKS: dict[str, Check] = {
    "a closed drawer waits at no step": none(
        "closed sessions that still wait at a step of their close",
        "SELECT d.session_id FROM close_draft d JOIN till_session s ON s.id = d.session_id WHERE s.status = 'closed'",
    ),
    "a close stands on its last count": none(
        "closes that differ from the last count, in what was counted or expected",
        "SELECT s.id FROM till_session s LEFT JOIN till_count c ON c.id = (SELECT MAX(l.id) FROM till_count l"
        " WHERE l.session_id = s.id AND l.kind IN ('closing', 'recount')) WHERE s.status = 'closed'"
        " AND (c.id IS NULL OR c.cash_cents <> s.counted_cents OR COALESCE(c.expected_cents, s.expected_cents)"
        " <> s.expected_cents)",
    ),
}
