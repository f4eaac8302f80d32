"""Find a patient while typing: names in any order, birth date, phone, record number, member id (front-desk.md P2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any, Protocol

from sqlalchemy import bindparam, select, text

from psc_desk.models.patient import Patient, PatientPhone
from psc_desk.models.patient_input import format_phone
from psc_desk.models.search_words import SOUND, fold, name_words, sound_key
from psc_desk.models.visit import HERE, Status, Visit
from psc_desk.work import Read

_CANDIDATES = 50
_LONGEST_TEXT, _MOST_WORDS = 80, 8
_DATE = re.compile(r"(?<![\w/.\-])(\d{1,2})([/.\-])(\d{1,2})(?:\2(\d{0,4}))?(?![\d/\-])", re.ASCII)
_ISO = re.compile(r"(?<![\w\-])(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", re.ASCII)
_PHONE = re.compile(r"(?<!\w)\+?\d[\d\s().\-]{5,}\d", re.ASCII)
_RECORD = re.compile(r"#\s*(\d{1,9})", re.ASCII)
_NEAR = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        ("wa", "qes", "wrd", "etf", "ryg", "tuh", "yij", "uok", "ipl", "ol", "qsz", "adwz", "sfex", "dgrc", "fhtv",
         "gjyb", "hkun", "jlim", "kop", "asx", "zcs", "xvd", "cbf", "vng", "bmh", "nj"),
        strict=True,
    )
)  # fmt: skip


_FOUND = select(
    Patient.id, Patient.record_no, Patient.first_name, Patient.middle_name, Patient.last_name, Patient.suffix,
    Patient.preferred_name, Patient.previous_names, Patient.birth_date, Patient.language,
).where(Patient.id.in_(bindparam("ids", expanding=True)), Patient.active)  # fmt: skip
_PHONES = (
    select(PatientPhone.patient_id, PatientPhone.digits)
    .where(PatientPhone.patient_id.in_(bindparam("ids", expanding=True)))
    .order_by(PatientPhone.position, PatientPhone.id)
)
_COMING = (
    select(Visit.patient_id, Visit.day, Visit.start_minute)
    .where(Visit.patient_id.in_(bindparam("ids", expanding=True)), Visit.day >= bindparam("today"))
    .where(Visit.status.in_([Status.BOOKED, *sorted(HERE)]))
    .order_by(Visit.day.desc(), Visit.start_minute.desc())
)
_TODAY = (
    select(Visit.patient_id, Visit.status)
    .where(Visit.day == bindparam("today"), Visit.status.in_([Status.BOOKED, *sorted(HERE)]))
    .order_by(Visit.status.in_(sorted(HERE)))
)
_MATCH = text("SELECT rowid FROM patient_search WHERE patient_search MATCH :asked ORDER BY rowid LIMIT :most")


@dataclass(frozen=True)
class HitRow:
    """A patient found. `name` is "Castillo, Inés", `record_no` "10442"; `next_visit` is (day, minute) or None.

    `matched` says by what: name, previous name, birth date, phone, record number, member ID, or sounds alike.
    """

    patient_id: int
    name: str
    called: str
    birth_date: date
    age: int
    record_no: str
    phone: str
    language: str
    next_visit: tuple[date, int] | None
    matched: str


@dataclass(frozen=True)
class _Candidate:
    row: Any
    names: frozenset[str]

    @property
    def numbers(self) -> tuple[str, ...]:
        """Birth date in three orders, and the record number."""
        born = self.row.birth_date
        return f"{born:%m%d%Y}", f"{born:%Y%m%d}", f"{born:%m%d%y}", str(self.row.record_no)


def find_patients(read: Read, typed: str, limit: int = 20) -> list[HitRow]:
    """Return the patients that `typed` may mean, best first; nothing for an empty text."""
    record = _RECORD.search(typed)
    if record is not None:
        return _by_record_no(read, record[1], limit)
    words = search_terms(typed)
    if not words:
        return []
    ids = _exact(read, typed, words, limit)
    if ids:
        return hits(read, ids, words, limit)
    return _guessed(read, words, limit) if any(word.isalpha() for word in words) else []


def _exact(read: Read, typed: str, words: list[str], limit: int) -> list[int]:
    """Find what was typed as it stands: whole words, beginnings of words, then all of it as one number or name."""
    ids = _match(read, [[f'"{form}"' for form in _forms(word)] for word in words])
    if len(ids) < limit:
        ids = list(dict.fromkeys([*ids, *_match(read, [[f'"{form}"*' for form in _forms(word)] for word in words])]))
    if len(ids) >= _CANDIDATES:
        ids += _of_today(read, words)
    joined = fold(typed).replace(" ", "")
    return ids or (_match(read, [[f'"{joined}"*']]) if joined and len(words) > 1 else [])


def _of_today(read: Read, words: list[str]) -> list[int]:
    """Return who is expected today among those that `words` begin: where many match, the index gives only some."""
    found = (_candidate(row) for row in read.session.execute(_FOUND, {"ids": list(_today(read))}))
    return [
        one.row.id
        for one in found
        if all(any(known.startswith(tuple(_forms(word))) for known in (*one.names, *one.numbers)) for word in words)
    ]


def _today(read: Read) -> dict[int, int]:
    """Return 0 for each patient who is here, 1 for one who is booked today."""
    visits = read.session.execute(_TODAY, {"today": read.today})
    return {patient_id: 0 if status in HERE else 1 for patient_id, status in visits}


def _guessed(read: Read, words: list[str], limit: int) -> list[HitRow]:
    for guess, otherwise in ((_slipped, "similar spelling"), (_sounds_like, "sounds alike")):
        ids = _match(read, [guess(word) for word in words])
        if ids:
            return hits(read, ids, words, limit, otherwise=otherwise)
    return []


def search_terms(typed: str) -> list[str]:
    """Return the words of the index that `typed` asks for; dates and phones become digits."""
    found: list[str] = []

    def keep(pattern: re.Pattern[str], form: Callable[[re.Match[str]], str | None], rest: str) -> str:
        def take(match: re.Match[str]) -> str:
            digits = form(match)
            if digits is None:
                return match[0]
            found.append(digits)
            return " "

        return pattern.sub(take, rest)

    rest = keep(_ISO, lambda m: f"{m[1]}{int(m[2]):02d}{int(m[3]):02d}", typed[:_LONGEST_TEXT])
    rest = keep(_DATE, _date_digits, rest)
    rest = keep(_PHONE, _phone_digits, rest)
    return list(dict.fromkeys([*fold(rest).split(), *found]))[:_MOST_WORDS]


def _date_digits(match: re.Match[str]) -> str | None:
    month, day, year = int(match[1]), int(match[3]), match[4]
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if year is None and match[2] != "/":
        return None
    return f"{month:02d}{match[3] if year is None else f'{day:02d}'}{year or ''}"


def _phone_digits(match: re.Match[str]) -> str | None:
    digits = re.sub(r"\D", "", match[0])
    if len(digits) == 11 and digits.startswith("1"):
        return digits[1:]
    return digits if len(digits) in (7, 10) or match[0].startswith("+") else None


def _forms(word: str) -> list[str]:
    return [word, f"0{word}"] if len(word) in (5, 7) and word.isdigit() else [word]


def _slipped(word: str) -> list[str]:
    """Return the word, and with one slip of the fingers mended: a letter too many, two swapped, the key beside."""
    forms = {word}
    if word.isalpha() and word.isascii() and 4 <= len(word) <= 20:
        forms |= {word[:i] + word[i + 1 :] for i in range(len(word))}
        forms |= {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
        forms |= {word[:i] + near + word[i + 1 :] for i in range(len(word)) for near in _NEAR[word[i]]}
    return [f'"{form}"*' for form in sorted(forms)]


def _sounds_like(word: str) -> list[str]:
    """Return the word, mended and as it sounds."""
    key = sound_key(word) if word.isalpha() else ""
    sounds = [f'"{SOUND}{key}"{"*" if len(key) > 2 else ""}'] if len(key) > 1 else []
    return [*_slipped(word), *sounds]


def _match(read: Read, words: list[list[str]]) -> list[int]:
    asked = " AND ".join(f"({' OR '.join(forms)})" for forms in words)
    return list(read.session.execute(_MATCH, {"asked": asked, "most": _CANDIDATES}).scalars())


def _by_record_no(read: Read, digits: str, limit: int) -> list[HitRow]:
    ids: list[int] = []
    for more in range(10 - len(digits)):
        span = Patient.record_no.between(int(digits) * 10**more, (int(digits) + 1) * 10**more - 1)
        found = select(Patient.id).where(span).order_by(Patient.record_no).limit(limit - len(ids))
        ids += read.session.scalars(found)
        if len(ids) >= limit:
            break
    return hits(read, ids, [digits], limit)


def hits(read: Read, ids: Iterable[int], words: list[str], limit: int, *, otherwise: str = "member ID") -> list[HitRow]:
    """Return hits for patients, best first: most whole words, then who is here or expected today, then by name."""
    found, today = read.session.execute(_FOUND, {"ids": list(ids)}), _today(read)
    best = sorted((_candidate(row) for row in found), key=lambda one: _rank(one, words, today.get(one.row.id, 2)))
    best = best[:limit]
    phones, coming = _phones(read, best), _next_visits(read, best)
    return [
        _hit(
            one, read.today, phones.get(one.row.id, []), coming.get(one.row.id), _matched(one, words, phones, otherwise)
        )
        for one in best
    ]


def _candidate(row: Any) -> _Candidate:
    names = name_words(row.first_name, row.middle_name, row.last_name, row.preferred_name)
    return _Candidate(row, frozenset(names))


def _rank(one: _Candidate, words: list[str], today: int) -> tuple[int, int, int, str, int]:
    whole = begun = 0
    for word in words:
        if word.isdigit():
            whole += word in one.numbers
        else:
            whole += word in one.names
            begun += any(name.startswith(word) for name in one.names)
    return -whole, -begun, today, fold(f"{one.row.last_name} {one.row.first_name}"), one.row.id


def _phones(read: Read, best: list[_Candidate]) -> dict[int, list[str]]:
    phones: dict[int, list[str]] = {}
    for patient_id, digits in read.session.execute(_PHONES, {"ids": [one.row.id for one in best]}):
        phones.setdefault(patient_id, []).append(digits)
    return phones


def _next_visits(read: Read, best: list[_Candidate]) -> dict[int, tuple[date, int]]:
    coming = read.session.execute(_COMING, {"ids": [one.row.id for one in best], "today": read.today})
    return {patient_id: (day, minute) for patient_id, day, minute in coming}


def _hit(one: _Candidate, today: date, phones: list[str], coming: tuple[date, int] | None, matched: str) -> HitRow:
    row, born = one.row, one.row.birth_date
    quoted = f" “{row.preferred_name}”" if row.preferred_name else ""
    return HitRow(
        patient_id=row.id,
        name=f"{f'{row.last_name} {row.suffix}'.strip()}, {row.first_name}{quoted}",
        called=f"{row.preferred_name or row.first_name} {row.last_name}",
        birth_date=born,
        age=age_on(born, today),
        record_no=str(row.record_no),
        phone=format_phone(phones[0]) if phones else "",
        language=row.language,
        next_visit=coming,
        matched=matched,
    )


def age_on(born: date, day: date) -> int:
    """Return the age in whole years on `day`."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _matched(one: _Candidate, words: list[str], phones: dict[int, list[str]], otherwise: str) -> str:
    numbers = [digits.lstrip("+")[part:] for digits in phones.get(one.row.id, ()) for part in (0, -7, -4)]
    return ", ".join(dict.fromkeys(_matched_by(one, word, numbers) or otherwise for word in words))


