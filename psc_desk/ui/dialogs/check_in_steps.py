"""The steps of the check-in as boxes under each other; only the one at hand is open."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from psc_desk.dates import format_date
from psc_desk.errors import InputError
from psc_desk.money import Cents, format_money
from psc_desk.queries.check_in import CheckInRow
from psc_desk.queries.check_in_form import CheckInForm
from psc_desk.queries.coverage import CoverageRow
from psc_desk.queries.documents import DocumentRow
from psc_desk.ui import theme
from psc_desk.ui.dialogs.tender_box import TenderBox
from psc_desk.ui.widgets.basic import Chip, button
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import MoneyEdit

State = Literal["done", "now", "later"]


class StepBox(QFrame):
    """Number, title, what was found, and a body that is open while it is this step's turn."""

    again = Signal()
    """the person wants to look at this step again"""

    def __init__(self, number: int, title: str, name: str) -> None:
        super().__init__()
        self.setObjectName(f"step_{name}")
        self.setAccessibleName(title)
        self.state: State = "later"
        self.title = theme.label(f"{number}  {title}", bold=True)
        self.found = theme.label(size="small", look="secondary")
        self.found.setObjectName(f"found_{name}")
        self.found.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.mark = Chip("done", "")
        self.look_again = button(f"again_{name}", self.tr("Look again"), self.again.emit, look="link")
        self.look_again.setAccessibleName(self.tr("Look again: {0}").format(title))
        self.inside = QWidget()
        self.body = QVBoxLayout(self.inside)
        self._build()
        self.show_state("later", "")

    def show_state(self, state: State, found: str) -> None:
        """Open or close the box and say what was found."""
        self.state = state
        words = {"done": self.tr("Done"), "now": self.tr("Now"), "later": self.tr("To do")}
        self.mark.set_status({"done": "ok", "now": "in_room", "later": "booked"}[state], words[state])
        self.found.setText(found if state != "now" else "")
        self.look_again.setVisible(state == "done")
        self.inside.setVisible(state == "now")
        theme.set_look(self, "panel" if state == "now" else "raised")

    def first_field(self) -> QWidget | None:
        """Return where typing begins, or None when Enter on the primary button is all."""
        return None

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.mark)
        head.addWidget(self.title)
        head.addWidget(self.found, 1)
        head.addWidget(self.look_again)
        edge = theme.px(12)
        self.body.setContentsMargins(0, theme.px(6), 0, theme.px(4))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(edge, theme.px(6), edge, theme.px(6))
        layout.setSpacing(theme.px(2))
        layout.addLayout(head)
        layout.addWidget(self.inside)


class IdentityBox(StepBox):
    """Two identifiers, asked for and read out; one key ticks both."""

    def __init__(self) -> None:
        super().__init__(1, self.tr("Who is it"), "identity")
        self.name = QCheckBox()
        self.birth_date = QCheckBox()
        ask = _sentence(self.tr("Ask: “Please tell me your full name and your date of birth.” Both must be these:"))
        self.body.addWidget(ask)
        for box, name in ((self.name, "tick_name"), (self.birth_date, "tick_birth_date")):
            box.setObjectName(name)
            theme.style(box, "big", bold=True)
            self.body.addWidget(box)
        self.other = button("not_the_same", self.tr("&Not the same person"), look="link")
        self.body.addWidget(self.other, alignment=Qt.AlignmentFlag.AlignLeft)

    def show_row(self, row: CheckInRow) -> None:
        """Show who it should be and what was ticked."""
        self.name.setText(row.patient_name)
        self.birth_date.setText(format_date(row.birth_date))
        self.name.setAccessibleName(self.tr("Name is {0}").format(row.patient_name))
        self.birth_date.setAccessibleName(self.tr("Birth date is {0}").format(format_date(row.birth_date)))
        self.name.setChecked(row.name_checked)
        self.birth_date.setChecked(row.birth_date_checked)

    def found_words(self, row: CheckInRow) -> str:
        """Return what stands in the closed box."""
        ticked = row.name_checked and row.birth_date_checked
        return self.tr("✓ name   ✓ birth date") if ticked else ""


class DetailsBox(StepBox):
    """Address, phones, contacts: read back."""

    def __init__(self) -> None:
        super().__init__(2, self.tr("Details read back"), "demographics")
        self.lines = Form()
        self.values: dict[str, QLabel] = {}
        for name, words in (
            ("address", self.tr("Address")), ("phones", self.tr("Phone")), ("email", self.tr("E-mail")),
            ("contacts", self.tr("Emergency")), ("verified", self.tr("Last confirmed")),
        ):  # fmt: skip
            value = theme.label()
            value.setWordWrap(True)
            self.values[name] = self.lines.add(words, value, f"details_{name}")
        self.body.addWidget(self.lines)
        self.change = button("change_details", self.tr("&Change ..."))
        self.skip = button("skip_details", self.tr("&Skip this time"), look="link")
        self.body.addLayout(_row(self.change, self.skip))

    def show_row(self, row: CheckInRow) -> None:
        """Show what is to be read back."""
        told = row.demographics
        never = self.tr("never")
        texts = {
            "address": ", ".join(told.address_lines),
            "phones": " · ".join(told.phones),
            "email": told.email,
            "contacts": " · ".join(told.emergency_contacts),
            "verified": format_date(told.verified_on) if told.verified_on else never,
        }
        for name, text in texts.items():
            self.values[name].setText(text or self.tr("none on file"))
            theme.set_look(self.values[name], "" if text and text != never else "warning")
        self.skip.setVisible(told.verified_on is not None)

    def found_words(self, row: CheckInRow) -> str:
        """Return what stands in the closed box."""
        if row.demographics_confirmed:
            return self.tr("confirmed today")
        return self.tr("not read back")


