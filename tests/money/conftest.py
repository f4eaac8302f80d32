"""The small clinic with its drawer open."""

from __future__ import annotations

from pathlib import Path

import pytest

from psc_desk.usecases.till import open_till
from tests.support.clinic import SmallClinic, small_clinic

FLOAT = {2000: 5, 500: 8, 100: 10}
"""$150.00"""


@pytest.fixture
def clinic(tmp_path: Path) -> SmallClinic:
    """The small clinic, Maya signed in, the drawer open with $150.00."""
    made = small_clinic(tmp_path)
    made.desk.do(open_till, 1, FLOAT)
    return made
