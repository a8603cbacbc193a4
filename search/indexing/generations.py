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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from whoosh.util.filelock import FileLock, try_for

from archive.errors import IndexBusy, IndexMismatch
from archive.words import N_
from search.indexing.durable import write_whole
from search.indexing.toc import Toc

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
        self._path = f"{folder}{os.sep}"
        self._pointer_path = str(self._pointer)
        self._stamp = stamp

    def current(self) -> Path:
        """The folder of the generation that answers; ``OSError`` where none was named."""
        return self.folder / os.fsdecode(self._pointer.read_bytes()).strip()

    def traces(self) -> tuple[bytes, list[str]]:
        """What is different after every commit and swap: a name, and a listing. Some 15 µs."""
        descriptor = os.open(self._pointer_path, os.O_RDONLY)
        try:
            name = os.read(descriptor, 256)
        finally:
            os.close(descriptor)
        return name, os.listdir(self._path + os.fsdecode(name))  # noqa: PTH208  no Path: 10 µs

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
