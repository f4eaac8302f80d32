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
            Section("receipts", self.tr("Receipts"), ReceiptsSection, group=counter),
            Section("card_slips", self.tr("Card slips"), CardSlipsSection, group=counter),
            Section("prints", self.tr("Print queue"), PrintsSection, group=counter),
            Section("unshown", self.tr("Not shown"), UnshownSection, group=counter),
            Section("lost", self.tr("Lost receipts"), LostReceiptsSection, group=counter),
            Section("retail", self.tr("Retail"), RetailSection, group=counter),
            Section("charges_to_do", self.tr("Charges to do"), ChargesToDoSection, group=accounts),
            Section("coding", self.tr("Coding questions"), CodingSection, group=accounts),
            Section("unapplied", self.tr("Unapplied money"), UnappliedSection, group=accounts),
            Section("plans", self.tr("Payment plans"), PlansSection, group=accounts),
            Section("estimates", self.tr("Good-faith estimates"), EstimatesSection, group=accounts),
            Section("sliding", self.tr("Sliding fee"), SlidingFeeSection, group=accounts),
            Section("adjustments", self.tr("Adjustments"), AdjustmentsSection, Right.ADJUST, group=accounts),
            Section("no_copay", self.tr("Co-pays not taken"), NoCopaySection, group=accounts),
            Section("sessions", self.tr("Drawer history"), DrawerHistorySection, group=drawer),
            Section("transfers", self.tr("Drawer transfers"), TransfersSection, group=drawer),
            Section("differences", self.tr("Over and short"), DifferencesSection, Right.SEE_REPORTS, group=drawer),
            Section("spot_checks", self.tr("Spot checks"), SpotChecksSection, Right.SEE_EXPECTED, group=drawer),
            Section("deposits", self.tr("Deposits"), DepositsSection, group=drawer),
            Section("checks", self.tr("Checks"), ChecksSection, group=drawer),
            Section("bank", self.tr("Bank"), BankSection, Right.SEE_REPORTS, group=drawer),
            Section("reports", self.tr("Reports"), ReportsSection, Right.SEE_REPORTS, group=books),
            Section("books", self.tr("Books"), BooksSection, Right.SEE_REPORTS, group=books),
            Section("months", self.tr("Months"), MonthsSection, Right.SEE_REPORTS, group=books),
            Section("audit", self.tr("Audit"), AuditSection, Right.READ_AUDIT, group=books),
        )

    def open_drawer(self) -> None:
        """Do what F8 does."""
        self.context.ask(self, own_drawer, then=lambda row: open_drawer_dialog(self.context, self, row.till.till_id))

    def make_deposit(self) -> None:
        """Show the deposit form."""
        open_deposit(self.context, self)
