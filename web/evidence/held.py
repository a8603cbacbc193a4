"""What the archive holds of an address, and may show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from archive.address_key import address_key
from archive.capture import Capture
from archive.errors import NotHeld
from web.evidence.addresses import quoted, stamp
from web.holdings import holdings


def captures_of(url: str) -> tuple[Capture, ...]:
    """Every capture of an address, oldest first; addresses with one key are one address.

    Raises ``NotHeld``, or ``ArticleWithdrawn`` where they show a withdrawn report.
    """
    store = holdings().store
    key = address_key(url)
    if article_id := store.withheld().get(key):
        store.get(article_id)  # says when it was withdrawn, and why
    captures = store.captures_by_key(key)
    if not captures:
        raise NotHeld(url=url)
    return captures


def shown_only(captures: Sequence[Capture]) -> tuple[Capture, ...]:
    """The captures without those of withdrawn reports.

    Raises ``ArticleWithdrawn`` where none is left.
    """
    store = holdings().store
    withheld = store.withheld()
    owners = [withheld.get(address_key(capture.url)) for capture in captures]
    if owners and owners[0] and all(owners):
        store.get(owners[0])  # says when it was withdrawn, and why
    return tuple(each for each, owner in zip(captures, owners, strict=True) if owner is None)


def closest(captures: Sequence[Capture], url: str, instant: datetime) -> Capture:
    """The capture nearest to an instant; of two, that of just this address, or the later one."""
    second = stamp(instant)

    def distance(capture: Capture) -> tuple[bool, timedelta, bool, float]:
        is_own = quoted(capture.url) == quoted(url)
        is_exact = is_own and stamp(capture.captured_at) == second
        away = abs(capture.captured_at - instant)
        return not is_exact, away, not is_own, -capture.captured_at.timestamp()

    return min(captures, key=distance)


def of_address(captures: Sequence[Capture], url: str) -> Sequence[Capture]:
    """The captures of just this address; where there is none, all."""
    return [each for each in captures if quoted(each.url) == quoted(url)] or captures
