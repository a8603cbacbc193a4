"""Locators on which the pages of one template agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime

from archive.article import CHINA


def today() -> date:
    """The last day that a page can have been published on."""
    return datetime.now(CHINA).date()


def agreed(found: Sequence[Sequence[str]], verdict: Callable[[int, str], int]) -> list[str]:
    """The locator that is right on most pages, and further ones for pages where it is silent.

    ``found``: for each page its locators, steadiest first. ``verdict`` says of a page (by its
    place) and a locator whether it is right (1), silent (0) or wrong (-1).
    """
    ranks: Counter[str] = Counter()
    for locators in found:
        for rank, locator in enumerate(locators):
            ranks[locator] += min(rank, 50) - 100  # found on more pages, then steadier
    chosen: list[str] = []
    silent = set(range(len(found)))
    while silent:
        rated = [
            (sum(verdict(at, locator) for at in silent), -ranks[locator], locator)
            for locator in ranks
            if locator not in chosen
        ]
        best = max(rated, key=lambda each: each[:2], default=None)
        if best is None or best[0] <= 0:
            break
        chosen.append(best[2])
        silent = {at for at in silent if verdict(at, best[2]) == 0}
    return chosen
