"""How a run walks through a site's lists: where it goes on from each, and where it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from archive.capture import canonical_url
from crawler.lists.listing import Listing
from crawler.lists.pagers import DatedPager
from crawler.lists.turning import Turn
from crawler.profile import Profile
from crawler.window import Window


@dataclass(frozen=True, slots=True)
class Trail:
    """The lists on the way to a list page."""

    named: frozenset[str] = frozenset()
    """Articles on the earlier pages of its list, or on the page that linked to it."""
    barren: int = 0
    """How many lists in a row named no article that the one before had not named."""


@dataclass(frozen=True, slots=True)
class Onward:
    """The list pages to ask for next, each with its trail, and what was left out."""

    steps: tuple[tuple[str, Trail], ...]
    detail: str


@dataclass(frozen=True, slots=True)
class Walk:
    """What one run wants of a site's lists."""

    profile: Profile
    window: Window
    knows: Callable[[str], bool] | None
    """Whether an article is known; ``None`` where lists are gone through to their end anyway."""

    def seeds(self, today: date) -> Iterator[str]:
        """Where the walk begins: the profile's seeds, and the issues of dated pagers."""
        yield from self.profile.seeds
        for pager in self.profile.pagers:
            if isinstance(pager, DatedPager):
                yield from map(pager.address_of, self.window.days(today, pager.days))

    def onward(self, listing: Listing, trail: Trail) -> Onward:
        """Where to go from a list page.

        Further pages of the list end where all of a page's articles are known, where all of them
        are older than the window, or where a page that was only tried names nothing new. Any way
        ends after too many lists in a row that name nothing new: calendars go on for ever.
        """
        names = frozenset(canonical_url(row.url) for row in listing.rows)
        is_barren = names <= trail.named
        barren = trail.barren + 1 if is_barren else 0
        remarks = [listing.detail] if listing.detail else []
        if barren > self.profile.limits.barren_lists:
            remarks.append(f"barren_lists: {barren} in a row")
            return Onward((), "; ".join(remarks))
        turns, remark = self._turns(listing, is_barren)
        remarks += [remark] if remark else []
        further = [(turn.url, Trail(trail.named | names, barren)) for turn in turns]
        others = [(url, Trail(names, barren)) for url in listing.lists]
        return Onward((*further, *others), "; ".join(remarks))

    def _turns(self, listing: Listing, is_barren: bool) -> tuple[tuple[Turn, ...], str]:
        """The further pages that are wanted, and why others are not."""
        turns = listing.turns
        if is_barren:
            turns = tuple(turn for turn in turns if turn.is_announced)
        if not turns or not listing.rows:
            return turns, ""
        if self.window.is_behind([row.day for row in listing.rows]):
            return (), "older than --from: its further pages were not asked for"
        if self.knows is not None and all(self.knows(row.url) for row in listing.rows):
            return (), "all known: its further pages were not asked for"
        if self.knows is None and self.window.since is None:
            return turns, ""
        # One page at a time, since the next may be the last that is wanted.
        nearest = turns[0].page
        return tuple(turn for turn in turns if turn.page == nearest), ""
