"""The days that a crawl is asked for: ``--from`` and ``--until``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from crawler.pages.dates import EARLIEST, day_in_url


@dataclass(frozen=True, slots=True)
class Window:
    """Days from the first to the last, both of them inside; ``None`` is no bound."""

    since: date | None = None
    until: date | None = None

    @property
    def is_open(self) -> bool:
        """Whether every day lies in it."""
        return self.since is None and self.until is None

    def remark(self, url: str, listed: date | None = None) -> str:
        """Why an address cannot lie in the window, in words for the report; empty if it may.

        The day in the address counts, or else the day that a list prints beside it.
        """
        if self.is_open:
            return ""
        named = day_in_url(url, latest=date.max)
        if named is not None and (where := self._side_of(named.day)):
            return f"published {named.day}, {where}"
        if named is None and listed is not None and (where := self._side_of(listed)):
            return f"listed {listed}, {where}"
        return ""

    def _side_of(self, day: date) -> str:
        if self.since is not None and day < self.since:
            return "before --from"
        return "after --until" if self.until is not None and day > self.until else ""

    def is_behind(self, days: list[date | None]) -> bool:
        """Whether a list that prints these days has come to what is older than the window."""
        since = self.since
        return since is not None and bool(days) and all(day and day < since for day in days)

    def days(self, today: date, most: int) -> Iterator[date]:
        """The days of the window up to today, newest first; without its first day, ``most``."""
        last = min(self.until or today, today)
        first = self.since or last - timedelta(days=most - 1)
        for back in range((last - max(first, EARLIEST)).days + 1):
            yield last - timedelta(days=back)
