"""One crawl of one site: what it holds open, what it has asked for, and how it ends."""

from __future__ import annotations

import secrets
from contextlib import ExitStack, closing
from datetime import UTC, datetime

from archive.article import Article, article_id
from archive.capture import Capture, canonical_url
from archive.filing import Filing, site_lock
from archive.outcome import OutcomeKind
from archive.settings import Settings
from archive.store import ArticleStore, open_store
from archive.warc_writer import Exchange
from crawler.addresses import AddressRule
from crawler.profile import Profile, load_profile
from crawler.replay import mend
from crawler.workers import Workers

PRODUCT = "Jianbao"
VERSION = "0.1"


class CrawlRun:
    """Holds the site's lock, the store, the WARC file and the reading processes of one run.

    Opening it repairs what a killed run left: raises ``SiteBusy`` while another run of the site
    goes on, ``ProfileInvalid`` and ``UnknownSite``. ``workers`` may be shared between runs.
    """

    def __init__(
        self,
        settings: Settings,
        key: str,
        *,
        limit: int | None = None,
        workers: Workers | None = None,
    ) -> None:
        self.settings = settings
        self.profile: Profile = load_profile(settings.sites, key)
        self.id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        self.user_agent = user_agent(settings)
        self.addresses = AddressRule(settings.allow_addresses)
        self.was_stopped = False
        self._articles_left = self.profile.limits.articles if limit is None else limit
        self._list_pages_left = self.profile.limits.list_pages
        self._seen: set[str] = set()
        self._pending: dict[str, None] = {}
        with ExitStack() as stack:
            stack.enter_context(site_lock(settings.warc_folder, key))
            self.store: ArticleStore = open_store(settings.store_url)
            stack.callback(self.store.close)
            self.workers = workers or stack.enter_context(closing(Workers(settings.readers)))
            self.replayed = mend(settings.warc_folder, self.profile, self.store, self.workers)
            self.filing = Filing(
                settings.warc_folder,
                self.store,
                site=key,
                run=self.id,
                user_agent=self.user_agent,
            )
            self._open: ExitStack | None = stack.pop_all()

    # -- the frontier ----------------------------------------------------------------------

    def admit(self, url: str, depth: int = 0) -> bool:
        """Whether to ask for an address now; if not, its outcome is filed, or was."""
        name = canonical_url(url)
        if name in self._seen:
            return False
        self._seen.add(name)
        if self.profile.is_article(url):
            if self._is_held(url):
                self.filing.outcome(url, OutcomeKind.UNCHANGED, detail="held")
                return False
            self._articles_left -= 1
            is_beyond = self._articles_left < 0
        else:
            self._list_pages_left -= 1
            is_beyond = self._list_pages_left < 0
        if is_beyond or depth > self.profile.limits.depth:
            self.filing.outcome(url, OutcomeKind.BEYOND_LIMITS)
            return False
        self._pending[url] = None
        return True

    def _is_held(self, url: str) -> bool:
        key = article_id(self.profile.key, url)
        return bool(self.store.get_many([key])) or self.store.captured(url) is not None

    # -- filing ----------------------------------------------------------------------------

    def exchange(self, exchange: Exchange) -> Capture:
        return self.filing.exchange(exchange)

    def outcome(
        self, url: str, kind: OutcomeKind, capture: Capture | None = None, detail: str = ""
    ) -> None:
        """Say what became of an address."""
        self._pending.pop(url, None)
        self.filing.outcome(url, kind, capture, detail)

    def article(self, article: Article) -> None:
        """File an article; all its pages have their outcome with it."""
        for capture in article.captures:
            self._pending.pop(capture.url, None)
        self.filing.article(article)

    def pages_waiting(self) -> int:
        """How many addresses have no outcome yet."""
        return len(self._pending)

    def close(self) -> None:
        """File what was asked for and not dealt with, finish the WARC file, let the lock go."""
        if self._open is None:
            return
        for url in list(self._pending):
            self.outcome(url, OutcomeKind.BEYOND_LIMITS, detail="stopped")
        self.filing.close()
        self._open.close()
        self._open = None


def user_agent(settings: Settings) -> str:
    """What servers are told; with the contact address where one is set."""
    return f"{PRODUCT}/{VERSION}" + (f" (+{settings.contact})" if settings.contact else "")
