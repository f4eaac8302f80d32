"""The checks of the books that concern the sliding fee (see verify.py)."""

from __future__ import annotations

from psc_desk.queries.check import Check, none

CHECKS: dict[str, Check] = {
    "assessments say what their guideline and schedule say": none(
        "assessments that differ from their guideline or schedule",
        "SELECT a.id FROM sliding_assessment a LEFT JOIN poverty_guideline g ON g.id = a.guideline_id"
        " WHERE a.declined = 0 AND (g.id IS NULL OR g.effective_from > a.assessed_on"
        " OR a.percent_bp <> (a.annual_cents * 10000 + g.base_cents + g.per_person_cents * (a.household - 1) - 1)"
        " / (g.base_cents + g.per_person_cents * (a.household - 1))"
        " OR COALESCE(a.tier, 0) <> COALESCE((SELECT MIN(t.position) FROM sliding_tier t"
        " WHERE t.schedule_id = a.schedule_id AND a.percent_bp <= t.up_to_bp), 0))",
    ),
    "who declined has no discount": none(
        "assessments of people who declined that give a discount",
        "SELECT id FROM sliding_assessment WHERE declined = 1 AND tier IS NOT NULL",
    ),
    "a sliding discount stands on an assessment of its patient in force on the day": none(
        "sliding discounts without such an assessment",
        "SELECT d.id FROM adjustment d JOIN charge c ON c.id = d.charge_id"
        " JOIN sliding_assessment a ON a.id = d.assessment_id"
        " WHERE a.patient_id <> c.patient_id OR a.tier IS NULL"
        " OR c.service_date NOT BETWEEN a.assessed_on AND a.expires_on",
    ),
}
"""Name of what must hold, and how to find where it does not."""
