"""Every test runs without a screen, in one time zone and one locale."""

from __future__ import annotations

import os
import time

import pytest
from hypothesis import HealthCheck, settings

from tests.support.sizes import PROOFS

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the machines where they run in full: they take longest."""
    if PROOFS:
        items.sort(key=lambda item: "machine" not in item.nodeid)


os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TZ"] = "America/New_York"
os.environ["LC_ALL"] = "C.UTF-8"
os.environ["LANGUAGE"] = "en"
time.tzset()
