"""A visit's steps through the clinic as the window offers them: one key each, one line said, ten minutes to undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QWidget

from psc_desk.models.visit import Status
from psc_desk.queries.queue import QueueRow
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import ReasonDialog
from psc_desk.ui.dialogs.visit_actions import VisitActions
from psc_desk.usecases.visits import arrive, finish, left_unseen, room, to_checkout, undo_status, with_provider


def _noop(text: str) -> str:
    return str(QT_TRANSLATE_NOOP("VisitSteps", text))


@dataclass(frozen=True)
class VisitStep:
    """A step: its key in the queue, its words in the menu, what is said when done, and from where it can be taken."""

    name: str
    key: str
    words: str
    said: str
    icon: str
    start: frozenset[Status]
    usecase: Callable[..., int] | None = None

    def title(self) -> str:
        """Return the words in the language of the window."""
        return QCoreApplication.translate("VisitSteps", self.words)


_B, _A, _C = Status.BOOKED, Status.ARRIVED, Status.CHECKED_IN
_R, _P, _O = Status.IN_ROOM, Status.WITH_PROVIDER, Status.CHECKOUT

STEPS = (
    VisitStep("arrive", "A", _noop("Arrived"), _noop("{0} is here."), "door-enter", frozenset({_B}), arrive),
    VisitStep("check_in", "F4", _noop("Check in"), "", "user-check", frozenset({_B, _A})),
    VisitStep("room", "R", _noop("In the room"), _noop("{0} is in the room."), "building", frozenset({_C, _P}), room),
    VisitStep(
        "provider", "P", _noop("With the provider"), _noop("{0} is with the provider."), "stethoscope",
        frozenset({_C, _R, _O}), with_provider,
    ),
    VisitStep(
        "checkout", "O", _noop("To check-out"), _noop("{0} is at check-out."), "logout", frozenset({_R, _P}),
        to_checkout,
    ),
    VisitStep("check_out", "F6", _noop("Check out"), "", "door-exit", frozenset({_R, _P, _O})),
    VisitStep("done", "D", _noop("Done"), _noop("{0} is done."), "check", frozenset({_O}), finish),
    VisitStep(
        "left", "L", _noop("Left unseen"), _noop("{0} left without being seen."), "user-x", frozenset({_A, _C, _R}),
        left_unseen,
    ),
    VisitStep("break", "B", _noop("Cancel or missed ..."), "", "ban", frozenset({_B})),
    VisitStep("confirm", "", _noop("Confirm ..."), "", "phone", frozenset({_B})),
)  # fmt: skip
_LEFT_REASONS = (
    ("waited", _noop("Waited too long")),
    ("called", _noop("Was called away")),
    ("better", _noop("Felt better")),
    ("worse", _noop("Went to the emergency room")),
    ("other", _noop("Other")),
)


def step(name: str) -> VisitStep:
    """Return a step by its name."""
    return next(one for one in STEPS if one.name == name)


class VisitSteps(QObject):
    """Takes a visit a step further, says so, and offers Undo."""

    taken = Signal(int)
    """visit id, after a step was saved"""

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self.context = context
        self._window = window
        self._actions = VisitActions(context, window)

    def offered(self, status: Status) -> list[VisitStep]:
        """Return the steps that a visit of this status can take."""
        return [one for one in STEPS if status in one.start]

    def take(self, name: str, row: QueueRow) -> None:
        """Take a step, or say why it cannot be."""
        chosen = step(name)
        if name == "check_in":
            from psc_desk.ui.dialogs.check_in import open_check_in

            open_check_in(self.context, self._window, row.visit_id)
        elif name == "check_out" or (name == "checkout" and row.status is Status.CHECKOUT):
            from psc_desk.ui.dialogs.check_out import open_check_out

            open_check_out(self.context, self._window, row.visit_id)
        elif name == "left":
            self._left(chosen, row)
        elif name == "break":
            self._actions.break_off(row.visit_id)
        elif name == "confirm":
            self._actions.confirm(row.visit_id)
        else:
            self._do(chosen, row)

    def undo(self, row_name: str, change_id: int) -> None:
        """Take a change of status back."""
        said = self.tr("the last step of {0} was taken back.").format(row_name)
        self.context.do(self, undo_status, change_id, then=lambda _id: self.context.report.done(said))

    def _left(self, chosen: VisitStep, row: QueueRow) -> None:
        if row.status not in chosen.start:
            self._do(chosen, row, "-")
            return
        reasons = [(code, QCoreApplication.translate("VisitSteps", word)) for code, word in _LEFT_REASONS]
        answer = ReasonDialog.ask(
            self._window, self.tr("Left unseen"), self.tr("Why did {0} leave without being seen?").format(row.name),
            reasons=reasons, verb=self.tr("Left unseen"),
        )  # fmt: skip
        if answer is not None:
            self._do(chosen, row, answer.sentence)

    def _do(self, chosen: VisitStep, row: QueueRow, *args: Any) -> None:
        assert chosen.usecase is not None
        self.context.do(self, chosen.usecase, row.visit_id, *args, then=partial(self._done, chosen, row))

    def _done(self, chosen: VisitStep, row: QueueRow, change_id: int) -> None:
        said = QCoreApplication.translate("VisitSteps", chosen.said).format(row.name)
        self.context.report.done(said, undo=partial(self.undo, row.name, change_id))
        self.taken.emit(row.visit_id)
