"""Who is booked when: today's schedule as everybody knows it, and drawn visits for the days before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from psc_desk.clock import wall_clock
from psc_desk.demo.house import BRANDT, LUIS, MAYA, OSEI, REYES, TYPE_IDS, ULTRASOUND_ROOM
from psc_desk.demo.population import CAST_IDS, Person
from psc_desk.models.visit import Status, Visit, VisitChange
from psc_desk.work import Work

TODAY = (
    "Osei|8:00|Grant, Otis|Results|30|", "Osei|8:30|Nguyễn, Thảo|Blood pressure|30|yes",
    "Osei|9:00|Whitfield, Jonah|Follow-up|30|", "Osei|9:30|Castillo, Inés|New patient|60|yes",
    "Osei|10:30|Park, Min-jun|Results|30|yes", "Osei|11:00|Haddad, Samir|Physical|60|",
    "Osei|13:00|Brooks, Della|Follow-up|60|yes", "Osei|14:00|Ortega, Lucía|Injection|30|",
    "Osei|14:30|Kessler, Ruth|Diabetes visit|60|",
    "Brandt|8:00|Baptiste, Noé|Well child|30|yes", "Brandt|8:30|Baptiste, Zoé|Well child|30|yes",
    "Brandt|9:00|Iverson, Teddy|Asthma|30|", "Brandt|9:30|Malik, Hana|Vaccines|30|yes",
    "Brandt|10:30|Rossi, Gia|New patient|60|", "Brandt|13:30|Owens, Caleb|Recheck|30|yes",
    "Brandt|14:00|Fischer, Ada|Well child|60|",
    "Reyes|8:00|Tran, Michelle|Annual|60|yes", "Reyes|9:00|Tran, Michelle|Ultrasound|30|yes",
    "Reyes|9:30|Duarte, Paula|Follow-up|30|", "Reyes|10:30|Abebe, Selam|Prenatal|60|yes",
    "Reyes|11:30|Abebe, Selam|Ultrasound|30|yes", "Reyes|13:00|Hill, Joanne|Results|30|",
    "Reyes|13:30|Yilmaz, Elif|Prenatal|60|yes", "Reyes|14:30|Yilmaz, Elif|Ultrasound|30|",
    "Reyes|15:00|Sokolova, Vera|Consult|30|",
)  # fmt: skip
"""Today's visits: provider, time, patient, type, minutes, confirmed."""
_PROVIDERS = {"Osei": OSEI, "Brandt": BRANDT, "Reyes": REYES}
_FIRST_SEEN_TODAY = (CAST_IDS["Castillo, Inés"], CAST_IDS["Rossi, Gia"])
_USUAL = {
    OSEI: ("Follow-up", "Follow-up", "Results", "Blood pressure", "Diabetes visit", "Physical", "Injection", "Consult"),
    BRANDT: ("Well child", "Well child", "Asthma", "Vaccines", "Recheck", "Follow-up"),
    REYES: ("Follow-up", "Annual", "Prenatal", "Consult", "Results", "Ultrasound"),
}
_LONG = {"Diabetes visit": 60, "Physical": 60, "Annual": 60, "Prenatal": 60}
_REASONS = ("", "", "Cough for a week", "Wants to talk about sleep", "Medication refill", "Knee pain", "School form")


@dataclass(frozen=True)
class Planned:
    """A visit to be written."""

    patient_id: int
    provider_id: int
    type_name: str
    day: date
    start: int
    minutes: int
    confirmed: bool = False
    reason: str = ""

    @property
    def end(self) -> int:
        """The first minute after it."""
        return self.start + self.minutes


def todays_visits(day: date) -> list[Planned]:
    """Return today's visits."""
    found = []
    for line in TODAY:
        provider, time, name, kind, minutes, confirmed = line.split("|")
        hour, minute = (int(part) for part in time.split(":"))
        found.append(
            Planned(CAST_IDS[name], _PROVIDERS[provider], kind, day, hour * 60 + minute, int(minutes), bool(confirmed))
        )
    return found


def drawn_visits(rng: Random, everybody: Sequence[Person], day: date, share: float) -> list[Planned]:
    """Return invented visits of a day: about `share` of each provider's time, fewer on Saturdays, none on Sundays."""
    if day.weekday() == 6:
        return []
    share = share / 3 if day.weekday() == 5 else share
    busy: set[int] = set(_FIRST_SEEN_TODAY)
    found: list[Planned] = []
    for provider_id in (OSEI, BRANDT, REYES):
        suited = [person for person in everybody if _suits(person, provider_id)]
        for start in _slots(rng, share):
            person = rng.choice(suited)
            if person.id in busy or (found and found[-1].provider_id == provider_id and found[-1].end > start):
                continue
            busy.add(person.id)
            kind = rng.choice(_USUAL[provider_id])
            minutes = 30 if start in (690, 990) else _LONG.get(kind, 30)
            found.append(Planned(person.id, provider_id, kind, day, start, minutes, reason=rng.choice(_REASONS)))
    return sorted(found, key=lambda visit: (visit.start, visit.provider_id))


def _slots(rng: Random, share: float) -> Iterator[int]:
    for start in (*range(480, 720, 30), *range(780, 1020, 30)):
        if rng.random() < share:
            yield start


def _suits(person: Person, provider_id: int) -> bool:
    if provider_id == BRANDT:
        return person.age < 18
    return person.age >= 18 and (provider_id == OSEI or person.sex == "female")


def write_visits(work: Work, planned: Sequence[Planned], first_id: int, *, booked_before: int = 9) -> list[int]:
    """Write booked visits with the history row of their booking; return their ids."""
    ids = list(range(first_id, first_id + len(planned)))
    rows, changes = [], []
    for visit_id, visit in zip(ids, planned, strict=True):
        ahead = timedelta(days=booked_before + visit.patient_id % 20)
        booked_at = min(wall_clock(visit.day - ahead, 600 + visit.patient_id % 300, work.zone), work.now)
        by = MAYA if visit.patient_id % 3 else LUIS
        rows.append(_row(visit_id, visit, booked_at, by) | _confirmation(work, visit))
        changes.append({
            "visit_id": visit_id, "at": booked_at, "staff_id": by, "what": "booked", "before": {},
            "after": {"day": visit.day.isoformat(), "minutes": visit.minutes, "provider_id": visit.provider_id},
        })  # fmt: skip
    if rows:
        work.session.execute(insert(Visit), rows)
        work.session.execute(insert(VisitChange), changes)
    return ids


def _row(visit_id: int, visit: Planned, booked_at: Any, by: int) -> dict[str, Any]:
    return {
        "id": visit_id, "patient_id": visit.patient_id, "provider_id": visit.provider_id,
        "type_id": TYPE_IDS[visit.type_name], "room_id": ULTRASOUND_ROOM if visit.type_name == "Ultrasound" else None,
        "day": visit.day, "start_minute": visit.start, "minutes": visit.minutes, "status": Status.BOOKED,
        "status_since": booked_at, "booked_at": booked_at, "booked_by": by, "reason": visit.reason,
    }  # fmt: skip


def _confirmation(work: Work, visit: Planned) -> dict[str, Any]:
    if not visit.confirmed:
        return {"confirmation": "", "confirmed_at": None}
    at = min(wall_clock(visit.day - timedelta(days=1), 870 + visit.patient_id, work.zone), work.now)
    return {"confirmation": "by phone, with the patient", "confirmed_at": at}
