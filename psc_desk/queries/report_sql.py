"""The tables of the money reports, each one statement over the journal or the rows that stand on it.

Business days: a receipt's is that of its drawer session, any other posting's that of its entry. `:staff` and `:till`
are null for everyone and all drawers. What stands behind a $ is a part that several statements share.
"""

from __future__ import annotations

from psc_desk.papers.money_reports import count, money, words
from psc_desk.queries.report_tables import Table

BY_PERSON = Table(
    "Money by person",
    (
        words("Person", 20), count("Receipts", 8), money("Cash", 11), money("Checks", 11), money("Cards", 11),
        money("Taken", 11), money("Voided", 11), money("Refunded", 11), money("Returned", 11), money("Net", 12),
    ),
    "SELECT m.name, COUNT(DISTINCT p.id),"
    " SUM(CASE WHEN $taken AND t.kind = 'cash' THEN t.cents ELSE 0 END),"
    " SUM(CASE WHEN $taken AND t.kind = 'check' THEN t.cents ELSE 0 END),"
    " SUM(CASE WHEN $taken AND t.kind = 'card' THEN t.cents ELSE 0 END),"
    " SUM(CASE WHEN $taken THEN t.cents ELSE 0 END),"
    " SUM(CASE WHEN p.kind = 'void' THEN t.cents ELSE 0 END),"
    " SUM(CASE WHEN p.kind = 'refund' THEN t.cents ELSE 0 END),"
    " SUM(CASE WHEN p.kind = 'returned' THEN t.cents ELSE 0 END),"
    " SUM(t.cents)"
    " FROM payment p JOIN tender t ON t.payment_id = p.id JOIN till_session s ON s.id = p.session_id"
    " JOIN staff_member m ON m.id = p.staff_id WHERE $days AND $by GROUP BY m.id, m.name ORDER BY m.name",
    total="The practice",
    note="Taken is what came in; voids, refunds and returned checks are subtracted from it to give the net.",
)  # fmt: skip

SESSIONS = Table(
    "Drawers",
    (
        words("Day", 12), words("Drawer", 12), words("Z", 5), words("Closed by", 16), money("Float", 10),
        money("Expected", 11), money("Counted", 11), money("Over or short", 12), money("To the bank", 11),
        words("Reason", 20),
    ),
    "SELECT s.business_date, t.name, COALESCE(CAST(s.z_no AS TEXT), 'open'), COALESCE(m.name, 'still open'),"
    " s.opening_cents, s.expected_cents, s.counted_cents, s.over_short_cents, s.to_bank_cents, s.variance_reason"
    " FROM till_session s JOIN till t ON t.id = s.till_id LEFT JOIN staff_member m ON m.id = s.closed_by"
    " WHERE $days AND (:staff IS NULL OR :staff IN (s.closed_by, s.holder_id)) AND (:till IS NULL OR t.id = :till)"
    " ORDER BY s.business_date, s.id",
)  # fmt: skip

ADJUSTED_BY = Table(
    "Adjustments by person",
    (words("Person", 30), words("Kind", 30), count("Entries", 12), money("Taken off", 16)),
    "SELECT m.name, upper(substr(a.kind, 1, 1)) || replace(substr(a.kind, 2), '_', ' '), COUNT(*), SUM(a.cents)"
    " FROM adjustment a JOIN journal_entry e ON e.id = a.entry_id JOIN staff_member m ON m.id = a.staff_id"
    " WHERE $entry_days AND (:staff IS NULL OR a.staff_id = :staff) GROUP BY m.id, m.name, a.kind ORDER BY 1, 2",
)

DEPOSITS = Table(
    "Deposits",
    (
        words("Day", 13), words("Deposit", 8), words("Bag", 10), words("Prepared by", 16), words("Verified by", 16),
        money("Cash", 11), money("Checks", 11), money("Total", 11), words("Booked", 13), money("Bank booked", 13),
        money("Difference", 11),
    ),
    "SELECT d.business_date, CAST(d.id AS TEXT), d.bag_no, m.name, COALESCE(v.name, ''), d.cash_cents, d.checks_cents,"
    " d.cash_cents + d.checks_cents, b.booked_on, b.cents, b.variance_cents FROM deposit d"
    " JOIN staff_member m ON m.id = d.prepared_by LEFT JOIN staff_member v ON v.id = d.verified_by"
    " LEFT JOIN bank_confirmation b ON b.deposit_id = d.id WHERE d.business_date BETWEEN :first AND :last"
    " AND (:staff IS NULL OR :staff IN (d.prepared_by, d.verified_by)) AND (:till IS NULL OR EXISTS"
    " (SELECT 1 FROM deposit_item i LEFT JOIN tender t ON t.id = i.tender_id LEFT JOIN payment p ON p.id = t.payment_id"
    " JOIN till_session s ON s.id = COALESCE(i.session_id, p.session_id)"
    " WHERE i.deposit_id = d.id AND s.till_id = :till))"
    " ORDER BY d.id",
)  # fmt: skip

