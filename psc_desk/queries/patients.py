"""One patient's banner and form, likely duplicates, and the list for export."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from psc_desk.dates import age_words
from psc_desk.exchange.patients_csv import PatientCsvRow
from psc_desk.models.coverage import Coverage
from psc_desk.models.patient import Patient, PatientAlert, PatientPhone
from psc_desk.models.patient_input import ContactInput, PatientInput, PhoneInput, format_phone
from psc_desk.models.search_words import name_words, sound_key
from psc_desk.queries.coverage import coverage_on
from psc_desk.queries.money import balance
from psc_desk.queries.search import HitRow, find_patients, hits
from psc_desk.work import Read

LANGUAGES = {
    "en": "English", "es": "Spanish", "zh": "Chinese", "vi": "Vietnamese", "tl": "Tagalog", "ar": "Arabic",
    "fr": "French", "ht": "Haitian Creole", "ko": "Korean", "ru": "Russian", "pt": "Portuguese", "pl": "Polish",
    "de": "German", "it": "Italian", "hi": "Hindi", "ur": "Urdu", "bn": "Bengali", "gu": "Gujarati", "pa": "Punjabi",
    "fa": "Persian", "he": "Hebrew", "ja": "Japanese", "km": "Khmer", "lo": "Lao", "hmn": "Hmong", "so": "Somali",
    "sw": "Swahili", "am": "Amharic", "uk": "Ukrainian", "el": "Greek", "ase": "American Sign Language",
}  # fmt: skip
"""Languages by ISO 639 code, as the form offers them."""
_SHOWN_SCORE = 8


@dataclass(frozen=True)
class AlertRow:
    """A warning in force; `kind` is info or danger."""

    id: int
    text: str
    kind: str
    expires_on: date | None


@dataclass(frozen=True)
class BannerRow:
    """Who is on screen. `age` is in words ("38 y"), `sex_word` Female; `coverage` is "" when none is in force."""

    patient_id: int
    name: str
    called: str
    legal_name: str
    initials: str
    birth_date: date
    age: str
    sex_word: str
    pronouns: str
    record_no: str
    language: str
    language_word: str
    interpreter: bool
    phone: str
    photo_id: int | None
    coverage: str
    coverage_stale: bool
    balance_cents: int
    alerts: tuple[AlertRow, ...]
    active: bool


@dataclass(frozen=True)
class PatientForm:
    """A patient as the form edits it; hand `version` back with the change."""

    patient_id: int
    record_no: str
    version: int
    verified_on: date | None
    input: PatientInput


@dataclass(frozen=True)
class FormStart:
    """What a form about a patient begins with; `banner` and `form` are None for a new patient."""

    today: date
    banner: BannerRow | None = None
    form: PatientForm | None = None


def form_start(read: Read, patient_id: int | None = None) -> FormStart:
    """Return today, and with `patient_id` who it is and what is typed about them."""
    if patient_id is None:
        return FormStart(read.today)
    return FormStart(read.today, banner(read, patient_id), patient_form(read, patient_id))


def banner(read: Read, patient_id: int) -> BannerRow:
    """Return the banner of a patient."""
    found = read.get(Patient, patient_id, "patient")
    today = read.today
    covered = coverage_on(read, patient_id, today)
    return BannerRow(
        patient_id=found.id,
        name=found.sort_name,
        called=found.called,
        legal_name=found.full_name,
        initials=_initials(found),
        birth_date=found.birth_date,
        age=age_words(found.birth_date, today),
        sex_word=found.sex.capitalize(),
        pronouns=found.pronouns,
        record_no=str(found.record_no),
        language=found.language,
        language_word=LANGUAGES.get(found.language, found.language),
        interpreter=found.interpreter,
        phone=format_phone(found.phones[0].digits) if found.phones else "",
        photo_id=found.photo_id,
        coverage=covered.title if covered else "",
        coverage_stale=bool(covered and covered.stale),
        balance_cents=balance(read, patient_id),
        alerts=tuple(alerts(read, patient_id)),
        active=found.active,
    )


def _initials(found: Patient) -> str:
    return ((found.preferred_name or found.first_name)[:1] + found.last_name[:1]).upper()


def alerts(read: Read, patient_id: int) -> list[AlertRow]:
    """Return the alerts in force today, dangers first."""
    chosen = select(PatientAlert).where(PatientAlert.patient_id == patient_id, PatientAlert.ended_at.is_(None))
    found = [one for one in read.session.scalars(chosen) if one.expires_on is None or one.expires_on >= read.today]
    found.sort(key=lambda one: (one.kind != "danger", one.id))
    return [AlertRow(one.id, one.text, one.kind, one.expires_on) for one in found]


def patient_form(read: Read, patient_id: int) -> PatientForm:
    """Return everything typed about a patient, for the form."""
    found = read.get(Patient, patient_id, "patient")
    return PatientForm(found.id, str(found.record_no), found.version, found.verified_on, input_of(found))


def input_of(found: Patient) -> PatientInput:
    """Return a loaded patient as it would be typed."""
    lists: dict[str, Any] = {
        "phones": tuple(PhoneInput(p.digits, p.kind, p.extension, p.ok_to_text) for p in found.phones),
        "contacts": tuple(ContactInput(c.name, c.kind, c.relation, c.phone, c.may_be_told) for c in found.contacts),
    }
    single = {name: getattr(found, name) for name in PatientInput.__dataclass_fields__ if name not in lists}
    return PatientInput(**single, **lists)


def same_person(read: Read, typed: PatientInput, but: int | None = None) -> list[HitRow]:
    """Return records that are very likely the same person: same birth date, and the same names or the same phone."""
    names = {*name_words(typed.first_name, typed.preferred_name)}, {*name_words(typed.last_name)}
    phones = {phone.digits for phone in typed.phones}
    ids = [
        found.id
        for found in _born(read, typed.birth_date)
        if found.id != but and (_same_names(found, *names) or phones & {phone.digits for phone in found.phones})
    ]
    return hits(read, ids, name_words(typed.first_name, typed.last_name), 5) if ids else []


def nearest_duplicates(read: Read, typed: PatientInput, limit: int = 6) -> list[HitRow]:
    """Return records that what is being typed may already describe, likeliest first; works on half a form."""
    if typed.birth_date is None and len(typed.first_name) > 1 and len(typed.last_name) > 1:
        return find_patients(read, f"{typed.last_name} {typed.first_name}", limit)
    scores: dict[int, int] = {}
    for found in (*_born(read, typed.birth_date), *_with_phone(read, typed)):
        scores[found.id] = _score(found, typed)
    likely = sorted(
        (patient_id for patient_id in scores if scores[patient_id] >= _SHOWN_SCORE), key=lambda i: -scores[i]
    )
    words = name_words(typed.first_name, typed.last_name)
    rows = {row.patient_id: row for row in hits(read, likely[:limit], words, limit, otherwise="birth date or phone")}
    return [rows[patient_id] for patient_id in likely[:limit] if patient_id in rows]


def _born(read: Read, birth_date: date | None) -> list[Patient]:
    if birth_date is None:
        return []
    return list(
        read.session.scalars(select(Patient).where(Patient.birth_date == birth_date, Patient.active).limit(200))
    )


def _with_phone(read: Read, typed: PatientInput) -> list[Patient]:
    digits = ["".join(c for c in phone.digits if c in "+0123456789") for phone in typed.phones]
    ids = select(PatientPhone.patient_id).where(PatientPhone.digits.in_([d for d in digits if len(d) >= 10]))
    return list(read.session.scalars(select(Patient).where(Patient.id.in_(ids), Patient.active).limit(50)))


def _same_names(found: Patient, first: set[str], last: set[str]) -> bool:
    given = {*name_words(found.first_name, found.preferred_name)}
    family = {*name_words(found.last_name, *found.previous_names.splitlines())}
    return bool((given & first and family & last) or (given & last and family & first))


def _score(found: Patient, typed: PatientInput) -> int:
    """Weigh as OpenEMR does: birth date and full name 6 each, phone 4, sound of either name 3, e-mail 6."""
    given, family = name_words(found.first_name, found.preferred_name), name_words(found.last_name)
    first, last = name_words(typed.first_name, typed.preferred_name), name_words(typed.last_name)
    phones = {"".join(c for c in phone.digits if c.isdigit())[-10:] for phone in typed.phones if phone.digits}
    points = 6 * (found.birth_date == typed.birth_date)
    points += 6 * _same_names(found, set(first), set(last))
    points += 3 * bool(_sounds(given) & _sounds(first)) + 3 * bool(_sounds(family) & _sounds(last))
    points += 4 * any(phone.digits in phones for phone in found.phones)
    return points + 6 * (bool(typed.email) and typed.email.casefold() == found.email.casefold())


def _sounds(words: list[str]) -> set[str]:
    return {sound_key(word) for word in words}


def export_rows(read: Read) -> list[PatientCsvRow]:
    """Return every patient for the CSV file, by record number."""
    phones: dict[int, list[str]] = {}
    listed = select(PatientPhone.patient_id, PatientPhone.digits).order_by(PatientPhone.position, PatientPhone.id)
    for patient_id, digits in read.session.execute(listed):
        phones.setdefault(patient_id, []).append(digits)
    covered = {one.patient_id: one for one in reversed(_covering(read))}
    return [
        _export_row(found, phones.get(found.id, []), covered.get(found.id))
        for found in read.session.scalars(select(Patient).order_by(Patient.record_no))
    ]


def _covering(read: Read) -> list[Coverage]:
    found = read.session.scalars(select(Coverage).order_by(Coverage.position, Coverage.effective_on.desc()))
    return [one for one in found if one.covers(read.today)]


def _export_row(found: Patient, phones: list[str], covered: Coverage | None) -> PatientCsvRow:
    return PatientCsvRow(
        record_no=str(found.record_no),
        last_name=found.last_name,
        first_name=found.first_name,
        middle_name=found.middle_name,
        suffix=found.suffix,
        preferred_name=found.preferred_name,
        birth_date=found.birth_date,
        sex=found.sex,
        language=found.language,
        phone=phones[0] if phones else "",
        phone2=phones[1] if len(phones) > 1 else "",
        email=found.email,
        street=found.street,
        street2=found.street2,
        city=found.city,
        state=found.state,
        zip=found.zip,
        coverage=covered.title if covered else "",
        member_id=covered.member_id if covered else "",
        active=found.active,
    )
