"""The small clinic, found by the search box."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from psc_desk.usecases.search import rebuild_search
from tests.support.clinic import SmallClinic, small_clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[SmallClinic]:
    """The small clinic, Maya signed in."""
    made = small_clinic(tmp_path)
    made.desk.do(rebuild_search)
    yield made
    made.desk.engine.dispose()
