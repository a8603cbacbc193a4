"""How a list goes on where no link says so: the tables ``pagers`` of a profile. Pure.

A pager is asked for the further pages that one list page, its address and text, leads to. It
keeps nothing in mind, so that a crawl and a replay are told the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from string import Formatter
from typing import Annotated, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import AfterValidator, Field, StringConstraints

from archive.words import N_
from crawler.lists.cms_pagers import CountdownPager, ProxyPager, ScriptPager
from crawler.lists.turning import NUMBER, PagerTable, Turn, is_number
from crawler.profile_errors import fault


class ParameterPager(PagerTable):
    """A parameter of the address counts the pages: ``?pageNum=2``, until nothing new comes."""

    kind: Literal["parameter"]
    name: Annotated[str, StringConstraints(min_length=1, pattern=r"^[^&=#\s]+$")]
    first: int = Field(default=1, ge=0)
    """What the first page's parameter would be."""
    step: int = Field(default=1, ge=1)
    """How much the parameter grows from page to page; more than 1 where it counts entries."""

    def turns(self, url: str, text: str) -> Iterator[Turn]:
        parts = urlsplit(url)
        others = [each for each in parts.query.split("&") if each]
        given = [each for each in others if each.partition("=")[0] == self.name]
        said = given[0].partition("=")[2] if given else str(self.first)
        if is_number(said):
            following = int(said) + self.step
            wanted = f"{self.name}={following}"
            query = [wanted if each in given else each for each in others]
            query += [] if given else [wanted]
            address = urlunsplit(parts._replace(query="&".join(query), fragment=""))
            yield Turn(address, (following - self.first) // self.step + 1)


_STEM = re.compile(r"(?P<folder>.*/)(?P<stem>[^/]*)(?P<ending>\.\w+)")


class CountedPager(PagerTable):
    """The file's name counts the pages: ``10930.shtml``, ``10930_2.shtml``, until none comes."""

    kind: Literal["counted"]
    separator: Annotated[str, StringConstraints(pattern=r"^[-_.]?$")] = "_"
    second: int = Field(default=2, ge=1)
    """The number of the second page."""
    index: Annotated[str, StringConstraints(pattern=r"^[\w-]+\.\w+$")] = "index.html"
    """The name of a folder's own page, for addresses that end in ``/``."""

    def turns(self, url: str, text: str) -> Iterator[Turn]:
        parts = urlsplit(url)
        path = f"{parts.path}{self.index}" if parts.path.endswith("/") else parts.path
        if (name := _STEM.fullmatch(path)) is None:
            return
        stem, number = name["stem"], self.second - 1
        counted = re.fullmatch(rf"(.+?){re.escape(self.separator)}({NUMBER})", stem, re.ASCII)
        if counted and int(counted[2]) < self.max_pages + self.second:  # a larger one is an id
            stem, number = counted[1], int(counted[2])
        following = f"{name['folder']}{stem}{self.separator}{number + 1}{name['ending']}"
        page = number + 1 - self.second + 2
        yield Turn(urlunsplit(parts._replace(path=following, fragment="")), page)


_DAY_FIELDS = {
    "year": r"\d{4}",
    "month": r"\d{2}",
    "day": r"\d{2}",
    "short_month": r"\d{1,2}",
    "short_day": r"\d{1,2}",
}


def _dated(words: str) -> str:
    """An address with a day's fields."""
    try:
        fields = [name for _, name, _, _ in Formatter().parse(words) if name is not None]
    except ValueError:
        fields = [""]
    if not words.startswith(("http://", "https://")) or not set(fields) <= _DAY_FIELDS.keys():
        raise fault(
            N_("“%(words)s” is no dated address; write for instance “%(example)s”."),
            words=words,
            example="https://paper.example.cn/{year}-{month}/{day}/node_1.htm",
        )
    if "year" not in fields:
        raise fault(N_("“%(words)s” names no {year}; add it."), words=words)
    return words


class DatedPager(PagerTable):
    """An e-paper: every day has an address of its own, which no page need link to."""

    kind: Literal["dated"]
    address: Annotated[str, AfterValidator(_dated)]
    """Of an issue, with ``{year}``, ``{month}``, ``{day}`` in it."""
    days: int = Field(default=7, ge=1)
    """How many days up to today are asked for where no window is given."""

    def address_of(self, day: date) -> str:
        """Where the issue of a day is."""
        return self.address.format(
            year=f"{day.year:04}",
            month=f"{day.month:02}",
            day=f"{day.day:02}",
            short_month=day.month,
            short_day=day.day,
        )

    def names(self, url: str) -> bool:
        parts = Formatter().parse(self.address)
        pattern = "".join(
            re.escape(words) + (_DAY_FIELDS[name] if name else "") for words, name, _, _ in parts
        )
        return re.fullmatch(pattern, url) is not None


class JsonPager(PagerTable):
    """A list in JSON: where its entries stand, and each entry's address.

    Its further pages are those of a pager beside it, such as ``parameter``.
    """

    kind: Literal["json"]
    items: str = ""
    """The way to the entries, such as ``data.records``; empty: the whole is a list."""
    address: Annotated[str, StringConstraints(min_length=1)] = "url"
    """The way to an entry's address, or an address with ways in it: ``/news/{id}.html``."""
    day: str = ""
    """The way to an entry's day."""


Pager = Annotated[
    ScriptPager
    | ProxyPager
    | CountdownPager
    | ParameterPager
    | CountedPager
    | DatedPager
    | JsonPager,
    Field(discriminator="kind"),
]
PAGERS: dict[object, type[PagerTable]] = {
    "createPageHTML": ScriptPager,
    "dataproxy": ProxyPager,
    "countdown": CountdownPager,
    "parameter": ParameterPager,
    "counted": CountedPager,
    "dated": DatedPager,
    "json": JsonPager,
}
"""The tables by their ``kind``."""


def turns(pagers: Sequence[Pager], url: str, text: str) -> tuple[list[Turn], list[str]]:
    """Where a list page's pagers lead, and what they were kept from, in words for the report."""
    found: dict[str, Turn] = {}
    kept: list[str] = []
    for pager in pagers:
        if not re.search(pager.on, url):
            continue
        for turn in pager.turns(url, text):
            if turn.page > pager.max_pages:
                kept.append(f"max_pages of {pager.kind}: {turn.url}")
            else:
                found.setdefault(turn.url, turn)
    return list(found.values()), kept
