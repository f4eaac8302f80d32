"""Change a setting of the clinic or of this desk."""

from __future__ import annotations

from typing import TypeVar

from psc_desk.errors import InputError
from psc_desk.events import SettingChanged
from psc_desk.models.clinic import Setting
from psc_desk.models.staff import Right
from psc_desk.privacy import check_no_card_number
from psc_desk.queries.float_helper import parse_pars
from psc_desk.settings import CHANGE_PARS, DESK, SCALE, THEME, Declared
from psc_desk.work import Work

T = TypeVar("T", int, str, bool, list[str])

_LOOKS = frozenset({THEME.key, SCALE.key})
_RANGES = {
    SCALE.key: (100, 200),
    "drawer.pin": (2, 5),
    "printer.columns": (20, 64),
    "printer.code_page": (0, 255),
    "printer.strip": (24, 256),
    "printer.piece": (64, 4096),
    "printer.pause": (0, 1000),
    "drawer.pulse": (20, 500),
    "drawer.rest": (100, 510),
    "drawer.open_seconds": (5, 3600),
    "safety.idle_lock_minutes": (1, 240),
    "retail.tax": (0, 20_000),
}


def set_setting(work: Work, declared: Declared[T], value: T) -> None:
    """Keep a value of a declared setting; how the window looks is everyone's own choice, the rest takes the right."""
    if declared.key in _LOOKS:
        _ = work.actor
    else:
        work.require(Right.SETTINGS)
    kept = _checked(declared, value)
    before = work.setting(declared)
    if before == kept:
        return
    place = (declared.key, work.desk if declared.scope == DESK else "")
    row = work.session.get(Setting, place)
    if row is None:
        work.session.add(Setting(key=place[0], desk=place[1], value={"v": kept}))
    else:
        row.value = {"v": kept}
    work.announce(
        SettingChanged(), f"changed the setting “{declared.title}”", before={"value": before}, after={"value": kept}
    )


def _checked(declared: Declared[T], value: T) -> T:
    if type(value) is not type(declared.default):
        raise InputError(f"“{declared.title}” does not take this. Type a value like {declared.default}.", declared.key)
    if type(value) is int:
        _check_range(declared, value)
    _check_choice(declared, value)
    if isinstance(value, list):
        return _tidy_list(declared, value)
    if isinstance(value, str):
        check_no_card_number(value, declared.key)
    return value


def _check_choice(declared: Declared[T], value: object) -> None:
    chosen = value if isinstance(value, list) else [value]
    if declared.choices and not set(chosen) <= set(declared.choices):
        raise InputError(f"“{declared.title}” is one of {', '.join(declared.choices)}. Choose one.", declared.key)


def _check_range(declared: Declared[T], value: int) -> None:
    least, most = _RANGES.get(declared.key, (0, 10_000_000))
    if not least <= value <= most:
        raise InputError(f"“{declared.title}” is a number from {least} to {most}. Correct it.", declared.key)


def _tidy_list(declared: Declared[T], value: list[str]) -> list[str]:
    kept = list(dict.fromkeys(" ".join(one.split()) for one in value if one.strip()))
    if not kept:
        raise InputError(f"“{declared.title}” needs at least one line. Type one.", declared.key)
    if declared.key == CHANGE_PARS.key:
        _check_pars(kept)
    return kept


def _check_pars(lines: list[str]) -> None:
    known: set[int] = set()
    for line in lines:
        pieces = set(parse_pars([line]))
        if not pieces:
            raise InputError(
                f"“{line}” is no number of a note or coin. Type it like $5 × 8 or 25¢ × 40.", CHANGE_PARS.key
            )
        if pieces & known:
            raise InputError(f"“{line}” names a piece a second time. Keep one line for each piece.", CHANGE_PARS.key)
        known |= pieces
