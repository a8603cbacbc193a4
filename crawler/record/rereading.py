"""Reading a site's whole record again after its profile was mended, without network.

The store stays and is written to in small transactions, so that others can write in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from pathlib import Path

from archive.article import Article
from archive.errors import CaptureUnreadable
from archive.filing import Entry, put_article
from archive.history import FieldChange, field_changes
from archive.store import ArticleStore
from archive.warc import Recorded, read
from crawler.profile import Profile
from crawler.record.replay import AT_ONCE, Judged
from crawler.workers import Workers


class Reread(StrEnum):
    """What reading again made of an article."""

    NEWLY_READ = "newly_read"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NO_LONGER_READ = "no_longer_read"
    """It stays as it was read before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a mended profile makes of one article, where that is not what the store holds."""

    kind: Reread
    article_id: str
    url: str
    title: str
    changes: tuple[FieldChange, ...] = ()
    detail: str = ""
    """Why it is no longer read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """What came of a whole site."""

    counts: Counter[Reread] = field(default_factory=Counter)
    unreadable: list[CaptureUnreadable] = field(default_factory=list)
    """Captures that were skipped."""


def reread(
    warc_folder: Path,
    profile: Profile,
    store: ArticleStore,
    workers: Workers,
    report: Callable[[Difference], None],
    progress: Callable[[], None],
    *,
    is_dry_run: bool = False,
    skip_damaged: bool = False,
) -> Rereading:
    """Read every capture of a site again, oldest first; hold ``site_lock`` around it.

    Each difference is reported before it is written; in a dry run nothing is. Raises
    ``CaptureUnreadable`` unless damage shall be skipped.
    """
    done = Rereading()

    def recordeds() -> Iterator[Recorded]:
        for capture in store.captures_of(profile.key):
            progress()
            try:
                yield read(warc_folder, capture)
            except CaptureUnreadable as error:
                if not skip_damaged:
                    raise
                done.unreadable.append(error)

    entries = Judged(profile, workers).entries(recordeds())
    while some := list(islice(entries, AT_ONCE)):
        for entry in some:
            found = _compare(store, entry)
            if isinstance(found, Difference):
                report(found)
                done.counts[found.kind] += 1
            elif found is not None:
                done.counts[found] += 1
        if is_dry_run:
            continue
        with store.batch():
            for entry in some:
                if entry.article is not None:
                    put_article(store, entry.article, entry.fingerprint)
    return done


def _compare(store: ArticleStore, entry: Entry) -> Difference | Reread | None:
    """What an entry makes of its article; ``None`` where it is not the newest word on one."""
    first, article = entry.outcomes[0], entry.article
    key = store.article_at(first.site, first.url) if article is None else article.id
    if key is None or store.withdrawal(key) is not None:
        return None
    held = store.get_many([key]).get(key)
    if held is None:
        return None if article is None else _difference(Reread.NEWLY_READ, article)
    newest = max(capture.captured_at for capture in held.captures)
    ids = {outcome.capture_id for outcome in entry.outcomes}
    if article is None:
        is_newest = any(c.id in ids and c.captured_at == newest for c in held.captures)
        detail = " ".join(filter(None, (first.kind, first.detail)))
        return _difference(Reread.NO_LONGER_READ, held, detail=detail) if is_newest else None
    if max(capture.captured_at for capture in article.captures) < newest:
        return None
    changes = field_changes(held, article)
    if not changes:
        return Reread.UNCHANGED
    return _difference(Reread.CHANGED, article, changes)


def _difference(
    kind: Reread, article: Article, changes: tuple[FieldChange, ...] = (), detail: str = ""
) -> Difference:
    return Difference(
        kind=kind,
        article_id=article.id,
        url=article.url,
        title=article.title,
        changes=changes,
        detail=detail,
    )
