"""The engines that are measured side by side, each behind the same few calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from benchmarks.search.corpus import Corpus, Document, Prepared
from benchmarks.search.queries import Query

TEN = 10
"""Best documents that a query is answered with."""
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """The work that every engine does for a query."""

    total: int
    """Exact."""
    ids: tuple[str, ...]
    """Of the ten best, or of the ten newest."""
    years: dict[int, int] | None = None
    """Hits by year, where they are counted."""
    months: dict[int, int] | None = None
    """Hits by month, as 201911."""


class OpenIndex(Protocol):
    """An index that can be asked."""

    def prepare(self, query: Query) -> Callable[[], Any]:
        """What is timed; everything that a user of the engine can do beforehand is done here."""
        ...

    def answer(self, found: Any) -> Answer:
        """What it gave, in the words of all engines; not timed."""
        ...

    def matches(self, query: Query) -> frozenset[str]:
        """The ids of all hits."""
        ...

    def put(self, documents: Sequence[Document], replaced: Sequence[Document] = ()) -> None:
        """Returns when they can be found. ``replaced``: those of the index that go."""
        ...

    def segments(self) -> int: ...

    def close(self) -> None: ...


class OwnAnswer:
    """An index whose queries give an ``Answer`` at once."""

    def answer(self, found: Answer) -> Answer:
        return found


class Engine(Protocol):
    """A program that searches."""

    name: str
    version: str

    def build(self, corpus: Corpus, folder: Path) -> None:
        """From JSON lines to an index that can be searched, segmentation included."""
        ...

    def open(self, folder: Path) -> OpenIndex: ...


def words_of(prepared: Prepared) -> list[str]:
    """All words of a document in a row."""
    return " ".join(prepared.words).split()


def years_of(months: dict[int, int]) -> dict[int, int]:
    """Counts by year from counts by month."""
    years: dict[int, int] = {}
    for month, count in months.items():
        years[month // 100] = years.get(month // 100, 0) + count
    return years


def batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """So many lines at a time."""
    left = iter(lines)
    while batch := list(islice(left, size)):
        yield batch
