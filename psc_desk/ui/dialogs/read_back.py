"""The card that is read to the patient after booking: who, when, with whom, where, what to bring."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from psc_desk.queries.patients import BannerRow
from psc_desk.queries.schedule import BookedRow
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.base import DeskDialog
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.ui.widgets.basic import button
from psc_desk.usecases.appointment_slip import print_appointment


class ReadBackDialog(DeskDialog[bool]):
    """Shows the card in the patient's language; P prints it as a slip, Enter is done."""

    def __init__(self, context: Context, parent: QWidget | None, booked: BookedRow, patient: BannerData) -> None:
        super().__init__(parent, self._title(booked), verb=self.tr("Done"), patient=patient)
        self.context = context
        self.booked = booked
        self.form.hide()
        self.body.addWidget(self._card(booked))
        self.slip = button("print_slip", self.tr("&Print slip"), self._print)
        self.buttons.insertWidget(0, self.slip)
        self.cancel.hide()
        self.setMinimumWidth(theme.px(520))
        self.primary.setFocus()

    def submit(self) -> None:
        """Close: everything was saved before."""
        self.finish(True)

    def _title(self, booked: BookedRow) -> str:
        return self.tr("Read this back, in Spanish") if booked.language == "es" else self.tr("Read this back")

    def _card(self, booked: BookedRow) -> QFrame:
        card = QFrame()
        card.setObjectName("read_back_card")
        card.setAccessibleName(" ".join(booked.lines))
        theme.set_look(card, "raised")
        inside = QVBoxLayout(card)
        edge = theme.px(16)
        inside.setContentsMargins(edge, edge, edge, edge)
        inside.setSpacing(theme.px(8))
        for number, sentence in enumerate(booked.lines):
            when = number == 1
            line = theme.label(sentence, "heading" if when else "base", bold=when)
            line.setObjectName(f"read_back_{number}")
            line.setWordWrap(True)
            inside.addWidget(line)
        return card

    def _print(self) -> None:
        self.slip.setEnabled(False)

        def queued(_job_id: int) -> None:
            self.context.report.done(self.tr("the slip for {0} is at the printer.").format(self.booked.patient_name))

        self.context.do(self, print_appointment, self.booked.visit_id, then=queued)


def banner_data(row: BannerRow, today: date) -> BannerData:
    """Return the banner of a dialog."""
    return BannerData(
        patient_id=row.patient_id,
        name=row.called,
        birth_date=row.birth_date,
        record_no=row.record_no,
        today=today,
        legal_name="" if row.called in row.legal_name else row.legal_name,
        sex=row.sex_word.lower(),
        pronouns=row.pronouns,
        alerts=tuple(("missed" if one.kind == "danger" else "booked", one.text) for one in row.alerts),
    )


def open_read_back(context: Context, parent: QWidget | None, booked: BookedRow, patient: BannerData) -> ReadBackDialog:
    """Show the card over `parent`."""
    dialog = ReadBackDialog(context, parent, booked, patient)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
