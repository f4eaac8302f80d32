"""The checks of the books that concern charges and their adjustments (see verify.py)."""

from __future__ import annotations

from psc_desk.queries.check import Check, none

CHECKS: dict[str, Check] = {
    "what patient and plan owe on a charge is within its amount less adjustments": none(
        "charges owed above their amount less adjustments",
        "SELECT c.id FROM charge c LEFT JOIN (SELECT charge_id, SUM(cents) AS cents FROM adjustment"
        " GROUP BY charge_id) a ON a.charge_id = c.id"
        " JOIN journal_line l ON l.charge_id = c.id AND l.account IN ('patient_ar', 'insurance_ar')"
        " GROUP BY c.id, c.amount_cents, a.cents HAVING SUM(l.cents) > c.amount_cents - COALESCE(a.cents, 0)",
    ),
    "adjustments of a charge are within its amount": none(
        "charges adjusted below zero or above their amount",
        "SELECT c.id FROM charge c JOIN adjustment a ON a.charge_id = c.id GROUP BY c.id, c.amount_cents"
        " HAVING SUM(a.cents) NOT BETWEEN 0 AND c.amount_cents",
    ),
    "a charge taken back has no adjustment": none(
        "charges taken back whose adjustments stand",
        "SELECT c.id FROM charge c JOIN journal_entry r ON r.reverses_id = c.entry_id"
        " JOIN adjustment a ON a.charge_id = c.id GROUP BY c.id HAVING SUM(a.cents) <> 0",
    ),
    "adjustments equal the journal": none(
        "adjustments that differ from the journal",
        "SELECT a.id FROM adjustment a LEFT JOIN journal_line l ON l.entry_id = a.entry_id"
        " AND l.charge_id = a.charge_id AND l.patient_id = a.patient_id GROUP BY a.id, a.kind, a.cents"
        " HAVING COALESCE(SUM(CASE WHEN l.account = 'patient_ar' THEN -l.cents END), 0) <> a.cents"
        " OR COALESCE(SUM(CASE WHEN l.account = CASE a.kind WHEN 'bad_debt' THEN 'bad_debt'"
        " WHEN 'small_balance' THEN 'courtesy_adjustment' ELSE a.kind || '_adjustment' END THEN l.cents END), 0)"
        " <> a.cents",
    ),
    "the adjustment accounts hold adjustments only": none(
        "adjustment accounts that differ from the adjustments",
        "SELECT account FROM (SELECT account, cents FROM journal_line WHERE account IN ('bad_debt',"
        " 'contractual_adjustment', 'sliding_fee_adjustment', 'courtesy_adjustment') UNION ALL"
        " SELECT CASE kind WHEN 'bad_debt' THEN 'bad_debt' WHEN 'small_balance' THEN 'courtesy_adjustment'"
        " ELSE kind || '_adjustment' END, -cents FROM adjustment) AS t GROUP BY account HAVING SUM(cents) <> 0",
    ),
    "an adjustment is taken back whole": none(
        "adjustments taken back by another amount",
        "SELECT b.id FROM adjustment b LEFT JOIN adjustment a ON a.id = b.of_adjustment_id"
        " WHERE (b.cents < 0) <> (b.of_adjustment_id IS NOT NULL) OR (b.of_adjustment_id IS NOT NULL"
        " AND (a.cents <> -b.cents OR a.charge_id <> b.charge_id OR a.kind <> b.kind))",
    ),
}
"""Name of what must hold, and how to find where it does not."""