def _matched_by(one: _Candidate, word: str, numbers: list[str]) -> str:
    forms = tuple(_forms(word))
    fields: tuple[tuple[str, Iterable[str]], ...] = (
        ("name", one.names),
        ("previous name", name_words(*one.row.previous_names.splitlines())),
        ("birth date", one.numbers[:3]),
        ("record number", one.numbers[3:]),
        ("phone", numbers),
    )
    return next((label for label, values in fields if any(value.startswith(forms) for value in values)), "")


class Asks(Protocol):
    """What the measurement needs of a desk."""

    def ask(self, query: Callable[..., list[HitRow]], *args: Any) -> list[HitRow]:
        """Run a query."""
        ...


def search_bench(desk: Asks, n: int = 200) -> list[float]:
    """Return the seconds that each of `n` keystrokes took, typing the names and birth dates of patients found."""
    typed = ["a", "m", "1", "ma", "jo", "sm", "19", "98"]
    for row in desk.ask(find_patients, "a", 20):
        last, first = row.name.split(", ")[0], row.called.split()[0]
        typed += [f"{first} {last}"[:length] for length in range(1, len(first) + len(last) + 2)]
        typed += [f"{last}, {first[:1]}", f"{row.birth_date:%m/%d/%Y}", row.phone, f"#{row.record_no}", f"{last}x"]
    took = []
    for i in range(n):
        begun = perf_counter()
        desk.ask(find_patients, typed[i % len(typed)])
        took.append(perf_counter() - begun)
    return took
