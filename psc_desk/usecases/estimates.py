"""Good-faith estimates: asked for, given in versions, no longer owed (45 CFR 149.610; front-desk.md M7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from psc_desk.dates import format_date
from psc_desk.errors import InputError, RefusedError
from psc_desk.events import EstimateGiven
from psc_desk.models.clinic import Clinic, Fee, Provider
from psc_desk.models.estimate import Estimate, EstimateCause, EstimateLine, EstimateRequest, estimate_due
from psc_desk.models.patient import Patient
from psc_desk.models.staff import Right
from psc_desk.models.visit import Visit
from psc_desk.money import LIMIT, Cents, format_money
from psc_desk.papers.good_faith_estimate import EstimateData, ExpectedLine, good_faith_estimate_pdf
from psc_desk.queries.estimates import estimate
from psc_desk.queries.paper_head import clinic_block, print_mark
from psc_desk.usecases.documents import file_document
from psc_desk.usecases.estimate_clock import latest, owe, withdraw
from psc_desk.work import Work

HOW_GIVEN = ("On paper", "By mail", "By e-mail")
"""How the patient gets it; by e-mail only when the patient asked for that (45 CFR 149.610(e)(2))."""


@dataclass(frozen=True)
class EstimateLineInput:
    """An expected item; `cents` is what its units come to after discounts."""

    code: str
    label: str
    cents: Cents
    units: int = 1
    diagnoses: str = ""


@dataclass(frozen=True)
class EstimateInput:
    """A version about to be given. `separately` lists other items, a line each; `discounted` by the sliding fee."""

    key: str
    request_id: int
    provider_id: int
    service_on: date | None
    lines: tuple[EstimateLineInput, ...]
    given_how: str = HOW_GIVEN[0]
    separately: str = ""
    discounted: bool = False


@dataclass(frozen=True)
class EstimateDone:
    """The version given and its paper in the chart."""

    estimate_id: int
    document_id: int
    version: int
    total_cents: Cents


def ask_estimate(work: Work, patient_id: int, *, visit_id: int | None = None, service: str = "") -> int:
    """Note that the patient asks what it costs, for a booked visit or for a service in words; return the request's id.

    Any such question is a request (45 CFR 149.610(b)(1)(vi)(C)). What is asked again while it is owed is one request.
    """
    actor = work.require(Right.REGISTER)
    work.get(Patient, patient_id, "patient")
    words = " ".join(service.split())
    if visit_id is not None and work.get(Visit, visit_id, "visit").patient_id != patient_id:
        raise InputError("That visit belongs to another patient. Choose one of this patient.", "visit")
    if visit_id is None and not words:
        raise InputError("Say what the patient asks a price for.", "service")
    owed = select(EstimateRequest).where(
        EstimateRequest.patient_id == patient_id, EstimateRequest.visit_id == visit_id,
        EstimateRequest.note == words, EstimateRequest.withdrawn_reason == "",
    )  # fmt: skip
    for request in work.session.scalars(owed):
        if visit_id is not None or latest(work, request.id) is None:
            return request.id
    due_on = estimate_due(EstimateCause.REQUESTED, work.today, None)
    assert due_on is not None
    request = EstimateRequest(
        patient_id=patient_id, visit_id=visit_id, cause=EstimateCause.REQUESTED, asked_on=work.today, due_on=due_on,
        note=words, made_at=work.now, made_by=actor.id,
    )  # fmt: skip
    work.session.add(request)
    work.session.flush()
    owe(work, request, f"was asked for and is due by {format_date(due_on)}")
    return request.id


def withdraw_estimate(work: Work, request_id: int, reason: str) -> None:
    """Note why an estimate is not owed after all: the patient has coverage, or no longer asks."""
    work.require(Right.REGISTER)
    request = work.get(EstimateRequest, request_id, "estimate")
    if not reason.strip():
        raise InputError("Say why no estimate is owed.", "reason")
    if request.withdrawn_reason:
        raise RefusedError("This estimate is no longer owed already. Look at the list again.")
    withdraw(work, request, reason.strip())


def give_estimate(work: Work, version: EstimateInput) -> EstimateDone:
    """Give a version of the estimate: its paper is filed in the chart, earlier versions stay as they were."""
    actor = work.require(Right.REGISTER)
    done = work.session.scalar(select(Estimate).where(Estimate.key == version.key))
    if done is not None:
        return EstimateDone(done.id, done.document_id or 0, done.version, done.total_cents)
    request = work.get(EstimateRequest, version.request_id, "estimate")
    if request.withdrawn_reason:
        raise RefusedError("This estimate is no longer owed. Note a new request first.")
    lines = _checked(work, version)
    last = latest(work, request.id)
    row = Estimate(
        request_id=request.id, version=(last.version if last else 0) + 1, key=version.key,
        provider_id=version.provider_id, service_on=version.service_on, total_cents=sum(line.cents for line in lines),
        separately=version.separately.strip(), given_how=version.given_how, made_at=work.now, made_by=actor.id,
        lines=[
            EstimateLine(
                code=line.code, label=line.label, diagnoses=line.diagnoses, units=line.units, cents=line.cents
            )
            for line in lines
        ],
    )  # fmt: skip
    content = good_faith_estimate_pdf(_paper(work, request, row, version.discounted))
    row.document_id = file_document(
        work, request.patient_id, "estimate", f"Good-faith estimate {request.id}, version {row.version}", content,
        media_type="application/pdf", visit_id=request.visit_id,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    work.announce(
        EstimateGiven(patient_id=request.patient_id, visit_id=request.visit_id, estimate_id=row.id),
        f"gave version {row.version} of good-faith estimate {request.id}: {format_money(row.total_cents)}, "
        f"{row.given_how.lower()}",
        after={"cents": row.total_cents, "version": row.version},
    )
    return EstimateDone(row.id, row.document_id, row.version, row.total_cents)


def _checked(work: Work, version: EstimateInput) -> list[EstimateLineInput]:
    work.get(Provider, version.provider_id, "provider")
    if version.service_on is not None and version.service_on < work.today:
        raise InputError("The day of the service is past. An estimate is given before.", "service_on")
    if version.given_how not in HOW_GIVEN:
        raise InputError("Choose how the patient gets the estimate.", "given_how")
    if not version.lines:
        raise InputError("Add at least one line with what is expected.", "lines")
    for number, line in enumerate(version.lines, start=1):
        _check_line(line, number)
    return [
        EstimateLineInput(
            line.code.strip(), " ".join(line.label.split()), line.cents, line.units, line.diagnoses.strip()
        )
        for line in version.lines
    ]


def _check_line(line: EstimateLineInput, number: int) -> None:
    if not line.label.strip():
        raise InputError(f"Line {number} needs words for the item or service.", f"label_{number}")
    if not 1 <= line.units <= 999:
        raise InputError("Units go from 1 to 999.", f"units_{number}")
    if not 0 <= line.cents <= LIMIT:
        raise InputError("An expected charge cannot be negative.", f"amount_{number}")


def _paper(work: Work, request: EstimateRequest, row: Estimate, discounted: bool) -> EstimateData:
    patient, provider = work.get(Patient, request.patient_id, "patient"), work.get(Provider, row.provider_id)
    visit = work.get(Visit, request.visit_id, "visit") if request.visit_id is not None else None
    spanish = patient.language == "es"
    labels = _spanish(work, {line.code for line in row.lines}) if spanish else {}
    name_es = visit.type.name_es if visit and spanish else ""
    return EstimateData(
        clinic=clinic_block(work),
        mark=print_mark(work),
        language="es" if spanish else "en",
        estimate_no=str(request.id),
        version=row.version,
        given_on=work.today,
        patient_name=patient.full_name,
        birth_date=patient.birth_date,
        record_no=str(patient.record_no),
        service=name_es or estimate(work, request.id).service,
        service_on=row.service_on,
        provider=provider.name,
        npi=provider.npi,
        tax_id=work.get(Clinic, 1, "clinic").tax_id,
        lines=tuple(
            ExpectedLine(
                line.code, labels.get((line.code, line.label)) or line.label, line.diagnoses, line.units, line.cents
            )
            for line in row.lines
        ),
        discounted=discounted,
        separately=tuple(line.strip() for line in row.separately.splitlines() if line.strip()),
    )


def _spanish(work: Work, codes: set[str]) -> dict[tuple[str, str], str]:
    """Return the clinic's Spanish wording by code and English wording: words changed by hand are kept."""
    rows = work.session.scalars(select(Fee).where(Fee.code.in_(codes)).order_by(Fee.effective_from))
    return {(fee.code, fee.label): fee.label_es for fee in rows}
