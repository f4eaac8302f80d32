"""The steps of the guided close, each brought to where it can be done."""

from __future__ import annotations

from typing import Any

from psc_desk.models.staff import Right
from psc_desk.usecases import closing
from psc_desk.usecases.closing import ChecksInput
from tests.safety.calls import FLOAT, Call, Ready
from tests.support.clinic import SmallClinic

_WAY = (
    (closing.pass_open_items, ({},), {}),
    (closing.type_card_batch, ("1", 0), {}),
    (closing.compare_checks, (ChecksInput(()),), {}),
    (closing.count_cash, (FLOAT | {100: 9},), {}),
    (closing.explain_difference, ("Not known",), {}),
    (closing.choose_float, (14900,), {"print_order": True}),
    (closing.finish_close, (), {"deposit_now": False}),
)  # fmt: skip


def _until(steps: int, *args: Any, **named: Any) -> Ready:
    """Do the steps before, and return the arguments of the next, or those given."""

    def ready(clinic: SmallClinic) -> tuple[tuple[Any, ...], dict[str, Any]]:
        for usecase, given, more in _WAY[:steps]:
            clinic.desk.do(usecase, 1, *given, **more)  # type: ignore[arg-type]  # each takes its own
        return (1, *args), named

    return ready


CALLS = [
    *(Call(usecase, Right.CLOSE_DRAWER, _until(n, *args, **named)) for n, (usecase, args, named) in enumerate(_WAY)),
    Call(closing.keep_typing, Right.CLOSE_DRAWER, _until(1, "cards", {"batch_no": "7"})),
    Call(closing.count_again, Right.CLOSE_DRAWER, _until(4)),
]
INNER = {"closing.autosave": "keeps half a step of the close every few seconds; the step is told when it is done"}
