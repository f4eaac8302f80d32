"""Who works at this desk: the sign-in page, the lock page, and the question for the passphrase of the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QListView

from psc_desk.demo_people import DemoPerson
from psc_desk.errors import InputError
from psc_desk.ui import theme
from psc_desk.ui.rows_model import Column, RowsModel
from psc_desk.ui.start_page import StartPage
from psc_desk.ui.widgets.inputs import TypedEdit
from psc_desk.ui.widgets.search_box import Hit, HitDelegate


class SignInPerson(Protocol):
    """A person with an account, as queries.staff.PersonRow has it."""

    @property
    def id(self) -> int:
        """Staff id."""
        ...

    @property
    def name(self) -> str:
        """Full name."""
        ...

    @property
    def role_word(self) -> str:
        """The role in words."""
        ...


Verify = Callable[[int, str, Callable[[Any], Any], Callable[[Exception], Any]], Any]
"""verify(staff_id, password or PIN, then, failed): calls then(person) or failed(error), at once or later"""


class SignInPage(StartPage):
    """People at the top, one field for password or PIN, Enter. Painted before the people are known."""

    signed_in = Signal(object)
    """what `verify` gave to `then`"""

    def __init__(self, clinic: str, verify: Verify, *, people: Sequence[SignInPerson] = ()) -> None:
        super().__init__("sign_in_page", clinic, "", self.tr("Sign in"))
        self.verify = verify
        self.model = RowsModel[Hit]([Column("", lambda hit: f"{hit.title}, {hit.detail}")], parent=self)
        self.list = self._build_list()
        self.secret = TypedEdit("secret", self.tr("Password or PIN"))
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.body.insertWidget(2, self.list)
        self.form.add(self.tr("&Password or PIN"), self.secret)
        self._people: list[SignInPerson] = []
        self._note: QFrame | None = None
        self._again: Callable[[], Any] | None = None
        self.set_people(people)

    @property
    def people(self) -> list[SignInPerson]:
        """Who may sign in."""
        return list(self._people)

    @property
    def closed(self) -> bool:
        """Whether the data could not be opened."""
        return self._again is not None

    def set_people(self, people: Sequence[SignInPerson]) -> None:
        """Show who may sign in; until then the page says that the data are being opened."""
        self._people = list(people)
        self.model.set_rows([Hit(one.name, self.secret.setFocus, one.role_word, "user") for one in people])
        self.list.setCurrentIndex(self.model.index(0, 0))
        rows = min(max(len(people), 1), 6)
        self.list.setFixedHeight(rows * max(self.list.sizeHintForRow(0), theme.px(44)) + theme.px(12))
        self.set_busy(not people, "" if people else self.tr("Opening the clinic's data ..."))
        self.refit()
        self.secret.setFocus()

    def cannot_open(self, sentence: str, again: Callable[[], Any]) -> None:
        """Say why the data cannot be opened; the button tries again."""
        self._again = again
        self.list.hide()
        self.form.hide()
        self.set_busy(False, sentence)
        self.primary.setText(self.tr("&Try again"))
        self.primary.setAccessibleName(self.tr("Try again"))
        self.refit()
        self.primary.setFocus()

    def choose(self, staff_id: int) -> None:
        """Select a person."""
        for row, one in enumerate(self._people):
            if one.id == staff_id:
                self.list.setCurrentIndex(self.model.index(row, 0))

    def set_demo(self, people: Sequence[DemoPerson]) -> None:
        """Say who the demo clinic's people are, with password and PIN."""
        if self._note is not None:
            self._note.deleteLater()
        self._note = _demo_note(self.tr("Demo clinic: nobody here is real"), people)
        self.body.addWidget(self._note)
        self.refit()

    def press(self) -> None:
        """Ask whether the password or PIN is right."""
        if self._again is not None:
            self._again()
            return
        place = self.list.currentIndex()
        if not place.isValid():
            raise InputError(self.tr("Choose who you are in the list."), "people")
        if not self.secret.text():
            raise InputError(self.tr("Type your password or your PIN."), "secret")
        self.set_busy(True, self.tr("Checking ..."))
        self.verify(self._people[place.row()].id, self.secret.text(), self._done, self._refused)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose the person with the arrows while typing."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        row = min(max(self.list.currentIndex().row() + step, 0), self.model.rowCount() - 1)
        self.list.setCurrentIndex(self.model.index(row, 0))

    def showEvent(self, event: QShowEvent) -> None:
        """Start in the field."""
        super().showEvent(event)
        self.secret.setFocus()

    def _done(self, person: Any) -> None:
        self.secret.clear()
        self.set_busy(False)
        self.signed_in.emit(person)

    def _refused(self, error: Exception) -> None:
        self.show_error(error)
        self.secret.clear()
        self.secret.setFocus()

    def _build_list(self) -> QListView:
        view = QListView()
        view.setObjectName("people")
        view.setAccessibleName(self.tr("People"))
        view.setModel(self.model)
        view.setItemDelegate(HitDelegate(view))
        view.clicked.connect(lambda _index: self.secret.setFocus())
        view.activated.connect(lambda _index: self.secret.setFocus())
        return view


class LockPage(SignInPage):
    """Covers everything; shows no patient. Whoever is chosen comes back to the work as it was left."""

    def __init__(self, verify: Verify, *, people: Sequence[SignInPerson] = ()) -> None:
        super().__init__(self.tr("Locked"), verify, people=people)
        self.setObjectName("lock_page")
        self.primary.setText(self.tr("Unlock"))
        self.primary.setAccessibleName(self.tr("Unlock"))
        self.words.setText(self.tr("Half-done work is kept. Type your PIN to go on."))
        self.words.show()


class PassphrasePage(StartPage):
    """Asks for what opens the encrypted data where the computer keeps no key."""

    opened = Signal(object)

    def __init__(self, unlock: Callable[[str, Callable[[Any], Any], Callable[[Exception], Any]], Any]) -> None:
        super().__init__(
            "passphrase_page",
            self.tr("The clinic's data are locked"),
            self.tr("Type the passphrase of this clinic, or the recovery code that was printed when it was set up."),
            self.tr("Open"),
        )
        self._unlock = unlock
        self.text = self.form.add(
            self.tr("&Passphrase or code"), TypedEdit("passphrase", self.tr("Passphrase or code"))
        )
        self.text.setEchoMode(QLineEdit.EchoMode.Password)

    def press(self) -> None:
        """Try it."""
        if not self.text.text().strip():
            raise InputError(self.tr("Type the passphrase or the recovery code."), "passphrase")
        self.set_busy(True, self.tr("Opening the clinic's data ..."))
        self._unlock(self.text.text(), self._done, self.show_error)

    def _done(self, answer: Any) -> None:
        self.text.clear()
        self.set_busy(False)
        self.opened.emit(answer)


def _demo_note(title: str, people: Sequence[DemoPerson]) -> QFrame:
    note = QFrame()
    note.setObjectName("demo_note")
    theme.set_look(note, "note")
    grid = QGridLayout(note)
    grid.setVerticalSpacing(theme.px(4))
    grid.addWidget(theme.label(title, bold=True), 0, 0, 1, 3)
    for row, one in enumerate(people, start=1):
        grid.addWidget(theme.label(one.name, "small"), row, 0)
        grid.addWidget(theme.label(one.role, "small", look="secondary"), row, 1)
        secret = " · ".join(part for part in (one.password, f"PIN {one.pin}" if one.pin else "") if part)
        words = theme.label(secret, "small", bold=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(words, row, 2)
    return note
