"""Each check of charges and adjustments finds the damage it is there for."""

from __future__ import annotations

import pytest

from psc_desk.engine import raw_connect
from psc_desk.models.charging import AdjustmentKind
from psc_desk.queries.verify import book_checks
from psc_desk.queries.verify_charges import CHECKS
from psc_desk.usecases.adjustments import adjust, take_back_adjustment
from psc_desk.usecases.charges import void_charge
from tests.money.support import charged_visit, key, wrong
from tests.support.clinic import KEY, SmallClinic

DAMAGE = {
    "what patient and plan owe on a charge is within its amount less adjustments": "UPDATE adjustment"
    " SET cents = cents + 7000 WHERE id = 1",
    "adjustments of a charge are within its amount": "UPDATE adjustment SET cents = -cents WHERE id = 1",
    "a charge taken back has no adjustment": "UPDATE adjustment SET charge_id = 3 WHERE id = 1",
    "adjustments equal the journal": "UPDATE adjustment SET kind = 'bad_debt' WHERE id = 1",
    "the adjustment accounts hold adjustments only": "UPDATE journal_line SET account = 'bad_debt'"
    " WHERE account = 'charges' AND charge_id = 1",
    "an adjustment is taken back whole": "UPDATE adjustment SET cents = cents - 1 WHERE of_adjustment_id IS NOT NULL",
}
"""For each check, what somebody with the key and a tool could do to the tables once the triggers are gone."""


@pytest.fixture
def adjusted(clinic: SmallClinic) -> SmallClinic:
    """Three charges: one adjusted, one adjusted and owed again, one adjusted and taken back."""
    desk = clinic.desk
    _visit, charges = charged_visit(clinic, "OV", "LAB", "INJ")
    kinds = (AdjustmentKind.COURTESY, AdjustmentKind.BAD_DEBT, AdjustmentKind.SMALL_BALANCE)
    made = [
        desk.do(adjust, charge_id, 400, kind, key=key(), reason="Hardship")
        for charge_id, kind in zip(charges, kinds, strict=True)
    ]
    desk.do(take_back_adjustment, made[1], key=key(), reason="Wrong")
    desk.do(void_charge, charges[2], key=key(), reason="Not done")
    return clinic


def test_sound_adjustments_pass(adjusted: SmallClinic) -> None:
    assert wrong(adjusted.desk) == []


def test_each_check_has_its_damage() -> None:
    assert set(DAMAGE) == set(CHECKS)


@pytest.mark.parametrize("name", DAMAGE)
def test_each_check_finds_its_damage(adjusted: SmallClinic, name: str) -> None:
    connection = raw_connect(adjusted.folder / "desk.db", KEY)
    for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    assert connection.execute(DAMAGE[name]).rowcount > 0
    connection.commit()
    connection.close()
    found = {one.name: one for one in adjusted.desk.ask(book_checks)}
    assert not found[name].ok
    assert found[name].detail
