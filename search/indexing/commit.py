"""Commits to one generation of the index: what Whoosh is told to write, delete and merge."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from archive.store import Change
from search.indexing.schema import REVISION_ID, document, revision_document, schema
from search.indexing.segment import SegmentDocuments, SegmentFiles

_MERGED = 10
"""Segments of about one size that are merged into one."""
_LARGE = 1_000
"""Articles beyond which a segment is not merged: Whoosh merges no faster than it indexes."""
_POOL = 512
"""Megabytes of postings before Whoosh sorts them on disk: at its own 128, 2,000 articles spill and
are indexed a third slower.
"""

Segments = dict[str, SegmentDocuments]
"""Open segments by Whoosh's id, in the order of Whoosh's table of contents."""


def open_generation(folder: Path) -> FileIndex:
    """With our own schema, so that Whoosh does not unpickle the one on disk."""
    return FileIndex(FileStorage(str(folder)), schema())


def open_segments(index: FileIndex, known: Segments) -> Segments:
    """The segments of the newest commit by Whoosh's id; files that are open already stay open."""
    opened = {}
    for segment in index._segments():
        key = segment.segment_id()
        files = (
            known[key].files
            if key in known
            else SegmentFiles(SegmentReader(index.storage, index._schema, segment))
        )
        opened[key] = SegmentDocuments(files, frozenset(segment.deleted_docs()))
    return opened


def newest_changes(changes: Iterable[Change]) -> list[Change]:
    """The last change of every article, in the order of the journal."""
    latest = {change.article_id: change for change in changes}
    return sorted(latest.values(), key=lambda change: change.revision)


def replaced(changes: Iterable[Change], segments: Iterable[SegmentDocuments]) -> list[int]:
    """Whoosh's numbers of the documents that a commit of these changes replaces."""
    keys = [*(change.article_id for change in changes), REVISION_ID]
    numbers = []
    first = 0
    for segment in segments:
        found = (segment.number(key) for key in keys)
        numbers += [first + number for number in found if number is not None]
        first += segment.files.count
    return numbers


def commit(folder: Path, changes: list[Change], gone: Iterable[int]) -> None:
    """One commit: the replaced documents away, the new ones and the revision in.

    Documents are deleted by number, because ``delete_by_term`` opens a reader for each call.
    """
    writer = SegmentWriter(open_generation(folder), limitmb=_POOL)
    try:
        for number in gone:
            writer.delete_document(number)
        for change in changes:
            if change.article is not None:
                writer.add_document(**document(change.article))
        writer.add_document(**revision_document(max(change.revision for change in changes)))
        writer.commit(mergetype=_merge_small)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _merge_small(writer: Any, segments: list[Any]) -> list[Any]:
    """Ten segments of one order of magnitude become one; empty ones go, large ones stay."""
    kept: list[Any] = []
    by_size: dict[int, list[Any]] = {}
    for segment in segments:
        live = segment.doc_count()
        if live >= _LARGE:
            kept.append(segment)
        elif live:
            by_size.setdefault(len(str(live)), []).append(segment)
    for group in by_size.values():
        if len(group) < _MERGED:
            kept += group
            continue
        for segment in group:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return kept
