"""What the tests of failing disks share: a day at the counter, every posting as a call, and a copy of its data."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from psc_desk.models.charging import AdjustmentKind
from psc_desk.models.payment import PaymentKind
from psc_desk.queries.deposits import bankable
from psc_desk.usecases.adjustments import adjust
from psc_desk.usecases.charges import ChargeInput, post_charges, void_charge
from psc_desk.usecases.deposits import DepositInput, make_deposit
from psc_desk.usecases.payments import PaymentInput, refund_payment, take_payment, void_payment
from psc_desk.usecases.staff import Approval
from psc_desk.usecases.till import begin_count, close_till, drop, open_till, record_count
from psc_desk.work import Desk
from tests.money.support import card, cash, charged_visit, check, key, pay
from tests.support.clinic import INES, JONAH, LEO, SmallClinic, small_clinic

FLOAT = {2000: 5, 500: 8, 100: 10}
LEAD = Approval(LEO, "2345")
Do = Callable[[Desk], Any]


def worked(folder: Path) -> SmallClinic:
    """A clinic with a charge, payments of every kind, and a closed session that waits for the bank."""
    clinic = small_clinic(folder)
    desk = clinic.desk
    desk.do(open_till, 1, FLOAT)
    pay(clinic, check(3000))
    pay(clinic, cash(5000))
    desk.do(begin_count, 1)
    desk.do(record_count, 1, FLOAT | {5000: 1})
    desk.do(close_till, 1, float_left_cents=15000)
    desk.do(open_till, 1, FLOAT)
    charged_visit(clinic, "OV", "LAB")
    pay(clinic, cash(4000), card(2500))
    pay(clinic, cash(700), kind=PaymentKind.PREPAYMENT, patient_id=JONAH)
    return clinic


def postings(clinic: SmallClinic) -> dict[str, Do]:
    """Return what posts money, each ready to run under a key of its own."""
    visit_id, _charges = charged_visit(clinic, "INJ", patient_id=JONAH)
    waiting = clinic.desk.ask(bankable)
    mine = {name: key() for name in ("payment", "void", "refund", "charge", "take back", "adjust", "drop", "deposit")}
    payment = PaymentInput(mine["payment"], 1, INES, PaymentKind.BALANCE, (cash(1200, 2000), check(800, "77")))
    deposit = DepositInput(
        mine["deposit"], tuple(one.session_id for one in waiting.cash), tuple(one.tender_id for one in waiting.checks),
        {5000: 1}, exception_reason="Alone today",
    )  # fmt: skip
    why = {"reason": "Wrong patient"}
    return {
        "payment": lambda desk: desk.do(take_payment, payment),
        "void": lambda desk: desk.do(void_payment, 4, key=mine["void"], **why),
        "refund": lambda desk: desk.do(refund_payment, 3, 900, key=mine["refund"], **why),
        "charge": lambda desk: desk.do(post_charges, visit_id, [ChargeInput("LAB", 2)], key=mine["charge"]),
        "take back": lambda desk: desk.do(void_charge, 1, key=mine["take back"], **why),
        "adjust": lambda desk: desk.do(adjust, 2, 500, AdjustmentKind.COURTESY, key=mine["adjust"], **why),
        "drop": lambda desk: desk.do(drop, 1, 2000, key=mine["drop"]),
        "deposit": lambda desk: desk.do(make_deposit, deposit),
    }


def close_day(desk: Desk) -> None:
    """Count and close, $1.00 short."""
    desk.do(begin_count, 1)
    desk.do(record_count, 1, FLOAT | {2000: 7, 100: 5, 10: 0})
    desk.do(close_till, 1, float_left_cents=10000, reason="Not known", approval=LEAD)


def copied(clinic: SmallClinic, folder: Path) -> Path:
    """Copy the data of a clinic, as they lie on the disk now, into a new folder."""
    folder.mkdir()
    for path in clinic.folder.iterdir():
        if path.name.startswith(("desk.db", "audit.head")) and not path.name.endswith("-shm"):
            shutil.copy(path, folder / path.name)
    return folder


def mount(*words: str) -> bool:
    """Run mount; say whether it did it."""
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


@contextmanager
def disk(place: Path, *options: str) -> Iterator[Path]:
    """A file system of its own at `place` (made here), gone afterwards; skips the test where none can be mounted."""
    if sys.platform != "linux":
        pytest.skip("a file system of its own is made with mount, on Linux")
    place.mkdir()
    if not mount("-t", "tmpfs", *options, "tmpfs", str(place)):
        pytest.skip("mounting a file system needs root")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
