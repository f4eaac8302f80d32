"""What every dialog over a chart is: it does one use case, says so in one line, and tells who asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from PySide6.QtWidgets import QWidget

from psc_desk.errors import InputError
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.widgets.banner import BannerData

V = TypeVar("V")


class ChartDialog(DeskDialog[V], Generic[V]):
    """`said` is the line for the message bar once it is done; `then` hears the use case's answer."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        title: str,
        *,
        verb: str,
        who: BannerData | None,
        then: Callable[[V], Any] | None = None,
    ) -> None:
        super().__init__(parent, title, verb=verb, patient=who)
        self.context = context
        self.said = ""
        self._then = then
        self._wrong: QWidget | None = None
        self.finished.connect(self.deleteLater)

    def finish(self, answer: V) -> None:
        """Say what was done and close."""
        super().finish(answer)
        if self.said:
            self.context.report.done(self.said)
        if self._then is not None:
            self._then(answer)

    def show_error(self, error: Exception) -> None:
        """Mark the field that the error names, too."""
        self._unmark()
        field = self.findChild(QWidget, error.field) if isinstance(error, InputError) and error.field else None
        if field is not None:
            theme.set_look(field, "wrong")
            self._wrong = field
        super().show_error(error)

    def run(self, context: Context, usecase: Callable[..., Any], *args: Any, **kw: Any) -> None:
        """Forget the last error, then do it."""
        self._unmark()
        super().run(context, usecase, *args, **kw)

    def _unmark(self) -> None:
        if self._wrong is not None:
            theme.set_look(self._wrong, "plain")
            self._wrong = None
