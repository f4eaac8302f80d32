"""The index behind the search box, kept in the same transaction as what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, text

from psc_desk.models.coverage import Coverage
from psc_desk.models.patient import Patient, PatientPhone
from psc_desk.models.search_words import search_words
from psc_desk.work import Work

_BATCH = 5000


def index_patient(work: Work, patient: Patient) -> None:
    """Renew the words by which a patient is found."""
    work.session.flush()
    members = work.session.scalars(select(Coverage.member_id).where(Coverage.patient_id == patient.id))
    words = patient.search_text([member for member in members if member])
    work.session.execute(text("DELETE FROM patient_search WHERE rowid = :id"), {"id": patient.id})
    _insert(work, [{"id": patient.id, "words": words}])


def rebuild_search(work: Work) -> int:
    """Make the whole index anew and return how many patients are in it."""
    work.session.flush()
    phones = _grouped(work.session.execute(select(PatientPhone.patient_id, PatientPhone.digits)))
    members = _grouped(work.session.execute(select(Coverage.patient_id, Coverage.member_id)))
    work.session.execute(text("INSERT INTO patient_search(patient_search) VALUES ('delete-all')"))
    rows = [
        {
            "id": row.id,
            "words": search_words(
                (row.first_name, row.middle_name, row.last_name, row.preferred_name),
                row.previous_names,
                row.birth_date,
                row.record_no,
                phones=phones.get(row.id, []),
                member_ids=members.get(row.id, []),
            ),
        }
        for row in work.session.execute(
            select(
                Patient.id, Patient.first_name, Patient.middle_name, Patient.last_name, Patient.preferred_name,
                Patient.previous_names, Patient.birth_date, Patient.record_no,
            )
        )
    ]  # fmt: skip
    for start in range(0, len(rows), _BATCH):
        _insert(work, rows[start : start + _BATCH])
    work.session.execute(text("INSERT INTO patient_search(patient_search) VALUES ('optimize')"))
    return len(rows)


def _grouped(pairs: Iterable[Any]) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = {}
    for patient_id, found in pairs:
        if found:
            groups.setdefault(patient_id, []).append(found)
    return groups


def _insert(work: Work, rows: list[dict[str, object]]) -> None:
    if rows:
        work.session.execute(text("INSERT INTO patient_search(rowid, words) VALUES (:id, :words)"), rows)
