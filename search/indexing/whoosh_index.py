"""The search index in a folder, on Whoosh: what ``search.index.SearchIndex`` promises."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from archive.article import Article
from archive.store import Change
from search.analysis import fingerprint
from search.arrays.document import IndexDocument, index_document
from search.arrays.snapshot import Snapshot
from search.evaluation.answering import answer, count_all
from search.index import Hit, IndexStatus, SearchPage, SearchQuery
from search.indexing.generations import Generations
from search.indexing.opened import Following
from search.indexing.rebuilding import Read, Source, build, read_articles
from search.indexing.schema import SCHEMA
from search.indexing.writer import ArrayWriter
from search.query.synonyms import listed
from search.suggestions import completion, did_you_mean, similar


class WhooshIndex:
    """``SearchIndex`` in a folder; safe from any thread, followed by any number of processes.

    Making one touches nothing: a mismatch is raised by the first use, so that ``rebuild`` works
    on an index that cannot answer. Readers wait for nobody; writers take turns.
    """

    def __init__(self, folder: Path, store_id: str, synonyms: Path | None = None) -> None:
        """``synonyms``: the archivist's own; raises ``WordListInvalid``."""
        stamp = {"store": store_id, "schema": SCHEMA, "analysis": fingerprint()}
        self._generations = Generations(folder, stamp)
        self._following = Following(self._generations)
        self._synonyms = listed(synonyms)

    def snapshot(self) -> Snapshot:
        """The index as the newest commit left it; good for as long as it is kept."""
        return self._following.newest().snapshot

    def search(self, query: SearchQuery) -> SearchPage:
        return answer(query, self.snapshot(), self._synonyms)

    def complete(self, text: str, limit: int = 10) -> tuple[str, ...]:
        return completion.complete(self.snapshot(), text, limit)

    def did_you_mean(self, query: SearchQuery, hits: int) -> tuple[str, ...]:
        snapshot = self.snapshot()
        count = partial(count_all, snapshot=snapshot, synonyms=self._synonyms)
        return did_you_mean.alternatives(query, hits, snapshot, count)

    def similar(self, article: Article, limit: int = 5) -> tuple[Hit, ...]:
        return similar.similar(article, self.snapshot(), limit)

    def revision(self) -> int:
        return self.snapshot().revision

    def article_ids(self) -> frozenset[str]:
        snapshot = self.snapshot()
        parts = zip(snapshot.segments, snapshot.lives, strict=True)
        return frozenset(
            key.decode()
            for segment, live in parts
            for key in (segment.ids if live is None else segment.ids[live]).tolist()
        )

    def groups(self, article_ids: Iterable[str]) -> Mapping[str, int]:
        snapshot = self.snapshot()
        wanted = list(article_ids)
        keys = np.zeros(0, np.uint64)
        parts = list(zip(snapshot.segments, snapshot.lives, strict=True))
        for segment, live in parts:
            numbers = segment.numbers(wanted)
            numbers = numbers[numbers >= 0]
            if live is not None:
                numbers = numbers[live[numbers]]
            keys = np.union1d(keys, segment.groups[numbers])
        found = {}
        for segment, live in parts:
            members = np.isin(segment.groups, keys)
            if live is not None:
                members &= live
            for number in np.flatnonzero(members).tolist():
                found[segment.id(number)] = int(segment.groups[number])
        return found

    def status(self) -> IndexStatus:
        snapshot = self.snapshot()
        return IndexStatus(
            documents=snapshot.live_count,
            segments=len(snapshot.segments),
            size=sum(segment.size for segment in snapshot.segments),
            revision=snapshot.revision,
            fingerprint=fingerprint(),
        )

    def apply(self, changes: Iterable[Change], groups: Mapping[str, str] | None = None) -> int:
        latest = {change.article_id: change for change in changes}
        self._generations.ensure()
        with self._generations.locked("write"):
            newest = self._following.newest()
            reached = newest.snapshot.revision
            fresh = [change for change in latest.values() if change.revision > reached]
            if not fresh:
                return reached
            reached = max(change.revision for change in fresh)
            writer = ArrayWriter(newest.generation, newest.segments)
            try:
                writer.delete([change.article_id for change in fresh])
                writer.add(_documents(fresh, groups or {}))
                writer.commit(reached)
            finally:
                if not writer.is_closed:
                    writer.cancel()
        return reached

    def rebuild(
        self,
        batches: Iterable[list[tuple[str, str]]],
        revision: int,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.fill(batches, read_articles, revision, progress)

    def fill(
        self,
        batches: Iterable[list[Source]],
        read: Read[Source],
        revision: int,
        progress: Callable[[int], None] | None = None,
        processes: int | None = None,
    ) -> None:
        """``rebuild`` from whatever ``read``, a function of a module, makes documents of."""
        with self._generations.locked("rebuild"):
            beside = self._generations.begin()
            try:
                build(
                    beside, batches, read, revision=revision, processes=processes, progress=progress
                )
            except BaseException:
                shutil.rmtree(beside, ignore_errors=True)
                raise
            self._generations.replace(beside)

    def close(self) -> None:
        self._following.close()


def _documents(changes: Iterable[Change], groups: Mapping[str, str]) -> Iterable[IndexDocument]:
    for change in changes:
        if change.article is not None:
            yield index_document(change.article, groups.get(change.article_id))
