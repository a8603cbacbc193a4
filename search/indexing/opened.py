"""The newest commit of an index, open: followed from use to use, shared by all threads."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from archive.errors import IndexMismatch
from archive.words import N_
from search.arrays.array_file import DamagedArrays
from search.arrays.segment import Segment
from search.arrays.snapshot import Snapshot
from search.indexing.codec import ArraySegment
from search.indexing.generations import Generations, Traces
from search.indexing.toc import Toc

_ATTEMPTS = 10
_PAUSE = 0.01
_DAMAGE = (OSError, ValueError, KeyError, TypeError)
"""What reading files raises that are not as we wrote them; ``DamagedArrays`` is a ``ValueError``.
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """One commit, open. What readers took from it stays valid whatever writers do."""

    generation: Path
    commit: int
    segments: dict[str, Segment]
    """By Whoosh's id, in the order of the table of contents."""
    snapshot: Snapshot
    traces: Traces | None
    """Of the files when it was the newest; ``None`` where they might not show a later commit."""


class Following:
    """Gives the newest commit. Segments stay open from one commit to the next.

    A segment that no commit names any more is closed by the last reader that lets go of it.
    """

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = Lock()
        self._opened: Opened | None = None

    def newest(self) -> Opened:
        """The newest commit; one look at the files where nothing has changed.

        Raises ``IndexMismatch``. It waits for a writer only where there is no index yet.
        """
        held = self._opened
        if held and held.traces:
            with suppress(OSError):
                if self._generations.traces(held.generation) == held.traces:
                    return held
        return self._refreshed()

    def close(self) -> None:
        self._opened = None

    def _refreshed(self) -> Opened:
        self._generations.ensure()
        with self._lock:
            for attempt in range(_ATTEMPTS):
                try:
                    self._opened = self._open(self._opened)
                except _DAMAGE as error:
                    # Another process may have committed between two of our reads.
                    damage = error
                    time.sleep(_PAUSE if attempt else 0)
                else:
                    return self._opened
        raise IndexMismatch(
            index=str(self._generations.folder), reason=N_("it is damaged")
        ) from damage

    def _open(self, held: Opened | None) -> Opened:
        generation = self._generations.current()
        traces = self._generations.traces(generation)  # before all else: what comes later shows
        if self._generations.current() != generation:
            traces = None
        if held is None or held.generation != generation:
            self._generations.check(generation)
            held = None
        commit = Toc.latest(generation)
        if held and held.commit == commit:
            return replace(held, traces=traces)
        toc = Toc.load(generation, commit)
        open_already = held.segments if held else {}
        segments = {}
        for entry in toc.segments:
            key = entry.segment_id()
            segments[key] = open_already.get(key) or _segment(generation, entry)
        parts = [(segments[entry.segment_id()], entry.live) for entry in toc.segments]
        return Opened(generation, commit, segments, Snapshot(parts, toc.revision), traces)


def _segment(generation: Path, entry: ArraySegment) -> Segment:
    path = generation / entry.file_name()
    segment = Segment(path)
    if segment.count != entry.count:
        raise DamagedArrays(path, f"has {segment.count} documents, not {entry.count}")
    return segment
