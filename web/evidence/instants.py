"""Instants as web archives write them: fourteen digits, or the first few of them."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta

from archive.words import N_
from web.faults import Fault

NOT_AN_INSTANT = N_("“%(parameter)s” must be an instant like 20191129020000, or its first digits.")
_DIGITS = re.compile(r"\d{4}(?:\d\d){0,5}", re.ASCII)
_WIDTHS = (4, 6, 8, 10, 12, 14)


def instants(digits: str) -> tuple[datetime, datetime] | None:
    """The first instant that begins with some digits, and the end of the last, both in UTC.

    ``None`` where the digits are none of a date.
    """
    if not _DIGITS.fullmatch(digits):
        return None
    year, *rest = (int(digits[start:end]) for start, end in _parts(digits))
    month, day, hour, minute, second = (*rest, *(1, 1, 0, 0, 0)[len(rest) :])
    try:
        first = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    try:
        return first, first + _width(first, len(digits))
    except OverflowError:
        return first, datetime.max.replace(tzinfo=UTC)


def instant(parameter: str, digits: str) -> datetime | Fault:
    """The first instant that begins with some digits, or what is wrong with them."""
    found = instants(digits)
    return Fault(parameter, NOT_AN_INSTANT) if found is None else found[0]


def _parts(digits: str) -> list[tuple[int, int]]:
    ends = [width for width in _WIDTHS if width <= len(digits)]
    return list(zip([0, *ends], ends, strict=False))


def _width(first: datetime, digits: int) -> timedelta:
    if digits == 4:
        return timedelta(days=366 if calendar.isleap(first.year) else 365)
    if digits == 6:
        return timedelta(days=calendar.monthrange(first.year, first.month)[1])
    units = {8: "days", 10: "hours", 12: "minutes", 14: "seconds"}
    return timedelta(**{units[digits]: 1})
