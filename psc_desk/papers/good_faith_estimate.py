"""The good-faith estimate for a patient who pays without insurance: its contents are those of 45 CFR 149.610(c)(1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from psc_desk.dates import format_date
from psc_desk.money import Cents, format_money
from psc_desk.papers import pdf
from psc_desk.papers.patient_paper import VALUE, patient_panel, patient_paper
from psc_desk.papers.pdf import BODY, ClinicBlock, Column, PrintMark, Slice
from psc_desk.papers.words import long_date_text, words

_RIGHT = replace(BODY, align="right")


@dataclass(frozen=True)
class ExpectedLine:
    """An expected item or service; `cents` is what its units come to after discounts."""

    code: str
    label: str
    diagnoses: str
    units: int
    cents: Cents


@dataclass(frozen=True)
class EstimateData:
    """Everything on the paper. `service_on` None: not scheduled yet. `separately`: a line for each other item."""

    clinic: ClinicBlock
    mark: PrintMark
    language: str
    estimate_no: str
    version: int
    given_on: date
    patient_name: str
    birth_date: date
    record_no: str
    service: str
    service_on: date | None
    provider: str
    npi: str
    tax_id: str
    lines: tuple[ExpectedLine, ...]
    discounted: bool = False
    separately: tuple[str, ...] = ()

    @property
    def total_cents(self) -> Cents:
        """What is expected in all."""
        return sum(line.cents for line in self.lines)


def good_faith_estimate_pdf(data: EstimateData) -> bytes:
    """Return the estimate as PDF."""
    said = _WORDS["es" if data.language == "es" else "en"]
    subtitle = said.subtitle.format(no=data.estimate_no, version=data.version, day=format_date(data.given_on))
    paper = patient_paper(data, said.title, subtitle)
    width = paper.width
    return pdf.render(
        paper,
        [
            *patient_panel(data, width),
            *pdf.space(6),
            *pdf.text(said.what_it_is, width),
            *_service(data, said, width),
            *_provider(data, said, width),
            *_lines(data, said, width),
            *_separately(data, said, width),
            *_rights(data, said, width),
        ],
    )


def _service(data: EstimateData, said: _Words, width: float) -> list[Slice]:
    when = long_date_text(data.service_on, data.language) if data.service_on else said.not_scheduled
    pairs = [(said.primary, data.service), (said.service_date, when)]
    return [*pdf.section(said.about, width), *pdf.facts(pairs, width, 2, VALUE)]


def _provider(data: EstimateData, said: _Words, width: float) -> list[Slice]:
    place = ", ".join((data.clinic.name, *data.clinic.address_lines))
    pairs = [
        (words(data.language).provider, data.provider),
        (said.npi, data.npi or "—"),
        (said.tin, data.tax_id or "—"),
        (said.place, place),
    ]
    return [*pdf.section(said.by_whom, width), *pdf.facts(pairs, width, 2)]


def _lines(data: EstimateData, said: _Words, width: float) -> list[Slice]:
    columns = (
        Column(said.code, 0.13), Column(said.item, 0.43), Column(said.diagnosis, 0.17),
        Column(said.units, 0.08, _RIGHT), Column(said.expected, 0.19, _RIGHT),
    )  # fmt: skip
    rows = [
        (line.code, line.label, line.diagnoses or said.unknown, str(line.units), format_money(line.cents))
        for line in data.lines
    ]
    total = pdf.amounts([(said.total.format(provider=data.provider), data.total_cents)], None, width, VALUE)
    discount = pdf.text(said.discounted, width, pdf.SMALL) if data.discounted else []
    return [
        *pdf.section(said.expected_charges, width), *pdf.table(columns, rows, width, tight=True), *pdf.space(2),
        *pdf.kept([*total, *discount]),
    ]  # fmt: skip


def _separately(data: EstimateData, said: _Words, width: float) -> list[Slice]:
    listed = pdf.bullets(data.separately, width) if data.separately else pdf.text(said.none_separately, width)
    return [
        *pdf.section(said.separately, width),
        *pdf.kept([*listed, *pdf.space(2), *pdf.text(said.separately_note, width, pdf.SMALL)]),
    ]


def _rights(data: EstimateData, said: _Words, width: float) -> list[Slice]:
    phone = data.clinic.phone
    contact = said.contact_by_phone.format(phone=phone) if phone else said.contact
    room = pdf.panel_room(width)
    inside = [
        *pdf.text(said.dispute, room, pdf.STRONG), *pdf.space(2),
        *pdf.bullets([line.format(contact=contact) for line in said.rights], room),
    ]  # fmt: skip
    return [
        *pdf.section(said.rights_title, width), *pdf.kept(pdf.bullets(said.disclaimers, width)), *pdf.space(4),
        *pdf.panel(pdf.kept(inside), width, pdf.TINT, pdf.ACCENT), *pdf.space(6),
        *pdf.text(said.keep, width, pdf.STRONG),
    ]  # fmt: skip


@dataclass(frozen=True)
class _Words:
    title: str
    subtitle: str
    what_it_is: str
    about: str
    primary: str
    service_date: str
    not_scheduled: str
    by_whom: str
    npi: str
    tin: str
    place: str
    expected_charges: str
    code: str
    item: str
    diagnosis: str
    unknown: str
    units: str
    expected: str
    total: str
    discounted: str
    separately: str
    none_separately: str
    separately_note: str
    rights_title: str
    disclaimers: tuple[str, ...]
    dispute: str
    rights: tuple[str, ...]
    contact: str
    contact_by_phone: str
    keep: str


_WORDS = {
    "en": _Words(
        title="Good-faith estimate",
        subtitle="No. {no} · version {version} · {day}",
        what_it_is="What we expect to charge for the care below, if you pay for it without insurance.",
        about="The care it is for",
        primary="Primary item or service",
        service_date="Date of service",
        not_scheduled="Not scheduled yet",
        by_whom="Who provides it",
        npi="NPI",
        tin="TIN",
        place="Place",
        expected_charges="Expected charges",
        code="Code",
        item="Item or service",
        diagnosis="Diagnosis",
        unknown="not known yet",
        units="Units",
        expected="Expected",
        total="Total expected from {provider}",
        discounted="The amounts are after the clinic's sliding fee discount for your household.",
        separately="Items or services that are scheduled separately",
        none_separately="None is expected.",
        separately_note="For these we give a separate estimate when they are scheduled or when you ask. Their provider "
        "and codes are named there.",
        rights_title="Please read",
        disclaimers=(
            "There may be other items or services that the provider recommends as part of the course of care, which "
            "must be scheduled or asked for separately and are not part of this estimate.",
            "This is only an estimate of what is reasonably expected at the time it is given. The actual items, "
            "services or charges may differ.",
            "This estimate is no contract. You need not obtain the items or services from the provider named here.",
        ),
        dispute="You may dispute the bill if you are charged $400 or more above this estimate.",
        rights=(
            "Tell us first: {contact}. You may ask us to bring the bill in line with the estimate, to negotiate it, "
            "or whether there is financial help.",
            "You may start a patient-provider dispute resolution with the U.S. Department of Health and Human "
            "Services within 120 calendar days of the date on the first bill. A third party then decides what you pay.",
            "How to start it: www.cms.gov/nosurprises, or call 1-800-985-3059.",
            "Starting it does not affect the quality of the care you receive.",
        ),
        contact="speak to the front desk",
        contact_by_phone="call {phone}",
        keep="Keep this estimate: you may need it if you are billed a higher amount.",
    ),
    "es": _Words(
        title="Estimación de buena fe",
        subtitle="N.º {no} · versión {version} · {day}",
        what_it_is="Lo que esperamos cobrar por la atención indicada abajo, si usted la paga sin seguro.",
        about="La atención",
        primary="Artículo o servicio principal",
        service_date="Fecha del servicio",
        not_scheduled="Aún sin fecha",
        by_whom="Quién la presta",
        npi="NPI",
        tin="TIN",
        place="Lugar",
        expected_charges="Cargos previstos",
        code="Código",
        item="Artículo o servicio",
        diagnosis="Diagnóstico",
        unknown="aún no se conoce",
        units="Cant.",
        expected="Previsto",
        total="Total previsto de {provider}",
        discounted="Los importes ya incluyen el descuento de la clínica según los ingresos de su hogar.",
        separately="Artículos o servicios que se programan por separado",
        none_separately="No se prevé ninguno.",
        separately_note="Para ellos le damos otra estimación cuando se programen o cuando usted la pida. Ahí se "
        "indican su proveedor y sus códigos.",
        rights_title="Lea, por favor",
        disclaimers=(
            "Puede haber otros artículos o servicios que el proveedor recomiende como parte del tratamiento, que deben "
            "programarse o pedirse por separado y que no forman parte de esta estimación.",
            "Esta es solo una estimación de lo que se prevé razonablemente en el momento de darla. Los artículos, "
            "servicios o cargos reales pueden ser distintos.",
            "Esta estimación no es un contrato. Usted no está obligado a recibir los artículos o servicios del "
            "proveedor aquí indicado.",
        ),
        dispute="Usted puede disputar la factura si le cobran $400 o más por encima de esta estimación.",
        rights=(
            "Díganoslo primero: {contact}. Puede pedirnos que ajustemos la factura a la estimación, que la negociemos, "
            "o preguntar si hay ayuda económica.",
            "Puede iniciar un proceso de resolución de disputas entre paciente y proveedor ante el Departamento de "
            "Salud y Servicios Humanos de EE. UU. (HHS) dentro de los 120 días calendario a partir de la fecha de la "
            "primera factura. Un tercero decide entonces lo que usted paga.",
            "Cómo iniciarlo: www.cms.gov/nosurprises, o llame al 1-800-985-3059.",
            "Iniciarlo no afecta la calidad de la atención que usted recibe.",
        ),
        contact="hable con la recepción",
        contact_by_phone="llame al {phone}",
        keep="Guarde esta estimación: puede necesitarla si le cobran una cantidad mayor.",
    ),
}