BATCHES = Table(
    "Card batches",
    (
        words("Day", 13), words("Drawer", 14), words("Batch", 10), money("Recorded", 11), money("Terminal", 11),
        money("Off", 9), words("Booked", 13), money("Bank booked", 13), money("Fee", 9), money("Difference", 11),
        words("Reason", 18),
    ),
    "SELECT c.business_date, t.name, c.batch_no, c.expected_cents, c.terminal_cents, c.terminal_cents -"
    " c.expected_cents, b.booked_on, b.cents, (SELECT SUM(l.cents) FROM journal_line l WHERE l.entry_id = b.entry_id"
    " AND l.account = 'card_fees'), b.variance_cents, COALESCE(NULLIF(c.reason, ''), b.reason, '')"
    " FROM card_batch c JOIN till_session s ON s.id = c.session_id JOIN till t ON t.id = s.till_id"
    " LEFT JOIN bank_confirmation b ON b.card_batch_id = c.id WHERE c.business_date BETWEEN :first AND :last"
    " AND (:staff IS NULL OR c.made_by = :staff) AND (:till IS NULL OR t.id = :till) ORDER BY c.business_date, c.id",
)  # fmt: skip

SUMMARY = Table(
    "What patients and plans owe",
    (words("Line", 60), money("Amount", 20)),
    "SELECT 'Owed at the beginning', COALESCE(SUM(l.cents), 0) FROM journal_line l JOIN journal_entry e"
    " ON e.id = l.entry_id WHERE l.account IN ('patient_ar', 'insurance_ar', 'unapplied_credit')"
    " AND e.business_date < :first"
    " UNION ALL SELECT 'Charges less those taken back', COALESCE(SUM(-l.cents), 0) FROM journal_line l"
    " JOIN journal_entry e ON e.id = l.entry_id WHERE l.account = 'charges' AND $entry_days"
    " UNION ALL SELECT 'Adjustments', -COALESCE(SUM(l.cents), 0) FROM journal_line l JOIN journal_entry e"
    " ON e.id = l.entry_id WHERE l.account IN ('contractual_adjustment', 'sliding_fee_adjustment',"
    " 'courtesy_adjustment', 'bad_debt') AND $entry_days"
    " UNION ALL SELECT 'Payments less voids, refunds and returned checks', COALESCE(SUM(l.cents), 0)"
    " FROM payment p JOIN journal_entry e ON e.id = p.entry_id JOIN journal_line l ON l.entry_id = e.id"
    " WHERE l.account IN ('patient_ar', 'insurance_ar', 'unapplied_credit') AND $entry_days",
    total="Owed at the end",
    note="Money that stands against no charge yet counts as paid.",
)

ACCOUNTS = Table(
    "By account",
    (
        words("Patient", 30), words("Record", 10), money("Charges", 13), money("Adjustments", 13),
        money("Payments", 13), money("Change", 13), money("Owed at the end", 14),
    ),
    "SELECT a.last_name || ', ' || a.first_name, '#' || a.record_no,"
    " SUM(CASE WHEN $entry_days AND e.kind IN ('charge', 'charge_void') THEN l.cents ELSE 0 END),"
    " SUM(CASE WHEN $entry_days AND e.kind = 'adjustment' THEN l.cents ELSE 0 END),"
    " SUM(CASE WHEN $entry_days AND e.kind NOT IN ('charge', 'charge_void', 'adjustment') THEN l.cents ELSE 0 END),"
    " SUM(CASE WHEN $entry_days THEN l.cents ELSE 0 END), SUM(l.cents)"
    " FROM journal_line l JOIN journal_entry e ON e.id = l.entry_id JOIN patient a ON a.id = l.patient_id"
    " WHERE l.account IN ('patient_ar', 'insurance_ar', 'unapplied_credit') AND e.business_date <= :last"
    " GROUP BY a.id HAVING SUM(CASE WHEN e.business_date >= :first THEN 1 ELSE 0 END) > 0 ORDER BY 1, 2",
    note="Accounts on which something was posted in these days.",
)  # fmt: skip

