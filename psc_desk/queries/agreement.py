"""Six reports of a day, each by a way of its own, that must agree to the cent (interop.md 4.7).

The day sheet reads charges, adjustments, payments and sales; the receipts list the tenders; the drawer counts what was
counted; the deposits what went to the bank or waits for it; the receivable what patients and plans owe; the ledger the
accounts of the journal. Each is one statement giving (day, figure, cents).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text

from psc_desk.dates import format_date
from psc_desk.models.ledger import JournalEntry
from psc_desk.money import Cents, format_money
from psc_desk.queries.check import Check
from psc_desk.work import Read

REPORTS = ("Day sheet", "Receipts", "Drawer counts", "Deposits", "Receivable", "Ledger")
FIGURES = {
    "charges": "Charges less those taken back",
    "adjustments": "Adjustments",
    "taken": "Money taken less given back",
    "cash": "Cash taken less given back",
    "checks": "Checks for the bank",
    "cards": "Cards taken less given back",
    "sales": "Sales with tax",
    "receivable": "Change of what is owed",
    "to_bank": "Cash from closed drawers to the bank",
    "over_short": "Over or short in the drawers",
}
"""What is compared, in the words of the report."""
_KNOWS = {
    "Day sheet": ("charges", "adjustments", "taken", "sales", "receivable"),
    "Receipts": ("taken", "cash", "checks", "cards"),
    "Drawer counts": ("cash", "to_bank", "over_short"),
    "Deposits": ("checks", "cards", "to_bank"),
    "Receivable": ("receivable",),
    "Ledger": tuple(FIGURES),
}
"""Which report tells which figure; every figure is told by two at least."""


@dataclass(frozen=True)
class Figure:
    """One figure as each report tells it; None where a report does not tell it."""

    name: str
    words: str
    values: tuple[Cents | None, ...]

    @property
    def agrees(self) -> bool:
        """True when all who tell it say the same."""
        return len({value for value in self.values if value is not None}) <= 1

    @property
    def sentence(self) -> str:
        """Who says what: "Adjustments: Day sheet $10.00, Ledger $9.00"."""
        told = zip(REPORTS, self.values, strict=True)
        return f"{self.words}: " + ", ".join(f"{who} {format_money(v)}" for who, v in told if v is not None)


@dataclass(frozen=True)
class SixReports:
    """A business day as six reports tell it."""

    day: date
    figures: tuple[Figure, ...]

    @property
    def differences(self) -> list[str]:
        """A sentence for each figure on which two reports differ; empty when all agree."""
        return [f"{format_date(self.day)}, {figure.sentence}" for figure in self.figures if not figure.agrees]


def six_reports(read: Read, day: date) -> SixReports:
    """Return the six reports of a business day side by side."""
    return _side_by_side(day, _all_figures(read, day, day).get(day, {}))


def agreement(read: Read, first: date | None = None, last: date | None = None) -> list[SixReports]:
    """Return the six reports of every business day with an entry, all days unless bounded."""
    found = _all_figures(read, first or date.min, last or date.max)
    return [_side_by_side(day, found[day]) for day in sorted(found)]


def days_touched(read: Read, since: datetime | None) -> tuple[date, date] | None:
    """Return the first and last business day that got an entry since an instant; None when there was none."""
    chosen = select(func.min(JournalEntry.business_date), func.max(JournalEntry.business_date))
    if since is not None:
        chosen = chosen.where(JournalEntry.posted_at > since)
    row = read.session.execute(chosen).one()
    first: date | None = row[0]
    last: date | None = row[1]
    return None if first is None or last is None else (first, last)


_Told = dict[tuple[str, str], Cents]


def _all_figures(read: Read, first: date, last: date) -> dict[date, _Told]:
    found: dict[date, _Told] = defaultdict(lambda: defaultdict(int))
    bounds: dict[str, Any] = {"first": first.isoformat(), "last": last.isoformat()}
    for report, statement in _STATEMENTS.items():
        for day, figure, cents in read.session.execute(statement, bounds):
            found[date.fromisoformat(day)][report, figure] += cents or 0
    for told in found.values():  # a day sheet ends with what its own lines come to
        sheet = {name: told["Day sheet", name] for name in ("charges", "adjustments", "taken", "sales")}
        told["Day sheet", "receivable"] = sheet["charges"] - sheet["adjustments"] - sheet["taken"] + sheet["sales"]
    return found


def _side_by_side(day: date, told: _Told) -> SixReports:
    return SixReports(
        day,
        tuple(
            Figure(name, words, tuple(told.get((who, name), 0) if name in _KNOWS[who] else None for who in REPORTS))
            for name, words in FIGURES.items()
        ),
    )


_DAY_SHEET = """
SELECT e.business_date, 'charges', SUM(c.amount_cents) FROM charge c JOIN journal_entry e ON e.id = c.entry_id
 WHERE e.business_date BETWEEN :first AND :last GROUP BY e.business_date
