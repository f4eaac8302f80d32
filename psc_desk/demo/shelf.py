"""The demo clinic's sliding fee and what it sells over the counter."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from psc_desk.dates import add_months
from psc_desk.demo.house import GORDON, MAYA
from psc_desk.events import IncomeAssessed, StockChanged
from psc_desk.models.clinic import Setting
from psc_desk.models.coverage import Coverage
from psc_desk.models.retail import RetailItem, StockMove
from psc_desk.models.sliding import (
    EXAMPLE_TIERS,
    PovertyGuideline,
    SlidingAssessment,
    SlidingSchedule,
    SlidingTier,
    annual_income,
    percent_of_guideline,
    tier_for,
)
from psc_desk.models.visit import Visit
from psc_desk.settings import SALES_TAX
from psc_desk.usecases.sliding import add_shipped_guidelines
from psc_desk.work import Work

ITEMS = (
    ("0300000000011", "Elastic bandage", "Venda elástica", 450, True, 24, 10),
    ("0300000000028", "Wrist brace", "Muñequera", 1899, True, 6, 4),
    ("0300000000035", "Digital thermometer", "Termómetro digital", 1250, True, 9, 5),
    ("0300000000042", "Blood pressure cuff", "Tensiómetro", 4295, True, 2, 3),
    ("0300000000059", "Pill box, seven days", "Pastillero semanal", 525, True, 18, 6),
    ("0300000000066", "Saline nasal spray", "Aerosol nasal salino", 649, False, 14, 8),
    ("BOOK-1", "Eating well with diabetes", "Comer bien con diabetes", 800, False, 11, 0),
)
"""Code, name, Spanish name, price, taxed, in stock, order below; none of these codes exists."""
INCOMES = (
    (300, 4, 250_000, "monthly", "pay stubs"), (12, 1, 98_000, "monthly", "benefit letter"),
    (351, 3, 78_000, "weekly", "pay stubs"), (40, 2, 0, "yearly", "no income statement"),
    (345, 5, 260_000, "biweekly", "pay stubs"), (90, 1, 3_190_000, "yearly", "tax return"),
    (372, 2, 310_000, "monthly", "employer letter"), (150, 6, 11_500_000, "yearly", "tax return"),
)  # fmt: skip
"""Days ago, household, income, how often it comes, proof."""

_TAX = 6250
"""6.25 %, as in Massachusetts."""


def fill_shelf(work: Work) -> None:
    """Write guidelines, a schedule of discounts, some assessments, and items with their stock."""
    add_shipped_guidelines(work)
    work.session.add(Setting(key=SALES_TAX.key, desk="", value={"v": _TAX}))
    schedule = SlidingSchedule(
        name="Board schedule", effective_from=date(work.today.year - 2, 1, 1),
        approved_on=date(work.today.year - 3, 12, 9), valid_months=12,
        tiers=[
            SlidingTier(position=tier.position, name=tier.name, up_to_bp=tier.up_to_bp,
                        nominal_cents=tier.nominal_cents, pays_percent=tier.pays_percent)
            for tier in EXAMPLE_TIERS
        ],
    )  # fmt: skip
    work.session.add(schedule)
    work.session.flush()
    for patient_id, (ago, *typed) in zip(_who_pays_alone(work), INCOMES, strict=False):
        _assess(work, schedule, patient_id, work.today - timedelta(days=ago), typed)
    for code, name, spanish, cents, taxable, units, par in ITEMS:
        _put_on_shelf(work, RetailItem(
            sku=code, name=name, name_es=spanish, price_cents=cents, taxable=taxable, par=par), units)  # fmt: skip
    work.announce(StockChanged(), "put the first items on the shelf")


def _who_pays_alone(work: Work) -> list[int]:
    """Patients without a plan who are not booked today, so that the demo day stays as it is planned."""
    tomorrow = work.today + timedelta(days=1)
    booked = select(Visit.patient_id).where(Visit.day.in_((work.today, tomorrow)))
    insured = select(Coverage.patient_id).where(Coverage.plan_id.is_not(None))
    chosen = select(Coverage.patient_id).where(
        Coverage.plan_id.is_(None), Coverage.patient_id.not_in(booked), Coverage.patient_id.not_in(insured)
    )
    return list(work.session.scalars(chosen.distinct().order_by(Coverage.patient_id).limit(len(INCOMES))))


def _assess(work: Work, schedule: SlidingSchedule, patient_id: int, day: date, typed: list[object]) -> None:
    household, cents, period, proof = typed
    guideline = work.session.scalar(
        select(PovertyGuideline)
        .where(PovertyGuideline.effective_from <= day)
        .order_by(PovertyGuideline.effective_from.desc())
        .limit(1)
    )
    if guideline is None or not (isinstance(household, int) and isinstance(cents, int)):
        return
    annual = annual_income(cents, str(period))
    percent = percent_of_guideline(annual, guideline.income_cents(household))
    tier = tier_for(schedule.terms, percent)
    work.session.add(
        SlidingAssessment(
            patient_id=patient_id, assessed_on=day, household=household, income_cents=cents, period=str(period),
            annual_cents=annual, proof=str(proof), guideline_id=guideline.id, schedule_id=schedule.id,
            tier=tier.position if tier else None, percent_bp=percent,
            expires_on=add_months(day, schedule.valid_months), made_at=work.now, made_by=MAYA,
        )
    )  # fmt: skip
    work.announce(IncomeAssessed(patient_id=patient_id), "was told what the household lives on, for the sliding fee")


def _put_on_shelf(work: Work, item: RetailItem, units: int) -> None:
    work.session.add(item)
    work.session.flush()
    work.session.add(
        StockMove(
            item_id=item.id, kind="received", units=units, reason="First delivery", at=work.now, staff_id=GORDON
        )
    )  # fmt: skip
