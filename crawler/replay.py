"""Reading WARC files again, without network: after a kill, and to rebuild a whole store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from archive.capture import Capture
from archive.filing import Entry, file_entry, site_lock
from archive.fixity import repair
from archive.ledger import run_log, run_logs, withdrawals
from archive.outcome import Outcome, OutcomeKind
from archive.store import ArticleStore, rebuilding_store
from archive.warc import Recorded, responses
from crawler.judge import Fetched
from crawler.profile import Profile
from crawler.reading import Page, join
from crawler.workers import Workers


def mend(warc_folder: Path, profile: Profile, store: ArticleStore, workers: Workers) -> int:
    """Bring back into the store what a killed run had written; hold ``site_lock`` around it.

    Returns how many addresses came back, each with the outcome it would have had. What the run
    had only asked for is asked for again by the next one.
    """
    apply_withdrawals(warc_folder, store)
    came_back = 0
    for path in repair(warc_folder, profile.key):
        for run in {recorded.capture.run for recorded in responses(warc_folder, path)}:
            for outcome in run_log(warc_folder, profile.key, run).read():
                if outcome.capture_id is None and not store.has_outcome(run, outcome.url):
                    store.record(outcome)
        replay = Replay(warc_folder, profile, store, workers)
        came_back += replay.file(path, only_lost=True)
    return came_back


def extract(
    warc_folder: Path,
    store_url: str,
    profiles: Iterable[Profile],
    workers: Workers,
    progress: Callable[[Path], None],
) -> int:
    """Rebuild the whole store from the files alone, in one transaction; returns its articles.

    Until it ends well, the store stays as it was. Raises ``SiteBusy`` while a crawl is running.
    """
    profiles = tuple(profiles)
    with ExitStack() as stack:
        for profile in profiles:
            stack.enter_context(site_lock(warc_folder, profile.key))
            repair(warc_folder, profile.key)
        with rebuilding_store(store_url) as store:
            for log in run_logs(warc_folder):
                for outcome in log.read():
                    store.record(outcome)
            for profile in profiles:
                replay = Replay(warc_folder, profile, store, workers)
                for path in sorted((warc_folder / profile.key).glob("*.warc.gz")):
                    progress(path)
                    replay.file(path)
            apply_withdrawals(warc_folder, store)
            return len(store.article_ids())


def apply_withdrawals(warc_folder: Path, store: ArticleStore) -> None:
    """Carry out every withdrawal that the store does not have yet."""
    for withdrawal in withdrawals(warc_folder).read():
        if store.withdrawal(withdrawal.article_id) is None:
            store.withdraw(withdrawal)


class Replay:
    """Judges the recorded responses of one site again and files what they give."""

    def __init__(
        self, warc_folder: Path, profile: Profile, store: ArticleStore, workers: Workers
    ) -> None:
        self._folder = warc_folder
        self._profile = profile
        self._store = store
        self._workers = workers

    def file(self, path: Path, *, only_lost: bool = False) -> int:
        """Replay one WARC file; returns how many addresses had no outcome before."""
        captures = [recorded.capture for recorded in responses(self._folder, path)]
        lost = {
            (capture.run, capture.url)
            for capture in captures
            if not self._store.has_outcome(capture.run, capture.url)
        }
        wanted = (
            fetched(recorded)
            for recorded in responses(self._folder, path)
            if not only_lost or (recorded.capture.run, recorded.capture.url) in lost
        )
        with self._store.batch():
            for capture in captures:
                self._store.note_capture(capture)
            for entry in self._entries(wanted):
                first = entry.outcomes[0]
                if (first.run, first.url) in lost:
                    filed = file_entry(self._store, entry)
                    run_log(self._folder, self._profile.key, first.run).append(filed)
                elif entry.article is not None:
                    self._store.put(entry.article)
        return len(lost)

    def _entries(self, wanted: Iterable[Fetched]) -> Iterator[Entry]:
        """What the crawl would have filed; a report waits until its last page has come."""
        waiting: dict[tuple[str, str], list[Page]] = {}
        for each, verdict in self._workers.judge_all(wanted, self._profile):
            capture = each.capture
            pages = waiting.pop((capture.run, capture.url), [])
            if verdict.page is None:
                yield Entry(outcomes=(self._outcome(capture, verdict.kind, verdict.detail),))
                if pages and verdict.kind is OutcomeKind.REDIRECT:
                    waiting[capture.run, verdict.detail] = pages
                elif pages:
                    yield self._broken(pages, capture.url)
                continue
            pages.append(verdict.page)
            if verdict.page.next_page is not None:
                waiting[capture.run, verdict.page.next_page] = pages
                continue
            article = join(pages)
            outcomes = tuple(self._outcome(c, OutcomeKind.NEW) for c in article.captures)
            yield Entry(outcomes=outcomes, article=article)

    def _broken(self, pages: list[Page], missing: str) -> Entry:
        kind, detail = OutcomeKind.FIELD_MISSING, f"next_page: {missing}"
        return Entry(outcomes=tuple(self._outcome(p.capture, kind, detail) for p in pages))

    def _outcome(self, capture: Capture, kind: OutcomeKind, detail: str = "") -> Outcome:
        return Outcome(
            run=capture.run,
            site=self._profile.key,
            url=capture.url,
            kind=kind,
            at=datetime.now(UTC),
            capture_id=capture.id,
            detail=detail,
        )


def fetched(recorded: Recorded) -> Fetched:
    """A recorded response as the judge sees it."""
    return Fetched(
        capture=recorded.capture,
        content_type=recorded.headers.get_header("Content-Type"),
        body=recorded.body,
        location=recorded.headers.get_header("Location"),
        is_cut_short=recorded.truncated is not None,
    )
