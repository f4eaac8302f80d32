"""Coverage by area: which part of the program is reached by the tests, from the JSON report of coverage.py."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

FLOOR = 60
"""No area may have less than this share of its statements, in percent, reached by a test."""

STARTED = frozenset({"commands"})
"""Areas that the tests start as programs of their own, where nothing is counted; the floor is not theirs."""


@dataclass
class Area:
    """One part of the program: its statements, those that a test ran, and the files that no test reached."""

    name: str
    statements: int = 0
    covered: int = 0
    unreached: list[str] = field(default_factory=list)

    @property
    def percent(self) -> float:
        """Return the share of statements that a test ran."""
        return 100.0 * self.covered / self.statements if self.statements else 100.0


def area_name(file: str) -> str:
    """Return the area of a source file: its package, the subpackages of the window on their own."""
    parts = file.replace("\\", "/").split("/")[1:-1]
    if not parts:
        return "foundation"
    return "/".join(parts[:2]) if parts[0] == "ui" else parts[0]


def read(report: Path) -> list[Area]:
    """Return the areas of a coverage JSON report, by name."""
    areas: dict[str, Area] = {}
    for file, facts in sorted(json.loads(report.read_text(encoding="utf-8"))["files"].items()):
        summary = facts["summary"]
        area = areas.setdefault(area_name(file), Area(area_name(file)))
        area.statements += summary["num_statements"]
        area.covered += summary["covered_lines"]
        if summary["num_statements"] and not summary["covered_lines"]:
            area.unreached.append(file)
    return [areas[name] for name in sorted(areas)]


def below_floor(areas: list[Area]) -> list[Area]:
    """Return the areas that the tests reach too little."""
    return [area for area in areas if area.percent < FLOOR and area.name not in STARTED]


def table(areas: list[Area]) -> str:
    """Return the areas as lines of text, then the files that no test reaches."""
    total = Area("all", sum(area.statements for area in areas), sum(area.covered for area in areas))
    lines = ["", f"{'Coverage by area':<24}{'statements':>12}{'reached':>10}"]
    for area in [*areas, total]:
        mark = f"  below {FLOOR} %" if area.percent < FLOOR else ""
        mark = "  started as programs" if area.name in STARTED else mark
        lines.append(f"{area.name:<24}{area.statements:>12,}{area.percent:>8.1f} %{mark}")
    unreached = [file for area in areas for file in area.unreached]
    if unreached:
        lines.append("Reached by no test: " + ", ".join(unreached))
    return "\n".join([*lines, ""])
