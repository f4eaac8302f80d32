"""The small clinic with its drawer open, and the same with a printer on the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from psc_desk.usecases.till import open_till
from tests.bad_input.printing import Chain
from tests.support.clinic import SmallClinic, small_clinic

FLOAT = {2000: 5, 500: 8, 100: 10}
"""$150.00"""


@pytest.fixture
def clinic(tmp_path: Path) -> SmallClinic:
    """The small clinic, Maya signed in, the drawer open with $150.00."""
    made = small_clinic(tmp_path)
    made.desk.do(open_till, 1, FLOAT)
    return made


@pytest.fixture
def chain(clinic: SmallClinic) -> Iterator[Chain]:
    """The small clinic with its receipt printer on the network, switched on and printing."""
    made = Chain(clinic)
    made.switch_on()
    made.start()
    yield made
    made.stop()
