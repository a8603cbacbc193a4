"""One crawl of one site: what it holds open, what it has asked for, and how it ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version

from sqlalchemy.exc import SQLAlchemyError

from archive.article import CHINA, Article, article_id
from archive.capture import Capture, canonical_url
from archive.errors import JianbaoError
from archive.filing import Filing, site_lock
from archive.opening import open_archive
from archive.outcome import OutcomeKind, run_id
from archive.reprints import Fingerprint
from archive.settings import Settings
from archive.store import ArticleStore
from archive.warc import Recorded
from archive.warc_writer import Exchange
from archive.words import N_
from crawler.addresses import AddressRule
from crawler.held import Held, held_at
from crawler.known import NEXT_PAGE, Known
from crawler.pages.reading import Page
from crawler.profile import Profile, load_profile
from crawler.record.replay import mend
from crawler.walk import Walk
from crawler.window import Window
from crawler.workers import Workers

PRODUCT = "Jianbao"
EVERY_DAY = Window()
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
        recheck: bool = False,
        window: Window = EVERY_DAY,
        workers: Workers | None = None,
        addresses: AddressRule | None = None,
    ) -> None:
        self.settings = settings
        self.profile: Profile = load_profile(settings.sites, key)
        self.id = run_id(datetime.now(UTC))
        self.user_agent = user_agent(settings)
        self.addresses = addresses or AddressRule(settings.allow_addresses)
        self.is_recheck = recheck
        """Whether held reports are asked for again."""
        self.was_stopped = True
        """Until the spider says that it came to the end by itself."""
        self.came_to_the_end = False
        """Whether every list was gone through as far as was wanted."""
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
            self._known = Known(settings.warc_folder, self.store, self.profile)
            is_caught_up = self._known.is_caught_up and window.is_open and not recheck
            self.walk = Walk(self.profile, window, self._known.knows if is_caught_up else None)
            self._rechecks = list(self._held_addresses()) if recheck else []
            self._open: ExitStack | None = stack.pop_all()

    def _held_addresses(self) -> Iterator[str]:
        """Addresses of held reports, which nothing else of this run asks for."""
        window = self.walk.window
        for url in self.store.addresses_held(
            self.profile.key,
            published_from=window.since,
            published_until=window.until,
            limit=self._articles_left,
        ):
            self._seen.add(canonical_url(url))
            self._articles_left -= 1
            yield url

    def rechecks(self) -> Iterator[str]:
        """Addresses of held reports to ask for again, those not asked for longest first."""
        self._rechecks.reverse()
        while self._rechecks:
            url = self._rechecks.pop()
            self._pending[url] = None
            yield url

    def held(self, url: str) -> Held | None:
        """What is held of an address that is to be asked for."""
        return held_at(self.store, self.settings.warc_folder, self.profile.key, url)

    def seeds(self) -> Iterator[str]:
        """Where the run begins: the lists, and what the last run could not bring home."""
        yield from self.walk.seeds(datetime.now(CHINA).date())
        if self.walk.knows is not None:
            yield from self._known.left_over()

    def admit(self, url: str, depth: int = 0, listed: date | None = None) -> bool:
        """Whether to ask for an address now; if not, its outcome is filed, or was.

        ``listed`` is the day that a list prints beside it.
        """
        is_article = self.profile.is_article(url)
        name = canonical_url(url, is_list=not is_article)
        if name in self._seen:
            return False
        self._seen.add(name)
        if is_article and self._file_as_held(url):
            return False
        if remark := self.walk.window.remark(url, listed):
            self.outcome(url, OutcomeKind.BEYOND_LIMITS, detail=remark)
            return False
        if is_article:
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

    def admit_file(self, url: str) -> bool:
        """Whether to ask for a picture or an attached file; one that is held is not asked for."""
        name = canonical_url(url)
        if name in self._seen:
            return False
        self._seen.add(name)
        if settled := self.store.settled(self.profile.key, url):
            self.outcome(url, settled.kind, detail="held")
            return False
        self._pending[url] = None
        return True

    def _file_as_held(self, url: str) -> bool:
        """Whether an address was dealt with before; what was said of it is said again.

        An article is unchanged. A page that could not be read stays so until the profile is
        mended and the archive read again; one whose further page was not to be had is asked for.
        """
        key = article_id(self.profile.key, url)
        settled = self.store.settled(self.profile.key, url)
        if self.store.holds(key) or (settled and settled.kind in _ARTICLE):
            self.outcome(url, OutcomeKind.UNCHANGED, detail="held")
        elif settled and not settled.detail.startswith(NEXT_PAGE):
            self.outcome(url, settled.kind, detail=settled.detail)
        else:
            return False
        return True

    def exchange(self, exchange: Exchange, original: Recorded | None = None) -> Capture:
        """Record an exchange; ``original`` is the response that the answer confirms, if it does.

        Raises ``CannotWrite``, after which the crawl must end.
        """
        self._pending.pop(exchange.url, None)
        with self._noting_fault():
            return self.filing.exchange(exchange, original)
        raise self.cannot_write()

    def outcome(
        self, url: str, kind: OutcomeKind, capture: Capture | None = None, detail: str = ""
    ) -> None:
        """Say what became of an address."""
        self._pending.pop(url, None)
        with self._noting_fault():
            self.filing.outcome(url, kind, capture, detail)

    def article(self, article: Article, fingerprint: Fingerprint | None = None) -> None:
        """File an article; all its pages have their outcome with it."""
        with self._noting_fault():
            self.filing.article(article, fingerprint)

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
        """How many addresses have been asked for and not been answered, or will be asked for."""
        return len(self._pending) + len(self._rechecks)

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
            if self.came_to_the_end and self.fault is None and self.walk.window.is_open:
                self._known.note_finished(self.id)


def user_agent(settings: Settings) -> str:
    """What servers are told; with the contact address where one is set."""
    return f"{PRODUCT}/{version('jianbao')}" + (
        f" (+{settings.contact})" if settings.contact else ""
    )