UNION ALL
SELECT r.business_date, 'charges', -SUM(c.amount_cents) FROM charge c JOIN journal_entry r ON r.reverses_id = c.entry_id
 WHERE r.business_date BETWEEN :first AND :last GROUP BY r.business_date
UNION ALL
SELECT e.business_date, 'adjustments', SUM(a.cents) FROM adjustment a JOIN journal_entry e ON e.id = a.entry_id
 WHERE e.business_date BETWEEN :first AND :last GROUP BY e.business_date
UNION ALL
SELECT s.business_date, 'taken', SUM(p.amount_cents) FROM payment p JOIN till_session s ON s.id = p.session_id
 WHERE s.business_date BETWEEN :first AND :last GROUP BY s.business_date
UNION ALL
SELECT s.business_date, 'sales', SUM(l.amount_cents + l.tax_cents)
 FROM sale_line l JOIN payment p ON p.id = l.payment_id JOIN till_session s ON s.id = p.session_id
 WHERE s.business_date BETWEEN :first AND :last GROUP BY s.business_date
UNION ALL
SELECT s.business_date, 'sales', SUM(b.amount_cents) FROM payment b JOIN payment p ON p.id = b.of_payment_id
 JOIN till_session s ON s.id = b.session_id
 WHERE p.kind = 'sale' AND b.kind = 'returned' AND b.amount_cents > -p.amount_cents
 AND s.business_date BETWEEN :first AND :last GROUP BY s.business_date
"""
# a refund of a check and a returned check are no checks for the bank; neither is what takes such a refund back
_RECEIPTS = """
SELECT s.business_date, w.figure, SUM(t.cents) FROM tender t JOIN payment p ON p.id = t.payment_id
 LEFT JOIN payment o ON o.id = p.of_payment_id
 JOIN till_session s ON s.id = p.session_id
 JOIN (SELECT 'taken' AS figure UNION SELECT 'cash' UNION SELECT 'checks' UNION SELECT 'cards') w
   ON w.figure = 'taken' OR (w.figure = 'cash' AND t.kind = 'cash') OR (w.figure = 'cards' AND t.kind = 'card')
   OR (w.figure = 'checks' AND t.kind = 'check'
       AND (CASE p.kind WHEN 'void' THEN o.kind ELSE p.kind END) NOT IN ('refund', 'returned'))
 WHERE s.business_date BETWEEN :first AND :last GROUP BY s.business_date, w.figure
"""
# what was counted, less the float it began with and what was moved otherwise; an open drawer: what its account says
_DRAWERS = """
SELECT s.business_date, 'cash',
  SUM(CASE WHEN s.status = 'closed' THEN s.counted_cents - s.over_short_cents
      ELSE (SELECT COALESCE(SUM(cents), 0) FROM journal_line WHERE account = 'drawer:' || s.till_id) END
    - s.opening_cents
    - (SELECT COALESCE(SUM(l.cents), 0) FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id
       WHERE e.session_id = s.id AND l.account = 'drawer:' || s.till_id AND e.kind NOT IN ('float', 'close')
         AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.entry_id = e.id)))
 FROM till_session s WHERE s.business_date BETWEEN :first AND :last GROUP BY s.business_date
UNION ALL
SELECT s.business_date, 'to_bank', SUM(s.to_bank_cents
    - (SELECT COALESCE(SUM(l.cents), 0) FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id
       WHERE e.session_id = s.id AND l.account = 'drawer:' || s.till_id AND e.kind = 'drop'))
 FROM till_session s WHERE s.status = 'closed' AND s.business_date BETWEEN :first AND :last GROUP BY s.business_date
UNION ALL
SELECT s.business_date, 'over_short', SUM(COALESCE(s.over_short_cents, 0)
    + CASE WHEN s.session_no > 1 THEN s.opening_cents - s.opening_expected_cents ELSE 0 END
    + (SELECT COALESCE(SUM(h.over_short_cents), 0) FROM till_handover h WHERE h.session_id = s.id))
 FROM till_session s WHERE s.business_date BETWEEN :first AND :last GROUP BY s.business_date
UNION ALL
SELECT s.business_date, 'over_short', SUM(x.returned_cents - x.cents) FROM till_transfer x
 JOIN journal_entry e ON e.id = x.return_entry_id JOIN till_session s ON s.id = e.session_id
 WHERE s.business_date BETWEEN :first AND :last GROUP BY s.business_date
"""
_DEPOSITS = """
SELECT s.business_date, 'checks', SUM(i.cents) FROM deposit_item i JOIN tender t ON t.id = i.tender_id
 JOIN payment p ON p.id = t.payment_id JOIN till_session s ON s.id = p.session_id
 WHERE s.business_date BETWEEN :first AND :last GROUP BY s.business_date
