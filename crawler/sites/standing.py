"""How each site stands: what proves its profile, and how its last crawl went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from archive.article import CHINA
from archive.outcome import OutcomeKind
from archive.settings import Settings
from archive.store import ArticleStore
from archive.words import _
from crawler.profile import load_profile, site_keys
from crawler.profile_errors import ProfileInvalid
from crawler.report import NEEDS_REVIEW
from crawler.sites.recorded import Failure, check, proven_layouts, recorded_pages

_READ = (OutcomeKind.NEW, OutcomeKind.CHANGED, OutcomeKind.UNCHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What became of a site's profile and recorded pages."""

    site: str
    pages: int
    """Recorded pages that were read."""
    failures: tuple[Failure, ...] = ()
    fault: str | None = None
    """What is wrong with the profile; no page is read with such a one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """A layout, and how many recorded pages prove it."""

    name: str
    recorded_pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastCrawl:
    """How a site's newest run went, in pages that look like articles."""

    run: str
    day: str
    """In China, as in ``2024-05-06``."""
    read: int
    unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One site of the archive."""

    key: str
    name: str | None
    layouts: tuple[Proven, ...]
    recorded_pages: int
    last_crawl: LastCrawl | None
    fault: str | None
    """What is wrong with the profile."""


def checked(settings: Settings, key: str) -> Check:
    """Load a profile and read its recorded pages. Raises ``UnknownSite``."""
    folder = settings.sites / key
    try:
        profile = load_profile(settings.sites, key)
    except ProfileInvalid as fault:
        return Check(site=key, pages=0, fault=fault.words(_))
    failures = tuple(check(folder, profile))
    return Check(site=key, pages=len(recorded_pages(folder)), failures=failures)


def standings(settings: Settings, store: ArticleStore) -> Iterator[Standing]:
    """Every site that has a profile, by key."""
    for key in site_keys(settings.sites):
        folder = settings.sites / key
        name, fault = None, None
        layouts: tuple[Proven, ...] = ()
        try:
            profile = load_profile(settings.sites, key)
        except ProfileInvalid as invalid:
            fault = invalid.words(_)
        else:
            name, counts = profile.name, proven_layouts(folder)
            layouts = tuple(
                Proven(name=each.name, recorded_pages=counts.get(each.name, 0))
                for each in profile.layouts
            )
        yield Standing(
            key=key,
            name=name,
            layouts=layouts,
            recorded_pages=len(recorded_pages(folder)),
            last_crawl=_last_crawl(key, store),
            fault=fault,
        )


def _last_crawl(key: str, store: ArticleStore) -> LastCrawl | None:
    runs = store.crawls(key)
    if not runs:
        return None
    outcomes = store.outcomes(runs[-1])
    kinds = Counter(outcome.kind for outcome in outcomes)
    day = max(outcome.at for outcome in outcomes).astimezone(CHINA).date()
    return LastCrawl(
        run=runs[-1],
        day=day.isoformat(),
        read=sum(kinds[kind] for kind in _READ),
        unread=sum(kinds[kind] for kind in NEEDS_REVIEW),
    )
