"""A small day for the calendar's tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from psc_desk.queries.calendar_rows import Block, CalendarColumn, VisitRow

DAY = date(2026, 3, 4)
OSEI = CalendarColumn("provider:1", "Dr. Osei", "Family medicine", 1)
BRANDT = CalendarColumn("provider:2", "Dr. Brandt", "Pediatrics", 2)
ROOM = CalendarColumn("room:3", "Room 3", "Equipment", None, 3)
COLUMNS = (OSEI, BRANDT, ROOM)


def visit(visit_id: int, column: CalendarColumn, start: int, minutes: int = 30, **more: Any) -> VisitRow:
    """Return a visit whose patient has the id `100 + visit_id`."""
    facts: dict[str, Any] = {
        "patient_name": f"Patient, Number{visit_id}",
        "type_name": "Follow-up",
        "type_color": "#0B5CAD",
        "status": "booked",
        "day": DAY,
    } | more
    return VisitRow(
        visit_id=visit_id,
        patient_id=100 + visit_id,
        column_key=column.key,
        start_minute=start,
        minutes=minutes,
        **facts,
    )


def hours(column: CalendarColumn, day: date = DAY) -> list[Block]:
    """Return 8 to 12, lunch, 1 to 5."""
    return [
        Block(day, column.key, 480, 720, "open"),
        Block(day, column.key, 720, 780, "lunch", "Lunch"),
        Block(day, column.key, 780, 1020, "open"),
    ]


BLOCKS = tuple(block for column in COLUMNS for block in hours(column))
CASTILLO = visit(4, OSEI, 570, 60, patient_name="Castillo, Inés", status="arrived")
VISITS = (
    visit(1, OSEI, 480),
    CASTILLO,
    visit(5, OSEI, 630),
    visit(11, BRANDT, 480),
    visit(12, BRANDT, 600, 60),
    visit(13, BRANDT, 615),
    visit(21, ROOM, 840),
)
