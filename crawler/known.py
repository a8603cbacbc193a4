"""What earlier runs say about a site: whether they saw all of it, and what they left undone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from archive.article import article_id
from archive.ledger import finished_runs
from archive.outcome import Finished, OutcomeKind
from archive.store import ArticleStore
from crawler.profile import Profile

_UNDONE = frozenset(
    (
        OutcomeKind.FETCH_FAILED,
        OutcomeKind.REFUSED_BY_WAF,
        OutcomeKind.BEYOND_LIMITS,
        # These are not asked for again, but said again.
        OutcomeKind.LAYOUT_NOT_RECOGNISED,
        OutcomeKind.FIELD_MISSING,
        OutcomeKind.NEEDS_JAVASCRIPT,
    )
)
NEXT_PAGE = "next_page: "
"""How the outcome of a report begins whose further page could not be had."""


class Known:
    """The last run of a site, as the next one finds it."""

    def __init__(self, warc_folder: Path, store: ArticleStore, profile: Profile) -> None:
        self._ledger = finished_runs(warc_folder, profile.key)
        self._store = store
        self._profile = profile
        self._digest = hashlib.sha256(profile.model_dump_json().encode()).hexdigest()
        self._last = next(reversed(store.crawls(profile.key)), None)

    @property
    def is_caught_up(self) -> bool:
        """Whether the last run went through all lists, by the profile as it is now.

        Then nothing unknown lies behind a list page whose articles are all held: what the run
        saw and did not bring home is ``left_over``.
        """
        finished = (each for each in self._ledger.read() if each.run == self._last)
        return any(each.profile == self._digest for each in finished)

    def knows(self, url: str) -> bool:
        """Whether an article is held, or was dealt with otherwise: it may be gone."""
        if self._last is not None and self._store.has_outcome(self._last, url):
            return True
        is_held = self._store.holds(article_id(self._profile.key, url))
        return is_held or self._store.settled(self._profile.key, url) is not None

    def left_over(self) -> Iterator[str]:
        """Addresses that the last run saw and could not file, in its order."""
        outcomes = self._store.outcomes(self._last) if self._last else ()
        parts = {each.detail for each in outcomes if each.detail.startswith(NEXT_PAGE)}
        for each in outcomes:
            is_wanted = self._profile.is_article(each.url) or self._profile.is_list_page(each.url)
            # The later pages of a report are no articles of their own.
            if each.kind in _UNDONE and is_wanted and NEXT_PAGE + each.url not in parts:
                yield each.url

    def note_finished(self, run: str) -> None:
        """Remember that a run went through all lists."""
        self._ledger.append([Finished(run=run, profile=self._digest)])
