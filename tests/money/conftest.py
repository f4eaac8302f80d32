"""The small clinic with its drawer open."""

from __future__ import annotations

from pathlib import Path

import pytest

from psc_desk.usecases.till import open_till
from psc_desk.usecases.tills import TillInput, add_till
from tests.support.clinic import LEO, MANAGER, MAYA, SmallClinic, small_clinic

FLOAT = {2000: 5, 500: 8, 100: 10}
"""$150.00"""


@pytest.fixture
def clinic(tmp_path: Path) -> SmallClinic:
    """The small clinic, Maya signed in, the drawer open with $150.00."""
    made = small_clinic(tmp_path)
    made.desk.do(open_till, 1, FLOAT)
    return made


@pytest.fixture
def two(clinic: SmallClinic) -> SmallClinic:
    """Maya at drawer 1 with $150.00, Leo at drawer 2 with $50.00; Maya signed in."""
    clinic.desk.actor_id = MANAGER
    clinic.desk.do(add_till, TillInput("Drawer 2", 5000))
    clinic.desk.actor_id = LEO
    clinic.desk.do(open_till, 2, {500: 10})
    clinic.desk.actor_id = MAYA
    return clinic
