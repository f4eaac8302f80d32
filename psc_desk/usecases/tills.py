"""The clinic's drawers: add, rename, end, and which of them a desk uses (front-desk.md M8)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from psc_desk.errors import InputError, RefusedError
from psc_desk.events import TillsChanged
from psc_desk.models.clinic import Setting
from psc_desk.models.ledger import drawer_account
from psc_desk.models.search_words import fold
from psc_desk.models.staff import Right
from psc_desk.models.till import Till
from psc_desk.money import Cents, format_money
from psc_desk.settings import TILL_ID
from psc_desk.usecases.ledger import account_total, open_session
from psc_desk.usecases.settings import set_setting
from psc_desk.work import Work

_LARGEST_FLOAT = 1_000_000


@dataclass(frozen=True)
class TillInput:
    """A drawer: its name, and the float it should hold in the morning."""

    name: str
    float_cents: Cents


def add_till(work: Work, till: TillInput) -> int:
    """Add a drawer and return its id."""
    work.require(Right.SETTINGS)
    row = Till(name=_name(work, till, None), float_cents=_float(till))
    work.session.add(row)
    work.session.flush()
    work.announce(TillsChanged(), f"added {row.name} with a float of {format_money(row.float_cents)}")
    return row.id


def change_till(work: Work, till_id: int, till: TillInput) -> None:
    """Rename a drawer or change its standard float; what it holds does not change."""
    work.require(Right.SETTINGS)
    row = work.get(Till, till_id, "drawer")
    before = {"name": row.name, "float": row.float_cents}
    row.name, row.float_cents = _name(work, till, till_id), _float(till)
    after = {"name": row.name, "float": row.float_cents}
    if after != before:
        work.announce(TillsChanged(), f"changed {row.name}", before=before, after=after)


def end_till(work: Work, till_id: int) -> None:
    """End a drawer that is closed, empty and used by no desk; its history stays. The last one is always some desk's."""
    work.require(Right.SETTINGS)
    row = work.get(Till, till_id, "drawer")
    if not row.active:
        raise RefusedError(f"{row.name} was ended already.")
    if open_session(work, till_id) is not None:
        raise RefusedError(f"{row.name} is open. Count and close it first.")
    held = account_total(work, drawer_account(till_id))
    if held:
        raise RefusedError(f"{row.name} holds a float of {format_money(held)}. Close it once with nothing left in it.")
    desks = _desks_using(work, till_id)
    if desks:
        raise RefusedError(f"{row.name} is the drawer of {', '.join(desks)}. Choose another drawer there first.")
    row.active = False
    work.announce(TillsChanged(), f"ended {row.name}")


def use_till(work: Work, till_id: int) -> None:
    """Let this desk use a drawer; two desks may share one."""
    work.require(Right.SETTINGS)
    row = work.get(Till, till_id, "drawer")
    if not row.active:
        raise RefusedError(f"{row.name} was ended. Choose another drawer.")
    set_setting(work, TILL_ID, till_id)
    work.announce(TillsChanged(), f"chose {row.name} for {work.desk}")


def _desks_using(work: Work, till_id: int) -> list[str]:
    chosen = work.session.scalars(select(Setting).where(Setting.key == TILL_ID.key))
    desks = {row.desk for row in chosen if row.value["v"] == till_id}
    return sorted(desks | ({work.desk} if work.setting(TILL_ID) == till_id else set()))


def _name(work: Work, till: TillInput, till_id: int | None) -> str:
    name = " ".join(till.name.split())
    if not name or len(name) > 40:
        raise InputError("Type a name for the drawer, such as Drawer 2 (40 letters at most).", "name")
    for other in work.session.scalars(select(Till)):
        if other.id != till_id and fold(other.name) == fold(name):
            raise InputError(f"There is a {other.name} already. Choose another name.", "name")
    return name


def _float(till: TillInput) -> Cents:
    if not 0 <= till.float_cents <= _LARGEST_FLOAT:
        raise InputError(f"The float is between $0.00 and {format_money(_LARGEST_FLOAT)}. Correct it.", "float")
    return till.float_cents
