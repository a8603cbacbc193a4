"""How every address of a crawl ended: exactly one outcome each, nothing dropped in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.words import N_

IMPORT = "-import"
"""How the id of a run ends that took records from files, and asked no server."""


class OutcomeKind(StrEnum):
    """What became of one address in one run."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LIST_PAGE = "list_page"
    ATTACHMENT = "attachment"
    REDIRECT = "redirect"
    NOT_ARTICLE = "not_article"
    LAYOUT_NOT_RECOGNISED = "layout_not_recognised"
    FIELD_MISSING = "field_missing"
    NEEDS_JAVASCRIPT = "needs_javascript"
    REFUSED_BY_WAF = "refused_by_waf"
    FORBIDDEN_BY_ROBOTS = "forbidden_by_robots"
    FORBIDDEN_ADDRESS = "forbidden_address"
    TOO_LARGE = "too_large"
    BEYOND_LIMITS = "beyond_limits"
    GONE = "gone"
    FETCH_FAILED = "fetch_failed"


MEANINGS = {
    OutcomeKind.NEW: N_("read and filed"),
    OutcomeKind.CHANGED: N_("read again, its text has changed"),
    OutcomeKind.UNCHANGED: N_("held already, not changed or not asked for again"),
    OutcomeKind.LIST_PAGE: N_("list page"),
    OutcomeKind.ATTACHMENT: N_("picture or attached file, kept"),
    OutcomeKind.REDIRECT: N_("leads to another address"),
    OutcomeKind.NOT_ARTICLE: N_("no article"),
    OutcomeKind.LAYOUT_NOT_RECOGNISED: N_("no layout of the profile fits"),
    OutcomeKind.FIELD_MISSING: N_("a field that must be there was not found"),
    OutcomeKind.NEEDS_JAVASCRIPT: N_("empty without JavaScript"),
    OutcomeKind.REFUSED_BY_WAF: N_("refused by the site's firewall, which we do not work around"),
    OutcomeKind.FORBIDDEN_BY_ROBOTS: N_("forbidden by robots.txt"),
    OutcomeKind.FORBIDDEN_ADDRESS: N_("a private or local address"),
    OutcomeKind.TOO_LARGE: N_("larger than the profile allows"),
    OutcomeKind.BEYOND_LIMITS: N_("beyond the limits of this run"),
    OutcomeKind.GONE: N_("not there (any more)"),
    OutcomeKind.FETCH_FAILED: N_("could not be fetched"),
}
"""What they are called; message ids."""
FAILURES = (
    OutcomeKind.LAYOUT_NOT_RECOGNISED,
    OutcomeKind.FIELD_MISSING,
    OutcomeKind.NEEDS_JAVASCRIPT,
    OutcomeKind.REFUSED_BY_WAF,
    OutcomeKind.FORBIDDEN_BY_ROBOTS,
    OutcomeKind.TOO_LARGE,
    OutcomeKind.BEYOND_LIMITS,
    OutcomeKind.FETCH_FAILED,
)
"""Outcomes by which a report may be missing from the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One line of a run's log."""

    run: str
    site: str
    url: str
    kind: OutcomeKind
    at: datetime
    """In UTC."""
    capture_id: str | None = None
    """The capture it rests on; ``None`` where nothing was received."""
    article_id: str | None = None
    """The article that was read, or is held under this address."""
    detail: str = ""
    """The fact behind it: a selector that failed, a target, a limit, an error's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A run that went through all lists of its site to their end."""

    run: str
    profile: str
    """A digest of the profile that it went by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """A person's decision that an article shall not be shown any more."""

    article_id: str
    reason: str
    at: datetime
    """In UTC."""


def run_id(started: datetime) -> str:
    """The name of a run that started at an instant in UTC; names rise with time.

    The four hexadecimal digits are the fraction of the second: of two runs that a script starts
    one after the other, the second is the later.
    """
    return f"{started:%Y%m%dT%H%M%SZ}-{started.microsecond * 0x10000 // 1_000_000:04x}"
