"""The index follows the article store's journal by revision number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from archive.errors import IndexMismatch
from archive.store import ArticleStore, Change
from archive.words import N_
from search.index import SearchIndex

Progress = Callable[[int, int], None]
"""Told the revision reached and the revision wanted, after every batch."""

BATCH = 2_000
"""Changes of one commit. Larger ones make fewer segments, which answer faster, and need more
memory; a sync that is killed repeats at most these.
"""


def sync(store: ArticleStore, index: SearchIndex, progress: Progress | None = None) -> int:
    """Bring the index to the store's revision; returns the revision reached.

    Raises ``IndexMismatch`` where the index knows revisions that the store has not.
    """
    since = index.revision()
    if since > store.revision:
        raise IndexMismatch(
            index=f"revision {since}", reason=N_("it is ahead of the article store")
        )
    return _follow(store, since, index.apply, progress)


def rebuild(store: ArticleStore, index: SearchIndex, progress: Progress | None = None) -> int:
    """Make the index anew from the whole journal while the old one answers, then follow on."""
    with index.rebuilding() as fill:
        _follow(store, 0, fill, progress)
    return sync(store, index, progress)


def _follow(
    store: ArticleStore,
    since: int,
    apply: Callable[[Iterable[Change]], int],
    progress: Progress | None,
) -> int:
    reached = since
    for batch in _batches(store.changes(since)):
        reached = apply(batch)
        if progress:
            progress(reached, store.revision)
    return reached


def _batches(changes: Iterator[Change]) -> Iterator[list[Change]]:
    while batch := list(islice(changes, BATCH)):
        yield batch
