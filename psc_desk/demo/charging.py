"""What is to be put right in the demo clinic: coding questions, adjustments, a visit without charges."""

from __future__ import annotations

from sqlalchemy import func, select

from psc_desk.demo.population import CAST_IDS
from psc_desk.models.charging import Adjustment, AdjustmentKind
from psc_desk.models.visit import Status, Visit
from psc_desk.queries.charge_lists import uncharged_visits
from psc_desk.queries.money import ChargeRow, visit_charges
from psc_desk.usecases.adjustments import adjust
from psc_desk.usecases.charges import void_charge
from psc_desk.usecases.coding import answer_coding, ask_coding
from psc_desk.work import Work

_ASKED = {
    8: ("Which shoulder was injected, left or right?", "The left one."),
    6: ("The note speaks of two chronic conditions. Is this the longer visit?", ""),
    1: ("Was the blood test ordered with this visit?", ""),
}
"""Days back: what was asked, and what was answered at once."""
_LAST_DAYS, _OFF = 9, 1500


def charge_oddly(work: Work, back: int) -> None:
    """Ask, adjust and take back on the days that have it; `back` counts the days before today."""
    done = select(Visit).where(
        Visit.day == work.today, Visit.status == Status.DONE, Visit.patient_id.not_in(CAST_IDS.values())
    )
    visits = list(work.session.scalars(done.order_by(Visit.start_minute, Visit.id)))
    if back in _ASKED and visits:
        question, answer = _ASKED[back]
        asked = ask_coding(work, visits[0].id, question)
        if answer:
            answer_coding(work, asked, answer)
    if back <= _LAST_DAYS:
        _put_right(work, [charges for visit in visits if (charges := _unpaid(work, visit.id))])


def _put_right(work: Work, unpaid: list[list[ChargeRow]]) -> None:
    """Adjust one charge, and take the charges of another visit back, where that was not done before."""
    adjusted = work.session.scalar(select(func.count()).select_from(Adjustment))
    if unpaid and not adjusted and unpaid[0][0].open_cents > _OFF:
        charge_id = unpaid.pop(0)[0].charge_id
        adjust(
            work, charge_id, _OFF, AdjustmentKind.COURTESY, key=f"demo-adjust-{charge_id}",
            reason="Courtesy of the provider",
        )  # fmt: skip
    if unpaid and not uncharged_visits(work):
        for row in unpaid[-1]:
            void_charge(work, row.charge_id, key=f"demo-back-{row.charge_id}", reason="Entered on the wrong visit")


def _unpaid(work: Work, visit_id: int) -> list[ChargeRow]:
    """Return the charges of a visit when all of them are open in full and in no plan, else nothing."""
    rows = visit_charges(work, visit_id)
    whole = all(row.open_cents == row.amount_cents and row.plan_id is None for row in rows)
    return rows if rows and whole else []
