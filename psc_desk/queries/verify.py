"""The books prove themselves: every invariant of the journal, read-only (`psc-desk verify`)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text

from psc_desk.queries import (
    agreement,
    check,
    verify_bank,
    verify_charges,
    verify_closing,
    verify_drawer,
    verify_payments,
    verify_plans,
    verify_refunds,
    verify_retail,
    verify_sliding,
)
from psc_desk.queries.check import none
from psc_desk.work import Read


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and what is wrong when it does not."""

    name: str
    ok: bool
    detail: str = ""


def book_checks(read: Read) -> list[Check]:
    """Return every check of the books."""
    return [Check(name, not wrong, wrong) for name, find in _CHECKS.items() for wrong in [find(read)]]


def account_balances(read: Read) -> dict[str, int]:
    """Return every account's balance in cents; debits are positive."""
    return {account: cents for account, cents in read.session.execute(_BALANCES)}  # noqa: C416 - rows, not pairs


_BALANCES = text("SELECT account, SUM(cents) FROM journal_line GROUP BY account ORDER BY account")

_CHECKS: dict[str, check.Check] = {
    "every entry balances": none(
        "entries that do not balance", "SELECT entry_id FROM journal_line GROUP BY entry_id HAVING SUM(cents) <> 0"
    ),
    "every line has its entry": none(
        "entries without a header",
        "SELECT l.entry_id FROM journal_line l LEFT JOIN journal_entry e ON e.id = l.entry_id WHERE e.id IS NULL",
    ),
    "every entry has lines": none(
        "entries without lines",
        "SELECT e.id FROM journal_entry e WHERE NOT EXISTS (SELECT 1 FROM journal_line l WHERE l.entry_id = e.id)",
    ),
    "charges equal the journal": none(
        "charges that differ from the journal",
        "SELECT c.id FROM charge c WHERE c.amount_cents <> COALESCE((SELECT SUM(l.cents) FROM journal_line l"
        " WHERE l.entry_id = c.entry_id AND l.account = 'patient_ar' AND l.charge_id = c.id), 0)",
    ),
    "what is open on a charge is within its amount": none(
        "charges open outside their amount less adjustments",
        "SELECT c.id FROM charge c JOIN (SELECT charge_id, SUM(cents) AS cents FROM journal_line"
        " WHERE account = 'patient_ar' GROUP BY charge_id) o ON o.charge_id = c.id"
        " LEFT JOIN (SELECT charge_id, SUM(cents) AS cents FROM adjustment GROUP BY charge_id) a ON a.charge_id = c.id"
        " LEFT JOIN journal_entry r ON r.reverses_id = c.entry_id"
        " WHERE o.cents < 0 OR o.cents > c.amount_cents - COALESCE(a.cents, 0) OR (r.id IS NOT NULL AND o.cents <> 0)",
    ),
    "receivables belong to charges": none(
        "receivable lines that belong to no charge",
        "SELECT id FROM journal_line WHERE account = 'patient_ar' AND charge_id IS NULL",
    ),
    "unapplied money is never negative": none(
        "patients with negative unapplied money",
        "SELECT patient_id FROM journal_line WHERE account = 'unapplied_credit' GROUP BY patient_id"
        " HAVING SUM(cents) > 0",
    ),
    "payments equal the journal": none(
        "payments that differ from the journal",
        "SELECT p.id FROM payment p WHERE p.amount_cents <> COALESCE((SELECT SUM(l.cents) FROM journal_line l"
        " WHERE l.entry_id = p.entry_id AND l.account NOT IN"
        " ('patient_ar', 'unapplied_credit', 'retail_sales', 'sales_tax_payable')), 0)",
    ),
    "payments equal their tenders": none(
        "payments that differ from their tenders",
        "SELECT p.id FROM payment p WHERE p.amount_cents <>"
        " COALESCE((SELECT SUM(t.cents) FROM tender t WHERE t.payment_id = p.id), 0)",
    ),
    "money lies where it was paid": none(
        "payments whose money does not lie where it was paid",
        "SELECT id FROM ("
        "SELECT p.id AS id, CASE WHEN l.account = 'drawer:' || p.till_id THEN 'cash'"
        " WHEN l.account IN ('undeposited_checks', 'refunds_payable') THEN 'check'"
        " WHEN l.account = 'bank' AND p.kind = 'returned' THEN 'check'"
        " WHEN l.account = 'card_clearing' THEN 'card' ELSE l.account END AS kind, l.cents AS cents"
        " FROM payment p JOIN journal_line l ON l.entry_id = p.entry_id"
        " WHERE l.account NOT IN ('patient_ar', 'unapplied_credit', 'retail_sales', 'sales_tax_payable')"
        " UNION ALL SELECT payment_id, kind, -cents FROM tender) AS t GROUP BY id, kind HAVING SUM(cents) <> 0",
    ),
    "receipt numbers have no gap": none(
        "drawers with a gap in the receipt numbers",
        "SELECT g.till_id FROM (SELECT till_id, MIN(receipt_no) AS low, MAX(receipt_no) AS top, COUNT(*) AS n"
        " FROM payment GROUP BY till_id) g"
        " WHERE g.top - g.low + 1 <> g.n + COALESCE((SELECT SUM(last_no - first_no + 1) FROM lost_receipts l"
        " WHERE l.till_id = g.till_id AND l.first_no BETWEEN g.low AND g.top), 0)",
    ),
    "refunds never exceed payments": none(
        "payments given back above what was paid",
        "SELECT p.id FROM payment p JOIN payment b ON b.of_payment_id = p.id"
        " LEFT JOIN payment u ON u.of_payment_id = b.id"
        " WHERE u.id IS NULL AND p.amount_cents > 0 GROUP BY p.id, p.amount_cents"
        " HAVING SUM(-b.amount_cents) > p.amount_cents",
    ),
    "only payments are given back": none(
        "refunds of something that took no money",
        "SELECT b.id FROM payment b JOIN payment p ON p.id = b.of_payment_id"
        " WHERE b.kind = 'refund' AND p.kind IN ('refund', 'void', 'returned')",
    ),
    "reversing entries are the exact opposite": none(
        "reversing entries that are not the opposite",
        "SELECT id FROM (SELECT e.id AS id, l.account AS account, l.charge_id AS charge, SUM(l.cents) AS cents"
        " FROM journal_entry e JOIN journal_line l ON l.entry_id IN (e.id, e.reverses_id)"
        " WHERE e.reverses_id IS NOT NULL GROUP BY e.id, l.account, l.charge_id) AS t WHERE cents <> 0",
    ),
    "drawer accounts equal their sessions": none(
        "drawers that do not hold what their last session says",
        "SELECT t.name FROM till_session s JOIN till t ON t.id = s.till_id"
        " WHERE s.id = (SELECT MAX(id) FROM till_session n WHERE n.till_id = s.till_id)"
        " AND (SELECT COALESCE(SUM(cents), 0) FROM journal_line WHERE account = 'drawer:' || s.till_id) <>"
        " CASE WHEN s.status = 'closed' THEN COALESCE(s.float_left_cents, 0) ELSE s.opening_cents +"
        " (SELECT COALESCE(SUM(l.cents), 0) FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id"
        " WHERE l.account = 'drawer:' || s.till_id AND e.session_id = s.id AND e.kind <> 'float') END",
    ),
    "no drawer is below zero": none(
        "drawers below zero",
        "SELECT account FROM journal_line WHERE account LIKE 'drawer:%' GROUP BY account HAVING SUM(cents) < 0",
    ),
    "closes agree with their counts": none(
        "closes whose figures do not agree",
        "SELECT id FROM till_session WHERE status = 'closed' AND"
        " (counted_cents - expected_cents <> over_short_cents OR counted_cents - float_left_cents <> to_bank_cents)",
    ),
    "deposits equal their items": none(
        "deposits that differ from their items",
        "SELECT d.id FROM deposit d WHERE d.cash_cents + d.checks_cents <>"
        " COALESCE((SELECT SUM(i.cents) FROM deposit_item i WHERE i.deposit_id = d.id), 0)",
    ),
    "the safe equals what waits for the bank": none(
        "differences between the safe and the sessions not yet deposited",
        "SELECT (SELECT COALESCE(SUM(cents), 0) FROM journal_line WHERE account = 'safe') - COALESCE(SUM(l.cents), 0)"
        " AS off FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id WHERE l.account = 'safe'"
        " AND e.session_id IN (SELECT s.id FROM till_session s"
        " WHERE NOT EXISTS (SELECT 1 FROM deposit_item i WHERE i.session_id = s.id)) HAVING off <> 0",
    ),
    **verify_bank.CHECKS,
    **agreement.CHECKS,
    **verify_charges.CHECKS,
    **verify_closing.CHECKS,
    **verify_drawer.CHECKS,
    **verify_payments.CHECKS,
    **verify_plans.CHECKS,
    **verify_refunds.CHECKS,
    **verify_retail.CHECKS,
    **verify_sliding.CHECKS,
}
