"""Pages that are imported later keep what is said of them before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from psc_desk.ui.page import LaterPage
from psc_desk.ui.pages import PAGES

LATER = [page for page in PAGES if isinstance(page, LaterPage)]


@pytest.mark.parametrize("later", LATER, ids=lambda later: later.NAME)
def test_a_page_is_what_was_said_of_it(later: LaterPage) -> None:
    page = later.load()
    said = (later.NAME, later.kind, later.TITLE, later.ICON, later.SHORTCUT)
    assert said == (page.NAME, page.__name__, page.TITLE, page.ICON, page.SHORTCUT)


def test_the_desk_is_imported_without_the_other_pages() -> None:
    words = "import sys, psc_desk.ui.pages; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert "psc_desk.ui.pages.desk.page" in loaded
    assert not loaded & {f"psc_desk.ui.pages.{name}" for name in ("calendar", "patients", "money", "settings")}
