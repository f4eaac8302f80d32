"""The end of the guided close: who takes the money to the bank, and what to do with bag and Z report."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QVBoxLayout, QWidget

from psc_desk.devices.jobs import JobState
from psc_desk.money import format_money
from psc_desk.queries.float_helper import pieces_words
from psc_desk.ui import theme
from psc_desk.ui.dialogs.close_parts import Go, StepPage, fact, sentence
from psc_desk.ui.widgets.basic import line
from psc_desk.usecases.closing import CloseState, GuidedDone, finish_close
from psc_desk.usecases.till import over_short_words


class DepositPage(StepPage):
    """Whether the closer prepares the deposit, and what closing will do."""

    STEP: ClassVar[str] = "deposit"

    def __init__(self) -> None:
        super().__init__(self.tr("Who prepares the bank deposit?"))
        self.later = QRadioButton(self.tr("&Leave it for someone else"))
        self.now = QRadioButton(self.tr("Prepare it &now"))
        self.group = QButtonGroup(self)
        self.advice = sentence(look="secondary", size="small")
        names = ("over_short", "float", "to_bank", "dropped", "checks")
        self.facts = {name: theme.label("", bold=True) for name in names}
        self._build_deposit()

    @property
    def verb(self) -> str:
        """What the primary button says."""
        return self.tr("Close the drawer")

    def show_state(self, state: CloseState) -> None:
        """Show what goes where; someone else prepares the deposit where there is someone."""
        super().show_state(state)
        later = bool(state.typed("deposit").get("later", state.others))
        (self.later if later else self.now).setChecked(True)
        self.advice.setText(
            self.tr("Whoever closes a drawer should not be the one who banks it: two people see the money.")
            if state.others
            else self.tr("Nobody else works here: the program asks you for a reason, which the owner reviews.")
        )
        if state.count is None:
            return
        left = int(state.typed("float").get("cents", 0))
        checks = format_money(sum(row.cents for row in state.checks))
        texts = {
            "over_short": over_short_words(state.count.over_short_cents),
            "to_bank": format_money(state.count.counted_cents - left),
            "dropped": format_money(state.dropped_cents) if state.dropped_cents else self.tr("none"),
            "checks": self.tr("{0}, {1}").format(len(state.checks), checks) if state.checks else self.tr("none"),
            "float": format_money(left),
        }
        for name, text in texts.items():
            self.facts[name].setText(text)
        theme.set_look(self.facts["over_short"], "error" if state.count.over_short_cents else "good")

    def first_field(self) -> QWidget | None:
        """Return the choice made."""
        return self.later if self.later.isChecked() else self.now

    def typed(self) -> dict[str, Any]:
        """Return the choice."""
        return {"later": self.later.isChecked()}

    def go(self) -> Go:
        """Close."""
        return Go(finish_close, (), {"deposit_now": self.now.isChecked()})

    def _build_deposit(self) -> None:
        for name, radio in (("deposit_later", self.later), ("deposit_now", self.now)):
            radio.setObjectName(name)
            radio.setAccessibleName(radio.text().replace("&", ""))
            self.group.addButton(radio)
            self.body.addWidget(radio)
        self.body.addWidget(self.advice)
        self.body.addWidget(line())
        titles = (
            ("over_short", self.tr("Over or short")),
            ("float", self.tr("Stays in the drawer")),
            ("to_bank", self.tr("Taken out for the bank")),
            ("dropped", self.tr("Dropped to the safe before")),
            ("checks", self.tr("Checks to the bank")),
        )
        for name, title in titles:
            self.facts[name].setObjectName(f"end_{name}")
            self.body.addLayout(fact(title, self.facts[name]))
        self.body.addStretch()


class DonePage(QWidget):
    """Closed: what to do with the papers and the bag."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("close_done")
        self.head = theme.label("", "big", bold=True, look="good")
        self.steps: list[str] = []
        self._labels: list[QLabel] = []
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.px(12))
        self.body.addWidget(self.head)

    def show_done(self, name: str, done: GuidedDone) -> None:
        """Say what to do now, in order."""
        words = self.tr("{0} is closed, {1}.")
        self.head.setText(words.format(name, over_short_words(done.close.over_short_cents)))
        theme.set_look(self.head, "warning" if done.close.over_short_cents else "good")
        self.steps = self._what_to_do(done)
        for number, text in enumerate(self.steps, 1):
            step = sentence(f"{number}.  {text}")
            step.setObjectName(f"after_{number}")
            self._labels.append(step)
            self.body.addWidget(step)
        self.body.addStretch()

    def show_print(self, z_no: int, state: JobState) -> None:
        """Say what became of the Z report."""
        words = {
            JobState.PRINTED: self.tr("Z report {0} is printed. Sign it."),
            JobState.SENT_UNCONFIRMED: self.tr("Z report {0} was sent. Look that it came out whole, and sign it."),
            JobState.UNKNOWN: self.tr("Did Z report {0} come out? Answer under Money, Print queue."),
            JobState.CANCELLED: self.tr("Z report {0} was not printed. Print it again under Money, Drawer history."),
        }
        if state in words and self._labels:
            self._labels[0].setText(f"1.  {words[state].format(z_no)}")
            theme.set_look(self._labels[0], "good" if state is JobState.PRINTED else "warning")

    def _what_to_do(self, done: GuidedDone) -> list[str]:
        close = done.close
        z_report = self.tr("Z report {0} is being printed. Sign it; if nothing comes out, look at Money, Print queue.")
        bag = self.tr("Put {0} in cash{1} and the Z report into the deposit bag.")
        safe = self.tr("Put the {0} dropped to the safe into the same bag.")
        some = self.tr(", 1 check") if done.checks == 1 else self.tr(", {0} checks").format(done.checks)
        checks = some if done.checks else ""
        leave = self.tr("Leave {0} in the drawer: {1}.")
        someone = self.tr("Put the bag into the safe. Someone else counts it again under Money, Deposits.")
        yourself = self.tr("The deposit form opens next. Count the bag once more for it.")
        steps = [z_report.format(close.z_no)]
        if close.float_left_cents:
            steps.append(leave.format(format_money(close.float_left_cents), pieces_words(close.plan.leave)))
        if close.to_bank_cents or done.checks:
            steps.append(bag.format(format_money(close.to_bank_cents), checks))
        if done.dropped_cents:
            steps.append(safe.format(format_money(done.dropped_cents)))
        if close.to_bank_cents or done.checks or done.dropped_cents:
            steps.append(yourself if done.deposit_now else someone)
        if done.order:
            asked = self.tr("Ask the bank for this change: {0}.")
            steps.append(asked.format(", ".join(row.words for row in done.order)))
        return steps
