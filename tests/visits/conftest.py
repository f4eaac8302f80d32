from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.clinic import SmallClinic, small_clinic


@pytest.fixture
def clinic(tmp_path: Path) -> SmallClinic:
    """The small clinic at noon of Wednesday 2026-03-04, Maya signed in."""
    return small_clinic(tmp_path)
