"""Pages that no run could read: which they are, and what the profiles now make of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive.article import Article, article_id
from archive.capture import Capture
from archive.outcome import Outcome, OutcomeKind
from archive.settings import Settings
from archive.store import ArticleStore
from archive.warc import read
from crawler.profile import load_profile
from crawler.record.replay import Judged
from crawler.report import NEEDS_REVIEW
from crawler.workers import Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A page whose newest outcome says that the profile could not read it."""

    outcome: Outcome
    capture: Capture
    """Its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """An unread page, and what the profile as it is now makes of it."""

    before: Outcome
    kind: OutcomeKind
    """``new`` where it is read."""
    detail: str
    article: Article | None


def unread(store: ArticleStore, site: str | None = None) -> list[Unread]:
    """The pages that wait for a better profile, by site and time.

    A page that was read since, when its site was extracted anew, is none of them.
    """
    found = []
    for outcome in store.newest_outcomes(NEEDS_REVIEW, site):
        capture = _capture_of(store, outcome)
        key = article_id(outcome.site, outcome.url)
        if capture and capture.id not in {each.id for each in store.captures(key)}:
            found.append(Unread(outcome=outcome, capture=capture))
    return found


def _capture_of(store: ArticleStore, outcome: Outcome) -> Capture | None:
    """What an outcome rests on; one that repeats an earlier word rests on that one's capture."""
    if outcome.capture_id is not None:
        return store.capture(outcome.capture_id)
    return store.latest_answer(outcome.site, outcome.url)


def retry(
    settings: Settings, site: str, pages: list[Unread], workers: Workers
) -> Iterator[Retried]:
    """Read a site's unread pages again from the WARC files; nothing is written."""
    before = {each.capture.id: each.outcome for each in pages}
    judged = Judged(load_profile(settings.sites, site), workers)
    recordeds = (read(settings.warc_folder, each.capture) for each in pages)
    for entries in (judged.entries(recordeds), judged.unfinished()):
        for entry in entries:
            for outcome in entry.outcomes:
                yield Retried(
                    before=before[outcome.capture_id or ""],
                    kind=outcome.kind,
                    detail=outcome.detail,
                    article=entry.article,
                )