RECEIPTS = Table(
    "Receipts",
    (
        words("Receipt", 9), words("Day", 13), words("Time", 11), words("Drawer", 12), words("Patient", 22),
        words("For", 20), words("Paid by", 18), money("Amount", 12), words("Taken by", 16), words("Reason", 17),
    ),
    "SELECT CAST(p.receipt_no AS TEXT), s.business_date, p.posted_at, d.name, $name,"
    " $word || COALESCE(' of ' || o.receipt_no, ''),"
    " (SELECT group_concat(w, ' and ') FROM (SELECT CASE t.kind WHEN 'check' THEN 'check ' || t.check_no"
    " WHEN 'card' THEN 'card ' || t.card_last4 ELSE 'cash' END AS w FROM tender t WHERE t.payment_id = p.id"
    " ORDER BY t.id)), p.amount_cents, m.name, p.reason"
    " FROM payment p JOIN till_session s ON s.id = p.session_id JOIN till d ON d.id = p.till_id"
    " JOIN staff_member m ON m.id = p.staff_id LEFT JOIN patient a ON a.id = p.patient_id"
    " LEFT JOIN payment o ON o.id = p.of_payment_id WHERE $days AND $by ORDER BY p.till_id, p.receipt_no",
)  # fmt: skip

BY_KIND = Table(
    "By kind",
    (
        words("For", 26), count("Receipts", 10), money("Cash", 13), money("Checks", 13), money("Cards", 13),
        money("Total", 14),
    ),
    "SELECT $word, COUNT(DISTINCT p.id), SUM(CASE t.kind WHEN 'cash' THEN t.cents ELSE 0 END),"
    " SUM(CASE t.kind WHEN 'check' THEN t.cents ELSE 0 END), SUM(CASE t.kind WHEN 'card' THEN t.cents ELSE 0 END),"
    " SUM(t.cents) FROM payment p JOIN tender t ON t.payment_id = p.id JOIN till_session s ON s.id = p.session_id"
    " WHERE $days AND $by GROUP BY p.kind ORDER BY MIN(CASE p.kind WHEN 'refund' THEN 1 WHEN 'void' THEN 2"
    " WHEN 'returned' THEN 3 ELSE 0 END), 1",
    note="A payment in two parts counts once among the receipts.",
)  # fmt: skip

BY_TENDER = Table(
    "By tender",
    (words("Paid by", 30), count("Parts in", 10), money("Taken", 14), money("Given back", 14), money("Net", 14)),
    "SELECT CASE t.kind WHEN 'card' THEN trim('Card ' || t.card_brand) WHEN 'check' THEN 'Check' ELSE 'Cash' END,"
    " SUM(CASE WHEN t.cents > 0 THEN 1 ELSE 0 END), SUM(CASE WHEN t.cents > 0 THEN t.cents ELSE 0 END),"
    " SUM(CASE WHEN t.cents < 0 THEN t.cents ELSE 0 END), SUM(t.cents)"
    " FROM tender t JOIN payment p ON p.id = t.payment_id JOIN till_session s ON s.id = p.session_id"
    " WHERE $days AND $by GROUP BY 1 ORDER BY 1",
)

CHARGES = Table(
    "Charges by code",
    (
        words("Code", 10), words("Service", 34), count("Units", 8), money("Charged", 13), money("Taken back", 13),
        money("Net", 13),
    ),
    "SELECT code, label, SUM(units), SUM(charged), SUM(back), SUM(charged + back) FROM ("
    "SELECT c.code, c.label, c.units, c.amount_cents AS charged, 0 AS back FROM charge c"
    " JOIN journal_entry e ON e.id = c.entry_id WHERE $entry_days AND (:staff IS NULL OR e.staff_id = :staff)"
    " UNION ALL SELECT c.code, c.label, -c.units, 0, -c.amount_cents FROM charge c"
    " JOIN journal_entry e ON e.reverses_id = c.entry_id WHERE $entry_days"
    " AND (:staff IS NULL OR e.staff_id = :staff)) GROUP BY code, label ORDER BY code, label",
)  # fmt: skip

