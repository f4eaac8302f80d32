"""Settings of the visit types: length, colour and rules, who may give them, and what is charged for them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QScrollArea, QWidget

from psc_desk.money import format_money
from psc_desk.queries.clinic import (
    CodeRow,
    FeeRow,
    ProviderRow,
    VisitTypeRow,
    encounter_codes,
    fee_schedule,
    providers,
    visit_types,
)
from psc_desk.ui import theme
from psc_desk.ui.context import Context
from psc_desk.ui.dialogs.posting import PostingDialog
from psc_desk.ui.pages.settings.clinic import yes_word
from psc_desk.ui.pages.settings.fields import Field, FieldsDialog, Values
from psc_desk.ui.rows_model import RIGHT, Column
from psc_desk.ui.widgets.list_tab import ListTab, RowAction
from psc_desk.usecases.clinic import VisitTypeInput, add_visit_type, change_visit_type, set_encounter_codes
from psc_desk.work import Read

_COLORS = (
    ("Blue", "#0B5CAD"), ("Teal", "#0B5F66"), ("Green", "#1B5E20"), ("Purple", "#5B2A86"), ("Brown", "#7A4B00"),
    ("Red", "#9B1C1C"), ("Gray", "#3F4A57"),
)  # fmt: skip
_RULES = (("Any patient", "any"), ("New patients only", "new"), ("Established patients only", "established"))


class VisitTypesSection(ListTab[VisitTypeRow]):
    """What a visit is for: length, colour, rules."""

    def __init__(self, context: Context) -> None:
        super().__init__(
            context,
            [
                Column(self.tr("Name"), lambda row: row.name, bold=True, width=-1),
                Column(self.tr("Minutes"), lambda row: str(row.minutes), RIGHT, lambda row: row.minutes, width=90),
                Column(self.tr("For"), _rule, width=200),
                Column(self.tr("Room"), lambda row: row.room_kind, width=120),
                Column(self.tr("In use"), lambda row: yes_word(row.active), width=80),
            ],
            lambda row: row.id,
            name="visit_types",
            words=self.tr("Visit types"),
            ask=partial(visit_types, ended=True),
            empty=self.tr("Add what patients come for."),
            actions=[
                RowAction("change_visit_type", self.tr("Change ..."), self._change),
                RowAction("visit_type_codes", self.tr("Services charged ..."), self._codes),
            ],
        )
        self.add_button("add_visit_type", self.tr("Add a visit type"), lambda: self._change(None), look="primary")

    def _change(self, row: VisitTypeRow | None) -> None:
        self.context.ask(self, providers, then=partial(self._change_with, row))

    def _change_with(self, row: VisitTypeRow | None, everyone: list[ProviderRow]) -> None:
        base = VisitTypeInput(**_without_id(row)) if row is not None else VisitTypeInput("", 30)

        def call(typed: Values) -> tuple[Any, ...]:
            asked = VisitTypeInput(**{**asdict(base), **typed})
            return (add_visit_type, asked) if row is None else (change_visit_type, row.id, asked)

        title = row.name if row is not None else self.tr("Add a visit type")
        said = self.tr("the visit type was saved")
        fields = [*_type_fields(base, self.tr), _givers_field(base, everyone, self.tr)]
        FieldsDialog(self.context, self, title, fields, call, said=said, today=lambda: date.max).open()

    def _codes(self, row: VisitTypeRow) -> None:
        self.context.ask(self, codes_of, row.id, then=partial(self._show_codes, row))

    def _show_codes(self, row: VisitTypeRow, found: CodesFound) -> None:
        if not found.offered and not found.others:
            self.context.report.not_done(self.tr("The fee schedule is empty. Add a service under Fee schedule first."))
            return
        CodesDialog(self.context, self, row, found).open()


def _type_fields(base: VisitTypeInput, tr: Any) -> list[Field]:
    return [
        Field("name", tr("&Name"), base.name),
        Field("name_es", tr("Name in &Spanish"), base.name_es),
        Field("minutes", tr("&Minutes"), base.minutes, "number"),
        Field("buffer_before", tr("Minutes kept &before"), base.buffer_before, "number"),
        Field("buffer_after", tr("Minutes kept &after"), base.buffer_after, "number"),
        Field("color", tr("&Color"), base.color, "choice", _COLORS),
        Field("room_kind", tr("Kind of &room needed"), base.room_kind),
        Field("patient_rule", tr("&For"), base.patient_rule, "choice", _RULES),
        Field("min_interval_days", tr("&Days between two"), base.min_interval_days, "number"),
        Field("preparation", tr("What to &prepare"), base.preparation),
        Field("preparation_es", tr("The same in Spanish"), base.preparation_es),
        Field("active", tr("&In use"), base.active, "yes"),
    ]


def _without_id(row: VisitTypeRow) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "id"}


def _givers_field(base: VisitTypeInput, everyone: list[ProviderRow], tr: Any) -> Field:
    choices = tuple((one.name, one.id) for one in everyone)
    return Field("provider_ids", tr("Given by (none ticked: anyone)"), base.provider_ids, "many", choices)


@dataclass(frozen=True)
class CodesFound:
    """The services of the fee schedule, those offered at the check-out of a visit type first."""

    offered: tuple[CodeRow, ...]
    others: tuple[FeeRow, ...]


def codes_of(read: Read, visit_type_id: int) -> CodesFound:
    """Return what the check-out of a visit type offers, and what else has a price today."""
    offered = encounter_codes(read, visit_type_id, read.today)
    taken = {one.code for one in offered}
    return CodesFound(tuple(offered), tuple(fee for fee in fee_schedule(read, read.today) if fee.code not in taken))


class CodesDialog(PostingDialog[None]):
    """Which services the check-out of a visit type offers, and which of them are ticked from the start."""

    def __init__(self, context: Context, parent: QWidget, row: VisitTypeRow, found: CodesFound) -> None:
        super().__init__(context, parent, "Services charged", verb="Save")
        self.setWindowTitle("PSC Desk - " + self.tr("Services charged for {0}").format(row.name))
        self._row = row
        self.boxes: dict[str, tuple[QCheckBox, QCheckBox]] = {}
        self.form.hide()
        self.body.insertWidget(0, theme.label(self.tr("Services charged for {0}").format(row.name), "heading", True))
        self.body.addWidget(self._build_list(found), 1)
        self.resize(theme.px(640), theme.px(520))

    def submit(self) -> None:
        """Save; what is ticked from the start is also offered."""
        offered = tuple(code for code, (offer, usual) in self.boxes.items() if offer.isChecked() or usual.isChecked())
        usual = tuple(code for code, (_offer, usual) in self.boxes.items() if usual.isChecked())
        self.post(set_encounter_codes, self._row.id, offered, usual, then=self._saved)

    def _saved(self, _none: None) -> None:
        self.context.report.done(self.tr("the services charged for {0} were saved").format(self._row.name))
        self.finish(None)

    def _build_list(self, found: CodesFound) -> QScrollArea:
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setColumnStretch(0, 1)
        for column, words in enumerate((self.tr("Service"), self.tr("Offered"), self.tr("Ticked from the start"))):
            self._grid.addWidget(theme.label(words, "small", look="secondary"), 0, column)
        for code in found.offered:
            self._add(code, offered=True, usual=code.usual)
        for fee in found.others:
            self._add(fee, offered=False, usual=False)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        area = QScrollArea()
        area.setObjectName("codes_area")
        area.setAccessibleName(self.tr("Services"))
        area.setWidgetResizable(True)
        area.setWidget(inside)
        return area

    def _add(self, row: CodeRow | FeeRow, *, offered: bool, usual: bool) -> None:
        place = self._grid.rowCount()
        words = f"{row.code} · {row.label} · {format_money(row.cents)}"
        self._grid.addWidget(theme.label(words), place, 0)
        pair = (QCheckBox(), QCheckBox())
        for column, (box, on, name) in enumerate(
            ((pair[0], offered, self.tr("{0} offered")), (pair[1], usual, self.tr("{0} ticked from the start"))), 1
        ):
            box.setChecked(on)
            box.setObjectName(f"{'offer' if column == 1 else 'usual'}_{row.code}")
            box.setAccessibleName(name.format(row.label))
            self._grid.addWidget(box, place, column)
        self.boxes[row.code] = pair


def _rule(row: VisitTypeRow) -> str:
    return next((word for word, rule in _RULES if rule == row.patient_rule), row.patient_rule)
