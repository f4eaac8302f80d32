"""Register and change patients, alerts and notes (front-desk.md P1)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import func, select

from psc_desk.counted import counted
from psc_desk.dates import format_date
from psc_desk.errors import InputError, OverridableError
from psc_desk.events import ListExported, PatientChanged, PatientRegistered
from psc_desk.exchange.patients_csv import PatientCsvRow
from psc_desk.models.patient import Patient, PatientAlert, PatientContact, PatientNote, PatientPhone
from psc_desk.models.patient_input import ContactInput, PatientInput, PhoneInput
from psc_desk.models.staff import Right
from psc_desk.models.visit import Visit
from psc_desk.privacy import check_no_card_number
from psc_desk.queries.patients import export_rows, input_of, same_person
from psc_desk.usecases.search import index_patient
from psc_desk.work import Work

__all__ = [
    "ContactInput",
    "PatientInput",
    "PhoneInput",
    "add_alert",
    "add_note",
    "change_patient",
    "end_alert",
    "export_patients",
    "export_patients_unattended",
    "register_patient",
    "register_patient_anyway",
    "verify_demographics",
]

_FIRST_RECORD_NO = 10001
_LISTS = ("phones", "contacts")


def register_patient(work: Work, typed: PatientInput) -> int:
    """Add a patient and return the id; OverridableError names the record that is likely the same person."""
    work.require(Right.REGISTER)
    checked = typed.check(work.today)
    found = same_person(work, checked)
    if found:
        who = f"{found[0].name}, born {format_date(found[0].birth_date)}, record #{found[0].record_no}"
        raise OverridableError(
            f"{who}, is likely the same person. Open that record, or say why this is someone else and add anyway."
        )
    return _register(work, checked, "")


def register_patient_anyway(work: Work, typed: PatientInput, reason: str) -> int:
    """Add a patient although a record looks alike, with the reason why it is someone else."""
    work.require(Right.REGISTER)
    return _register(work, typed.check(work.today), _text(reason, "reason", "Say why this is someone else."))


def _register(work: Work, typed: PatientInput, reason: str) -> int:
    highest = work.session.scalar(select(func.max(Patient.record_no)))
    patient = Patient(record_no=max(highest or 0, _FIRST_RECORD_NO - 1) + 1, created_at=work.now)
    _put(patient, typed)
    patient.verified_on = work.today
    work.session.add(patient)
    index_patient(work, patient)
    did = f"registered {patient.full_name} as record #{patient.record_no}"
    work.announce(PatientRegistered(patient_id=patient.id), did, reason=reason)
    return patient.id


def _put(patient: Patient, typed: PatientInput) -> None:
    for name in PatientInput.__dataclass_fields__:
        if name not in _LISTS and getattr(patient, name) != getattr(typed, name):
            setattr(patient, name, getattr(typed, name))
    if patient.phones or typed.phones:
        patient.phones = [PatientPhone(position=place, **asdict(phone)) for place, phone in enumerate(typed.phones)]
    if patient.contacts or typed.contacts:
        patient.contacts = [PatientContact(**asdict(contact)) for contact in typed.contacts]


def change_patient(work: Work, patient_id: int, typed: PatientInput, seen_version: int) -> None:
    """Save a form; only what differs is written and recorded. ConflictError when someone else saved meanwhile."""
    work.require(Right.REGISTER)
    patient = work.get(Patient, patient_id, "patient")
    before, after = input_of(patient), typed.check(work.today)
    changed = [name for name in PatientInput.__dataclass_fields__ if getattr(before, name) != getattr(after, name)]
    if not changed:
        return
    patient.check_version(seen_version)
    _put(patient, after)
    index_patient(work, patient)
    fields = ", ".join(name.replace("_", " ") for name in changed)
    work.announce(
        PatientChanged(patient_id=patient_id),
        f"changed {fields} of {patient.full_name}",
        before={name: _plain(getattr(before, name)) for name in changed},
        after={name: _plain(getattr(after, name)) for name in changed},
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [", ".join(filter(None, asdict(one).values())) for one in value]
    return value


def verify_demographics(work: Work, patient_id: int) -> None:
    """Record that name, address and phone were read back to the patient today."""
    work.require(Right.REGISTER)
    patient = work.get(Patient, patient_id, "patient")
    patient.verified_on = work.today
    work.announce(PatientChanged(patient_id=patient_id), f"read back the address and phone of {patient.full_name}")


def add_alert(work: Work, patient_id: int, text: str, *, danger: bool = False, expires_on: date | None = None) -> int:
    """Put a warning into the banner until it expires or is ended."""
    actor = work.require(Right.REGISTER)
    patient = work.get(Patient, patient_id, "patient")
    if expires_on is not None and expires_on < work.today:
        raise InputError("The alert would already be over. Choose today or a later day.", "expires_on")
    alert = PatientAlert(
        patient_id=patient_id,
        text=_text(text, "text", "Type what the alert should say."),
        kind="danger" if danger else "info",
        expires_on=expires_on,
        created_at=work.now,
        created_by=actor.id,
    )
    work.session.add(alert)
    work.announce(PatientChanged(patient_id=patient_id), f"added an alert to {patient.full_name}: {alert.text}")
    return alert.id


def end_alert(work: Work, alert_id: int) -> None:
    """Take a warning out of the banner; the chart's history keeps it."""
    work.require(Right.REGISTER)
    alert = work.get(PatientAlert, alert_id, "alert")
    if alert.ended_at is not None:
        return
    alert.ended_at = work.now
    patient = work.get(Patient, alert.patient_id, "patient")
    work.announce(PatientChanged(patient_id=patient.id), f"ended an alert of {patient.full_name}: {alert.text}")


def add_note(work: Work, patient_id: int, text: str, visit_id: int | None = None) -> int:
    """Write a dated note into the chart."""
    actor = work.require(Right.REGISTER)
    patient = work.get(Patient, patient_id, "patient")
    if visit_id is not None and work.get(Visit, visit_id, "visit").patient_id != patient_id:
        raise InputError("That visit belongs to another patient. Choose one of this chart.", "visit")
    note = PatientNote(
        patient_id=patient_id,
        visit_id=visit_id,
        text=_text(text, "text", "Type the note.", 4000),
        created_at=work.now,
        created_by=actor.id,
    )
    work.session.add(note)
    work.announce(PatientChanged(patient_id=patient_id, visit_id=visit_id), f"wrote a note for {patient.full_name}")
    return note.id


def _text(text: str, field: str, missing: str, longest: int = 300) -> str:
    tidy = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    if not tidy:
        raise InputError(missing, field)
    if len(tidy) > longest:
        raise InputError(f"This is longer than {longest} letters. Shorten it.", field)
    check_no_card_number(tidy, field)
    return tidy


def export_patients(work: Work) -> list[PatientCsvRow]:
    """Return every patient for a file, recorded as a list that left the program."""
    work.require(Right.SETTINGS)
    return export_patients_unattended(work)


def export_patients_unattended(work: Work) -> list[PatientCsvRow]:
    """Do the same for the command line, where the key of the data stands for the person."""
    rows = export_rows(work)
    work.announce(ListExported(), f"exported the list of {counted(len(rows), 'patient')} to a file")
    return rows
