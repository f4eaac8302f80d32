"""A warning for the banner, until a day or until somebody ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtWidgets import QCheckBox, QWidget

from psc_desk.errors import InputError
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.chart_dialog import ChartDialog
from psc_desk.ui.widgets.banner import BannerData
from psc_desk.ui.widgets.inputs import DateEdit
from psc_desk.usecases.patients import add_alert


def open_alert(
    context: Context, parent: QWidget | None, who: BannerData, *, then: Callable[[int], Any] | None = None
) -> AlertDialog:
    """Ask for an alert about the patient in `who`; `then` hears its id."""
    dialog = AlertDialog(context, parent, who, then)
    dialog.open()
    return dialog


class AlertDialog(ChartDialog[int]):
    """Text, whether it is a danger, and the last day on which it is shown."""

    def __init__(
        self, context: Context, parent: QWidget | None, who: BannerData, then: Callable[[int], Any] | None = None
    ) -> None:
        super().__init__(context, parent, self.tr("New alert"), verb=self.tr("Add alert"), who=who, then=then)
        self._who = who
        self.text = self.form.text(self.tr("&Alert"), "text")
        self.text.setPlaceholderText(self.tr("Latex allergy"))
        self.danger = QCheckBox(self.tr("&Danger: show it in red, before everything else"))
        self.danger.setObjectName("danger")
        self.form.wide(self.danger)
        self.until = self.form.add(self.tr("&Until"), DateEdit("expires_on", self.tr("Last day"), self._today))
        self.until.setPlaceholderText(self.tr("MM/DD/YYYY, or empty: until somebody ends it"))
        self.setMinimumWidth(theme.px(500))

    def submit(self) -> None:
        """Save it."""
        until = self.until.day_or_none()
        if not self.text.text().strip():
            raise InputError(self.tr("Type what the alert should say."), "text")
        self.said = self.tr("alert for {0} added: {1}.").format(self._who.name, self.text.text().strip())
        self.run(
            self.context, add_alert, self._who.patient_id, self.text.text(), danger=self.danger.isChecked(),
            expires_on=until,
        )  # fmt: skip

    def _today(self) -> date:
        return self._who.today
