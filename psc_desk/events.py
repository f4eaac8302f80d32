"""What happened, in the past tense. A page names the events that make it stale; the audit keeps each one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened and was committed."""

    patient_id: int | None = None
    visit_id: int | None = None


class SignedIn(Event):
    """Someone signed in."""


class SignInFailed(Event):
    """A password or PIN was wrong."""


class DeskLocked(Event):
    """The window was locked or the person signed out."""


class ChartOpened(Event):
    """Someone read a chart."""


class PatientRegistered(Event):
    """A patient was added."""


class PatientChanged(Event):
    """Demographics, contacts, alerts or notes changed."""


class CoverageChanged(Event):
    """A coverage was added, changed, verified or ended."""


class DocumentFiled(Event):
    """A paper was filed in a chart or in the office."""


class DocumentRead(Event):
    """A filed paper was opened."""


class ListExported(Event):
    """Patient data left the program as a file."""


class VisitBooked(Event):
    """A visit was booked."""


class VisitMoved(Event):
    """A visit was moved, resized or given another provider or room."""


class VisitChanged(Event):
    """Confirmation, reason, notes or the summary of a visit changed."""


@dataclass(frozen=True, kw_only=True)
class VisitStatusChanged(Event):
    """A visit went to another status (also by undo)."""

    status: str = ""
    change_id: int = 0


class CheckInSaved(Event):
    """A step of a guided check-in was saved."""


class ChargePosted(Event):
    """Charges were entered or taken back."""


@dataclass(frozen=True, kw_only=True)
class PaymentPosted(Event):
    """Money was taken."""

    payment_id: int = 0


@dataclass(frozen=True, kw_only=True)
class PaymentReversed(Event):
    """A payment was voided or refunded."""

    payment_id: int = 0


class CreditApplied(Event):
    """Unapplied money was put against charges."""


@dataclass(frozen=True, kw_only=True)
class DrawerOpened(Event):
    """A drawer session began."""

    till_id: int = 0


@dataclass(frozen=True, kw_only=True)
class DrawerMoved(Event):
    """Pay-in, pay-out or drop."""

    till_id: int = 0


@dataclass(frozen=True, kw_only=True)
class DrawerKicked(Event):
    """The drawer was told to spring open; `opening_id` is the log row."""

    till_id: int = 0
    opening_id: int = 0


@dataclass(frozen=True, kw_only=True)
class DrawerCounted(Event):
    """A count was recorded, or counting began or was given up."""

    till_id: int = 0


@dataclass(frozen=True, kw_only=True)
class DrawerClosed(Event):
    """A drawer session was closed."""

    till_id: int = 0


@dataclass(frozen=True, kw_only=True)
class PlanChanged(Event):
    """A payment plan was agreed, completed, closed or opened again."""

    plan_id: int = 0


@dataclass(frozen=True, kw_only=True)
class EstimateOwed(Event):
    """A good-faith estimate became due, got another due date, or is no longer owed."""

    request_id: int = 0


@dataclass(frozen=True, kw_only=True)
class EstimateGiven(Event):
    """A version of a good-faith estimate was made."""

    estimate_id: int = 0


class DepositMade(Event):
    """A bank deposit was prepared."""


@dataclass(frozen=True, kw_only=True)
class PrintJobQueued(Event):
    """Something waits for the receipt printer."""

    job_id: int = 0


@dataclass(frozen=True, kw_only=True)
class PrintJobChanged(Event):
    """A print job's fate changed."""

    job_id: int = 0
    state: str = ""


class SettingChanged(Event):
    """A setting, the clinic, a provider, a visit type or a fee changed."""


class StaffChanged(Event):
    """A person's account was made, changed or ended."""


class AdjustmentPosted(Event):
    """Less is owed on a charge without money, or such was taken back."""


class CodingAsked(Event):
    """A coding question was asked or answered."""


class MonthClosed(Event):
    """The books of a month were closed."""


@dataclass(frozen=True, kw_only=True)
class CardBatchRecorded(Event):
    """What the card terminal settled for a drawer session was written down."""

    batch_id: int = 0


@dataclass(frozen=True, kw_only=True)
class BankConfirmed(Event):
    """The bank's word on a deposit or a card batch was written down."""

    confirmation_id: int = 0


class AuditRead(Event):
    """The audit was read."""


@dataclass(frozen=True, kw_only=True)
class BooksChecked(Event):
    """The books were checked; `failed` counts what was wrong."""

    failed: int = 0


@dataclass(frozen=True, kw_only=True)
class CashTransferred(Event):
    """Cash was sent to another drawer, accepted, declined or taken back."""

    from_till_id: int = 0
    to_till_id: int = 0


@dataclass(frozen=True, kw_only=True)
class DrawerHandedOver(Event):
    """Somebody else answers for the cash of a drawer now."""

    till_id: int = 0


class TillsChanged(Event):
    """A drawer was added, renamed or ended."""


class InvestigationEnded(Event):
    """The outcome of an investigation was written."""


@dataclass(frozen=True, kw_only=True)
class CardAttemptChanged(Event):
    """The card terminal was asked, or its answer was noted."""

    attempt_id: int = 0


class PostingSeen(Event):
    """A person looked at postings whose result was not shown before the program stopped."""


class IncomeAssessed(Event):
    """A household's income was assessed for the sliding fee, or the patient declined to say."""


class RefundPaidOut(Event):
    """A refund that was owed by mail was mailed, paid out, or the mailed check came back."""


class StockChanged(Event):
    """A retail item was added, changed, received, used, counted or sold."""


class DeviceReportMade(Event):
    """Facts about the devices left the program for support."""


@dataclass(frozen=True, kw_only=True)
class ReceiptsLost(Event):
    """Receipts that were given out are not in the books, or were settled."""

    till_id: int = 0


class ReportShown(Event):
    """Someone looked at a money report."""


LOOKS = (SignedIn, SignInFailed, DeskLocked, ChartOpened, DocumentRead)
"""What may still happen where the data cannot be written."""