ADJUSTMENTS = Table(
    "Adjustments by kind and code",
    (words("Kind", 26), words("Code", 12), count("Entries", 10), money("Taken off", 16)),
    "SELECT upper(substr(a.kind, 1, 1)) || replace(substr(a.kind, 2), '_', ' '), a.reason_code, COUNT(*), SUM(a.cents)"
    " FROM adjustment a JOIN journal_entry e ON e.id = a.entry_id"
    " WHERE $entry_days AND (:staff IS NULL OR a.staff_id = :staff) GROUP BY a.kind, a.reason_code ORDER BY 1, 2",
)

_COLLECTION_COLUMNS = (
    money("Charged", 14), money("Adjusted", 14), money("Collected", 14), money("Change of what is owed", 18),
)  # fmt: skip

BY_PROVIDER = Table(
    "By provider",
    (words("Provider", 34), *_COLLECTION_COLUMNS),
    "SELECT * FROM (SELECT COALESCE(r.name, 'No provider'), $collected FROM charge c LEFT JOIN provider r"
    " ON r.id = c.provider_id JOIN journal_line l ON l.charge_id = c.id AND l.account IN ('patient_ar', 'insurance_ar')"
    " JOIN journal_entry e ON e.id = l.entry_id WHERE $entry_days GROUP BY r.id, r.name ORDER BY 1)"
    " UNION ALL $loose",
    note="Collected is money put against the provider's charges in these days, whenever they were charged.",
)

BY_VISIT_TYPE = Table(
    "By visit type",
    (words("Visit type", 34), *_COLLECTION_COLUMNS),
    "SELECT * FROM (SELECT COALESCE(y.name, 'Without a visit'), $collected FROM charge c"
    " LEFT JOIN visit v ON v.id = c.visit_id LEFT JOIN visit_type y ON y.id = v.type_id"
    " JOIN journal_line l ON l.charge_id = c.id AND l.account IN ('patient_ar', 'insurance_ar')"
    " JOIN journal_entry e ON e.id = l.entry_id WHERE $entry_days GROUP BY y.id, y.name ORDER BY 1)"
    " UNION ALL $loose",
)

NO_COPAY = Table(
    "Reasons",
    (words("Reason", 50), count("Visits", 14), money("Co-pay due", 18)),
    "SELECT k.no_copay_reason, COUNT(*), SUM(k.copay_due_cents) $no_copay GROUP BY 1 ORDER BY 2 DESC, 1",
)
NO_COPAY_VISITS = Table(
    "Visits",
    (words("Day", 12), words("Patient", 30), words("Provider", 26), words("Reason", 34), money("Co-pay due", 14)),
    "SELECT v.day, a.last_name || ', ' || a.first_name, r.name, k.no_copay_reason, k.copay_due_cents"
    " FROM check_in k JOIN visit v ON v.id = k.visit_id JOIN patient a ON a.id = v.patient_id"
    " JOIN provider r ON r.id = v.provider_id WHERE k.no_copay_reason <> '' AND v.day BETWEEN :first AND :last"
    " ORDER BY v.day, v.start_minute, v.id",
)

OPENINGS = Table(
    "How often",
    (words("Person", 26), count("For money", 12), count("For counts", 12), count("Without a sale", 14)),
    "SELECT m.name, SUM(o.kind NOT IN ('no_sale', 'count', 'test')), SUM(o.kind = 'count'), SUM(o.kind = 'no_sale')"
    " $openings GROUP BY m.id, m.name ORDER BY m.name",
)
NO_SALES = Table(
    "Drawer opened without a sale",
    (words("Day", 12), words("Time", 12), words("Drawer", 18), words("Person", 24), words("Reason", 44)),
    "SELECT s.business_date, o.at, t.name, m.name, o.reason $openings AND o.kind = 'no_sale' ORDER BY o.id",
    total="",
)

