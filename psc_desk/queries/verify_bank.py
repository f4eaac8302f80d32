"""What must hold between the drawers, the card terminal, the deposits and the bank."""

from __future__ import annotations

from psc_desk.queries.check import Check, none

CHECKS: dict[str, Check] = {
    "card batches equal their sessions": none(
        "card batches that differ from the cards of their session",
        "SELECT b.id FROM card_batch b WHERE b.expected_cents <> (SELECT COALESCE(SUM(l.cents), 0)"
        " FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id"
        " WHERE l.account = 'card_clearing' AND e.session_id = b.session_id)",
    ),
    "cards not yet at the bank lie in clearing": none(
        "differences between card clearing and the sessions not confirmed by the bank",
        "SELECT (SELECT COALESCE(SUM(cents), 0) FROM journal_line WHERE account = 'card_clearing')"
        " - COALESCE(SUM(l.cents), 0) AS off FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id"
        " WHERE l.account = 'card_clearing' AND e.session_id IN (SELECT s.id FROM till_session s WHERE NOT EXISTS"
        " (SELECT 1 FROM card_batch c JOIN bank_confirmation b ON b.card_batch_id = c.id WHERE c.session_id = s.id))"
        " HAVING off <> 0",
    ),
    "checks not yet at the bank are held": none(
        "differences between the checks held and those not deposited",
        "SELECT (SELECT COALESCE(SUM(cents), 0) FROM journal_line WHERE account = 'undeposited_checks')"
        " - COALESCE((SELECT SUM(t.cents) FROM tender t JOIN payment p ON p.id = t.payment_id WHERE t.kind = 'check'"
        " AND EXISTS (SELECT 1 FROM journal_line l WHERE l.entry_id = p.entry_id AND l.account = 'undeposited_checks')"
        " AND NOT EXISTS (SELECT 1 FROM deposit_item i WHERE i.tender_id = t.id)), 0) AS off WHERE off <> 0",
    ),
    "the bank's word agrees with its entry": none(
        "confirmations whose entry says something else",
        "SELECT b.id FROM bank_confirmation b LEFT JOIN (SELECT entry_id,"
        " SUM(CASE WHEN account = 'cash_over_short' THEN -cents ELSE 0 END) AS off,"
        " SUM(CASE WHEN account = 'bank' THEN cents ELSE 0 END) AS booked"
        " FROM journal_line GROUP BY entry_id) l ON l.entry_id = b.entry_id"
        " WHERE b.variance_cents <> COALESCE(l.off, 0)"
        " OR (b.card_batch_id IS NOT NULL AND b.cents <> COALESCE(l.booked, 0))"
        " OR (b.deposit_id IS NOT NULL AND b.cents - b.variance_cents <>"
        " (SELECT d.cash_cents + d.checks_cents FROM deposit d WHERE d.id = b.deposit_id))",
    ),
    "no deposited check was taken back in its session": none(
        "checks that were voided and yet deposited",
        "SELECT t.id FROM tender t JOIN deposit_item i ON i.tender_id = t.id JOIN payment v"
        " ON v.of_payment_id = t.payment_id AND v.kind = 'void'",
    ),
    "what was deposited came from closed drawers": none(
        "deposited items of a drawer session that was open",
        "SELECT i.id FROM deposit_item i JOIN deposit d ON d.id = i.deposit_id LEFT JOIN tender t ON t.id = i.tender_id"
        " LEFT JOIN payment p ON p.id = t.payment_id JOIN till_session s ON s.id = COALESCE(i.session_id, p.session_id)"
        " WHERE s.status <> 'closed' OR s.closed_at > d.made_at",
    ),
}
