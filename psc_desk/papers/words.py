"""The fixed words of patient papers in English and Spanish.

Dates are always MM/DD/YYYY: a birth date that changes its order with the language is a mistaken identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from psc_desk.dates import format_date


@dataclass(frozen=True)
class Words:
    """Every fixed phrase of the papers for one language; `{...}` is filled in by the paper."""

    language: str
    weekdays: tuple[str, ...]
    printed: str
    printed_by: str
    page: str
    demo: str
    training: str
    phone: str
    fax: str
    visit_summary: str
    patient: str
    preferred: str
    birth_date: str
    record_no: str
    your_visit: str
    date_and_time: str
    provider: str
    visit_type: str
    reason: str
    instructions: str
    medications_orders: str
    transcribed: str
    next_visits: str
    no_next_visit: str
    with_provider: str
    prepare: str
    money: str
    charges: str
    no_charges: str
    charges_total: str
    payments: str
    payments_total: str
    balance: str
    credit: str
    nothing_due: str
    questions: str
    emergency: str
    date_order: str


ENGLISH = Words(
    language="en",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    printed="Printed {when}",
    printed_by="Printed {when} by {by}",
    page="Page {n} of {m}",
    demo="DEMO · Sample data, nothing here is real",
    training="TRAINING · Not a real record",
    phone="Phone {number}",
    fax="Fax {number}",
    visit_summary="Visit summary",
    patient="Patient",
    preferred="Goes by",
    birth_date="Birth date",
    record_no="Record number",
    your_visit="Your visit",
    date_and_time="Date and time",
    provider="Provider",
    visit_type="Type of visit",
    reason="Reason for the visit",
    instructions="Instructions",
    medications_orders="Medications and orders",
    transcribed="Written down at the desk from what your provider said. If anything is unclear, ask before you go.",
    next_visits="Next visits",
    no_next_visit="No other visit is booked.",
    with_provider="with {provider}",
    prepare="Before you come:",
    money="Charges and payments",
    charges="Charges",
    no_charges="No charges today",
    charges_total="Total charges",
    payments="Payments",
    payments_total="Total payments",
    balance="Balance due on your account",
    credit="Credit on your account",
    nothing_due="Balance on your account",
    questions="Questions? Call us at {phone}.",
    emergency="In a medical emergency, call 911.",
    date_order="",
)

SPANISH = Words(
    language="es",
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    printed="Impreso el {when}",
    printed_by="Impreso el {when} por {by}",
    page="Página {n} de {m}",
    demo="DEMO · Datos de muestra, nada de esto es real",
    training="TRAINING · Capacitación, no es un expediente real",
    phone="Tel. {number}",
    fax="Fax {number}",
    visit_summary="Resumen de su visita",
    patient="Paciente",
    preferred="Nombre preferido",
    birth_date="Fecha de nacimiento",
    record_no="Número de expediente",
    your_visit="Su visita",
    date_and_time="Fecha y hora",
    provider="Proveedor",
    visit_type="Tipo de visita",
    reason="Motivo de la visita",
    instructions="Instrucciones",
    medications_orders="Medicamentos y órdenes",
    transcribed="Anotado en recepción según indicó su proveedor. Si algo no está claro, pregunte antes de irse.",
    next_visits="Próximas visitas",
    no_next_visit="No tiene otra visita programada.",
    with_provider="con {provider}",
    prepare="Antes de venir:",
    money="Cargos y pagos",
    charges="Cargos",
    no_charges="Hoy no hay cargos",
    charges_total="Total de cargos",
    payments="Pagos",
    payments_total="Total de pagos",
    balance="Saldo pendiente de su cuenta",
    credit="Saldo a su favor",
    nothing_due="Saldo de su cuenta",
    questions="¿Tiene preguntas? Llámenos al {phone}.",
    emergency="En caso de emergencia médica, llame al 911.",
    date_order="Las fechas se escriben mes/día/año.",
)


def words(language: str) -> Words:
    """Return the words of "en" or "es"; English for any other language."""
    return SPANISH if language == "es" else ENGLISH


def long_date_text(day: date, language: str) -> str:
    """Return "Monday, 03/09/2026" or "lunes, 03/09/2026"."""
    return f"{words(language).weekdays[day.weekday()]}, {format_date(day)}"