UNION ALL
SELECT s.business_date, 'checks', SUM(t.cents) FROM tender t JOIN payment p ON p.id = t.payment_id
 JOIN till_session s ON s.id = p.session_id
 WHERE t.kind = 'check' AND t.cents > 0 AND p.kind NOT IN ('void', 'returned')
 AND NOT EXISTS (SELECT 1 FROM deposit_item i WHERE i.tender_id = t.id)
 AND NOT EXISTS (SELECT 1 FROM payment v WHERE v.of_payment_id = p.id AND v.kind = 'void')
 AND s.business_date BETWEEN :first AND :last GROUP BY s.business_date
UNION ALL
SELECT b.business_date, 'cards', SUM(b.expected_cents) FROM card_batch b
 WHERE b.business_date BETWEEN :first AND :last GROUP BY b.business_date
UNION ALL
SELECT s.business_date, 'cards', SUM(l.cents) FROM till_session s JOIN journal_entry e ON e.session_id = s.id
 JOIN journal_line l ON l.entry_id = e.id AND l.account = 'card_clearing'
 WHERE NOT EXISTS (SELECT 1 FROM card_batch b WHERE b.session_id = s.id)
 AND s.business_date BETWEEN :first AND :last GROUP BY s.business_date
UNION ALL
SELECT s.business_date, 'to_bank', SUM(i.cents) FROM deposit_item i JOIN till_session s ON s.id = i.session_id
 WHERE s.business_date BETWEEN :first AND :last GROUP BY s.business_date
UNION ALL
SELECT s.business_date, 'to_bank', SUM(l.cents) FROM till_session s JOIN journal_entry e ON e.session_id = s.id
 JOIN journal_line l ON l.entry_id = e.id AND l.account = 'safe'
 WHERE s.status = 'closed' AND NOT EXISTS (SELECT 1 FROM deposit_item i WHERE i.session_id = s.id)
 AND s.business_date BETWEEN :first AND :last GROUP BY s.business_date
"""
_RECEIVABLE = """
SELECT e.business_date, 'receivable', SUM(l.cents) FROM charge c
 JOIN journal_line l ON l.charge_id = c.id AND l.account IN ('patient_ar', 'insurance_ar')
 JOIN journal_entry e ON e.id = l.entry_id
 WHERE e.business_date BETWEEN :first AND :last GROUP BY e.business_date
UNION ALL
SELECT e.business_date, 'receivable', SUM(l.cents) FROM patient a
 JOIN journal_line l ON l.patient_id = a.id AND l.account = 'unapplied_credit'
 JOIN journal_entry e ON e.id = l.entry_id
 WHERE e.business_date BETWEEN :first AND :last GROUP BY e.business_date
"""
_LEDGER = """
SELECT e.business_date, w.figure, SUM(l.cents * w.sign) FROM journal_entry e JOIN journal_line l ON l.entry_id = e.id
 LEFT JOIN till_session s ON s.id = e.session_id
 LEFT JOIN payment p ON p.entry_id = e.id
 JOIN (SELECT 'charges' AS figure, -1 AS sign UNION SELECT 'adjustments', 1 UNION SELECT 'taken', 1
       UNION SELECT 'cash', 1 UNION SELECT 'checks', 1 UNION SELECT 'cards', 1 UNION SELECT 'sales', -1
       UNION SELECT 'receivable', 1 UNION SELECT 'to_bank', 1 UNION SELECT 'over_short', -1) w ON
   CASE w.figure
   WHEN 'charges' THEN l.account = 'charges'
   WHEN 'adjustments' THEN l.account IN ('contractual_adjustment', 'sliding_fee_adjustment', 'courtesy_adjustment',
                                         'bad_debt')
   WHEN 'taken' THEN p.id IS NOT NULL AND l.account NOT IN ('patient_ar', 'unapplied_credit', 'retail_sales',
                                                            'sales_tax_payable')
   WHEN 'cash' THEN p.id IS NOT NULL AND l.account LIKE 'drawer:%'
   WHEN 'checks' THEN l.account = 'undeposited_checks' AND e.kind <> 'deposit'
   WHEN 'cards' THEN l.account = 'card_clearing' AND e.kind <> 'bank'
   WHEN 'sales' THEN l.account IN ('retail_sales', 'sales_tax_payable')
   WHEN 'receivable' THEN l.account IN ('patient_ar', 'insurance_ar', 'unapplied_credit')
   WHEN 'to_bank' THEN l.account = 'safe' AND s.status = 'closed'
   WHEN 'over_short' THEN l.account = 'cash_over_short' AND e.session_id IS NOT NULL
   END
 WHERE e.business_date BETWEEN :first AND :last GROUP BY e.business_date, w.figure
"""
_STATEMENTS = {
    report: text(sql)
    for report, sql in zip(
        REPORTS, (_DAY_SHEET, _RECEIPTS, _DRAWERS, _DEPOSITS, _RECEIVABLE, _LEDGER), strict=True
    )
}  # fmt: skip


def _disagreement(read: Read) -> str:
    found = [sentence for one in agreement(read) for sentence in one.differences]
    return f"{len(found)} figures differ: {'; '.join(found[:5])}" if found else ""


CHECKS: dict[str, Check] = {"six reports agree on every day": _disagreement}
"""For the list of all checks of the books."""
