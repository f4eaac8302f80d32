"""Dates and times as the desk types and reads them: US order, local to the clinic, no time zone here."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta

from psc_desk.errors import InputError

_WORDS = {"today": 0, "t": 0, "now": 0, "tomorrow": 1, "yesterday": -1}
_STEP = re.compile(r"t(?:oday)?\s*([+-])\s*(\d{1,4})\s*([dwmy]?)", re.ASCII)
_US = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})(?:\s*[/.\-\s]\s*(\d{4}|\d{2}))?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_DIGITS = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(a|am|p|pm)?", re.ASCII)
_OLDEST_AGE = 125


def parse_date(text: str, today: date, field: str = "date", *, past: bool = False) -> date:
    """Return the date that `text` says: "3/4/2026", "03/04/26", "3/4", "03042026", "2026-03-04", "today", "t+2w".

    With `past` (birth dates) two-digit years are never in the future and a future date is refused.
    Raises InputError, naming `field`, with a sentence that says which part cannot be.
    """
    typed = text.strip().lower()
    found = _relative(typed, today) or _absolute(typed, today, field, past)
    if past and found > today:
        raise InputError(f"{format_date(found)} is in the future. Check the year.", field)
    if past and found.year < today.year - _OLDEST_AGE:
        raise InputError(f"{format_date(found)} is more than {_OLDEST_AGE} years ago. Check the year.", field)
    return found


def parse_time(text: str, field: str = "time") -> int:
    """Return minutes since midnight for "9", "930", "9:30", "2:15 pm", "14:15"; a bare 1 to 6 is the afternoon.

    Raises InputError, naming `field`, when that is not a time of day.
    """
    match = _TIME.fullmatch(text.strip().lower().replace("noon", "12 pm"))
    if match is None:
        raise InputError("That is not a time. Type hours and minutes, such as 9:30 or 2:15 pm.", field)
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "")[:1]
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        raise InputError(f"There is no time {text.strip()}. Type a time such as 9:30 or 2:15 pm.", field)
    return _hour_of_day(hour, half) * 60 + minute


def format_date(day: date) -> str:
    """Return "03/04/2026"."""
    return f"{day.month:02d}/{day.day:02d}/{day.year:04d}"


def format_day(day: date) -> str:
    """Return "Wednesday, March 4"."""
    return f"{calendar.day_name[day.weekday()]}, {calendar.month_name[day.month]} {day.day}"


def format_time(minute: int, *, half: bool = True) -> str:
    """Return "9:30 am" for minutes since midnight, or "9:30" without `half`."""
    hour = minute // 60 % 24
    text = f"{hour % 12 or 12}:{minute % 60:02d}"
    return f"{text} {'am' if hour < 12 else 'pm'}" if half else text


def format_clock(at: datetime) -> str:
    """Return "9:30 am" for a moment on the clinic's wall clock."""
    return format_time(at.hour * 60 + at.minute)


def format_moment(at: datetime) -> str:
    """Return "03/04/2026 9:30 am" for a moment on the clinic's wall clock."""
    return f"{format_date(at)} {format_clock(at)}"


def age_words(birth: date, today: date) -> str:
    """Return "38 y", for a child under two "14 mo", under two months "12 d"."""
    months = (today.year - birth.year) * 12 + today.month - birth.month - (today.day < birth.day)
    if months >= 24:
        return f"{months // 12} y"
    return f"{months} mo" if months >= 2 else f"{(today - birth).days} d"


def add_months(day: date, count: int) -> date:
    """Return the same day `count` months later, or the last of a month that is shorter."""
    month = day.year * 12 + day.month - 1 + count
    year, month = divmod(month, 12)
    year = min(max(year, 1), 9999)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _relative(typed: str, today: date) -> date | None:
    if typed in _WORDS:
        return today + timedelta(days=_WORDS[typed])
    match = _STEP.fullmatch(typed)
    if match is None:
        return None
    count = int(match[2]) * (1 if match[1] == "+" else -1)
    if match[3] in ("", "d", "w"):
        return today + timedelta(days=count * (7 if match[3] == "w" else 1))
    return add_months(today, count * (12 if match[3] == "y" else 1))


def _absolute(typed: str, today: date, field: str, past: bool) -> date:
    if match := _ISO.fullmatch(typed):
        return _real(int(match[1]), int(match[2]), int(match[3]), field)
    match = _US.fullmatch(typed) or _DIGITS.fullmatch(typed)
    if match is None:
        raise InputError("That is not a date. Type month/day/year, such as 03/04/2026, or today, or t+7.", field)
    return _real(_year(match[3], today, past), int(match[1]), int(match[2]), field)


def _year(digits: str | None, today: date, past: bool) -> int:
    if digits is None:
        return today.year
    if len(digits) == 4:
        return int(digits)
    year = today.year // 100 * 100 + int(digits)
    return year - 100 if year > today.year + (0 if past else 49) else year


def _real(year: int, month: int, day: int, field: str) -> date:
    if not 1 <= month <= 12:
        raise InputError(f"There is no month {month}. Type month/day/year, such as 03/04/2026.", field)
    if year < 1:
        raise InputError("There is no year 0. Type the year with four digits.", field)
    if not 1 <= day <= calendar.monthrange(year, month)[1]:
        year_words = f" in {year}" if (month, day) == (2, 29) else ""
        raise InputError(f"There is no {calendar.month_name[month]} {day}{year_words}. Check the month and day.", field)
    return date(year, month, day)


def _hour_of_day(hour: int, half: str) -> int:
    if half == "a":
        return hour % 12
    if half == "p" or (not half and 1 <= hour <= 6):
        return hour % 12 + 12
    return hour
