"""One crawl of one site: what it holds open, what it has asked for, and how it ends."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from sqlalchemy.exc import SQLAlchemyError

from archive.article import Article, article_id
from archive.capture import Capture, canonical_url
from archive.errors import JianbaoError
from archive.filing import Filing, site_lock
from archive.outcome import OutcomeKind
from archive.settings import Settings
from archive.store import ArticleStore, open_archive
from archive.warc_writer import Exchange
from archive.words import N_
from crawler.addresses import AddressRule
from crawler.profile import Profile, load_profile
from crawler.reading import Page
from crawler.replay import mend
from crawler.workers import Workers

PRODUCT = "Jianbao"
MOST_PAGES = 200
"""Pages of one report; a pager that goes on longer goes round in a circle."""
_ARTICLE = (OutcomeKind.NEW, OutcomeKind.CHANGED, OutcomeKind.UNCHANGED)


@dataclass(eq=False)
class CannotWrite(JianbaoError):
    """The disk is full, or the like."""

    code = "cannot-write"
    message = N_(
        "The archive in %(folder)s cannot be written: %(reason)s. What was kept is whole; "
        "make room and crawl again, it goes on where it stopped."
    )
    folder: str
    reason: str


class CrawlRun:
    """Holds the site's lock, the store, the WARC file and the reading processes of one run.

    Opening it repairs what a killed run left: raises ``SiteBusy`` while another run of the site
    goes on, ``ProfileInvalid`` and ``UnknownSite``. ``workers`` and ``addresses`` may be
    shared between runs.
    """

    def __init__(
        self,
        settings: Settings,
        key: str,
        *,
        limit: int | None = None,
        workers: Workers | None = None,
        addresses: AddressRule | None = None,
    ) -> None:
        self.settings = settings
        self.profile: Profile = load_profile(settings.sites, key)
        self.id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        self.user_agent = user_agent(settings)
        self.addresses = addresses or AddressRule(settings.allow_addresses)
        self.was_stopped = True
        """Until the spider says that it came to the end by itself."""
        self.fault: Exception | None = None
        """What kept the archive from being written, such as a full disk."""
        self._articles_left = self.profile.limits.articles if limit is None else limit
        self._list_pages_left = self.profile.limits.list_pages
        self._seen: set[str] = set()
        self._pending: dict[str, None] = {}
        with ExitStack() as stack:
            stack.enter_context(site_lock(settings.warc_folder, key))
            self.store: ArticleStore = open_archive(settings)
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
            if self._file_as_held(url):
                return False
            self._articles_left -= 1
            is_beyond = self._articles_left < 0
        else:
            self._list_pages_left -= 1
            is_beyond = self._list_pages_left < 0
        if is_beyond or depth > self.profile.limits.depth:
            self.outcome(url, OutcomeKind.BEYOND_LIMITS)
            return False
        self._pending[url] = None
        return True

    def admit_page(self, url: str, pages: Collection[Page]) -> bool:
        """Whether to ask for a report's next page, given the pages before it.

        It may have the canonical address of the first one, and counts against no other limit.
        """
        if len(pages) >= MOST_PAGES or any(url == page.capture.url for page in pages):
            return False
        self._pending[url] = None
        return True

    def _file_as_held(self, url: str) -> bool:
        """Whether an address was dealt with before; what was said of it is said again.

        An article is unchanged. A page that could not be read stays so until the profile is
        mended and the archive read again.
        """
        key = article_id(self.profile.key, url)
        settled = self.store.settled(url)
        if self.store.holds(key) or (settled and settled.kind in _ARTICLE):
            self.outcome(url, OutcomeKind.UNCHANGED, detail="held")
        elif settled:
            self.outcome(url, settled.kind, detail=settled.detail)
        else:
            return False
        return True

    # -- filing ----------------------------------------------------------------------------

    def exchange(self, exchange: Exchange) -> Capture:
        """Record an exchange. Raises ``CannotWrite``, after which the crawl must end."""
        self._pending.pop(exchange.url, None)
        with self._noting_fault():
            return self.filing.exchange(exchange)
        raise self.cannot_write()

    def outcome(
        self, url: str, kind: OutcomeKind, capture: Capture | None = None, detail: str = ""
    ) -> None:
        """Say what became of an address."""
        self._pending.pop(url, None)
        with self._noting_fault():
            self.filing.outcome(url, kind, capture, detail)

    def article(self, article: Article) -> None:
        """File an article; all its pages have their outcome with it."""
        with self._noting_fault():
            self.filing.article(article)

    def flush_if_due(self) -> None:
        """Keep what waits, if it has waited long enough."""
        with self._noting_fault():
            self.filing.flush_if_due()

    @contextmanager
    def _noting_fault(self) -> Iterator[None]:
        """Remember that the archive cannot be written; the spider ends at its next tick."""
        try:
            yield
        except (OSError, SQLAlchemyError) as error:
            self.fault = self.fault or error

    def cannot_write(self) -> CannotWrite:
        """The fault as an error for people."""
        return CannotWrite(folder=str(self.settings.data), reason=str(self.fault))

    def pages_waiting(self) -> int:
        """How many addresses have been asked for and not been answered."""
        return len(self._pending)

    def close(self) -> None:
        """File what was asked for and never came, finish the WARC file, let the lock go.

        What came and was not judged keeps no outcome: the next run replays it. Where the fault
        lasts, the WARC file stays open for the next run to mend.
        """
        if self._open is None:
            return
        with self._open:
            self._open = None
            for url in list(self._pending):
                self.outcome(url, OutcomeKind.BEYOND_LIMITS, detail="stopped")
            with self._noting_fault():
                self.filing.close()


def user_agent(settings: Settings) -> str:
    """What servers are told; with the contact address where one is set."""
    return f"{PRODUCT}/{version('jianbao')}" + (
        f" (+{settings.contact})" if settings.contact else ""
    )
