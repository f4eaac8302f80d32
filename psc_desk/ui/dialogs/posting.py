"""What every dialog is that posts money: once under its own key, with a second person where the desk wants one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import uuid4

from PySide6.QtWidgets import QWidget

from psc_desk.errors import DeskError, SecondPersonNeeded
from psc_desk.queries.counter import PersonAtCounter
from psc_desk.queries.staff import PersonRow, approvers
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog, SecondPersonDialog
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.usecases.staff import Approval, SignInResult, check_approval

V = TypeVar("V")


def banner_of(who: PersonAtCounter) -> BannerData:
    """Return the banner with the two identifiers that every money form repeats."""
    return BannerData(who.patient_id, who.name, who.birth_date, who.record_no, who.today)


class PostingDialog(DeskDialog[V], Generic[V]):
    """A dialog that changes something through `post`; `key` makes a repeated posting the same posting."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        title: str,
        *,
        verb: str,
        who: PersonAtCounter | None = None,
        look: str = "primary",
    ) -> None:
        super().__init__(parent, title, verb=verb, patient=banner_of(who) if who else None, look=look)
        self.context = context
        self.key = uuid4().hex
        self.finished.connect(self.deleteLater)

    def post(
        self, usecase: Callable[..., Any], *args: Any, then: Callable[[Any], Any] | None = None, **kw: Any
    ) -> None:
        """Do it; a refusal is shown, a needed second person is asked for and the posting repeated with the approval."""
        self.primary.setEnabled(False)
        self.error_line.hide()
        again = partial(self.post, usecase, *args, then=then, **kw)
        self.context.do(self, usecase, *args, then=then or self.finish, failed=partial(self._failed, again), **kw)

    def _failed(self, again: Callable[..., None], error: Exception) -> None:
        if isinstance(error, SecondPersonNeeded):
            self.context.ask(self, approvers, then=partial(self._ask_second, again, error))
            return
        self.primary.setEnabled(True)
        if isinstance(error, DeskError):
            self.show_error(error)
        else:
            self.context.report(error)

    def _ask_second(self, again: Callable[..., None], why: DeskError, people: list[PersonRow]) -> None:
        names = [(row.id, row.name) for row in people]
        answer = SecondPersonDialog.ask(self, str(why), people=names, patient=self.banner.data)
        if answer is None:
            self.primary.setEnabled(True)
            self.show_error(why)
            return
        approval = Approval(answer.staff_id, answer.pin)
        self.context.do(self, check_approval, approval, then=partial(self._approved, again, approval))

    def _approved(self, again: Callable[..., None], approval: Approval, result: SignInResult) -> None:
        if result.person is None:
            self.primary.setEnabled(True)
            self.show_error(DeskError(result.sentence))
            return
        again(approval=approval)