class CoverageBox(StepBox):
    """The coverage in force, or self-pay; card pictures from files."""

    card_wanted = Signal(str)
    """card_front or card_back: a file is to be attached"""

    def __init__(self) -> None:
        super().__init__(3, self.tr("Coverage seen"), "coverage")
        self.group = QButtonGroup(self)
        self.missing = _sentence("", "warning")
        self.choices = QVBoxLayout()
        self.cards = theme.label(size="small", look="secondary")
        self.cards.setObjectName("cards_on_file")
        self.add = button("add_coverage", self.tr("&Add coverage ..."))
        self.front = button("card_front", self.tr("Card &front ..."), partial(self.card_wanted.emit, "card_front"))
        self.back = button("card_back", self.tr("Card &back ..."), partial(self.card_wanted.emit, "card_back"))
        self.body.addWidget(self.missing)
        self.body.addLayout(self.choices)
        self.body.addWidget(self.cards)
        self.sliding = theme.label(size="small", look="secondary")
        self.sliding.setObjectName("sliding_hint")
        self.assess = button("assess_income", self.tr("Sliding f&ee ..."))
        self.body.addWidget(self.sliding)
        self.body.addLayout(_row(self.add, self.front, self.back, self.assess))

    def show_form(self, form: CheckInForm) -> None:
        """Offer what is in force on the day; nothing is chosen for a patient without coverage."""
        row = form.row
        self._clear()
        for one in row.coverages:
            self._offer(one.id, self._words(one))
        if not any(one.self_pay for one in row.coverages):
            self._offer(0, self.tr("Self-pay: the patient pays for this visit"))
        chosen = 0 if row.self_pay and row.coverage_confirmed else row.coverage.id if row.coverage else None
        found = None if chosen is None else self.group.button(chosen + 1)
        if found is not None:
            found.setChecked(True)
        self.missing.setVisible(not row.coverages)
        self.missing.setText(self.tr("No coverage is in force today. Add one from the card, or choose self-pay."))
        self.cards.setText(
            self.tr("Card on file: {0}, {1}").format(
                _paper(self.tr("front"), form.card_front), _paper(self.tr("back"), form.card_back)
            )
        )

        self.sliding.setText(self._sliding_words(form))

    def chosen(self) -> int:
        """Return the coverage chosen, 0 for self-pay; InputError when nothing is."""
        place = self.group.checkedId()
        if place < 0:
            raise InputError(
                self.tr("Choose self-pay, or add the coverage from the patient's card."), self._first_name()
            )
        return place - 1

    def found_words(self, row: CheckInRow) -> str:
        """Return what stands in the closed box."""
        if not row.coverage_confirmed:
            return ""
        return self.tr("Self-pay") if row.self_pay or row.coverage is None else row.coverage.title

    def first_field(self) -> QWidget | None:
        """Where there is nothing to confirm, the choice itself."""
        return None if self.group.checkedId() >= 0 else self.group.buttons()[0]

    def _words(self, one: CoverageRow) -> str:
        if one.self_pay:
            return self.tr("Self-pay: the patient pays")
        due = self.tr("co-pay {0}").format(format_money(one.due_copay_cents))
        seen = format_date(one.verified_on) if one.verified_on else self.tr("never")
        member = self.tr("member {0}").format(one.member_id)
        cost = self.tr("cost-sharing forbidden by law") if one.cost_share_forbidden else due
        first = " · ".join((one.title, one.position_word.lower(), member))
        return "\n".join((first, " · ".join((cost, self.tr("verified {0}").format(seen)))))

    def _sliding_words(self, form: CheckInForm) -> str:
        if form.sliding is None:
            return self.tr("Sliding fee: no income assessment is in force.")
        words = self.tr("Sliding fee: {0}, through {1}")
        return words.format(form.sliding.result, format_date(form.sliding.expires_on))

    def _offer(self, coverage_id: int, words: str) -> None:
        choice = QRadioButton(words)
        choice.setObjectName(f"coverage_{coverage_id}" if coverage_id else "self_pay")
        self.group.addButton(choice, coverage_id + 1)
        self.choices.addWidget(choice)

    def _first_name(self) -> str:
        return self.group.buttons()[0].objectName()

    def _clear(self) -> None:
        for choice in self.group.buttons():
            self.group.removeButton(choice)
            self.choices.removeWidget(choice)
            choice.hide()
            choice.deleteLater()


