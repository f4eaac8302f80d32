"""What must hold of refunds that are owed until they are mailed or paid out (see verify.py)."""

from __future__ import annotations

from psc_desk.queries.check import Check, none

_OWED = """
SELECT id FROM (
    SELECT CASE WHEN p.kind = 'void' THEN p.of_payment_id ELSE p.id END AS id, -l.cents AS owed, 0 AS most
    FROM journal_line l JOIN payment p ON p.id = l.payment_id WHERE l.account = 'refunds_payable'
    UNION ALL
    SELECT p.id, 0, -t.cents FROM payment p JOIN tender t ON t.payment_id = p.id
    WHERE p.kind = 'refund' AND t.kind = 'check'
) AS t GROUP BY id HAVING SUM(owed) < 0 OR SUM(owed) > SUM(most)
"""
_ELSEWHERE = """
SELECT l.id FROM journal_line l LEFT JOIN payment p ON p.id = l.payment_id
LEFT JOIN payment o ON o.id = p.of_payment_id
WHERE l.account = 'refunds_payable'
  AND COALESCE(CASE WHEN p.kind = 'void' THEN o.kind ELSE p.kind END, '') <> 'refund'
"""

CHECKS: dict[str, Check] = {
    "refunds are paid out once": none("refunds of which more was paid out than is owed", _OWED),
    "what is owed by mail belongs to a refund": none("lines of refunds payable without a refund", _ELSEWHERE),
}
"""Name of what must hold, and how to find where it does not."""