CLOSER_DEPOSITED = Table(
    "Deposits by someone who also closed a drawer, or verified by nobody",
    (words("Day", 12), words("Deposit", 10), words("Prepared by", 22), words("Verified by", 22), money("Total", 14),
     words("Reason", 36)),
    "SELECT d.business_date, CAST(d.id AS TEXT), m.name, COALESCE(v.name, 'nobody'), d.cash_cents + d.checks_cents,"
    " d.exception_reason FROM deposit d JOIN staff_member m ON m.id = d.prepared_by"
    " LEFT JOIN staff_member v ON v.id = d.verified_by WHERE d.business_date BETWEEN :first AND :last"
    " AND (:staff IS NULL OR d.prepared_by = :staff) AND (d.exception_reason <> '' OR d.verified_by IS NULL)"
    " ORDER BY d.id",
)  # fmt: skip
OVER_SHORT = Table(
    "Drawers over or short",
    (words("Day", 12), words("Drawer", 16), words("What", 16), words("Person", 22), money("Difference", 14),
     words("Approved by", 22), words("Reason", 34)),
    "SELECT s.business_date, t.name, w.what, m.name, w.cents, COALESCE(v.name, ''), w.reason FROM ("
    "SELECT id AS session_id, 'Close' AS what, closed_by AS who, over_short_cents AS cents, approved_by AS second,"
    " variance_reason AS reason FROM till_session WHERE over_short_cents <> 0"
    " UNION ALL SELECT id, 'Opening', opened_by, opening_cents - opening_expected_cents, NULL, opening_reason"
    " FROM till_session WHERE opening_cents <> opening_expected_cents AND session_no > 1"
    " UNION ALL SELECT session_id, 'Hand-over', given_by, over_short_cents, approved_by, reason FROM till_handover"
    " WHERE over_short_cents <> 0) w JOIN till_session s ON s.id = w.session_id JOIN till t ON t.id = s.till_id"
    " LEFT JOIN staff_member m ON m.id = w.who LEFT JOIN staff_member v ON v.id = w.second"
    " WHERE $days AND (:staff IS NULL OR w.who = :staff) AND (:till IS NULL OR t.id = :till)"
    " ORDER BY s.business_date, s.id",
)  # fmt: skip
GIVEN_BACK = Table(
    "Voids, refunds and returned checks",
    (words("Day", 14), words("Time", 12), words("Receipt", 10), words("What", 24), words("Patient", 22),
     money("Amount", 12), words("Person", 18), words("Approved by", 16), words("Reason", 22)),
    "SELECT s.business_date, p.posted_at, CAST(p.receipt_no AS TEXT), $word || ' of ' || o.receipt_no, $name,"
    " p.amount_cents, m.name, COALESCE(v.name, ''), p.reason FROM payment p JOIN payment o ON o.id = p.of_payment_id"
    " JOIN till_session s ON s.id = p.session_id JOIN journal_entry e ON e.id = p.entry_id"
    " JOIN staff_member m ON m.id = p.staff_id LEFT JOIN staff_member v ON v.id = e.approved_by"
    " LEFT JOIN patient a ON a.id = p.patient_id WHERE $days AND $by ORDER BY p.id",
)  # fmt: skip
SECOND_PERSON = Table(
    "Other entries approved by a second person",
    (words("Day", 12), words("Time", 12), words("Entry", 20), words("Person", 24), words("Approved by", 24),
     words("Reason", 40)),
    "SELECT e.business_date, e.posted_at, upper(substr(e.kind, 1, 1)) || replace(substr(e.kind, 2), '_', ' '),"
    " m.name, v.name, e.reason FROM journal_entry e JOIN staff_member m ON m.id = e.staff_id"
    " JOIN staff_member v ON v.id = e.approved_by LEFT JOIN till_session s ON s.id = e.session_id"
    " WHERE $entry_days AND (:staff IS NULL OR :staff IN (e.staff_id, e.approved_by))"
    " AND (:till IS NULL OR s.till_id = :till) AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.entry_id = e.id)"
    " ORDER BY e.id",
    total="",
)  # fmt: skip
BANK_DIFFERENCES = Table(
    "What the bank booked differently",
    (words("Booked", 12), words("What", 26), money("Bank booked", 14), money("Difference", 14), words("Person", 22),
     words("Reason", 36)),
    "SELECT b.booked_on, CASE WHEN b.deposit_id IS NULL THEN 'Card batch ' || COALESCE(NULLIF(c.batch_no, ''), c.id)"
    " ELSE 'Deposit ' || b.deposit_id END, b.cents, b.variance_cents, m.name, b.reason FROM bank_confirmation b"
    " LEFT JOIN card_batch c ON c.id = b.card_batch_id JOIN staff_member m ON m.id = b.made_by"
    " WHERE b.variance_cents <> 0 AND b.booked_on BETWEEN :first AND :last"
    " AND (:staff IS NULL OR b.made_by = :staff) ORDER BY b.id",
)  # fmt: skip
