"""Reading WARC files again, without network: after a kill, and to rebuild a whole store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.capture import Capture
from archive.errors import WarcDamaged
from archive.filing import Entry, file_entry, site_lock
from archive.fixity import repair
from archive.ledger import run_log, run_logs, withdrawals
from archive.outcome import Outcome, OutcomeKind
from archive.store import ArticleStore, rebuilding_store
from archive.warc import DamagedBytes, Recorded, read, responses
from crawler.judge import Fetched, Verdict
from crawler.profile import Profile
from crawler.reading import Page, join
from crawler.workers import Workers


def mend(warc_folder: Path, profile: Profile, store: ArticleStore, workers: Workers) -> int:
    """Bring back into the store what a killed run had written; hold ``site_lock`` around it.

    Returns how many captures came back, each with the outcome it would have had. What the run
    had only asked for is asked for again by the next one.
    """
    apply_withdrawals(warc_folder, store)
    with store.batch():
        for path in repair(warc_folder, profile.key):
            runs = set()
            for recorded in responses(warc_folder, path):
                store.note_capture(recorded.capture)
                runs.add(recorded.capture.run)
            for run in runs:
                for outcome in run_log(warc_folder, profile.key, run).read():
                    if outcome.capture_id is None and not store.has_outcome(run, outcome.url):
                        store.record(outcome)
    lost = store.captures_without_outcome(profile.key)
    replay = Replay(warc_folder, profile, store, workers)
    replay.file(read(warc_folder, capture) for capture in lost)
    replay.close()
    return len(lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What rebuilding a store gave."""

    articles: int
    damaged: tuple[WarcDamaged, ...]
    """Places that were skipped."""


def extract(
    warc_folder: Path,
    store_url: str,
    profiles: Iterable[Profile],
    workers: Workers,
    progress: Callable[[Path], None],
    *,
    skip_damaged: bool = False,
) -> Extraction:
    """Rebuild the whole store from the files alone, in one transaction.

    Until it ends well, the store stays as it was. Raises ``SiteBusy`` while a crawl is running,
    and ``WarcDamaged`` for bytes that cannot be read, unless they shall be skipped.
    """
    damaged: list[WarcDamaged] = []
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
                    damaged += _note_captures(warc_folder, path, store)
                    if damaged and not skip_damaged:
                        raise damaged[0]
                    replay.file(responses(warc_folder, path, on_damage=lambda _: None))
                replay.close()
            apply_withdrawals(warc_folder, store)
            return Extraction(articles=len(store.article_ids()), damaged=tuple(damaged))


def _note_captures(warc_folder: Path, path: Path, store: ArticleStore) -> list[WarcDamaged]:
    """Give every capture of a file its row; returns what could not be read."""
    damages: list[DamagedBytes] = []
    for recorded in responses(warc_folder, path, damages.append):
        store.note_capture(recorded.capture)
    name = path.relative_to(warc_folder).as_posix()
    return [WarcDamaged(file=name, offset=each.offset, reason=each.reason) for each in damages]


def apply_withdrawals(warc_folder: Path, store: ArticleStore) -> None:
    """Carry out every withdrawal that the store does not have yet."""
    for withdrawal in withdrawals(warc_folder).read():
        if store.withdrawal(withdrawal.article_id) is None:
            store.withdraw(withdrawal)


class Replay:
    """Judges the recorded responses of one site again and files what they give.

    An address whose run has said what became of it keeps that outcome; its article is put again.
    """

    def __init__(
        self, warc_folder: Path, profile: Profile, store: ArticleStore, workers: Workers
    ) -> None:
        self._folder = warc_folder
        self._profile = profile
        self._store = store
        self._workers = workers
        self._waiting: dict[tuple[str, str], list[Page]] = {}
        """Reports whose next page has not come yet, by run and that page's address."""

    def file(self, recordeds: Iterable[Recorded]) -> None:
        """Replay responses whose captures the store knows, in the order they were made."""
        with self._store.batch():
            wanted = (fetched(each, self._profile) for each in recordeds)
            for each, verdict in self._workers.judge_all(wanted, self._profile):
                for entry in self._entries(each.capture, verdict):
                    self._file(entry)

    def close(self) -> None:
        """Leave reports without their last page for the next crawl to ask for again."""
        with self._store.batch():
            for pages in self._waiting.values():
                self._file(self._ended(pages, OutcomeKind.BEYOND_LIMITS, "stopped"))

    def _file(self, entry: Entry) -> None:
        first = entry.outcomes[0]
        if not self._store.has_outcome(first.run, first.url):
            filed = file_entry(self._store, entry)
            run_log(self._folder, self._profile.key, first.run).append(filed)
        elif entry.article is not None:
            self._store.put(entry.article)

    def _entries(self, capture: Capture, verdict: Verdict) -> Iterator[Entry]:
        """What the crawl would have filed; a report waits until its last page has come."""
        pages = self._waiting.pop((capture.run, capture.url), [])
        if verdict.page is None:
            yield Entry(outcomes=(self._outcome(capture, verdict.kind, verdict.detail),))
            if pages and verdict.kind is OutcomeKind.REDIRECT:
                self._waiting[capture.run, verdict.detail] = pages
            elif pages:
                yield self._ended(pages, OutcomeKind.FIELD_MISSING, f"next_page: {capture.url}")
            return
        pages.append(verdict.page)
        if verdict.page.next_page is not None:
            self._waiting[capture.run, verdict.page.next_page] = pages
            return
        article = join(pages)
        outcomes = tuple(self._outcome(each, OutcomeKind.NEW) for each in article.captures)
        yield Entry(outcomes=outcomes, article=article)

    def _ended(self, pages: list[Page], kind: OutcomeKind, detail: str) -> Entry:
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


def fetched(recorded: Recorded, profile: Profile) -> Fetched:
    """A recorded response as the judge sees it, unpacked as far as the profile allows."""
    most = profile.limits.page_bytes
    body = recorded.unpacked(most + 1)
    return Fetched(
        capture=recorded.capture,
        content_type=recorded.headers.get_header("Content-Type"),
        body=body[:most],
        location=recorded.headers.get_header("Location"),
        is_cut_short=recorded.truncated is not None,
        is_too_large=len(body) > most,
    )
