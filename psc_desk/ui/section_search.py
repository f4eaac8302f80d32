"""Sections of pages in the search box, found by their titles and by what is done in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from psc_desk.models.staff import Right
from psc_desk.ui.main_window import MainWindow
from psc_desk.ui.widgets.search_box import Answer, Hit, Provider, matches
from psc_desk.ui.widgets.sections import Section, SectionsPage, rights_here


def section_provider(window: MainWindow, names: Sequence[str]) -> Provider:
    """Return the provider for the pages of sections named; it gives only what the person signed in may see."""

    def provide(text: str, answer: Answer) -> None:
        def show(rights: frozenset[Right]) -> None:
            found = [hit for name in names for hit in _hits(window, name, rights, text)]
            answer(sorted(found, key=lambda hit: not matches(text, hit.title)))

        def failed(error: Exception) -> None:
            answer(())
            window.context.report(error)

        window.context.ask(window, rights_here, then=show, failed=failed)

    return provide


def _hits(window: MainWindow, name: str, rights: frozenset[Right], text: str) -> list[Hit]:
    page = window.page(name)
    assert isinstance(page, SectionsPage)
    found = [one for one in page.allowed(rights) if matches(text, f"{one.title} {one.about}")]
    return [Hit(one.title, partial(_open, window, name, one.key), _where(page, one), page.ICON) for one in found]


def _where(page: SectionsPage, section: Section) -> str:
    return f"{page.title()} · {section.about}" if section.about else page.title()


def _open(window: MainWindow, name: str, key: str) -> None:
    page = window.go(name)
    assert isinstance(page, SectionsPage)
    page.choose(key)
