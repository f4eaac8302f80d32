"""The checks of the books that concern sales and their stock (see verify.py)."""

from __future__ import annotations

from psc_desk.queries.check import Check, none

CHECKS: dict[str, Check] = {
    "sales equal their lines with tax": none(
        "sales that differ from their lines",
        "SELECT p.id FROM payment p LEFT JOIN sale_line s ON s.payment_id = p.id"
        " WHERE p.kind = 'sale' OR s.id IS NOT NULL GROUP BY p.id, p.amount_cents"
        " HAVING COALESCE(SUM(s.amount_cents + s.tax_cents), 0) <> p.amount_cents",
    ),
    "what takes a sale back has lines": none(
        "receipts that take a sale back without lines",
        "SELECT b.id FROM payment b JOIN payment p ON p.id = b.of_payment_id WHERE p.kind = 'sale'"
        " AND NOT (b.kind = 'returned' AND b.amount_cents > -p.amount_cents)"
        " AND NOT EXISTS (SELECT 1 FROM sale_line s WHERE s.payment_id = b.id)",
    ),
    "sales and sales tax payable equal the lines": none(
        "receipts whose sales or tax differ from their lines",
        "SELECT id FROM (SELECT l.payment_id AS id, l.account AS account, l.cents AS cents FROM journal_line l"
        " JOIN payment b ON b.id = l.payment_id LEFT JOIN payment p ON p.id = b.of_payment_id"
        " WHERE l.account IN ('retail_sales', 'sales_tax_payable')"
        " AND NOT COALESCE((b.kind = 'returned' AND b.amount_cents > -p.amount_cents), 0)"
        " UNION ALL SELECT payment_id, 'retail_sales', amount_cents FROM sale_line"
        " UNION ALL SELECT payment_id, 'sales_tax_payable', tax_cents FROM sale_line) AS t"
        " GROUP BY id, account HAVING SUM(cents) <> 0",
    ),
    "a check that came back takes its part off the sale": none(
        "returned checks that took something else off their sale",
        "SELECT b.id FROM payment b JOIN payment p ON p.id = b.of_payment_id LEFT JOIN journal_line l"
        " ON l.payment_id = b.id AND l.account IN ('retail_sales', 'sales_tax_payable')"
        " WHERE p.kind = 'sale' AND b.kind = 'returned' AND b.amount_cents > -p.amount_cents"
        " GROUP BY b.id, b.amount_cents"
        " HAVING COALESCE(SUM(l.cents), 0) <> -b.amount_cents",
    ),
    "stock moves with its sale": none(
        "receipts whose stock moved otherwise than their lines",
        "SELECT id FROM (SELECT payment_id AS id, item_id, units FROM stock_move WHERE payment_id IS NOT NULL"
        " UNION ALL SELECT payment_id, item_id, units FROM sale_line) AS t GROUP BY id, item_id HAVING SUM(units) <> 0",
    ),
    "no more comes back than was sold": none(
        "sales of which more came back than was sold",
        "SELECT p.id FROM payment p JOIN payment b ON b.id = p.id OR b.of_payment_id = p.id OR b.of_payment_id IN"
        " (SELECT r.id FROM payment r WHERE r.of_payment_id = p.id) JOIN sale_line s ON s.payment_id = b.id"
        " WHERE p.kind = 'sale' GROUP BY p.id, s.item_id HAVING SUM(s.units) < 0 OR SUM(s.tax_cents) < 0",
    ),
}
"""Name of what must hold, and how to find where it does not."""
