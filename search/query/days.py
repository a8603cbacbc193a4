"""Days as readers write them: a year, a month or a day, and ranges of these."""

from __future__ import annotations

import calendar
import re
from datetime import date
from unicodedata import normalize

_DAY = re.compile(
    r"(?P<year>\d{4})(?:[-/年](?P<month>\d{1,2})(?:[-/月](?P<day>\d{1,2})日?|月)?|年)?", re.ASCII
)


def parse_day(text: str) -> tuple[date, date] | None:
    """First and last day of ``2019``, ``2019-11``, ``2019-11-29``, ``2019年11月``, or ``None``."""
    found = _DAY.fullmatch(normalize("NFKC", text).strip())
    if not found:
        return None
    year = int(found["year"])
    try:
        if found["day"]:
            day = date(year, int(found["month"]), int(found["day"]))
            return day, day
        if found["month"]:
            month = int(found["month"])
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return None


def first_day_words(day: date | None) -> str:
    """The shortest words that ``parse_day`` reads as beginning on a day; empty for none."""
    if day is None:
        return ""
    if day.day > 1:
        return day.isoformat()
    return f"{day.year:04}" if day.month == 1 else f"{day.year:04}-{day.month:02}"


def last_day_words(day: date | None) -> str:
    """The same for the day on which it ends."""
    if day is None:
        return ""
    if day.day < calendar.monthrange(day.year, day.month)[1]:
        return day.isoformat()
    return f"{day.year:04}" if day.month == 12 else f"{day.year:04}-{day.month:02}"


def parse_days(text: str) -> tuple[date | None, date | None] | None:
    """A day as above, or ``A..B`` with either end left open; ``None`` where it is neither."""
    first_text, dots, last_text = normalize("NFKC", text).partition("..")
    if not dots:
        return parse_day(first_text)
    first, last = parse_day(first_text), parse_day(last_text)
    if not (first or last) or (first_text and not first) or (last_text and not last):
        return None
    return (first[0] if first else None), (last[1] if last else None)
