"""The search index in a folder, on Whoosh.

The folder holds generations (a whole Whoosh index each) and a file ``current`` that names the one
which answers. A rebuild fills a new generation beside it and replaces ``current`` in one step.
Writers of every process wait for ``write.lock``; the operating system frees it when one is
killed, and what a killed writer left is not named by any table of contents.
"""

from __future__ import annotations

import json
import secrets
import shutil
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from pickle import UnpicklingError
from threading import RLock

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.index import IndexError as WhooshIndexError
from whoosh.util.filelock import FileLock, try_for

from archive.errors import IndexBusy, IndexMismatch
from archive.store import Change
from archive.words import N_
from search.analysis import fingerprint
from search.evaluation.answering import answer
from search.index import SearchPage, SearchQuery
from search.indexing.commit import (
    Segments,
    commit,
    newest_changes,
    open_generation,
    open_segments,
    replaced,
)
from search.indexing.schema import SCHEMA, schema
from search.indexing.segment import SegmentDocuments

LOCK_WAIT = 60.0
"""Seconds that a writer waits for another."""
_CURRENT = "current"
_STAMP = "stamp.json"
_ATTEMPTS = 5
_PAUSE = 0.02
_DAMAGE = (
    FileNotFoundError,
    WhooshIndexError,
    UnpicklingError,
    struct.error,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
)
"""What Whoosh raises over files that are not as it wrote them."""


class WhooshIndex:
    """``SearchIndex`` in a folder; safe from any thread, followed by any number of processes.

    Making one touches nothing: a mismatch is raised by the first use, so that ``rebuilding``
    works on an index that cannot answer.
    """

    def __init__(self, folder: Path, store_id: str) -> None:
        self._folder = folder
        self._stamp = {"store": store_id, "schema": SCHEMA, "analysis": fingerprint()}
        self._lock = RLock()
        """Whoosh's readers seek in shared files. Nothing waits for a writer while holding it."""
        self._generation: str | None = None
        self._toc = -1
        self._segments: Segments = {}

    def search(self, query: SearchQuery) -> SearchPage:
        self._ensure()
        with self._lock:
            segments = self._refreshed()
            return answer(query, segments, self._revision(segments))

    def revision(self) -> int:
        self._ensure()
        with self._lock:
            return self._revision(self._refreshed())

    def article_ids(self) -> frozenset[str]:
        self._ensure()
        with self._lock:
            return frozenset(
                segment.id(one) for segment in self._refreshed() for one in segment.live
            )

    def apply(self, changes: Iterable[Change]) -> int:
        newest = newest_changes(changes)
        self._ensure()
        with self._locked("write"):
            with self._lock:
                segments = self._refreshed()
                reached = self._revision(segments)
                fresh = [change for change in newest if change.revision > reached]
                gone = replaced(fresh, segments)
            if not fresh:
                return reached
            commit(self._folder / self._current(), fresh, gone)
        return self.revision()

    @contextmanager
    def rebuilding(self) -> Iterator[Callable[[Iterable[Change]], int]]:
        """The new index answers once the block has ended without an exception."""
        with self._locked("rebuild"):
            with self._locked("write"):
                self._clean()
                name = self._new_generation()
            beside = _Beside(self._folder / name)
            try:
                yield beside.apply
            except BaseException:
                shutil.rmtree(self._folder / name, ignore_errors=True)
                raise
            finally:
                beside.close()
            with self._locked("write"):
                _replace(self._folder / _CURRENT, name)
                self._clean()

    def close(self) -> None:
        with self._lock:
            self._close_segments(self._segments)
            self._segments, self._generation, self._toc = {}, None, -1

    # Following what is on disk

    def _refreshed(self) -> list[SegmentDocuments]:
        """The segments of the newest commit, in Whoosh's order."""
        for _ in range(_ATTEMPTS - 1):
            with suppress(*_DAMAGE):
                self._refresh()
                return list(self._segments.values())
            time.sleep(_PAUSE)  # another process committed or swapped between two of our reads
        try:
            self._refresh()
        except _DAMAGE as error:
            raise self._mismatch(N_("it is damaged")) from error
        return list(self._segments.values())

    def _refresh(self) -> None:
        name = self._current()
        folder = self._folder / name
        if name != self._generation:
            self._check_stamp(folder)
            self.close()
        index = open_generation(folder)
        latest = index.latest_generation()
        if name == self._generation and latest == self._toc:
            return
        opened = open_segments(index, self._segments)
        gone = {key: one for key, one in self._segments.items() if key not in opened}
        self._close_segments(gone)
        self._generation, self._toc, self._segments = name, latest, opened

    def _ensure(self) -> None:
        """Make an empty index where there is none. Called without ``_lock``: it may wait."""
        pointer = self._folder / _CURRENT
        if pointer.exists():
            return
        with self._locked("write"):
            if not pointer.exists():
                _replace(pointer, self._new_generation())

    def _current(self) -> str:
        return (self._folder / _CURRENT).read_text(encoding="utf-8").strip()

    def _check_stamp(self, folder: Path) -> None:
        found = json.loads((folder / _STAMP).read_text(encoding="utf-8"))
        for key, reason in _REASONS.items():
            if found.get(key) != self._stamp[key]:
                raise self._mismatch(reason)

    def _mismatch(self, reason: str) -> IndexMismatch:
        return IndexMismatch(index=str(self._folder), reason=reason)

    @staticmethod
    def _revision(segments: list[SegmentDocuments]) -> int:
        return max((segment.revision or 0 for segment in segments), default=0)

    @staticmethod
    def _close_segments(segments: Segments) -> None:
        for segment in segments.values():
            segment.files.close()

    # Generations

    def _new_generation(self) -> str:
        name = f"generation-{secrets.token_hex(8)}"
        folder = self._folder / name
        folder.mkdir(parents=True)
        FileIndex.create(FileStorage(str(folder)), schema())
        (folder / _STAMP).write_text(json.dumps(self._stamp), encoding="utf-8")
        return name

    def _clean(self) -> None:
        """Remove every generation that does not answer: replaced ones, and a killed rebuild's."""
        pointer = self._folder / _CURRENT
        kept = pointer.read_text(encoding="utf-8").strip() if pointer.exists() else None
        for folder in self._folder.glob("generation-*"):
            if folder.name != kept:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        """Hold one of the folder's locks; raises ``IndexBusy`` after ``LOCK_WAIT`` seconds."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self._folder / f"{name}.lock"))
        if not try_for(lock.acquire, timeout=LOCK_WAIT, delay=0.05):
            raise IndexBusy(index=str(self._folder))
        try:
            yield
        finally:
            lock.release()


_REASONS = {
    "store": N_("it follows another article store"),
    "schema": N_("another version laid it out"),
    "analysis": N_("its words were cut by another version"),
}


class _Beside:
    """A generation that is being filled and does not answer yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segments: Segments = {}

    def apply(self, changes: Iterable[Change]) -> int:
        newest = newest_changes(changes)
        if newest:
            commit(self._folder, newest, replaced(newest, self._segments.values()))
            self._segments = open_segments(open_generation(self._folder), self._segments)
        return max((one.revision or 0 for one in self._segments.values()), default=0)

    def close(self) -> None:
        WhooshIndex._close_segments(self._segments)


def _replace(path: Path, text: str) -> None:
    """Write a small file in one step."""
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
