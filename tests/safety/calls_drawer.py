"""The drawer's use cases for the test of rights and audit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from psc_desk.models.staff import Right
from psc_desk.settings import VARIANCE_INVESTIGATE_CENTS
from psc_desk.usecases import handover, till, tills, transfers, variance, z_report
from psc_desk.usecases.settings import set_setting
from psc_desk.usecases.staff import Approval
from psc_desk.work import Work
from tests.money.support import key
from tests.safety.calls import FLOAT, Call, call
from tests.support.clinic import LEO, MANAGER, MAYA, SmallClinic

Ready = tuple[tuple[Any, ...], dict[str, Any]]


def next_day(clinic: SmallClinic) -> Ready:
    clinic.clock.advance(hours=13)
    return (1, "The late clinic went on"), {}


def investigated(clinic: SmallClinic) -> Ready:
    """Somebody else's drawer was $1.00 short, and that is looked into."""
    clinic.desk.do(of_maya)
    clinic.desk.do(set_setting, VARIANCE_INVESTIGATE_CENTS, 50)
    clinic.desk.do(till.begin_count, 1)
    clinic.desk.do(till.record_count, 1, FLOAT | {100: 9})
    clinic.desk.do(till.close_till, 1, float_left_cents=14900, reason="Not known")
    return (1, "A dollar lay under the tray"), {}


def two_drawers(clinic: SmallClinic) -> Ready:
    """Both drawers are open, and $40.00 can be sent from the first to the second."""
    other = clinic.desk.do(tills.add_till, tills.TillInput("Drawer 2", 5000))
    clinic.desk.do(till.open_till, other, FLOAT)
    return (transfers.TransferInput(key(), 1, other, {2000: 2}),), {}


def sent(*args: Any, **named: Any) -> Callable[[SmallClinic], Ready]:
    """$40.00 was sent by Maya."""

    def ready(clinic: SmallClinic) -> Ready:
        (transfer,), _ = two_drawers(clinic)
        clinic.desk.actor_id = MAYA
        transfer_id = clinic.desk.do(transfers.send_transfer, transfer)
        clinic.desk.actor_id = MANAGER
        return (transfer_id, *args), {"witness": Approval(LEO, "2345"), **named}

    return ready


def declined(clinic: SmallClinic) -> Ready:
    (transfer,), _ = two_drawers(clinic)
    clinic.desk.actor_id = MAYA
    transfer_id = clinic.desk.do(transfers.send_transfer, transfer)
    clinic.desk.do(transfers.decline_transfer, transfer_id, reason="Not needed", witness=Approval(LEO, "2345"))
    clinic.desk.actor_id = MANAGER
    return (transfer_id, {2000: 2}), {"key": key()}


def of_maya(work: Work) -> None:
    session = till.open_session(work, 1)
    assert session is not None
    session.holder_id = session.opened_by = MAYA


def held_by_maya(clinic: SmallClinic) -> Ready:
    clinic.desk.do(of_maya)
    return (1, FLOAT), {}


def counted_to_give(clinic: SmallClinic) -> Ready:
    args, _ = held_by_maya(clinic)
    return (clinic.desk.do(handover.count_for_handover, *args).count_id, Approval(LEO, "2345")), {}


def empty_drawer(clinic: SmallClinic) -> Ready:
    return (clinic.desk.do(tills.add_till, tills.TillInput("Drawer 2", 5000)),), {}


def closed_day(clinic: SmallClinic) -> Ready:
    clinic.desk.do(till.begin_count, 1)
    clinic.desk.do(till.record_count, 1, FLOAT)
    return (clinic.desk.do(till.close_till, 1, float_left_cents=15000).session_id,), {}


CALLS = [
    Call(till.go_on_past_midnight, Right.OPEN_DRAWER, next_day),
    Call(till.open_for_float, Right.OPEN_DRAWER, empty_drawer),
    call(till.open_for_count, Right.OPEN_DRAWER, 1, "Spot check"),
    call(till.spot_check, Right.OPEN_DRAWER, 1, FLOAT, reason="Noon count"),
    Call(variance.end_investigation, Right.SEE_REPORTS, investigated),
    Call(transfers.send_transfer, Right.OPEN_DRAWER, two_drawers),
    Call(transfers.accept_transfer, Right.OPEN_DRAWER, sent({2000: 2}, key="1")),
    Call(transfers.decline_transfer, Right.OPEN_DRAWER, sent(reason="Not needed")),
    Call(transfers.take_back_transfer, Right.OPEN_DRAWER, declined),
    Call(handover.count_for_handover, Right.OPEN_DRAWER, held_by_maya),
    Call(handover.hand_over, Right.OPEN_DRAWER, counted_to_give),
    call(tills.add_till, Right.SETTINGS, tills.TillInput("Drawer 2", 5000)),
    call(tills.change_till, Right.SETTINGS, 1, tills.TillInput("Front drawer", 12000)),
    Call(tills.end_till, Right.SETTINGS, empty_drawer),
    Call(z_report.z_report_page, Right.OPEN_DRAWER, closed_day),
    Call(tills.use_till, Right.SETTINGS, empty_drawer),
]
INNER = {
    "till.closed_session": "part of printing a Z report",
    "till.store_count": "part of every count",
    "till.queue_slip": "part of what is done to a drawer",
    "variance.accounted_for": "part of opening, closing and handing over a drawer",
    "variance.look_into": "part of closing and handing over a drawer",
    "staff.check_witness": "the PIN of somebody who takes over, checked before it is used",
    "staff.stand_by": "part of hand-overs and transfers",
}
