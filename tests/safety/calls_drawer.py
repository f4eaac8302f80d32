"""The drawer's use cases for the test of rights and audit."""

from __future__ import annotations

from typing import Any

from psc_desk.models.staff import Right
from psc_desk.models.till import Till
from psc_desk.settings import VARIANCE_INVESTIGATE_CENTS
from psc_desk.usecases import till, variance
from psc_desk.usecases.settings import set_setting
from psc_desk.work import Work
from tests.safety.calls import FLOAT, Call, call
from tests.support.clinic import MANAGER, MAYA, SmallClinic

Ready = tuple[tuple[Any, ...], dict[str, Any]]


def next_day(clinic: SmallClinic) -> Ready:
    clinic.clock.advance(hours=13)
    return (1, "The late clinic went on"), {}


def investigated(clinic: SmallClinic) -> Ready:
    """Somebody else's drawer was $1.00 short, and that is looked into."""

    def of_maya(work: Work) -> None:
        session = till.open_session(work, 1)
        assert session is not None
        session.holder_id = MAYA

    clinic.desk.do(of_maya)
    clinic.desk.do(set_setting, VARIANCE_INVESTIGATE_CENTS, 50)
    clinic.desk.do(till.begin_count, 1)
    clinic.desk.do(till.record_count, 1, FLOAT | {100: 9})
    clinic.desk.do(till.close_till, 1, float_left_cents=14900, reason="Not known")
    clinic.desk.actor_id = MANAGER
    return (1, "A dollar lay under the tray"), {}


def second_drawer(work: Work) -> int:
    row = Till(name="Drawer 2", float_cents=5000)
    work.session.add(row)
    work.session.flush()
    return row.id


CALLS = [
    Call(till.go_on_past_midnight, Right.OPEN_DRAWER, next_day),
    call(till.open_for_count, Right.OPEN_DRAWER, 1, "Spot check"),
    call(till.spot_check, Right.OPEN_DRAWER, 1, FLOAT, reason="Noon count"),
    Call(variance.end_investigation, Right.SEE_REPORTS, investigated),
]
INNER = {
    "till.store_count": "part of every count",
    "till.queue_slip": "part of what is done to a drawer",
    "variance.accounted_for": "part of opening, closing and handing over a drawer",
    "variance.look_into": "part of closing and handing over a drawer",
    "staff.check_witness": "the PIN of somebody who takes over, checked before it is used",
    "staff.stand_by": "part of hand-overs and transfers",
}
