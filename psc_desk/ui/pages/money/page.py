"""Money: the receipts of this drawer, the drawer's history, deposits, prints, and what waits to be put right."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from psc_desk import events
from psc_desk.models.staff import Right
from psc_desk.queries.counter import own_drawer
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.deposit import open_deposit
from psc_desk.ui.dialogs.drawer import open_drawer_dialog
from psc_desk.ui.pages.money.adjustments import AdjustmentsSection
from psc_desk.ui.pages.money.audit import AuditSection
from psc_desk.ui.pages.money.bank import BankSection
from psc_desk.ui.pages.money.books import BooksSection
from psc_desk.ui.pages.money.card_slips import CardSlipsSection
from psc_desk.ui.pages.money.charges_to_do import ChargesToDoSection
from psc_desk.ui.pages.money.checks import ChecksSection
from psc_desk.ui.pages.money.coding import CodingSection
from psc_desk.ui.pages.money.deposits import DepositsSection
from psc_desk.ui.pages.money.differences import DifferencesSection
from psc_desk.ui.pages.money.drawer_history import DrawerHistorySection
from psc_desk.ui.pages.money.estimates import EstimatesSection
from psc_desk.ui.pages.money.lost_receipts import LostReceiptsSection
from psc_desk.ui.pages.money.months import MonthsSection
from psc_desk.ui.pages.money.no_copay import NoCopaySection
from psc_desk.ui.pages.money.plans import PlansSection
from psc_desk.ui.pages.money.prints import PrintsSection
from psc_desk.ui.pages.money.receipts import ReceiptsSection
from psc_desk.ui.pages.money.refunds_owed import RefundsOwedSection
from psc_desk.ui.pages.money.reports import ReportsSection
from psc_desk.ui.pages.money.retail import RetailSection
from psc_desk.ui.pages.money.sliding import SlidingFeeSection
from psc_desk.ui.pages.money.spot_checks import SpotChecksSection
from psc_desk.ui.pages.money.transfers import TransfersSection
from psc_desk.ui.pages.money.unapplied import UnappliedSection
from psc_desk.ui.pages.money.unshown import UnshownSection
from psc_desk.ui.widgets.sections import Section, SectionsPage


class MoneyPage(SectionsPage):
    """Each section is a list; each row says what can be done to it."""

    NAME: ClassVar[str] = "money"
    TITLE: ClassVar[str] = "Money"
    ICON: ClassVar[str] = "coin"
    SHORTCUT: ClassVar[str] = "Alt+4"
    refresh_on = (
        events.PaymentPosted, events.PaymentReversed, events.CreditApplied, events.ChargePosted, events.DrawerOpened,
        events.DrawerClosed, events.DrawerCounted, events.DepositMade, events.PrintJobQueued, events.ReceiptsLost,
        events.PrintJobChanged, events.SignedIn, events.CardAttemptChanged, events.PostingSeen, events.PlanChanged,
        events.AdjustmentPosted, events.CodingAsked, events.MonthClosed, events.VisitStatusChanged, events.VisitChanged,
        events.EstimateOwed, events.EstimateGiven, events.IncomeAssessed, events.StockChanged,
        events.CashTransferred, events.DrawerHandedOver, events.InvestigationEnded, events.TillsChanged,
        events.CardBatchRecorded, events.BankConfirmed, events.BooksChecked,
        events.RefundPaidOut,
    )  # fmt: skip

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.handle("drawer", self.open_drawer)
        self.offer(self.tr("Make a bank deposit"), self.make_deposit, icon="building-bank")
        self.offer(self.tr("Cash drawer"), self.open_drawer, icon="cash-register")

    def sections(self) -> tuple[Section, ...]:
        """Return the sections of the money, what is needed daily first."""
        counter, accounts = self.tr("At the counter"), self.tr("Accounts")
        drawer, books = self.tr("Drawer and bank"), self.tr("Books")
        return (
            Section("receipts", self.tr("Receipts"), ReceiptsSection, group=counter,
                    about=self.tr("Print again, correct, void or refund")),
            Section("card_slips", self.tr("Card slips"), CardSlipsSection, group=counter,
                    about=self.tr("Card payments; settle those that had no answer from the terminal")),
            Section("retail", self.tr("Retail"), RetailSection, group=counter,
                    about=self.tr("Sell an item, count and receive stock")),
            Section("prints", self.tr("Print queue"), PrintsSection, group=counter,
                    about=self.tr("What waits for the printer, and whether a paper came out")),
            Section("unshown", self.tr("After a crash"), UnshownSection, group=counter,
                    about=self.tr("Posted just before the program stopped, and nobody was told")),
            Section("lost", self.tr("Lost receipts"), LostReceiptsSection, group=counter,
                    about=self.tr("Given to a patient, but not in the books after damage to the data")),
            Section("charges_to_do", self.tr("Charges to do"), ChargesToDoSection, group=accounts,
                    about=self.tr("Visits without a charge, charges without a visit")),
            Section("coding", self.tr("Coding questions"), CodingSection, group=accounts,
                    about=self.tr("Asked of the providers, open until answered")),
            Section("unapplied", self.tr("Unapplied money"), UnappliedSection, group=accounts,
                    about=self.tr("Credit and prepayments that are not put against a charge")),
            Section("refunds_owed", self.tr("Refunds by mail"), RefundsOwedSection, group=accounts),
            Section("plans", self.tr("Payment plans"), PlansSection, group=accounts,
                    about=self.tr("Installments: who is late, who is due next")),
            Section("estimates", self.tr("Good-faith estimates"), EstimatesSection, group=accounts,
                    about=self.tr("Cost estimates that are owed, and by when")),
            Section("sliding", self.tr("Sliding fee"), SlidingFeeSection, group=accounts,
                    about=self.tr("Discounts by household and income, those that end first on top")),
            Section("adjustments", self.tr("Adjustments"), AdjustmentsSection, Right.ADJUST, group=accounts,
                    about=self.tr("Write-offs and discounts by kind; small balances; the journal")),
            Section("no_copay", self.tr("Co-pays not taken"), NoCopaySection, group=accounts,
                    about=self.tr("Reasons by month, and the visits")),
            Section("sessions", self.tr("Drawer history"), DrawerHistorySection, group=drawer,
                    about=self.tr("Each opening and close; print a Z report again")),
            Section("transfers", self.tr("Drawer transfers"), TransfersSection, group=drawer,
                    about=self.tr("Cash on its way from one drawer to another")),
            Section("differences", self.tr("Over and short"), DifferencesSection, Right.SEE_REPORTS, group=drawer,
                    about=self.tr("Cash short or over by person, and what came of each")),
            Section("spot_checks", self.tr("Spot checks"), SpotChecksSection, Right.SEE_EXPECTED, group=drawer,
                    about=self.tr("Counts made during the day")),
            Section("deposits", self.tr("Deposits"), DepositsSection, group=drawer,
                    about=self.tr("Make a bank deposit, print its slip, count the bag again")),
            Section("checks", self.tr("Checks"), ChecksSection, group=drawer,
                    about=self.tr("Waiting, deposited, or returned by the bank")),
            Section("bank", self.tr("Bank"), BankSection, Right.SEE_REPORTS, group=drawer,
                    about=self.tr("What the bank has booked, and what it has not")),
            Section("reports", self.tr("Reports"), ReportsSection, Right.SEE_REPORTS, group=books,
                    about=self.tr("Day sheet and sums by day, person and drawer, on paper or as a file")),
            Section("books", self.tr("Books"), BooksSection, Right.SEE_REPORTS, group=books,
                    about=self.tr("Check the books now; when they were checked last")),
            Section("months", self.tr("Months"), MonthsSection, Right.SEE_REPORTS, group=books,
                    about=self.tr("Close a month")),
            Section("audit", self.tr("Audit"), AuditSection, Right.READ_AUDIT, group=books,
                    about=self.tr("Who read and changed what; the trail of a day")),
        )  # fmt: skip

    def open_drawer(self) -> None:
        """Do what F8 does."""
        self.context.ask(self, own_drawer, then=lambda row: open_drawer_dialog(self.context, self, row.till.till_id))

    def make_deposit(self) -> None:
        """Show the deposit form."""
        open_deposit(self.context, self)