class CopayBox(StepBox):
    """The co-pay with its tender, or why none is taken."""

    changed = Signal()

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(4, self.tr("Co-pay"), "copay")
        self._due: Cents = 0
        self.closed = _sentence("", "warning")
        self.open_drawer = button("open_drawer", self.tr("&Open the drawer ..."))
        self.form = Form()
        self.amount = self.form.add(self.tr("Co-pay"), MoneyEdit("copay_amount", self.tr("Co-pay to take")))
        self.tender = TenderBox(ask_terminal=True)
        self.receipt = QCheckBox(self.tr("&Print a receipt"))
        self.receipt.setObjectName("print_receipt")
        self.receipt.setChecked(True)
        self.reason = QComboBox()
        self.owed = theme.label(size="small", look="secondary")
        self.owed.setObjectName("other_balance")
        self._build_body(reasons)
        self.amount.textChanged.connect(self._amount_changed)
        self.reason.activated.connect(self._reason_chosen)

    def show_form(self, form: CheckInForm) -> None:
        """Preset the co-pay that is open, unless an amount was typed already."""
        row, till = form.row, form.counter.till
        if row.copay_open_cents != self._due:
            self._due = row.copay_open_cents
            self.amount.set_cents(self._due or None)
        self.closed.setVisible(till.status != "open")
        self.open_drawer.setVisible(till.status != "open")
        self.closed.setText(self.tr("{0} is not open, so no money can be taken yet.").format(till.name))
        self.owed.setVisible(row.balance_cents > 0)
        self.owed.setText(
            self.tr("Balance from before: {0}. Take it with F5 after the check-in.").format(
                format_money(row.balance_cents)
            )
        )

    def cents(self) -> Cents:
        """Return what is taken now; 0 when a reason says why nothing is."""
        cents = self.amount.cents_or_none() or 0
        if not cents and not self.chosen_reason():
            raise InputError(self.tr("Type the amount, or choose why no co-pay is taken."), "no_copay_reason")
        if 0 < cents < self._due and not self.chosen_reason():
            raise InputError(
                self.tr("That is less than the co-pay. Choose why the rest is not taken."), "no_copay_reason"
            )
        return cents

    def chosen_reason(self) -> str:
        """Return why no co-pay, or less, is taken; "" when all of it is."""
        return str(self.reason.currentData() or "")

    def found_words(self, row: CheckInRow) -> str:
        """Return what stands in the closed box."""
        if row.no_copay_reason:
            return row.no_copay_reason
        if row.copay_open_cents:
            return self.tr("{0} due").format(format_money(row.copay_open_cents))
        if not row.coverage_confirmed:
            return ""
        if row.cost_share_forbidden:
            return self.tr("none: cost-sharing is forbidden by law")
        paid = row.copay_due_cents - row.copay_open_cents
        return self.tr("{0} paid").format(format_money(paid)) if paid else self.tr("none due")

    def first_field(self) -> QWidget | None:
        """Return the money handed over."""
        return self.tender.first_field

    def verb(self) -> str:
        """Return what Enter does now."""
        try:
            cents = self.amount.cents_or_none() or 0
        except InputError:
            cents = 0
        taking = self.tr("Take {0} and check in").format(format_money(cents))
        return taking if cents else self.tr("Check in without co-pay")

    def _amount_changed(self) -> None:
        try:
            cents = self.amount.cents_or_none() or 0
        except InputError:
            cents = 0
        self.tender.show_share(cents or None)
        if not cents and self.tender.focusWidget() is not None and self.tender.focusWidget().hasFocus():
            self.amount.setFocus(Qt.FocusReason.TabFocusReason)
        self.tender.setEnabled(cents > 0)
        self.changed.emit()

    def _reason_chosen(self) -> None:
        untouched = not self.tender.tendered.text()
        if self.chosen_reason() and untouched:
            self.amount.set_cents(None)
        elif not self.chosen_reason():
            self.amount.set_cents(self._due)

    def _build_body(self, reasons: Sequence[str]) -> None:
        self.reason.addItem(self.tr("- the co-pay is taken -"), "")
        for reason in reasons:
            self.reason.addItem(reason, reason)
        self.body.addWidget(self.closed)
        self.body.addWidget(self.open_drawer, alignment=Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.form)
        self.body.addWidget(self.tender)
        self.body.addWidget(self.receipt)
        why = Form()
        why.add(self.tr("Not taken &because"), self.reason, "no_copay_reason")
        self.body.addWidget(why)
        self.body.addWidget(self.owed)


def _sentence(text: str, look: str = "secondary") -> QLabel:
    words = theme.label(text, look=look)
    words.setWordWrap(True)
    return words


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for part in parts:
        row.addWidget(part)
    row.addStretch()
    return row


def _paper(side: str, paper: DocumentRow | None) -> str:
    return f"{side} {format_date(paper.filed_at.date())}" if paper is not None else f"{side} -"
