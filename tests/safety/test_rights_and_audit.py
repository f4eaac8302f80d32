"""Every use case asks for its right, whoever calls it, and tells the audit what it did and whom it concerned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from psc_desk.errors import AccessError
from psc_desk.models.audit import AuditRow
from psc_desk.models.staff import RIGHTS, Right, Role, StaffMember
from psc_desk.usecases.payments import void_payment
from psc_desk.usecases.till import open_till
from psc_desk.work import Read, Work
from tests.money.support import cash, pay
from tests.safety.calls import FLOAT, Call, all_calls, all_inner, all_usecases
from tests.support.clinic import LEO, MANAGER, MAYA, SmallClinic, small_clinic

PROVIDER = 4
CALLS = all_calls()
WHO = {Role.FRONT_DESK: MAYA, Role.LEAD: LEO, Role.MANAGER: MANAGER, Role.PROVIDER: PROVIDER}


@pytest.fixture
def clinic(tmp_path: Path) -> SmallClinic:
    """The small clinic with its drawer open, a person of each role, the manager signed in."""
    made = small_clinic(tmp_path, MANAGER)
    made.desk.do(_add_provider)
    made.desk.do(open_till, 1, FLOAT)
    return made


def _add_provider(work: Work) -> None:
    work.session.add(
        StaffMember(name="Dr. Osei", role=Role.PROVIDER, password_hash="x", pin_hash="x", created_at=work.now)
    )


def newest(read: Read) -> int:
    return read.session.scalar(select(func.max(AuditRow.seq))) or 0


def rows_after(read: Read, seq: int) -> list[AuditRow]:
    return list(read.session.scalars(select(AuditRow).where(AuditRow.seq > seq)))


def test_every_use_case_is_in_the_table() -> None:
    known = {one.name for one in CALLS} | set(all_inner())
    assert set(all_usecases()) == known
    assert {one.right for one in CALLS} >= set(Right) - {
        Right.VOID_OWN, Right.APPROVE, Right.SEE_EXPECTED, Right.READ_AUDIT, Right.SEE_REPORTS, Right.CLOSE_MONTH,
        Right.ADJUST,
    }  # fmt: skip


class Undone(Exception):
    """Takes back what a use case did, to try it again as someone else."""


def tried(work: Work, one: Call, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    one.usecase(work, *args, **named)
    work.session.flush()
    raise Undone


def may(clinic: SmallClinic, role: Role, one: Call, args: tuple[Any, ...], named: dict[str, Any]) -> bool:
    """Say whether a person of this role gets through; nothing is kept."""
    clinic.desk.actor_id = WHO[role]
    try:
        clinic.desk.do(tried, one, args, named)
    except Undone:
        return True
    except AccessError:
        return False
    raise AssertionError("a trial ends one way or the other")


@pytest.mark.parametrize("one", CALLS, ids=lambda one: one.name)
def test_each_role_may_what_the_table_says_and_what_is_done_is_told(clinic: SmallClinic, one: Call) -> None:
    args, named = one.ready(clinic)
    before = clinic.desk.ask(newest)
    expected = {role: one.right is None or one.right in RIGHTS[role] for role in Role}
    assert {role: may(clinic, role, one, args, named) for role in Role} == expected
    for nobody in (None, 99):
        clinic.desk.actor_id = nobody
        with pytest.raises(AccessError if one.right else Undone, match="Nobody is signed in" if one.right else None):
            clinic.desk.do(tried, one, args, named)
    assert clinic.desk.ask(newest) == before
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(one.usecase, *args, **named)
    rows = clinic.desk.ask(rows_after, before)
    assert rows, "nothing was told"
    assert {row.staff_id for row in rows} == {MANAGER}
    assert all(row.sentence.startswith("Ana Ruiz ") for row in rows)
    if one.patient is not None:
        assert one.patient in {row.patient_id for row in rows}


def test_an_ended_account_does_nothing_even_when_still_signed_in(clinic: SmallClinic) -> None:
    def end(work: Work) -> None:
        work.get(StaffMember, MAYA).active = False

    clinic.desk.do(end)
    clinic.desk.actor_id = MAYA
    with pytest.raises(AccessError):
        pay(clinic, cash(2500))


def test_ones_own_payment_is_voided_by_oneself_and_someone_elses_only_by_a_lead(clinic: SmallClinic) -> None:
    clinic.desk.actor_id = LEO
    of_leo = pay(clinic, cash(1000))
    clinic.desk.actor_id = MAYA
    own = pay(clinic, cash(1000))
    with pytest.raises(AccessError, match="void payments of others"):
        clinic.desk.do(void_payment, of_leo.payment_id, key="1", reason="Typed twice")
    clinic.desk.do(void_payment, own.payment_id, key="2", reason="Typed twice")
