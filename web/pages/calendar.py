"""A year as twelve months of days: how many reports are held of each, and where none are."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

STRETCHES = 5
"""Of the longest stretches without a report so many are named."""
SHORTEST = 3
"""Days; less is a weekend."""
_SHADES = 4


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month, and how many reports are held of it."""

    number: int
    count: int
    shade: int
    """0 for none, 1 to 4: how much that is beside the fullest day of the year."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month as weeks from Monday; ``None`` where a day belongs to another month."""

    period: str
    """``2023-01``."""
    count: int
    weeks: tuple[tuple[Day | None, ...], ...]


def months_of(year: int, held: Mapping[date, int]) -> tuple[Month, ...]:
    """The twelve months of a year."""
    fullest = max((_SHADES, *held.values()))
    return tuple(_month(year, month, held, fullest) for month in range(1, 13))


def _month(year: int, month: int, held: Mapping[date, int], fullest: int) -> Month:
    def of(number: int) -> Day | None:
        if not number:
            return None
        count = held.get(date(year, month, number), 0)
        return Day(number, count, -(-_SHADES * count // fullest))

    weeks = Calendar().monthdayscalendar(year, month)
    count = sum(many for day, many in held.items() if day.month == month)
    shown = tuple(tuple(map(of, week)) for week in weeks)
    return Month(f"{year:04}-{month:02}", count, shown)


def longest_gaps(held: Mapping[date, int], first: date, last: date) -> list[tuple[date, date]]:
    """The longest stretches of days without a report, from the first day to the last, in order."""
    step = timedelta(days=1)
    bounds = [first - step, *sorted(held), last + step]
    empty = [(before + step, after - step) for before, after in pairwise(bounds)]
    longest = sorted(empty, key=lambda gap: gap[0] - gap[1])[:STRETCHES]
    return sorted(gap for gap in longest if (gap[1] - gap[0]).days + 1 >= SHORTEST)
