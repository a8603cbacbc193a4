"""Filing a run's exchanges, articles and outcomes so that a kill at any moment loses nothing.

The order is always: WARC on the disk, then the run log, then the store. What a later ring lacks
after a kill can be made again from the earlier one.
"""

from __future__ import annotations

import fcntl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from archive.article import Article
from archive.capture import Capture
from archive.errors import SiteBusy
from archive.ledger import run_log
from archive.outcome import Outcome, OutcomeKind
from archive.reprints import Fingerprint
from archive.store import ArticleStore
from archive.warc import Recorded
from archive.warc_writer import Exchange, WarcWriter

SYNC_RECORDS = 100
SYNC_ARTICLES = 12
"""Putting one takes some two milliseconds, in which the crawl waits."""
SYNC_SECONDS = 0.5
"""With a look every half second, nothing waits longer than a second."""


@contextmanager
def site_lock(warc_folder: Path, site: str) -> Iterator[None]:
    """Hold the right to write a site's files. Raises ``SiteBusy``."""
    folder = warc_folder / site
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SiteBusy(site=site) from error
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One or more addresses that end alike, and the article they gave, if any."""

    outcomes: tuple[Outcome, ...]
    article: Article | None = None
    fingerprint: Fingerprint | None = None
    """Of the article's text, where it was made already."""


def file_entry(store: ArticleStore, entry: Entry) -> tuple[Outcome, ...]:
    """Put an entry's article; its outcomes, to be recorded, say if it is new or changed.

    Another outcome of an address that an article is held under names that article.
    """
    outcomes = entry.outcomes
    if entry.article is None:
        outcomes = tuple(replace(o, article_id=store.article_at(o.site, o.url)) for o in outcomes)
    else:
        kind = put_article(store, entry.article, entry.fingerprint)
        days = f"published: {named}" if (named := entry.article.days_named) else ""
        outcomes = tuple(
            replace(o, kind=kind, article_id=entry.article.id, detail=o.detail or days)
            for o in outcomes
        )
    return outcomes


def put_article(
    store: ArticleStore, article: Article, fingerprint: Fingerprint | None = None
) -> OutcomeKind:
    """Put an article; returns if it is new, changed or unchanged."""
    known = store.holds(article.id)
    if store.put(article, fingerprint) is None:
        return OutcomeKind.UNCHANGED
    return OutcomeKind.CHANGED if known else OutcomeKind.NEW


class Filing:
    """One run's way into the archive. Belongs to one thread; hold ``site_lock`` around it."""

    def __init__(
        self,
        warc_folder: Path,
        store: ArticleStore,
        *,
        site: str,
        run: str,
        user_agent: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.counts: Counter[OutcomeKind] = Counter()
        self._store = store
        self._site = site
        self.run = run
        self._clock = clock
        self._writer = WarcWriter(warc_folder, site=site, run=run, user_agent=user_agent)
        self._log = run_log(warc_folder, site, run)
        self._captures: list[Capture] = []
        self._entries: list[Entry] = []
        self._synced_at = clock()

    def exchange(self, exchange: Exchange, original: Recorded | None = None) -> Capture:
        """Write an exchange to the WARC file; a full file is finished when its rows are kept.

        ``original`` is the response that the answer confirms, if it does.
        """
        if self._writer.is_full:
            self.flush()
            self._writer.close()
        capture = self._writer.write(exchange, original)
        self._captures.append(capture)
        self.flush_if_due()
        return capture

    def outcome(
        self, url: str, kind: OutcomeKind, capture: Capture | None = None, detail: str = ""
    ) -> None:
        """Say what became of an address."""
        self._file(Entry(outcomes=(self._outcome(url, kind, capture, detail),)))

    def article(self, article: Article, fingerprint: Fingerprint | None = None) -> None:
        """File an article; the addresses of its pages end as it does."""
        outcomes = tuple(
            self._outcome(capture.url, OutcomeKind.NEW, capture) for capture in article.captures
        )
        self._file(Entry(outcomes=outcomes, article=article, fingerprint=fingerprint))

    def _outcome(
        self, url: str, kind: OutcomeKind, capture: Capture | None, detail: str = ""
    ) -> Outcome:
        return Outcome(
            run=self.run,
            site=self._site,
            url=url,
            kind=kind,
            at=datetime.now(UTC),
            capture_id=None if capture is None else capture.id,
            detail=detail,
        )

    def _file(self, entry: Entry) -> None:
        self._entries.append(entry)
        self.flush_if_due()

    def flush_if_due(self) -> None:
        """Flush after 100 records or 12 articles, and when the last is half a second ago."""
        waiting = len(self._captures) + len(self._entries)
        articles = sum(entry.article is not None for entry in self._entries)
        late = self._clock() - self._synced_at >= SYNC_SECONDS
        if waiting >= SYNC_RECORDS or articles >= SYNC_ARTICLES or (waiting and late):
            self.flush()

    def flush(self) -> None:
        """Return when everything filed so far is kept, in all three places."""
        self._writer.sync()
        with self._store.batch():
            self._store.note_captures(self._captures)
            filed = [o for entry in self._entries for o in file_entry(self._store, entry)]
            self._store.record_all(filed)
            self._log.append(filed)
        self.counts.update(outcome.kind for outcome in filed)
        self._captures.clear()
        self._entries.clear()
        self._synced_at = self._clock()

    def close(self) -> None:
        """Flush, and finish the WARC file."""
        self.flush()
        self._writer.close()
