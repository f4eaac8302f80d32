"""What every dialog is, and the three questions that the whole window asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEvent, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from psc_desk.errors import DeskError, InputError
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.focus_order import set_reading_order
from psc_desk.ui.widgets.banner import BannerData, PatientBanner
from psc_desk.ui.widgets.basic import button
from psc_desk.ui.widgets.form import Form
from psc_desk.ui.widgets.inputs import PinEdit

V = TypeVar("V")
T = TypeVar("T")

_SETTLED_MS = 100
_INSIDE = QPoint(1, 1)


class DeskDialog(QDialog, Generic[V]):
    """A dialog with banner, body, error line and a primary button that is a verb.

    A subclass fills `self.form` (or `self.body`), returns what was typed from `value()` (raising InputError), and may
    override `submit()` to do it through `run(context, usecase, ...)` and stay open when that is refused.
    `Dialog.ask(...)` shows it and returns `value()`'s answer (or the use case's result), or None; tests replace `ask`.
    """

    def __init__(
        self, parent: QWidget | None, title: str, *, verb: str, patient: BannerData | None = None, look: str = "primary"
    ) -> None:
        super().__init__(parent)
        self.answer: V | None = None
        self._keys_due = False
        self._started: list[object] | None = None
        self._warned: list[object] | None = None
        self.setWindowTitle(title if title.startswith("PSC Desk") else f"PSC Desk - {title}")
        self.setAccessibleName(title)
        self.setObjectName(type(self).__name__)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.banner = PatientBanner(small=True)
        self.banner.show_patient(patient)
        self.body = QVBoxLayout()
        self.form = Form()
        self.error_line = theme.label(look="error")
        self.primary = button("primary_button", verb, self._press, look=look)
        self.cancel = button("cancel_button", self.tr("Cancel"), self.reject)
        self.buttons = QHBoxLayout()
        self._build()
        self._share_lock()

    @classmethod
    def ask(cls, *args: Any, **kw: Any) -> V | None:
        """Show the dialog over its parent and wait; return the answer, or None when the person backed out."""
        dialog = cls(*args, **kw)
        loop = QEventLoop()
        dialog.finished.connect(loop.quit)
        dialog.open()
        loop.exec()
        answer = dialog.answer if dialog.result() == QDialog.DialogCode.Accepted else None
        dialog.deleteLater()
        return answer

    def value(self) -> V:
        """Return what was typed; raise InputError naming the field to go back to."""
        raise NotImplementedError

    def submit(self) -> None:
        """Take the answer and close; override to save first."""
        self.finish(self.value())

    def finish(self, answer: V) -> None:
        """Close with this answer."""
        self.answer = answer
        self.accept()

    def run(self, context: Context, usecase: Callable[..., Any], *args: Any, **kw: Any) -> None:
        """Do the use case; close with its result, or stay open and say why not."""
        self.primary.setEnabled(False)
        self.error_line.hide()

        def failed(error: Exception) -> None:
            self.primary.setEnabled(True)
            if not isinstance(error, DeskError):
                context.report(error)
            elif not self.refused(error):
                self.show_error(error)

        context.do(self, usecase, *args, then=self.finish, failed=failed, **kw)

    def refused(self, error: DeskError) -> bool:
        """Offer a way on (a reason, a second person) and return True; else the sentence is shown."""
        return False

    def show_error(self, error: Exception) -> None:
        """Say the sentence at the bottom and go to the field that it names."""
        self.error_line.setText(str(error))
        self.error_line.show()
        self._make_room()
        name = error.field if isinstance(error, InputError) else ""
        field = self.findChild(QWidget, name) if name else None
        if field is not None:
            field.setFocus(Qt.FocusReason.TabFocusReason)

    def _make_room(self) -> None:
        """Grow by what the error line needs, not to the size that lists and notes would like best."""
        layout = self.layout()
        assert layout is not None
        layout.activate()
        needed = max(layout.totalMinimumHeightForWidth(self.width()), layout.totalMinimumSize().height())
        self.resize(self.width(), max(self.height(), needed))

    def reject(self) -> None:
        """Close, but never lose typing without asking: then Esc has to be pressed twice."""
        now = self._typed()
        if self._started is not None and now not in (self._started, self._warned):
            self._warned = now
            words = self.tr("What you typed here is not saved. Press Esc again to drop it, or go on typing.")
            self.show_error(DeskError(words))
            return
        super().reject()

    def done(self, result: int) -> None:
        """Close; where the dialog over this one closed just before, no window manager knows whom to give the keys."""
        parent = self.parentWidget()
        below = parent.window() if parent is not None else None
        if isinstance(below, DeskDialog):
            below._keys_due = self._keys_due or self.isActiveWindow()
        super().done(result)
        if below is not None and self._keys_due:
            below.activateWindow()

    def changeEvent(self, event: QEvent) -> None:
        """Note that the keys have come."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._keys_due = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter does it from any field, also from one where Enter only goes on."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.primary.isVisible():
            self.primary.click()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Go on in reading order."""
        set_reading_order(self)
        return super().focusNextPrevChild(forwards)

    def showEvent(self, event: QShowEvent) -> None:
        """Note what the fields hold before anything is typed, and start in the first of them."""
        super().showEvent(event)
        if self._started is not None:
            return
        QTimer.singleShot(_SETTLED_MS, self, self._keep_on_screen)
        self._started = self._typed()
        first = next((field for field in _inputs(self) if field.isEnabled() and not field.isHidden()), None)
        if first is not None and self.focusWidget() in (None, self, self.primary, self.cancel):
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def _keep_on_screen(self) -> None:
        """Come back over the window below when the window manager put the title bar out of reach."""
        parent, room = self.parentWidget(), self.screen().availableGeometry()
        if parent is None or room.contains(self.frameGeometry().topLeft() + _INSIDE):
            return
        middle = parent.window().frameGeometry().center() - self.rect().center()
        self.move(max(room.left(), middle.x()), max(room.top(), middle.y()))

    def _press(self) -> None:
        try:
            self.submit()
        except DeskError as error:
            self.show_error(error)

    def _typed(self) -> list[object]:
        return [_content(field) for field in _inputs(self)]

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        edge = theme.px(16)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.setSpacing(theme.px(12))
        self.error_line.setObjectName("error_line")
        self.error_line.setWordWrap(True)
        self.error_line.hide()
        self.body.setSpacing(theme.px(10))
        self.body.addWidget(self.form)
        self.buttons.addStretch()
        self.buttons.addWidget(self.cancel)
        self.buttons.addWidget(self.primary)
        self.primary.setDefault(True)
        layout.addWidget(self.banner)
        layout.addLayout(self.body, 1)
        layout.addWidget(self.error_line)
        layout.addLayout(self.buttons)
        self.setMinimumWidth(theme.px(420))

    def _share_lock(self) -> None:
        parent = self.parentWidget()
        lock = parent.window().findChild(QAction, "job_lock") if parent is not None else None
        if lock is not None:
            self.addAction(lock)


class Confirm(DeskDialog[bool]):
    """A yes-or-no question for what cannot be taken back: `Confirm.ask(parent, title, question, verb="Void")`."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        question: str,
        *,
        verb: str,
        patient: BannerData | None = None,
        danger: bool = False,
    ) -> None:
        super().__init__(parent, title, verb=verb, patient=patient, look="danger" if danger else "primary")
        words = theme.label(question)
        words.setObjectName("question")
        words.setWordWrap(True)
        self.form.wide(words)

    def value(self) -> bool:
        """Return yes."""
        return True


