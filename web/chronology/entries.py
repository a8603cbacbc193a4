"""What stands in a chronology, in the order of days. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Self

from archive.article import Article

_ADDRESS = re.compile("https?://", re.IGNORECASE)
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One report: when, what, where it was published, and where it is read."""

    id: str
    day: date | None
    title: str
    source: str
    address: str
    """Of its page in the archive."""
    original: str
    """Where it was published."""


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day; without a day those whose page printed none."""

    day: date | None
    entries: tuple[Entry, ...]

    @property
    def words(self) -> str:
        """``1月5日``."""
        return f"{self.day.month}月{self.day.day}日" if self.day else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a chronology is of."""

    text: str
    """The words that were searched for; empty: everything."""
    first: date | None
    until: date | None
    archive_name: str
    made_on: date

    @classmethod
    def of(cls, *, text: str, **facts: Any) -> Self:
        """The heading for what was typed, on one line."""
        return cls(text=_one_line(text), **facts)

    @property
    def title(self) -> str:
        return f"大事记：{self.text}" if self.text else "大事记"

    @property
    def scope(self) -> str:
        """Which days it covers, where it comes from, and when it was made."""
        days = ""
        if self.first or self.until:
            days = f"{self.first or '最早'}至{self.until or '最新'}，"
        return f"{days}据{self.archive_name}馆藏，{self.made_on}编制"


def entry_of(article: Article, page_url: Callable[[Article], str]) -> Entry:
    """The entry of an article, on one line each."""
    return Entry(
        id=article.id,
        day=article.published,
        title=_one_line(article.title),
        source=_one_line(article.container_title or article.site),
        address=page_url(article),
        original=_one_line(article.url) if _ADDRESS.match(article.url) else "",
    )


def by_day(entries: Iterable[Entry]) -> Iterator[Day]:
    """Entries that come in the order of days, day by day."""
    for day, together in groupby(entries, key=lambda entry: entry.day):
        yield Day(day, tuple(together))


def by_year(entries: Iterable[Entry]) -> Iterator[tuple[str, Iterator[Day]]]:
    """The same year by year: ``2019年``; those without a day come last, as ``未印日期``."""
    for year, days in groupby(by_day(entries), key=lambda day: day.day and day.day.year):
        yield f"{year}年" if year else "未印日期", days


def _one_line(words: str) -> str:
    return " ".join(_NOT_IN_XML.sub("", words).split())
