"""A chronology as Markdown (CommonMark)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from web.chronology.entries import Entry, Heading, by_year

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_NOT_IN_LINKS = {ord(sign): f"%{ord(sign):02X}" for sign in " <>\\"}


def written(entries: Iterable[Entry], heading: Heading) -> Iterator[bytes]:
    """The text piece by piece."""
    yield f"# {escaped(heading.title)}\n\n{escaped(heading.scope)}\n".encode()
    for year, days in by_year(entries):
        yield f"\n## {year}\n".encode()
        for day in days:
            lines = "".join(f"- {_line(entry)}\n" for entry in day.entries)
            yield (f"\n### {day.words}\n\n{lines}" if day.words else f"\n{lines}").encode()


def escaped(words: str) -> str:
    """Words without any sign that Markdown would take for one of its own."""
    return _SIGNS.sub(r"\\\1", words)


def _line(entry: Entry) -> str:
    original = f"，{_link('原文', entry.original)}" if entry.original else ""
    return f"{_link(escaped(entry.title), entry.address)}，{escaped(entry.source)}{original}"


def _link(words: str, address: str) -> str:
    return f"[{words}](<{address.translate(_NOT_IN_LINKS)}>)"
