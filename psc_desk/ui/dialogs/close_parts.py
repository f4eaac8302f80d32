"""What the steps of the guided close are made of: the list of steps at the left, and a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from psc_desk.money import Cents
from psc_desk.queries.closing import STEPS
from psc_desk.ui import theme
from psc_desk.usecases.closing import CloseState


class Go(NamedTuple):
    """What Enter does at a step: the use case with what was typed."""

    usecase: Callable[..., Any]
    args: tuple[Any, ...] = ()
    named: dict[str, Any] = {}  # noqa: RUF012 - never changed


def step_title(step: str) -> str:
    """Return what a step is called."""
    return {
        "items": _words("Open items"),
        "cards": _words("Card batch"),
        "checks": _words("Checks"),
        "count": _words("Count the cash"),
        "difference": _words("Over or short"),
        "float": _words("Float and change"),
        "deposit": _words("Deposit"),
        "z_report": _words("Z report"),
    }[step]


class StepList(QFrame):
    """The eight steps: done with a check mark, the one at hand with an arrow, the others still open."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("close_progress")
        theme.set_look(self, "raised")
        self.labels: dict[str, QLabel] = {}
        layout = QVBoxLayout(self)
        edge = theme.px(14)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.setSpacing(theme.px(12))
        for step in STEPS:
            label = theme.label()
            label.setObjectName(f"progress_{step}")
            self.labels[step] = label
            layout.addWidget(label)
        layout.addStretch()
        self.setMinimumWidth(theme.px(190))

    def show_step(self, now: str, skipped: frozenset[str] = frozenset()) -> None:
        """Mark the step at hand; a skipped one had nothing to ask."""
        at = STEPS.index(now)
        self.setAccessibleName(_words("Step {0} of {1}: {2}").format(at + 1, len(STEPS), step_title(now)))
        for number, step in enumerate(STEPS):
            label = self.labels[step]
            sign = "▶" if number == at else "✓" if number < at else "○"
            look = "accent" if number == at else "good" if number < at else "secondary"
            label.setText(f"{sign}  {number + 1}  {step_title(step)}")
            theme.style(label, bold=number == at, look=look)
            if step in skipped and number < at:
                theme.set_look(label, "secondary")


class StepPage(QWidget):
    """One step: shows a state, says what Enter does, and gives what is typed so far to be kept."""

    STEP: ClassVar[str] = ""

    def __init__(self, lead: str) -> None:
        super().__init__()
        self.setObjectName(f"close_{self.STEP}")
        self.setAccessibleName(step_title(self.STEP))
        self.state: CloseState | None = None
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.px(10))
        self.lead = sentence(lead, look="secondary")
        self.body.addWidget(self.lead)

    @property
    def verb(self) -> str:
        """What the primary button says."""
        return self.tr("Continue")

    def show_state(self, state: CloseState) -> None:
        """Show the step as it stands, with what was typed before."""
        self.state = state

    def first_field(self) -> QWidget | None:
        """Return where typing begins."""
        return None

    def typed(self) -> dict[str, Any]:
        """Return what is typed so far, also half."""
        return {}

    def go(self) -> Go:
        """Return what Enter does; raise InputError naming the field to go back to."""
        raise NotImplementedError


def sentence(text: str = "", look: str = "", *, size: theme.Size = "base", bold: bool = False) -> QLabel:
    """Return a label for a sentence, which may take several lines."""
    label = theme.label(text, size, bold, look)
    label.setWordWrap(True)
    return label


def fact(title: str, value: QLabel) -> QHBoxLayout:
    """Return a title with its value at the right."""
    row = QHBoxLayout()
    row.addWidget(theme.label(title, look="secondary"))
    row.addStretch()
    row.addWidget(value)
    return row


def verdict(counted: Cents, expected: Cents) -> str:
    """Return the look of a figure that should equal another."""
    return "good" if counted == expected else "error"


def _words(text: str) -> str:
    return QCoreApplication.translate("CloseSteps", text)
