"""Take a patient who comes without an appointment: booked for now and arrived in one step (front-desk.md Q1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QComboBox, QWidget

from psc_desk.errors import DeskError, InputError, OverridableError
from psc_desk.queries.booking import BookingStart, booking_start
from psc_desk.queries.schedule import BookedRow
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.dialogs.read_back import banner_data
from psc_desk.ui.widgets.form import Form
from psc_desk.usecases.visits import walk_in, walk_in_anyway

Then = Callable[[BookedRow], Any]


def open_walk_in(context: Context, parent: QWidget, patient_id: int, then: Then) -> None:
    """Ask with whom and for what the patient is here; `then` is told the visit."""

    def show(start: BookingStart) -> None:
        if not start.types or not start.providers:
            context.report.not_done(parent.tr("There are no providers or visit types yet. Add them in Settings first."))
            return
        WalkInDialog(context, parent.window(), start, then).open()

    context.ask(parent, booking_start, patient_id, then=show)


class WalkInDialog(DeskDialog[BookedRow]):
    """Enter takes the patient; where something stands against it, a reason is asked for."""

    def __init__(self, context: Context, parent: QWidget, start: BookingStart, then: Then) -> None:
        assert start.patient is not None
        banner = banner_data(start.patient, start.today)
        super().__init__(parent, "Walk-in", verb="Here now", patient=banner)
        self.setWindowTitle("PSC Desk - " + self.tr("Walk-in"))
        self.primary.setText(self.tr("Here now"))
        self.context, self._start, self._then = context, start, then
        self._patient_id = start.patient.patient_id
        self.type, self.provider = QComboBox(), QComboBox()
        self.finished.connect(self.deleteLater)
        self._build_fields()
        self.type.currentIndexChanged.connect(lambda _row: self._offer_providers())

    def submit(self) -> None:
        """Book for now and mark as arrived."""
        provider = self.provider.currentData()
        if provider is None:
            words = self.tr("Nobody here gives this visit type. Choose another one.")
            raise InputError(words, self.type.objectName())
        why, override = self.reason.text().strip(), self.because.text().strip()
        if not self.anyway.isHidden():
            if not override:
                raise InputError(self.tr("Give a reason to take the patient anyway."), self.because.objectName())
            self.run(
                self.context, walk_in_anyway, self._patient_id, provider, self.type.currentData(),
                override_reason=override, reason=why,
            )  # fmt: skip
            return
        self.run(self.context, walk_in, self._patient_id, provider, self.type.currentData(), reason=why)

    def refused(self, error: DeskError) -> bool:
        """Offer a reason where one helps."""
        if not isinstance(error, OverridableError):
            return False
        self.anyway.show()
        self.show_error(InputError(str(error), self.because.objectName()))
        return True

    def finish(self, answer: BookedRow) -> None:
        """Say who is here."""
        words = self.tr("{0} is here without an appointment, for {1}.")
        self.context.report.done(words.format(answer.patient_name, answer.provider_name))
        super().finish(answer)
        self._then(answer)

    def _build_fields(self) -> None:
        self.form.add(self.tr("Visit &type"), self.type, "walk_in_type")
        self.form.add(self.tr("&With"), self.provider, "walk_in_provider")
        self.reason = self.form.text(self.tr("&Reason"), "walk_in_reason")
        self.anyway = Form()
        self.because = self.anyway.text(self.tr("Take &anyway, because"), "override_reason")
        self.anyway.hide()
        self.body.addWidget(self.anyway)
        for kind in self._start.types:
            self.type.addItem(kind.name, kind.id)
        self.type.setCurrentIndex(max(self.type.findData(self._start.type_id), 0))
        self._offer_providers()

    def _offer_providers(self) -> None:
        """Offer who gives the chosen type."""
        givers = next((kind.provider_ids for kind in self._start.types if kind.id == self.type.currentData()), ())
        before = self.provider.currentData()
        self.provider.clear()
        for one in self._start.providers:
            if not givers or one.id in givers:
                self.provider.addItem(one.name, one.id)
        self.provider.setCurrentIndex(max(self.provider.findData(before), 0))
