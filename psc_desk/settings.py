"""Every setting, declared once: key, default, title and scope. Values that differ are rows of the `setting` table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", int, str, bool, list[str])

CLINIC = "clinic"
DESK = "desk"


@dataclass(frozen=True)
class Declared(Generic[T]):
    """A setting: `scope` says whether each desk has a value of its own or the clinic has one. `unit` is for display."""

    key: str
    default: T
    title: str
    scope: str = CLINIC
    unit: str = ""
    choices: tuple[str, ...] = ()


THEME = Declared("window.theme", "light", "Theme", DESK, choices=("light", "dark"))
SCALE = Declared("window.scale", 100, "Text size", DESK, "%")
IDLE_LOCK_MINUTES = Declared("safety.idle_lock_minutes", 10, "Lock the window after", CLINIC, "minutes")
BACKUP_FOLDER = Declared("safety.backup_folder", "", "Backup folder (empty: beside the data)", CLINIC)
PRINTER_URL = Declared("printer.url", "", "Receipt printer address", DESK)
PRINTER_COLUMNS = Declared("printer.columns", 42, "Receipt columns", DESK, "characters")
PRINTER_CODE_PAGE = Declared("printer.code_page", 16, "Printer code page (16, 19, 2, 0; 255 draws letters)", DESK)
PRINTER_PROOF = Declared(
    "printer.proof",
    "process_id",
    "Proof of printing",
    DESK,
    choices=("process_id", "gs_r", "none"),
)
PRINTER_CUTTER = Declared("printer.cutter", "yes", "The printer cuts the paper", DESK, choices=("yes", "no"))
PRINTER_MODEL = Declared("printer.model", "", "Name that the printer gave itself", DESK)
PRINTER_STRIP = Declared("printer.strip", 128, "Highest picture that it takes at once", DESK, "rows of dots")
PRINTER_PIECE = Declared("printer.piece", 4096, "Most data that it takes at once", DESK, "bytes")
PRINTER_PAUSE = Declared("printer.pause", 0, "Pause between two pieces", DESK, "ms")
PRINTER_PAPERS = Declared("printer.papers", ["any="], "Page printer of each kind of paper", DESK)
DRAWER_PIN = Declared("drawer.pin", 2, "Drawer connector pin (2 or 5)", DESK)
DRAWER_PULSE = Declared("drawer.pulse", 100, "Length of the drawer pulse", DESK, "ms")
DRAWER_REST = Declared("drawer.rest", 500, "Rest after the drawer pulse", DESK, "ms")
DRAWER_OPEN_SECONDS = Declared("drawer.open_seconds", 60, "Say that the drawer stands open after", DESK, "seconds")
DRAWER_SENSOR = Declared("drawer.sensor", "none", "Drawer sensor", DESK, choices=("none", "high_open", "high_closed"))
DRAWER_SHUT_FIRST = Declared(
    "drawer.shut_first", "no", "A drawer that stands open is not told to open", DESK, choices=("yes", "no")
)
TILL_ID = Declared("drawer.till", 1, "Cash drawer of this desk", DESK)

LATE_AFTER_MINUTES = Declared("queue.late_after", 10, "A booked visit is late after", CLINIC, "minutes")
WAIT_ARRIVED = Declared("queue.wait_arrived", 15, "Waiting to check in is long after", CLINIC, "minutes")
WAIT_CHECKED_IN = Declared("queue.wait_checked_in", 20, "Waiting for a room is long after", CLINIC, "minutes")
WAIT_IN_ROOM = Declared("queue.wait_in_room", 20, "Waiting in the room is long after", CLINIC, "minutes")
WAIT_WITH_PROVIDER = Declared(
    "queue.wait_with_provider",
    60,
    "Time with the provider is long after",
    CLINIC,
    "minutes",
)
WAIT_CHECKOUT = Declared("queue.wait_checkout", 10, "Waiting to check out is long after", CLINIC, "minutes")
LATE_CANCEL_HOURS = Declared("schedule.late_cancel_hours", 24, "A cancellation is late within", CLINIC, "hours")

SECOND_PERSON_CENTS = Declared(
    "money.second_person",
    5000,
    "Voids and refunds above need a second person",
    unit="cents",
)
RETURNED_CHECK_FEE_CENTS = Declared("money.returned_check_fee", 0, "Fee for a returned check (0: none)", unit="cents")
PLAN_LATE_DAYS = Declared(
    "money.plan_late_days", 30, "The clinic may end a payment plan when an amount is late by", unit="days"
)
VARIANCE_APPROVAL_CENTS = Declared("drawer.variance_approval", 500, "A difference above needs approval", unit="cents")
VARIANCE_INVESTIGATE_CENTS = Declared("drawer.investigate", 2000, "A difference above is looked into", unit="cents")
VARIANCE_REPEATS = Declared("drawer.repeats", 3, "So many differences of one person within 30 days are looked into")
DRAWER_OPENS_FOR = Declared(
    "drawer.opens_for", ["cash", "check"], "The drawer opens for", choices=("cash", "check", "card")
)
DROP_PROMPT_CENTS = Declared("drawer.drop_prompt", 30000, "Suggest a drop when cash is above", unit="cents")

SLIDING_REGION = Declared(
    "sliding.region", "48", "Poverty guideline region (48 states and DC, Alaska, Hawaii)", choices=("48", "AK", "HI")
)
SLIDING_USUAL_CODE = Declared("sliding.usual_code", "", "Service of a usual visit (empty: the one charged most)")
SALES_TAX = Declared("retail.tax", 0, "Sales tax on retail items (6250 is 6.25 %)", unit="thousandths of a percent")

COPAY_LATER = Declared(
    "reasons.copay_later", "Will pay at check-out", "Reason that has the co-pay asked for again at check-out"
)
NO_COPAY_REASONS = Declared(
    "reasons.no_copay",
    [
        "Forgot wallet",
        "Waived by the provider",
        "No co-pay for this visit",
        "Cannot pay today",
    ],
    "Reasons when no co-pay is taken",
)
CANCEL_REASONS = Declared(
    "reasons.cancel", ["Patient ill", "Conflict", "Transport", "Feels better", "Provider absent", "Weather", "Other"],
    "Reasons for a cancellation",
)  # fmt: skip
MISSED_REASONS = Declared(
    "reasons.missed", ["Did not come", "Forgot", "Transport", "Could not be reached", "Other"],
    "Reasons for a missed visit",
)  # fmt: skip
NO_SALE_REASONS = Declared(
    "reasons.no_sale", ["Make change", "Wrong denomination given", "Check the drawer", "Other"],
    "Reasons to open the drawer without a sale",
)  # fmt: skip
PAY_OUT_REASONS = Declared(
    "reasons.pay_out",
    ["Postage", "Office supplies", "Courier", "Staff meal", "Other"],
    "Reasons for a pay-out",
)
VOID_REASONS = Declared(
    "reasons.void",
    ["Wrong amount", "Wrong patient", "Wrong tender", "Entered twice", "Other"],
    "Reasons for a void",
)
REFUND_REASONS = Declared(
    "reasons.refund", ["Overpaid", "Insurance paid", "Visit cancelled", "Charged in error", "Other"],
    "Reasons for a refund",
)  # fmt: skip
RETURN_REASONS = Declared(
    "reasons.return", ["Does not fit", "Faulty", "Not needed", "Other"], "Reasons to take sold items back"
)
REFUND_PAID_REASONS = Declared(
    "reasons.refund_paid", ["Mailed to the address on file", "Mailed to another address", "Other"],
    "How a refund of a check is mailed",
)  # fmt: skip
RETURNED_CHECK_REASONS = Declared(
    "reasons.returned_check", ["Insufficient funds", "Account closed", "Stop payment", "Not signed", "Other"],
    "Reasons for a returned check",
)  # fmt: skip
VARIANCE_REASONS = Declared(
    "reasons.variance", ["Wrong change given", "Miscounted", "Payment entered wrongly", "Not known", "Other"],
    "Reasons for a drawer difference",
)  # fmt: skip

ADJUST_SECOND_CENTS = Declared(
    "money.adjust_second_person", 5000, "Adjustments and write-offs above need a second person", unit="cents"
)
SMALL_BALANCE_CENTS = Declared("money.small_balance", 499, "A balance is small up to", unit="cents")
ADJUSTMENT_REASONS = Declared(
    "reasons.adjustment",
    ["Courtesy of the provider", "Billing error", "Hardship", "Too small to bill", "Cannot be collected", "Other"],
    "Reasons for an adjustment or write-off",
)
NO_CHARGE_REASONS = Declared(
    "reasons.no_charge",
    ["Charged with another visit", "Follow-up in the global period", "Nurse visit, nothing to charge", "Other"],
    "Reasons why a visit is not charged",
)
SELF_PAY_SCHEDULE = Declared("money.self_pay_schedule", "", "Fee schedule of self-pay visits (empty: Standard)")
CODING_DUE_DAYS = Declared("money.coding_due", 3, "A coding question is due after", unit="working days")
SPOT_CHECK_REASONS = Declared(
    "reasons.spot_check",
    ["Unannounced count", "Noon count", "Before a drop", "Somebody else worked the drawer", "Other"],
    "Reasons for a count during the day",
)

CHANGE_PARS = Declared(
    "change.pars", ["$10 × 4", "$5 × 8", "$1 × 20", "25¢ × 40", "10¢ × 50", "5¢ × 40", "1¢ × 50"],
    "Pieces that the float should hold (such as 25¢ × 40)",
)  # fmt: skip

ALL: tuple[Declared[int] | Declared[str] | Declared[list[str]], ...] = tuple(
    value for value in list(globals().values()) if isinstance(value, Declared)
)
"""All declared settings, in the order of this file."""
