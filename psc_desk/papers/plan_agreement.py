"""The agreement of a payment plan: who pays what, until when, and what happens when a payment is missed; to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from psc_desk.dates import format_date
from psc_desk.money import Cents, format_money
from psc_desk.papers import pdf
from psc_desk.papers.patient_paper import VALUE, patient_panel, patient_paper
from psc_desk.papers.pdf import BODY, ClinicBlock, Column, PrintMark, Slice
from psc_desk.papers.words import long_date_text

_RIGHT = replace(BODY, align="right")
_LONG = 4
"""Above so many instalments the figures of a credit disclosure are printed (12 CFR 1026.18)."""


@dataclass(frozen=True)
class AgreementCharge:
    """A service that the plan covers and what was open on it before the down payment."""

    service_date: date
    label: str
    open_cents: Cents


@dataclass(frozen=True)
class AgreementInstalment:
    """One amount and the day by which it is due."""

    number: int
    due_on: date
    cents: Cents


@dataclass(frozen=True)
class PlanAgreementData:
    """Everything on the paper. `frequency` is weekly, biweekly or monthly; `late_days` end the plan."""

    clinic: ClinicBlock
    mark: PrintMark
    language: str
    plan_no: int
    agreed_on: date
    patient_name: str
    birth_date: date
    record_no: str
    guarantor: str
    frequency: str
    charges: tuple[AgreementCharge, ...]
    down_cents: Cents
    instalments: tuple[AgreementInstalment, ...]
    late_days: int
    agreed_with: str = ""

    @property
    def total_cents(self) -> Cents:
        """What the instalments come to."""
        return sum(one.cents for one in self.instalments)


def plan_agreement_pdf(data: PlanAgreementData) -> bytes:
    """Return the agreement as PDF."""
    said = _WORDS["es" if data.language == "es" else "en"]
    paper = patient_paper(data, said.title, said.subtitle.format(no=data.plan_no, day=format_date(data.agreed_on)))
    width = paper.width
    return pdf.render(
        paper,
        [
            *_parties(data, said, width),
            *_charges(data, said, width),
            *_schedule(data, said, width),
            *_disclosure(data, said, width),
            *pdf.kept([*_terms(data, said, width), *_signatures(data, said, width)]),
        ],
    )


def _parties(data: PlanAgreementData, said: _Words, width: float) -> list[Slice]:
    between = said.between.format(clinic=data.clinic.name, payer=data.guarantor)
    panel = patient_panel(data, width, [(said.payer, data.guarantor)])
    return [*panel, *pdf.space(6), *pdf.text(between, width)]


def _charges(data: PlanAgreementData, said: _Words, width: float) -> list[Slice]:
    columns = (Column(said.service_date, 0.18), Column(said.service, 0.58), Column(said.open, 0.24, _RIGHT))
    rows = [(format_date(one.service_date), one.label, format_money(one.open_cents)) for one in data.charges]
    opened = sum(one.open_cents for one in data.charges)
    sums = [(said.open_total, opened), (said.down, -data.down_cents)] if data.down_cents else []
    total = pdf.amounts(sums, (said.in_instalments, data.total_cents), width, BODY)
    return [
        *pdf.section(said.covers, width),
        *pdf.table(columns, rows, width, tight=True),
        *pdf.space(4),
        *pdf.kept(total),
    ]


def _schedule(data: PlanAgreementData, said: _Words, width: float) -> list[Slice]:
    columns = (Column(said.number, 0.14), Column(said.due, 0.56), Column(said.amount, 0.3, _RIGHT))
    rows = [
        (str(one.number), long_date_text(one.due_on, data.language), format_money(one.cents))
        for one in data.instalments
    ]
    count = said.count_one if len(rows) == 1 else said.count.format(n=len(rows), often=said.often[data.frequency])
    return [*pdf.section(count, width), *pdf.table(columns, rows, width, tight=True)]


def _disclosure(data: PlanAgreementData, said: _Words, width: float) -> list[Slice]:
    if len(data.instalments) <= _LONG:
        return []
    room = pdf.panel_room(width)
    total = format_money(data.total_cents)
    pairs = [(said.rate, "0 %"), (said.finance, format_money(0)), (said.financed, total), (said.payments, total)]
    inside = [*pdf.text(said.disclosure, room, pdf.STRONG), *pdf.space(3), *pdf.facts(pairs, room, 4, VALUE)]
    return [*pdf.space(8), *pdf.panel(pdf.kept(inside), width)]


def _terms(data: PlanAgreementData, said: _Words, width: float) -> list[Slice]:
    phone = said.phone.format(phone=data.clinic.phone) if data.clinic.phone else ""
    lines = [line.format(days=data.late_days, phone=phone) for line in said.terms]
    return [*pdf.section(said.agree, width), *pdf.bullets(lines, width)]


def _signatures(data: PlanAgreementData, said: _Words, width: float) -> list[Slice]:
    first = pdf.signatures((said.signs.format(name=data.guarantor), said.date), width)
    second = pdf.signatures((said.for_clinic.format(name=data.agreed_with).strip(" ·"), said.date), width)
    return [*pdf.space(4), *first, *pdf.space(4), *second]


@dataclass(frozen=True)
class _Words:
    title: str
    subtitle: str
    payer: str
    between: str
    covers: str
    service_date: str
    service: str
    open: str
    open_total: str
    down: str
    in_instalments: str
    often: dict[str, str]
    count: str
    count_one: str
    number: str
    due: str
    amount: str
    disclosure: str
    rate: str
    finance: str
    financed: str
    payments: str
    agree: str
    terms: Sequence[str]
    phone: str
    signs: str
    for_clinic: str
    date: str


_WORDS = {
    "en": _Words(
        title="Payment plan",
        subtitle="Agreement {no} · {day}",
        payer="Person who pays",
        between="{payer} agrees with {clinic} to pay for the services below in installments.",
        covers="What the plan covers",
        service_date="Date of service",
        service="Service",
        open="Open",
        open_total="Open on these services",
        down="Paid today as a down payment",
        in_instalments="To be paid in installments",
        often={"weekly": "every week", "biweekly": "every two weeks", "monthly": "every month"},
        count="When it is paid: {n} installments, one {often}",
        count_one="When it is paid: one installment",
        number="No.",
        due="Due on or before",
        amount="Amount",
        disclosure="This plan has more than four installments",
        rate="Annual percentage rate",
        finance="Finance charge",
        financed="Amount financed",
        payments="Total of payments",
        agree="What we agree",
        terms=(
            "Each amount is paid on or before its due date, in cash, by check or by card, at the front desk.",
            "The plan is free of interest, and no fee is added for it.",
            "You may pay more, or sooner, at any time; every payment counts for the next amounts due.",
            "New services are not part of this plan. They are billed as usual.",
            "If you cannot pay on time, tell us before the due date{phone}. We will look for a way with you.",
            "If an amount is still unpaid {days} days after its due date, the clinic may end the plan after telling "
            "you. What is left is then due at once.",
            "These terms are fixed. A change needs a new agreement that both sides sign.",
        ),
        phone=": call {phone}",
        signs="Signature of {name}",
        for_clinic="For the clinic · {name}",
        date="Date",
    ),
    "es": _Words(
        title="Plan de pagos",
        subtitle="Acuerdo {no} · {day}",
        payer="Persona que paga",
        between="{payer} acuerda con {clinic} pagar a plazos los servicios indicados abajo.",
        covers="Qué cubre el plan",
        service_date="Fecha del servicio",
        service="Servicio",
        open="Pendiente",
        open_total="Pendiente por estos servicios",
        down="Pagado hoy como pago inicial",
        in_instalments="Por pagar a plazos",
        often={"weekly": "cada semana", "biweekly": "cada dos semanas", "monthly": "cada mes"},
        count="Cuándo se paga: {n} pagos, uno {often}",
        count_one="Cuándo se paga: un solo pago",
        number="N.º",
        due="A más tardar el",
        amount="Importe",
        disclosure="Este plan tiene más de cuatro pagos",
        rate="Tasa anual (APR)",
        finance="Cargo por financiamiento",
        financed="Importe financiado",
        payments="Total de pagos",
        agree="Lo que acordamos",
        terms=(
            "Cada importe se paga a más tardar en su fecha, en efectivo, con cheque o con tarjeta, en recepción.",
            "El plan no tiene intereses y no se cobra nada por él.",
            "Puede pagar más, o antes, en cualquier momento; cada pago cuenta para los siguientes importes.",
            "Los servicios nuevos no forman parte de este plan. Se cobran como de costumbre.",
            "Si no puede pagar a tiempo, avísenos antes de la fecha{phone}. Buscaremos una solución con usted.",
            "Si un importe sigue sin pagarse {days} días después de su fecha, la clínica puede terminar el plan "
            "después de avisarle. Lo que falte se debe entonces de inmediato.",
            "Estas condiciones son fijas. Un cambio requiere un nuevo acuerdo firmado por ambas partes.",
        ),
        phone=": llame al {phone}",
        signs="Firma de {name}",
        for_clinic="Por la clínica · {name}",
        date="Fecha",
    ),
}
