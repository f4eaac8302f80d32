"""The house of the demo clinic: hours, providers, rooms, visit types, fees, plans, people and the drawer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from psc_desk.demo_people import DEMO_PEOPLE
from psc_desk.events import SettingChanged
from psc_desk.models.clinic import (
    Clinic,
    ClinicHours,
    Fee,
    Provider,
    ProviderHours,
    Room,
    Setting,
    VisitType,
    VisitTypeCode,
    VisitTypeProvider,
)
from psc_desk.models.coverage import Payer, Plan
from psc_desk.models.staff import Role, StaffMember
from psc_desk.models.till import Till
from psc_desk.passwords import PIN_COST, hash_password, hash_pin
from psc_desk.settings import DRAWER_SENSOR, PRINTER_URL
from psc_desk.work import Work

ZONE = "America/New_York"
DESK = "Desk 1"
MAYA, LUIS, RENATA, GORDON = 1, 2, 3, 5
"""Staff ids: front desk, front desk, lead, manager."""
OSEI, BRANDT, REYES = 1, 2, 3
ULTRASOUND_ROOM = 3
FLOAT_CENTS = 15000
_OPEN, _NOON, _ONE, _CLOSE = 480, 720, 780, 1020


@dataclass(frozen=True)
class Kind:
    """A visit type of the demo clinic. `providers` are ids; `codes` stand on its encounter form, the first is usual."""

    name: str
    spanish: str
    minutes: int
    color: str
    codes: str
    providers: tuple[int, ...] = ()
    rule: str = "any"
    room: str = ""
    interval: int = 0
    preparation: str = ""
    preparation_es: str = ""


KINDS = (
    Kind("Follow-up", "Seguimiento", 30, "#0B5CAD", "OV25 OV15 LAB FORM"),
    Kind("New patient", "Paciente nuevo", 60, "#1B7F4B", "NEW45 LAB FORM", rule="new",
         preparation="Please come 15 minutes early to fill in the papers.",
         preparation_es="Por favor llegue 15 minutos antes para llenar los papeles."),
    Kind("Results", "Resultados", 30, "#4A6FA5", "OV15 LAB"),
    Kind("Blood pressure", "Presión arterial", 30, "#7A3E9D", "BP", (OSEI,)),
    Kind("Physical", "Examen anual", 60, "#00707A", "PHYS LAB BP", (OSEI, REYES), interval=330,
         preparation="Do not eat for eight hours before. Water is fine.",
         preparation_es="No coma durante las ocho horas anteriores. Puede tomar agua."),
    Kind("Injection", "Inyección", 30, "#A15C00", "INJ", (OSEI, BRANDT)),
    Kind("Diabetes visit", "Visita de diabetes", 60, "#8A5A00", "OV25 A1C LAB", (OSEI,),
         preparation="Bring your meter and your log book.",
         preparation_es="Traiga su medidor y su cuaderno."),
    Kind("Well child", "Control del niño sano", 30, "#2E8540", "WELL VAC", (BRANDT,)),
    Kind("Asthma", "Asma", 30, "#5B4FB3", "OV25 BREATH", (BRANDT, OSEI)),
    Kind("Vaccines", "Vacunas", 30, "#2A7D8C", "VAC", (BRANDT, OSEI)),
    Kind("Recheck", "Revisión", 30, "#51657D", "OV15", (BRANDT,)),
    Kind("Annual", "Examen anual de la mujer", 60, "#9D3E74", "WOMAN LAB", (REYES,), interval=330),
    Kind("Prenatal", "Control prenatal", 60, "#B34F7A", "PREN LAB", (REYES,)),
    Kind("Consult", "Consulta", 30, "#6B5B95", "CONS", (REYES, OSEI)),
    Kind("Ultrasound", "Ultrasonido", 30, "#3D6B6B", "US", (REYES,), room="ultrasound",
         preparation="Drink four glasses of water one hour before and do not empty your bladder.",
         preparation_es="Tome cuatro vasos de agua una hora antes y no orine."),
)  # fmt: skip
FEES = (
    ("OV15", "Office visit, short", "Consulta breve", 9500), ("OV25", "Office visit", "Consulta", 13500),
    ("NEW45", "First visit", "Primera consulta", 19500), ("PHYS", "Yearly physical", "Examen anual", 21000),
    ("WELL", "Well child visit", "Control del niño sano", 17500), ("VAC", "Vaccine, given", "Vacuna aplicada", 3500),
    ("INJ", "Injection", "Inyección", 3000), ("LAB", "Lab panel, drawn here", "Análisis de laboratorio", 6240),
    ("BP", "Blood pressure check", "Control de la presión", 4500), ("A1C", "Blood sugar test", "Azúcar", 2800),
    ("BREATH", "Breathing test", "Prueba pulmonar", 5200), ("WOMAN", "Yearly visit, women", "Visita anual", 19000),
    ("PREN", "Prenatal visit", "Control prenatal", 15500), ("CONS", "Consultation", "Consulta especial", 16000),
    ("US", "Ultrasound", "Ultrasonido", 24500), ("FORM", "Form filled in", "Formulario", 2500),
)  # fmt: skip
PLANS = (
    ("Blue Harbor", "PPO", "PPO", 2500), ("Blue Harbor", "HMO Plus", "HMO", 1500),
    ("Granite Mutual", "EPO 40", "EPO", 4000), ("Old Colony", "Senior Advantage", "Medicare", 1000),
    ("Bay Community", "MassPlan", "Medicaid", 0), ("Lighthouse Union", "Members POS", "POS", 2000),
)  # fmt: skip
"""Payer, plan, kind and co-pay in cents; none of them exists."""
TYPE_IDS = {kind.name: number for number, kind in enumerate(KINDS, 1)}


def build_house(work: Work, kind: str, today: date) -> None:
    """Write clinic, people, providers, rooms, visit types, fees, plans and the drawer."""
    mark = kind.upper()
    work.session.add(
        Clinic(
            id=1, kind=kind, name=f"Riverside Family Clinic ({mark})", address="1 Demo Street\nSalem, MA 01970",
            phone="9785550100", fax="9785550199", tax_id="00-0000000", time_zone=ZONE,
            bank_name=f"First {mark.capitalize()} Bank", bank_account_ending="0000",
        )
    )  # fmt: skip
    for weekday in range(7):
        work.session.add(ClinicHours(weekday=weekday, open_minute=_OPEN, close_minute=_CLOSE))
    _people(work)
    _providers_and_rooms(work)
    _fees_and_types(work, today)
    _plans(work)
    work.session.add(Till(id=1, name="Drawer 1", float_cents=FLOAT_CENTS))
    work.session.add(Setting(key=PRINTER_URL.key, desk=DESK, value={"v": "virtual:"}))
    work.session.add(Setting(key=DRAWER_SENSOR.key, desk=DESK, value={"v": "high_open"}))
    work.announce(SettingChanged(), f"made the {kind} clinic; everybody in it is invented")


def _people(work: Work) -> None:
    for number, person in enumerate(DEMO_PEOPLE, 1):
        # everybody may know these passwords: the quick hash is made stronger at the first sign-in
        secret = hash_password(person.password, PIN_COST)
        work.session.add(
            StaffMember(
                id=number, name=person.name, role=Role(person.key), password_hash=secret,
                pin_hash=hash_pin(person.pin), created_at=work.now,
            )
        )  # fmt: skip


def _providers_and_rooms(work: Work) -> None:
    providers = (
        ("Dr. Amara Osei", "Osei", "Family medicine"), ("Dr. Felix Brandt", "Brandt", "Pediatrics"),
        ("Nadia Reyes, NP", "Reyes", "Women’s health"),
    )  # fmt: skip
    for number, (name, short, specialty) in enumerate(providers, 1):
        spans = ((_OPEN, _NOON, "work"), (_NOON, _ONE, "lunch"), (_ONE, _CLOSE, "work"))
        hours = [
            ProviderHours(weekday=weekday, start_minute=start, end_minute=end, kind=kind)
            for weekday in range(7)
            for start, end, kind in spans
        ]
        work.session.add(
            Provider(id=number, name=name, short_name=short, specialty=specialty, position=number, hours=hours)
        )
    for number, kind in enumerate(("exam", "exam", "ultrasound", "exam", "procedure"), 1):
        work.session.add(Room(id=number, name=f"Room {number}", kind=kind, column=kind == "ultrasound"))
    work.session.flush()


def _fees_and_types(work: Work, today: date) -> None:
    since = date((today - timedelta(days=366)).year, 1, 1)
    for code, label, spanish, cents in FEES:
        work.session.add(Fee(code=code, label=label, label_es=spanish, cents=cents, effective_from=since))
    for kind in KINDS:
        type_id = TYPE_IDS[kind.name]
        work.session.add(
            VisitType(
                id=type_id, name=kind.name, name_es=kind.spanish, minutes=kind.minutes, color=kind.color,
                room_kind=kind.room, patient_rule=kind.rule, min_interval_days=kind.interval,
                preparation=kind.preparation, preparation_es=kind.preparation_es,
            )
        )  # fmt: skip
        for provider_id in kind.providers:
            work.session.add(VisitTypeProvider(visit_type_id=type_id, provider_id=provider_id))
        for position, code in enumerate(kind.codes.split()):
            work.session.add(VisitTypeCode(visit_type_id=type_id, code=code, position=position, usual=position == 0))
    work.session.flush()


def _plans(work: Work) -> None:
    payers: dict[str, Payer] = {}
    for number, (payer_name, plan, kind, _copay) in enumerate(PLANS, 1):
        payer = payers.setdefault(payer_name, Payer(name=payer_name, phone="8005550100", payer_no=f"DEMO{number}"))
        work.session.add(Plan(id=number, payer=payer, name=plan, kind=kind))
    work.session.flush()
