"""Real pages read with profiles that were proposed from one of them, or from three of a host."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.proposing import Reading, proposed, read
from benchmarks.scores import Score, score
from benchmarks.truths import TruePage
from crawler.profile import Profile

SEED = 20260401
CHOICES = 5
"""How often three pages of a host are chosen."""
CHOSEN = 3
FEWEST = 5
"""Pages of a host that is measured."""
_WRONG = 0.5
"""A body with a lower F1 is another text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One page, what became of it, and how that compares with the truth."""

    page: TruePage
    reading: Reading
    score: Score

    @property
    def is_wrong(self) -> bool:
        """Whether another text was passed off as the report."""
        return self.reading.is_read and self.score.body is not None and self.score.body < _WRONG


def tried(page: TruePage, profile: Profile | Reading) -> Try:
    """Read a page with a profile, and compare."""
    reading = read(page.path, profile)
    return Try(page=page, reading=reading, score=score(page.truth, reading.found))


def each_alone(pages: Iterable[TruePage]) -> list[Try]:
    """Each page read with the profile that is proposed from it alone."""
    return [tried(page, proposed([page.path])) for page in pages]


def hosts_of(pages: Iterable[TruePage]) -> dict[str, list[TruePage]]:
    """The hosts that have pages enough, with them."""
    hosts: dict[str, list[TruePage]] = {}
    for page in pages:
        hosts.setdefault(page.host, []).append(page)
    return {host: own for host, own in hosts.items() if host and len(own) >= FEWEST}


def others_of_host(host: str, pages: Sequence[TruePage], choices: int = CHOICES) -> list[Try]:
    """Three pages are chosen, a profile is proposed, and the others are read with it; and again."""
    tries: list[Try] = []
    for choice in range(choices):
        chosen = random.Random(f"{SEED} {host} {choice}").sample(pages, CHOSEN)
        profile = proposed([page.path for page in chosen])
        tries += [tried(page, profile) for page in pages if page not in chosen]
    return tries


def outcomes(tries: Iterable[Try]) -> Counter[str]:
    """How many pages ended in each way."""
    return Counter(each.reading.outcome for each in tries)
