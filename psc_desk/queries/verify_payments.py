"""What must hold of payments beyond the journal: card payments, returned checks, and the way money went back."""

from __future__ import annotations

from psc_desk.queries.check import Check, none

_CARDS = """
SELECT a.id FROM card_attempt a
WHERE (a.state = 'approved') <> (a.payment_id IS NOT NULL)
   OR (a.state IN ('asked', 'check_terminal', 'held')) <> (a.ended_at IS NULL)
   OR (SELECT SUM(o.cents) FROM card_attempt o WHERE o.payment_id = a.payment_id) <> (
        SELECT COALESCE(SUM(t.cents), 0) FROM tender t WHERE t.payment_id = a.payment_id AND t.kind = 'card')
"""
_RETURNED = """
SELECT r.id FROM payment r JOIN tender t ON t.payment_id = r.id
WHERE r.kind = 'returned' AND (t.kind <> 'check' OR (
    SELECT COUNT(*) FROM tender o JOIN deposit_item d ON d.tender_id = o.id
    WHERE o.payment_id = r.of_payment_id AND o.check_no = t.check_no AND o.cents = -t.cents
  ) < (
    SELECT COUNT(*) FROM payment r2 JOIN tender t2 ON t2.payment_id = r2.id
    WHERE r2.kind = 'returned' AND r2.of_payment_id = r.of_payment_id
      AND t2.check_no = t.check_no AND t2.cents = t.cents
  ))
"""
_PATHS = """
SELECT of_id FROM (
    SELECT p.id AS of_id, t.kind AS kind, t.cents AS cents FROM payment p JOIN tender t ON t.payment_id = p.id
    WHERE p.amount_cents > 0 AND p.kind <> 'void'
    UNION ALL
    SELECT b.of_payment_id, t.kind, t.cents FROM payment b JOIN tender t ON t.payment_id = b.id
    WHERE b.kind IN ('refund', 'returned', 'void') AND b.amount_cents < 0
      AND NOT EXISTS (SELECT 1 FROM payment u WHERE u.of_payment_id = b.id AND u.kind = 'void')
) AS moved GROUP BY of_id, kind HAVING SUM(cents) < 0
"""
_VOIDED_TWICE = """
SELECT v.id FROM payment v WHERE v.kind = 'void' AND v.of_payment_id IS NOT NULL
GROUP BY v.of_payment_id HAVING COUNT(*) > 1
"""


CHECKS: dict[str, Check] = {
    "card payments equal their receipts": none("card payments that differ from their receipt", _CARDS),
    "returned checks had been deposited": none("returned checks that were not, or came back twice", _RETURNED),
    "money goes back the way it came": none("payments of which more went back than came that way", _PATHS),
    "a receipt is voided once": none("receipts voided twice", _VOIDED_TWICE),
}
