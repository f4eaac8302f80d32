"""The sliding fee card that a patient takes home: what a visit costs and until when. It never states the income."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from psc_desk.dates import format_date
from psc_desk.money import Cents, format_money
from psc_desk.papers import pdf
from psc_desk.papers.escpos import Encoder, PrinterProfile
from psc_desk.papers.patient_paper import patient_panel, patient_paper
from psc_desk.papers.pdf import ClinicBlock, PrintMark, Slice, Style
from psc_desk.papers.slip import Slip
from psc_desk.papers.words import words


@dataclass(frozen=True)
class SlidingCardData:
    """An assessment as the patient may show it. `tier` empty: no discount. `usual_cents` 0 leaves the example out."""

    clinic: ClinicBlock
    mark: PrintMark
    language: Literal["en", "es"]
    patient_name: str
    birth_date: date
    record_no: str
    tier: str
    nominal_cents: Cents | None
    pays_percent: int
    usual_cents: Cents
    usual_pays_cents: Cents
    household: int
    from_day: date
    to_day: date


_ENGLISH = {
    "title": "Sliding fee card", "household": "People in the household", "tier": "Discount class",
    "valid": "Valid through", "since": "Assessed on", "nominal": "You pay {0} for each visit.",
    "percent": "You pay {0} % of the fee.",
    "none": "No discount: you pay the full fee.",
    "example": "A usual visit of {0} costs you {1}.",
    "change": "Tell us when your income or the number of people in your household changes. Please bring proof of "
    "income to renew the card before it ends.",
    "promise": "Nobody is refused care because of inability to pay.",
    "training": "TRAINING",
}  # fmt: skip
_SPANISH = {
    "title": "Tarjeta de tarifa según ingresos", "household": "Personas en el hogar", "tier": "Clase de descuento",
    "valid": "Válida hasta", "since": "Evaluada el", "nominal": "Usted paga {0} por cada visita.",
    "percent": "Usted paga el {0} % de la tarifa.", "none": "Sin descuento: usted paga la tarifa completa.",
    "example": "Una visita usual de {0} le cuesta {1}.",
    "change": "Avísenos si cambian sus ingresos o el número de personas en su hogar. Por favor traiga comprobante de "
    "ingresos para renovar la tarjeta antes de que venza.",
    "promise": "A nadie se le niega atención por no poder pagar.",
    "training": "PRÁCTICA",
}  # fmt: skip
_WORDS = {"en": _ENGLISH, "es": _SPANISH}
_BIG = Style(17.0, 24.0, bold=True, colour=pdf.ACCENT)


def sliding_card_pdf(data: SlidingCardData) -> bytes:
    """Return the card as a page, in `data.language`."""
    spoken = _WORDS[data.language]
    paper = patient_paper(data, spoken["title"])
    width = paper.width
    slices = [
        *_patient(data, spoken, width),
        *_pays(data, spoken, width),
        *pdf.space(8),
        *pdf.text(spoken["change"], width, pdf.LARGE),
        *pdf.space(8),
        *pdf.text(spoken["promise"], width, replace(pdf.LARGE, bold=True)),
    ]
    return pdf.render(paper, slices)


def sliding_card_job(data: SlidingCardData, profile: PrinterProfile) -> tuple[bytes, str]:
    """Return the card as a print job for the receipt printer, and its text."""
    slip = _slip(data, profile.columns)
    return Encoder(profile).job(slip.rows), slip.text()


def _patient(data: SlidingCardData, spoken: dict[str, str], width: float) -> list[Slice]:
    more = [
        (spoken["household"], str(data.household)), (spoken["tier"], data.tier or "-"),
        (spoken["since"], format_date(data.from_day)), (spoken["valid"], format_date(data.to_day)),
    ]  # fmt: skip
    return patient_panel(data, width, more)


def _pays(data: SlidingCardData, spoken: dict[str, str], width: float) -> list[Slice]:
    lines = [*pdf.space(14), *pdf.text(_rule(data, spoken), width, _BIG)]
    return [*lines, *pdf.text(_example(data, spoken), width, pdf.LARGE)] if _example(data, spoken) else lines


def _rule(data: SlidingCardData, spoken: dict[str, str]) -> str:
    if not data.tier:
        return spoken["none"]
    if data.nominal_cents is not None:
        return spoken["nominal"].format(format_money(data.nominal_cents))
    return spoken["percent"].format(data.pays_percent)


def _example(data: SlidingCardData, spoken: dict[str, str]) -> str:
    if not data.usual_cents:
        return ""
    return spoken["example"].format(format_money(data.usual_cents), format_money(data.usual_pays_cents))


def _slip(data: SlidingCardData, columns: int) -> Slip:
    spoken, fixed, slip = _WORDS[data.language], words(data.language), Slip(columns)
    if data.mark.training:
        slip.bar(spoken["training"])
    slip.blank()
    slip.title(data.clinic.name)
    slip.centered(*data.clinic.address_lines, data.clinic.phone)
    slip.rule("=")
    slip.heading(spoken["title"], tall=True)
    slip.field(fixed.patient, data.patient_name)
    slip.field(fixed.birth_date, format_date(data.birth_date))
    slip.field(fixed.record_no, data.record_no)
    slip.field(spoken["household"], str(data.household))
    slip.field(spoken["tier"], data.tier)
    slip.rule()
    slip.heading(_rule(data, spoken), tall=True)
    slip.centered(_example(data, spoken))
    slip.rule()
    slip.field(spoken["since"], format_date(data.from_day))
    slip.field(spoken["valid"], format_date(data.to_day))
    slip.blank()
    slip.left(spoken["change"])
    slip.blank()
    slip.centered(spoken["promise"])
    return slip
