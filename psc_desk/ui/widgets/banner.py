"""Who is on screen: the banner over everything that concerns one patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from psc_desk.dates import age_words, format_date
from psc_desk.ui import theme
from psc_desk.ui.strings import initials
from psc_desk.ui.widgets.basic import Chip, initials_box
from psc_desk.ui.widgets.flow import FlowLayout

ChipData = tuple[str, str]
"""(status that gives colour and sign, word), e.g. ("missed", "Latex allergy")"""


@dataclass(frozen=True)
class BannerData:
    """What a banner shows. `name` is the name used at the desk, `legal_name` stays empty when it is the same."""

    patient_id: int
    name: str
    birth_date: date
    record_no: str
    today: date
    legal_name: str = ""
    sex: str = ""
    pronouns: str = ""
    language: ChipData | None = None
    alerts: tuple[ChipData, ...] = ()
    coverage: ChipData | None = None
    balance: str = ""

    @property
    def identifiers(self) -> str:
        """Return "04/18/1987 · 38 y · female · #10442"."""
        parts = [format_date(self.birth_date), age_words(self.birth_date, self.today), self.sex, f"#{self.record_no}"]
        return " · ".join(part for part in parts if part)

    @property
    def chips(self) -> tuple[ChipData, ...]:
        """Language first, then alerts, then coverage."""
        ends = (self.language, *self.alerts, self.coverage)
        return tuple(chip for chip in ends if chip is not None)


class PatientBanner(QFrame):
    """Initials, names, birth date and age, record number, alerts, coverage, balance. `small` fits a dialog."""

    def __init__(self, parent: QWidget | None = None, *, small: bool = False) -> None:
        super().__init__(parent)
        self.data: BannerData | None = None
        self.setObjectName("patient_banner")
        self._small = small
        self._box = initials_box("?", 36 if small else 52)
        self._name = theme.label(size="base" if small else "heading", bold=True)
        self._facts = theme.label(look="secondary" if small else "")
        for label, name in ((self._name, "banner_name"), (self._facts, "banner_facts")):
            label.setObjectName(name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips)
        self._build()
        self.show_patient(None)

    def show_patient(self, data: BannerData | None) -> None:
        """Show this patient, or nobody."""
        self.data = data
        self.setVisible(data is not None)
        self._flow.clear()
        if data is None:
            return
        self._box.setText(initials(data.name))
        legal = self.tr("legal name {0}").format(data.legal_name) if data.legal_name else ""
        self._name.setText(" · ".join(part for part in (data.name, data.pronouns) if part))
        more = " · ".join(part for part in (legal, data.balance) if part)
        between = " · " if self._small else "\n"
        self._facts.setText(between.join(part for part in (data.identifiers, more) if part))
        for status, word in () if self._small else data.chips:
            self._flow.addWidget(Chip(status, word))
        self._chips.setVisible(bool(data.chips) and not self._small)

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(theme.px(1))
        words.addWidget(self._name)
        words.addWidget(self._facts)
        words.addWidget(self._chips)
        self._facts.setWordWrap(True)
        layout = QHBoxLayout(self)
        edge = theme.px(8 if self._small else 14)
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.setSpacing(theme.px(12))
        layout.addWidget(self._box, alignment=Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        if self._small:
            theme.set_look(self, "note")

    def name_label(self) -> QLabel:
        """The label with the name, for tests and for the privacy key."""
        return self._name
