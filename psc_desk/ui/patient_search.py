"""Patients in the search box: find while typing, two identifiers on every hit; nobody found offers to register."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject

from psc_desk.queries.search import HitRow, find_patients
from psc_desk.ui.context import Context
from psc_desk.ui.widgets.chart.words import hit_line
from psc_desk.ui.widgets.search_box import Answer, Hit, Provider

_MOST = 8
_NEAR = ("similar spelling", "sounds alike")


def patient_provider(context: Context, owner: QObject, open_patient: Callable[[int], Any]) -> Provider:
    """Return the provider for the search box; `open_patient` is the window's, e.g. `window.open_patient`."""

    def provide(text: str, answer: Answer) -> None:
        def show(rows: list[HitRow]) -> None:
            answer([patient_hit(row, open_patient) for row in rows])

        def failed(error: Exception) -> None:
            answer(())
            context.report(error)

        context.ask(owner, find_patients, text, _MOST, then=show, failed=failed)

    return provide


def patient_hit(row: HitRow, open_patient: Callable[[int], Any]) -> Hit:
    """Return one patient as a hit: name, birth date and age, record number, phone."""
    near = row.matched in _NEAR
    return Hit(row.name, partial(open_patient, row.patient_id), hit_line(row).detail, "user", near=near)


def register_offer(register: Callable[[str], Any]) -> Callable[[str], Sequence[Hit]]:
    """Return what the search box offers when nothing was found: registering whom was typed."""

    def offer(text: str) -> Sequence[Hit]:
        title = QCoreApplication.translate("Chart", "Register “{0}” as a new patient").format(text)
        detail = QCoreApplication.translate("Chart", "Nobody by that name, date or number is here yet")
        return [Hit(title, partial(register, text), detail, "user-plus", "F2")]

    return offer
