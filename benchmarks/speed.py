"""How fast pages are read, beside trafilatura on the same pages in the same process."""

from __future__ import annotations

import gc
import importlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.memory import memory
from benchmarks.proposing import proposed
from crawler.judge import Fetched, judge
from crawler.profile import Profile
from crawler.sites.given import GivenPage, any_address, saved_page

ROUNDS = 3
_SHOWN = 5
_BROKEN = Path(__file__).resolve().parents[1] / "tests" / "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Pages per second of CPU time, the best of the rounds, and what else was seen."""

    ours: float
    theirs: float | None
    """trafilatura's with its metadata; ``None`` where it is not installed."""
    slowest: tuple[tuple[float, str], ...]
    """The pages that took longest to propose a profile from and to read: seconds, file."""
    memory: tuple[float, ...]
    """Megabytes held after each round."""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.theirs if self.theirs else None


def measure_speed(paths: Iterable[Path], rounds: int = ROUNDS) -> Speed:
    """Read every page with the profile proposed from it, decoding included, and so do they."""
    slowest: list[tuple[float, str]] = []
    known: list[tuple[Fetched, Profile]] = []
    for path in [*paths, *sorted(_BROKEN.glob("*.html"))]:
        began = time.perf_counter()
        profile = proposed([path])
        given = saved_page(path)
        if isinstance(profile, Profile) and isinstance(given, GivenPage):
            profile = any_address(profile)
            judge(given.fetched, profile)
            known.append((given.fetched, profile))
        slowest.append((time.perf_counter() - began, path.name))
    theirs = _trafilatura()
    best: dict[str, float] = {}
    held: list[float] = []
    for _ in range(rounds):
        seconds = {"ours": 0.0, "theirs": 0.0}
        for fetched, profile in known:
            began = time.process_time()
            judge(fetched, profile)
            between = time.process_time()
            theirs(fetched.body)
            seconds["ours"] += between - began
            seconds["theirs"] += time.process_time() - between
        best = {name: min(best.get(name, took), took) for name, took in seconds.items()}
        gc.collect()
        held.append(memory())
    return Speed(
        ours=len(known) / best["ours"],
        theirs=len(known) / best["theirs"] if theirs is not _nothing else None,
        slowest=tuple(sorted(slowest, reverse=True)[:_SHOWN]),
        memory=tuple(held),
    )


def _trafilatura() -> Callable[[bytes], object]:
    """trafilatura on a page's bytes, which it decodes itself."""
    try:
        trafilatura: Any = importlib.import_module("trafilatura")
    except ImportError:
        return _nothing
    return lambda body: trafilatura.bare_extraction(body, with_metadata=True)


def _nothing(_body: bytes) -> None:
    """Stands in where it is not installed."""
