"""The patients of the demo clinic: a fixed cast whom today's schedule names, and as many invented others as wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from psc_desk.demo.house import MAYA, PLANS
from psc_desk.demo.names import Name, draw_name
from psc_desk.models.coverage import Coverage
from psc_desk.models.patient import Patient, PatientAlert, PatientContact, PatientPhone
from psc_desk.work import Work

_AREAS = ("978", "617", "781", "508", "351", "339")
_TOWNS = (("Salem", "01970"), ("Beverly", "01915"), ("Peabody", "01960"), ("Lynn", "01902"), ("Danvers", "01923"))
_BATCH = 5000


@dataclass(frozen=True)
class Member:
    """One of the fixed cast; `plan` is a number of PLANS, 0 pays without a plan."""

    name: Name
    born: date
    record_no: int
    plan: int
    interpreter: bool = False
    alert: str = ""


def _member(
    text: str, born: tuple[int, int, int], record_no: int, plan: int, *, interpreter: bool = False, alert: str = ""
) -> Member:
    """Read "Castillo|Inés|female|es" or with the preferred name as a fifth part."""
    last, first, sex, language, *preferred = text.split("|")
    name = Name(first, last, sex, language, preferred[0] if preferred else "")
    return Member(name, date(*born), record_no, plan, interpreter, alert)


CAST = (
    _member("Castillo|Inés|female|es", (1987, 4, 18), 10442, 1, interpreter=True, alert="Latex allergy"),
    _member("Whitfield|Jonah|male|en", (1964, 11, 2), 10017, 3),
    _member("Malik|Hana|female|en", (2019, 6, 30), 11873, 2),
    _member("Nguyễn|Thảo|female|vi", (1951, 1, 9), 10630, 4, interpreter=True),
    _member("Iverson|Teddy|male|en", (2016, 8, 21), 11502, 2),
    _member("Tran|Michelle|female|en", (1979, 3, 12), 10288, 5),
    _member("Park|Min-jun|male|ko|민준", (1992, 12, 5), 11140, 1),
    _member("Abebe|Selam|female|am", (1990, 7, 14), 11921, 5),
    _member("Haddad|Samir|male|ar|سمير", (1958, 9, 27), 10101, 3),
    _member("Grant|Otis|male|en", (1949, 2, 3), 10008, 4),
    _member("Brooks|Della|female|en", (1972, 10, 19), 10256, 1),
    _member("Ortega|Lucía|female|es", (1995, 5, 23), 11377, 0),
    _member("Kessler|Ruth|female|en", (1946, 12, 30), 10012, 4),
    _member("Baptiste|Noé|male|en", (2018, 3, 8), 11640, 2),
    _member("Baptiste|Zoé|female|en", (2021, 9, 2), 11641, 2),
    _member("Rossi|Gia|female|en", (2013, 1, 27), 11930, 6),
    _member("Owens|Caleb|male|en", (2010, 7, 7), 11255, 6),
    _member("Fischer|Ada|female|en", (2022, 2, 14), 11804, 1),
    _member("Duarte|Paula|female|pt", (1984, 8, 11), 10733, 0),
    _member("Sokolova|Vera|female|ru", (1968, 4, 5), 10519, 3),
    _member("Hill|Joanne|female|en", (1961, 6, 16), 10091, 6),
    _member("Yilmaz|Elif|female|tr", (1993, 11, 21), 11702, 1),
)
CAST_IDS = {f"{member.name.last}, {member.name.first}": number for number, member in enumerate(CAST, 1)}


@dataclass
class Rows:
    """Table rows about to be written."""

    patients: list[dict[str, Any]] = field(default_factory=list)
    phones: list[dict[str, Any]] = field(default_factory=list)
    contacts: list[dict[str, Any]] = field(default_factory=list)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    coverages: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Person:
    """What the rest of the demo must know of a patient; `copay_cents` None pays without a plan."""

    id: int
    sex: str
    age: int
    copay_cents: int | None


def people(rng: Random, count: int, today: date) -> Iterator[Member]:
    """Return the cast and then invented others, `count` in all (never fewer than the cast)."""
    yield from CAST
    wanted = max(0, count - len(CAST))
    taken = {member.record_no for member in CAST}
    free = [number for number in range(10001, 10001 + max(2000, 2 * count)) if number not in taken]
    for record_no in sorted(rng.sample(free, wanted)):
        age = rng.choice((rng.randrange(0, 18), rng.randrange(18, 65), rng.randrange(18, 65), rng.randrange(65, 96)))
        born = today - timedelta(days=age * 365 + rng.randrange(30, 365))
        plan = rng.choices(range(7), (12, 24, 16, 16, 14 if age >= 65 else 2, 16, 12))[0]
        name = draw_name(rng)
        yield Member(name, born, record_no, plan, name.language not in ("en", "es") and rng.random() < 0.5)


def write_people(work: Work, rng: Random, count: int, *, mark: str = "DEMO") -> list[Person]:
    """Write the patients with phones, contacts, coverage and the mark that they are not real."""
    rows, known = Rows(), []
    for number, member in enumerate(people(rng, count, work.today), 1):
        _add(rows, rng, number, member, now=work.now, today=work.today, mark=mark)
        age = (work.today - member.born).days // 365
        cover = rows.coverages[-1]
        copay = 0 if cover["cost_share_forbidden"] else cover["copay_cents"]
        known.append(Person(number, member.name.sex, age, copay if member.plan else None))
    for model, found in (
        (Patient, rows.patients), (PatientPhone, rows.phones), (PatientContact, rows.contacts),
        (PatientAlert, rows.alerts), (Coverage, rows.coverages),
    ):  # fmt: skip
        for start in range(0, len(found), _BATCH):
            work.session.execute(insert(model), found[start : start + _BATCH])
    return known


def _add(rows: Rows, rng: Random, number: int, member: Member, *, now: datetime, today: date, mark: str) -> None:
    name = member.name
    town, code = rng.choice(_TOWNS)
    rows.patients.append({
        "id": number, "record_no": member.record_no, "first_name": name.first, "last_name": name.last,
        "preferred_name": name.preferred, "birth_date": member.born, "sex": name.sex, "language": name.language,
        "interpreter": member.interpreter, "street": f"{rng.randrange(2, 400)} Demo Street", "city": town,
        "state": "MA", "zip": code, "verified_on": today - timedelta(days=rng.randrange(1, 300)),
        "email": f"patient{number}@example.com" if rng.random() < 0.6 else "",
        "created_at": now - timedelta(days=rng.randrange(40, 900)),
    })  # fmt: skip
    for position in range(1 if rng.random() < 0.8 else 2):
        rows.phones.append({
            "patient_id": number, "position": position, "kind": "home" if position else "mobile",
            "digits": f"{rng.choice(_AREAS)}55501{rng.randrange(100):02d}",
            "ok_to_text": rng.choice(("yes", "yes", "no", "not_asked")),
        })  # fmt: skip
    child = (today - member.born).days < 18 * 365
    rows.contacts.append({
        "patient_id": number, "kind": "guardian" if child else "emergency",
        "name": f"{draw_name(rng).first} {name.last}",
        "relation": "parent" if child else rng.choice(("spouse", "sibling")),
        "phone": f"{rng.choice(_AREAS)}55501{rng.randrange(100):02d}",
    })  # fmt: skip
    for text, kind in ((mark, "info"), (member.alert, "danger")):
        if text:
            rows.alerts.append({
                "patient_id": number, "text": text, "kind": kind, "created_at": now - timedelta(days=30),
                "created_by": MAYA,
            })  # fmt: skip
    rows.coverages.append(_coverage(rng, number, member, today))


def _coverage(rng: Random, number: int, member: Member, today: date) -> dict[str, Any]:
    since = date(today.year - rng.randrange(1, 6), 1, 1)
    shared = {"patient_id": number, "position": 1, "effective_on": since, "ends_on": None}
    if not member.plan:
        return {**shared, "plan_id": None, "member_id": "", "copay_cents": 0, "verified_on": None, "verified_how": "",
                "cost_share_forbidden": False, "group_no": ""}  # fmt: skip
    payer, _, kind, copay = PLANS[member.plan - 1]
    initials = "".join(word[0] for word in payer.split())
    return {
        **shared, "plan_id": member.plan, "member_id": f"{initials}{rng.randrange(10**8):08d}", "copay_cents": copay,
        "group_no": f"G{rng.randrange(1000, 9999)}", "verified_on": today - timedelta(days=rng.randrange(1, 150)),
        "verified_how": rng.choice(("portal", "phone", "electronic")),
        "cost_share_forbidden": kind == "Medicare" and rng.random() < 0.15 and number > len(CAST),
    }  # fmt: skip
