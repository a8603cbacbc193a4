"""The table of contents: which segments make the index, who is deleted, the revision reached.

The file has Whoosh's name and generation number, and Whoosh's writer makes and cleans it. Its
content is ours: Whoosh pickles its tables, and to unpickle a file is to run what it says.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import index as whoosh
from whoosh.filedb.filestore import FileStorage

from search.indexing.codec import ArraySegment, Live
from search.indexing.durable import write_whole
from search.indexing.schema import schema

INDEX_NAME = "MAIN"
_STAMP = b"jianbao-toc-1"
_BESIDE = f"{INDEX_NAME}_toc.new"
"""A name that Whoosh's cleaning takes for that of a segment which is no more."""


class DamagedToc(ValueError):
    """The file is not a whole table of contents."""


class Toc(whoosh.TOC):  # type: ignore[misc]
    """A commit."""

    segments: list[ArraySegment]
    generation: int

    def __init__(self, segments: Sequence[ArraySegment], generation: int, revision: int) -> None:
        super().__init__(schema(), list(segments), generation)
        self.revision = revision
        """The store's revision that the index has reached."""

    @classmethod
    def latest(cls, folder: Path) -> int:
        """The generation of the newest commit, -1 where there is none; one listing of a folder."""
        pattern = cls._pattern(INDEX_NAME)
        found = map(pattern.match, os.listdir(folder))  # noqa: PTH208  a third of the time
        return max((int(match[1]) for match in found if match), default=-1)

    @classmethod
    def path(cls, folder: Path, generation: int) -> Path:
        name: str = cls._filename(INDEX_NAME, generation)
        return folder / name

    @classmethod
    def load(cls, folder: Path, generation: int) -> Toc:
        """Raises ``DamagedToc``, or ``OSError`` where the file cannot be read."""
        head, _, body = cls.path(folder, generation).read_bytes().partition(b"\n")
        if head != _head(body):
            raise DamagedToc(f"{folder}: commit {generation} is damaged")
        content = json.loads(body)
        segments = [_segment(one) for one in content["segments"]]
        return cls(segments, generation, content["revision"])

    def save(self, folder: Path) -> None:
        """On the disk when it returns, and never seen half."""
        segments = [_entry(segment) for segment in self.segments]
        body = json.dumps({"revision": self.revision, "segments": segments}).encode()
        path = self.path(folder, self.generation)
        write_whole(path, _head(body) + b"\n" + body, folder / _BESIDE)


class ArrayIndex(whoosh.FileIndex):  # type: ignore[misc]
    """One generation as Whoosh sees it: lock, segments, and a stock searcher where asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.storage = FileStorage(str(folder))
        self._schema = schema()
        self.indexname = INDEX_NAME

    def _read_toc(self) -> Toc:
        return Toc.load(self.folder, Toc.latest(self.folder))


def _head(body: bytes) -> bytes:
    return b"%s %08x %d" % (_STAMP, zlib.crc32(body), len(body))


def _entry(segment: ArraySegment) -> dict[str, Any]:
    live = segment.live
    return {
        "id": segment.segid,
        "count": segment.count,
        "live": None if live is None else b64encode(np.packbits(live).tobytes()).decode(),
    }


def _segment(entry: dict[str, Any]) -> ArraySegment:
    count = entry["count"]
    live: Live | None = None
    if entry["live"] is not None:
        bits = np.frombuffer(b64decode(entry["live"]), np.uint8)
        live = np.unpackbits(bits, count=count).astype(np.bool_)
    return ArraySegment(INDEX_NAME, entry["id"], count, live)
