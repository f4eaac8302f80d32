"""Fault scripts of the virtual printer: "at byte 200: stop reading; at line 3: paper out; delay replies 3"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from psc_desk.errors import InputError


class Verb(StrEnum):
    """What can go wrong, and be put right again."""

    PAPER_OUT = "paper out"
    PAPER_LOW = "paper near end"
    PAPER_OK = "paper ok"
    COVER_OPEN = "cover open"
    COVER_CLOSED = "cover closed"
    CUTTER_JAM = "cutter jam"
    CUTTER_FREE = "cutter free"
    OFFLINE = "offline"
    ONLINE = "online"
    STOP_READING = "stop reading"
    RESET = "reset connection"
    DELAY = "delay replies"
    DROP = "drop replies"
    ANSWERS = "answers again"
    CLONE = "no process id"
    NO_GS_R = "no gs r"
    NO_STATUS = "no dle eot"
    NO_NAME = "no model"
    NO_ASB = "no asb"
    NO_CODE_PAGES = "no code pages"
    NO_CUTTER = "no cutter"
    DRAWER_STUCK = "drawer stuck"
    DRAWER_FREE = "drawer free"
    GARBAGE = "garbage"
    POWER_CYCLE = "power cycle"
    STRAY = "stray asb"


@dataclass(frozen=True)
class Fault:
    """One fault: `when` is "now", "byte", "line" or "cut", counted by `number` since the script was given."""

    when: str
    number: int
    verb: Verb
    seconds: float = 0.0


_STEP = re.compile(r"(?:at\s+(byte|line|cut)\s+(\d{1,9})\s*:\s*)?([a-z ]+?)(?:\s+(\d+(?:\.\d+)?)\s*s?)?", re.I)


def parse_faults(script: str) -> list[Fault]:
    """Return the faults of a script; raises InputError for one that cannot be read."""
    return [_parse_step(step.strip()) for step in re.split(r"[;\n]", script) if step.strip()]


def _parse_step(step: str) -> Fault:
    match = _STEP.fullmatch(step)
    verb = " ".join(match[3].lower().split()) if match else ""
    if match is None or verb not in set(Verb):
        known = ", ".join(Verb)
        raise InputError(f'The fault "{step}" is not known. Write "at byte 200: stop reading"; the faults are {known}.')
    return Fault((match[1] or "now").lower(), int(match[2] or 0), Verb(verb), float(match[4] or 1.0))
