"""The index follows the article store's journal by revision number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from archive.errors import IndexMismatch
from archive.store import ArticleStore, Change
from archive.words import N_
from search.arrays.columns import group_number
from search.index import SearchIndex

Progress = Callable[[int, int], None]
"""Told how much is done and how much there is, after every batch: revisions, or articles while
all are indexed anew.
"""

BATCH = 2_000
"""Changes of one commit. Larger ones make fewer segments, which answer faster, and need more
memory; a sync that is killed repeats at most these.
"""


def sync(store: ArticleStore, index: SearchIndex, progress: Progress | None = None) -> int:
    """Bring the index to the store's revision; returns the revision reached.

    Raises ``IndexMismatch`` where the index knows revisions that the store has not.
    """
    reached = index.revision()
    if reached > store.revision:
        raise IndexMismatch(
            index=f"revision {reached}", reason=N_("it is ahead of the article store")
        )
    for batch in _batches(store.changes(reached)):
        regrouped, groups = _regrouped(store, index, batch)
        reached = index.apply(batch + regrouped, groups)
        if progress:
            progress(reached, store.revision)
    return reached


def rebuild(store: ArticleStore, index: SearchIndex, progress: Progress | None = None) -> int:
    """Make the index anew from all articles while the old one answers, then follow on."""
    revision = store.revision  # first: what comes meanwhile is followed afterwards
    count = len(store.article_ids())
    index.rebuild(
        store.contents(), revision, lambda done: progress(done, count) if progress else None
    )
    return sync(store, index, progress)


def _regrouped(
    store: ArticleStore, index: SearchIndex, batch: list[Change]
) -> tuple[list[Change], dict[str, str]]:
    """Other articles that a batch moved into another group of reprints; the groups of all.

    They are whoever the store or the index has in one group with a changed article.
    """
    changed = {change.article_id for change in batch}
    held = index.groups(store.in_groups_with(changed))
    groups = store.reprint_groups({*changed, *held})
    moved = [
        article_id
        for article_id, number in held.items()
        if article_id not in changed and number != group_number(groups[article_id])
    ]
    revision = batch[-1].revision
    return [
        Change(revision=revision, article_id=article.id, article=article.without_captures())
        for article in store.get_many(moved).values()
    ], groups


def _batches(changes: Iterator[Change]) -> Iterator[list[Change]]:
    while batch := list(islice(changes, BATCH)):
        yield batch
