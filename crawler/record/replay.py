"""Reading WARC files again, without network: after a kill, and to rebuild a whole store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

from archive.capture import Capture
from archive.errors import WarcDamaged
from archive.filing import Entry, file_entry, put_article, site_lock
from archive.fixity import repair
from archive.ledger import run_log, run_logs, withdrawals
from archive.members import DamagedBytes
from archive.opening import rebuilding_store
from archive.outcome import IMPORT, Outcome, OutcomeKind
from archive.store import ArticleStore
from archive.warc import Recorded, read, responses
from crawler.judge import Fetched, Verdict
from crawler.pages.page import Page, fingerprint_in, join
from crawler.profile import Profile
from crawler.workers import Workers

AT_ONCE = 50
"""Responses that are read, and then filed in one transaction."""


def mend(warc_folder: Path, profile: Profile, store: ArticleStore, workers: Workers) -> int:
    """Bring back into the store what a killed run had written; hold ``site_lock`` around it.

    Returns how many captures came back, each with the outcome it would have had. What the run
    had only asked for is asked for again by the next one.
    """
    apply_withdrawals(warc_folder, store)
    lost: dict[str, Capture] = {}
    with store.batch():
        for path in repair(warc_folder, profile.key):
            runs = set()
            for recorded in responses(warc_folder, path):
                if store.find_capture(recorded.capture.id) is None:
                    lost[recorded.capture.id] = recorded.capture
                    store.note_capture(recorded.capture)
                runs.add(recorded.capture.run)
            for run in runs:
                for outcome in run_log(warc_folder, profile.key, run).read():
                    if outcome.capture_id is None and not store.has_outcome(run, outcome.url):
                        store.record(outcome)
    lost |= {each.id: each for each in store.captures_without_outcome(profile.key)}
    in_order = sorted(lost.values(), key=lambda each: (each.warc_file, each.warc_offset))
    replay = Replay(warc_folder, profile, store, workers)
    replay.file(read(warc_folder, capture) for capture in in_order)
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

    def note_damage(path: Path, each: DamagedBytes) -> None:
        name = path.relative_to(warc_folder).as_posix()
        damaged.append(WarcDamaged(file=name, offset=each.offset, reason=each.reason))
        if not skip_damaged:
            raise damaged[-1]

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
                    replay.file(responses(warc_folder, path, partial(note_damage, path)))
                replay.close()
            apply_withdrawals(warc_folder, store)
            return Extraction(articles=len(store.article_ids()), damaged=tuple(damaged))


def apply_withdrawals(warc_folder: Path, store: ArticleStore) -> None:
    """Carry out every withdrawal that the store does not have yet."""
    for withdrawal in withdrawals(warc_folder).read():
        if store.withdrawal(withdrawal.article_id) is None:
            store.withdraw(withdrawal)


class Judged:
    """Judges the recorded responses of one site, and joins the pages of a report.

    What it gives is what a crawl would have filed, in the order the responses were made.
    """

    def __init__(self, profile: Profile, workers: Workers) -> None:
        self._profile = profile
        self._workers = workers
        self._waiting: dict[tuple[str, str], list[Page]] = {}
        """Reports whose next page has not come yet, by run and the capture that led to it.

        Imported records do not say what led to them; there it is the address that is led to.
        """

    def entries(self, recordeds: Iterable[Recorded]) -> Iterator[Entry]:
        """What the responses give; a report waits until its last page has come."""
        wanted = (fetched(each, self._profile) for each in recordeds)
        for each, verdict in self._workers.judge_all(wanted, self._profile):
            yield from self._entries(each, verdict)

    def unfinished(self) -> Iterator[Entry]:
        """Reports without their last page, for the next crawl to ask for again."""
        for pages in self._waiting.values():
            yield self._ended(pages, OutcomeKind.BEYOND_LIMITS, "stopped")
        self._waiting.clear()

    def _entries(self, fetched: Fetched, verdict: Verdict) -> Iterator[Entry]:
        capture = fetched.capture
        came_from = capture.url if capture.run.endswith(IMPORT) else fetched.continues
        pages = self._waiting.pop((capture.run, came_from or ""), [])
        if verdict.page is None:
            yield Entry(outcomes=(self._outcome(capture, verdict.kind, verdict.detail),))
            if pages and verdict.kind is OutcomeKind.REDIRECT:
                self._await(capture, verdict.detail, pages)
            elif pages:
                yield self._ended(pages, OutcomeKind.FIELD_MISSING, f"next_page: {capture.url}")
            return
        pages.append(verdict.page)
        if verdict.page.next_page is not None:
            self._await(capture, verdict.page.next_page, pages)
            return
        article = join(pages)
        outcomes = tuple(self._outcome(each, OutcomeKind.NEW) for each in article.captures)
        yield Entry(outcomes=outcomes, article=article, fingerprint=fingerprint_in(pages))

    def _await(self, capture: Capture, following: str, pages: list[Page]) -> None:
        """Keep the pages so far until the next one comes, to which a capture leads."""
        key = following if capture.run.endswith(IMPORT) else capture.id
        self._waiting[capture.run, key] = pages

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


class Replay:
    """Files what the recorded responses of one site give.

    An address whose run has said what became of it keeps that outcome; its article is put again.
    """

    def __init__(
        self, warc_folder: Path, profile: Profile, store: ArticleStore, workers: Workers
    ) -> None:
        self.counts: Counter[OutcomeKind] = Counter()
        self._folder = warc_folder
        self._store = store
        self._judged = Judged(profile, workers)

    def file(self, recordeds: Iterable[Recorded]) -> None:
        """Replay responses in the order they were made; each is read before it is filed.

        So another writer waits for our writing only, and the store has a capture exactly if
        it has what that gave, or a later page is waited for.
        """
        waiting = iter(recordeds)
        while some := list(islice(waiting, AT_ONCE)):
            self._file_all(list(self._judged.entries(some)), [each.capture for each in some])

    def close(self) -> None:
        """Leave reports without their last page for the next crawl to ask for again."""
        self._file_all(self._judged.unfinished())

    def _file_all(self, entries: Iterable[Entry], captures: Iterable[Capture] = ()) -> None:
        with self._store.batch():
            self._store.note_captures(captures)
            for entry in entries:
                self._file(entry)

    def _file(self, entry: Entry) -> None:
        first = entry.outcomes[0]
        if not self._store.has_outcome(first.run, first.url):
            filed = file_entry(self._store, entry)
            self._store.record_all(filed)
            run_log(self._folder, first.site, first.run).append(filed)
            self.counts.update(outcome.kind for outcome in filed)
        elif entry.article is not None:
            self.counts[put_article(self._store, entry.article, entry.fingerprint)] += 1


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
        continues=recorded.continues,
    )
