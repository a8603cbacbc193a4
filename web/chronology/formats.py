"""The files that a chronology is had as: one entry a form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from archive.words import N_
from web.chronology import markdown, word
from web.chronology.entries import Entry, Heading
from web.exports.tables import csv_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class ChronologyFormat:
    """One form of a chronology."""

    key: str
    label: str
    """What a reader is shown; a message id where it has words."""
    media_type: str
    suffix: str
    write: Callable[[Iterable[Entry], Heading], Iterator[bytes]]
    most: int | None = None
    """Entries that it may have: a document for Word is made in memory."""


def _csv(entries: Iterable[Entry], _: Heading) -> Iterator[bytes]:
    return csv_lines(("日期", "标题", "来源", "馆藏网址", "原网址"), map(_row, entries))


def _row(entry: Entry) -> tuple[str, ...]:
    day = entry.day.isoformat() if entry.day else ""
    return day, entry.title, entry.source, entry.address, entry.original


def _word(entries: Iterable[Entry], heading: Heading) -> Iterator[bytes]:
    yield word.document(entries, heading)


DEFAULT_CHRONOLOGY = "markdown"

_LISTED = (
    ChronologyFormat(
        key="docx",
        label=N_("Document for Word"),
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        suffix=".docx",
        write=_word,
        most=5_000,
    ),
    ChronologyFormat(
        key="csv",
        label=N_("Table for Excel (CSV)"),
        media_type="text/csv",
        suffix=".csv",
        write=_csv,
    ),
    ChronologyFormat(
        key="markdown",
        label="Markdown",
        media_type="text/markdown",
        suffix=".md",
        write=markdown.written,
    ),
)

chronology_formats: Mapping[str, ChronologyFormat] = MappingProxyType(
    {form.key: form for form in _LISTED}
)
"""Every form of a chronology, in the order in which a reader is offered them."""