@dataclass(frozen=True)
class Reason:
    """Why: a code from the list and free text."""

    code: str
    word: str
    text: str = ""

    @property
    def sentence(self) -> str:
        """Return "Patient asked: works late"."""
        return f"{self.word}: {self.text}" if self.text else self.word


class ReasonDialog(DeskDialog[Reason]):
    """Asks why: `ReasonDialog.ask(parent, title, question, reasons=[("ill", "Patient is ill")], verb="Cancel it")`."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        question: str,
        *,
        reasons: Sequence[tuple[str, str]],
        verb: str,
        patient: BannerData | None = None,
        text_needed: bool = False,
    ) -> None:
        super().__init__(parent, title, verb=verb, patient=patient)
        words = theme.label(question)
        words.setWordWrap(True)
        self.form.wide(words)
        choices: list[tuple[str, object]] = [(word, code) for code, word in reasons]
        self._list = self.form.choice(self.tr("&Reason"), "reason", choices) if choices else None
        self._text = self.form.text(self.tr("In your &words"), "reason_text")
        self._text_needed = text_needed or not choices

    def value(self) -> Reason:
        """Return the reason; free text is needed where no list is given or "other" is chosen."""
        code = str(self._list.currentData()) if self._list is not None else "other"
        word = self._list.currentText() if self._list is not None else self.tr("Reason")
        text = self._text.text().strip()
        if not text and (self._text_needed or code == "other"):
            raise InputError(self.tr("Say why in a few words, so that others understand it later."), "reason_text")
        return Reason(code, word, text)


@dataclass(frozen=True)
class SecondPerson:
    """Who approves, and the PIN typed."""

    staff_id: int
    pin: str


class SecondPersonDialog(DeskDialog[SecondPerson]):
    """A second person approves with their PIN: `SecondPersonDialog.ask(parent, why, people=[(3, "Ana Ruiz")])`."""

    def __init__(
        self,
        parent: QWidget | None,
        why: str,
        *,
        people: Sequence[tuple[int, str]],
        patient: BannerData | None = None,
        verb: str = "",
    ) -> None:
        super().__init__(parent, "Second person", verb=verb or "Approve", patient=patient)
        self.setWindowTitle("PSC Desk - " + self.tr("Second person"))
        words = theme.label(why)
        words.setWordWrap(True)
        self.form.wide(words)
        choices: list[tuple[str, object]] = [(name, staff_id) for staff_id, name in people]
        self._who = self.form.choice(self.tr("&Person"), "second_person", choices)
        self._pin = self.form.add(self.tr("P&IN"), PinEdit("second_pin", self.tr("PIN of the second person")))
        if len(people) == 1:
            self._pin.setFocus()

    def value(self) -> SecondPerson:
        """Return who approves and the PIN."""
        if self._who.currentIndex() < 0:
            raise InputError(
                self.tr("Nobody else may approve this. Give someone the right in Settings."), "second_person"
            )
        return SecondPerson(int(self._who.currentData()), self._pin.pin())


def _inputs(dialog: QWidget) -> list[QWidget]:
    kinds = (QLineEdit, QPlainTextEdit, QComboBox, QAbstractButton)
    fields = [child for child in dialog.findChildren(QWidget) if isinstance(child, kinds)]
    return [one for one in fields if not isinstance(one, QPushButton) and not isinstance(one.parent(), QComboBox)]


def _content(field: QWidget) -> object:
    if isinstance(field, QLineEdit):
        return field.text()
    if isinstance(field, QPlainTextEdit):
        return field.toPlainText()
    if isinstance(field, QComboBox):
        return field.currentText()
    return field.isChecked() if isinstance(field, QAbstractButton) else None
