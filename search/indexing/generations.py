"""The folder of an index: generations, and which of them answers.

Each generation is a whole index in a folder of its own, stamped with what it was made for. A file
``current`` names the one that answers; a rebuild fills another and replaces ``current`` in one
step. The operating system frees the locks when their holder is killed, and what it left behind is
named by nothing.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from whoosh.util.filelock import FileLock, try_for

from archive.errors import IndexBusy, IndexMismatch
from archive.words import N_
from search.indexing.durable import write_whole
from search.indexing.toc import Toc

Traces = tuple[int, int, int]

_CLOCK_TICK = 50_000_000
"""Nanoseconds; the clocks of file systems tick every 1 to 10 ms."""
LOCK_WAIT = 60.0
"""Seconds that a writer waits for another."""
_CURRENT = "current"
_STAMP = "stamp.json"
_REASONS = {
    "store": N_("it follows another article store"),
    "schema": N_("another version laid it out"),
    "analysis": N_("its words were cut by another version"),
}


class Generations:
    """The generations in a folder, which need not exist yet."""

    def __init__(self, folder: Path, stamp: Mapping[str, str]) -> None:
        self.folder = folder
        self._pointer = folder / _CURRENT
        self._pointer_path = str(self._pointer)
        self._stamp = stamp

    def current(self) -> Path:
        """The folder of the generation that answers; ``OSError`` where none was named."""
        return self.folder / os.fsdecode(self._pointer.read_bytes()).strip()

    def traces(self, generation: Path) -> Traces | None:
        """What is different after every commit and swap: when two folders' entries changed last.

        ``None`` where that was just now: one more change would have the same time. 4 µs, where
        listing the files took 15.
        """
        pointer, folder = os.stat(self._pointer_path), os.stat(generation)  # noqa: PTH116  2 µs
        found = pointer.st_ino, pointer.st_mtime_ns, folder.st_mtime_ns
        is_settled = time.time_ns() - max(found[1:]) > _CLOCK_TICK
        return found if is_settled else None

    def ensure(self) -> None:
        """Make an empty generation where there is none. It may wait for a writer.

        Raises ``IndexMismatch`` where an index has lost the name of the one that answers.
        """
        if self._pointer.exists():
            return
        with self.locked("write"):
            if self._pointer.exists():
                return
            if any(self.folder.glob("generation-*/*.seg")):
                raise IndexMismatch(index=str(self.folder), reason=N_("it is damaged"))
            self.name(self.make())

    def begin(self) -> Path:
        """A new generation beside the one that answers, and nothing else beside it."""
        with self.locked("write"):
            self._clean()
            if not self._pointer.exists():
                self.name(self.make())
            return self.make()

    def replace(self, generation: Path) -> None:
        """Let this one answer, and remove the other."""
        with self.locked("write"):
            self.name(generation)
            self._clean()

    def make(self) -> Path:
        """A new, empty generation that does not answer yet."""
        folder = self.folder / f"generation-{secrets.token_hex(8)}"
        folder.mkdir(parents=True)
        stamp = json.dumps(dict(self._stamp)).encode()
        write_whole(folder / _STAMP, stamp, folder / "stamp.new")
        Toc([], 0, 0).save(folder)
        return folder

    def name(self, generation: Path) -> None:
        """Let a generation answer from now on."""
        content = generation.name.encode()
        write_whole(self._pointer, content, self._pointer.with_suffix(".new"))

    def check(self, generation: Path) -> None:
        """Raises ``IndexMismatch`` unless it was made for this store, schema and analysis."""
        found = json.loads((generation / _STAMP).read_text(encoding="utf-8"))
        for key, reason in _REASONS.items():
            if not isinstance(found, dict) or found.get(key) != self._stamp[key]:
                raise IndexMismatch(index=str(self.folder), reason=reason)

    def _clean(self) -> None:
        """Remove every generation that does not answer: replaced ones, and a killed rebuild's."""
        kept = self.current() if self._pointer.exists() else None
        for folder in self.folder.glob("generation-*"):
            if folder != kept:
                shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Hold one of the folder's locks; raises ``IndexBusy`` after ``LOCK_WAIT`` seconds."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self.folder / f"{name}.lock"))
        if not try_for(lock.acquire, timeout=LOCK_WAIT, delay=0.01):
            raise IndexBusy(index=str(self.folder))
        try:
            yield
        finally:
            lock.release()
