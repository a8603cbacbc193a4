"""All figures of one size, and ours against each peer's."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.search.corpus import Corpus
from benchmarks.search.engines import Engine, OpenIndex
from benchmarks.search.engines.every import FTS5, OURS, TANTIVY, WHOOSH
from benchmarks.search.engines.ours import OurIndex
from benchmarks.search.measures import (
    ALL_KINDS,
    RUNS,
    Built,
    Opening,
    Spread,
    built,
    check_hits,
    exactness,
    latencies,
    opening,
    put_seconds,
)
from benchmarks.search.queries import EXACT, FACETS, Query

TYPED = "Jianbao, typed"
_CHANGING = (OURS, TANTIVY, FTS5)
"""Engines to which documents are added, and of which the opening is watched."""


WALL, CPU = "wall", "cpu"
CLOCKS = {WALL: time.perf_counter_ns, CPU: time.thread_time_ns}
"""What queries and snippets are timed with; the second helps where the machine is busy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """How much is done; less only to see that it works."""

    runs: int = RUNS
    """The median of so many counts."""
    hundred: int = 100
    """Documents that are added and updated at once."""
    clock: str = WALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one size; every mapping by engine."""

    documents: int
    text_bytes: int
    hits: int
    """Of all queries together, the same for every engine."""
    latency: Mapping[str, Mapping[str, Spread]]
    """By engine, then by kind."""
    build: Mapping[str, Built]
    segments: Mapping[str, int]
    put: Mapping[str, tuple[float, float]]
    """Seconds to add and to update a hundred."""
    opening: Mapping[str, Opening]
    exact: tuple[float, float]
    """Recall and precision of exact strings."""
    snippets: Mapping[str, Spread] = field(default_factory=dict)
    stock_rate: float | None = None
    """Documents per CPU second of stock Whoosh with jieba's analyser."""

    @property
    def bytes_ratio(self) -> float:
        """Bytes of our index for one byte of text."""
        return self.build[OURS].bytes / self.text_bytes


def say(text: str) -> None:
    """Progress, which is no part of the figures."""
    print(text, file=sys.stderr, flush=True)


def measure(
    corpus: Corpus,
    engines: Sequence[Engine],
    queries: Sequence[Query],
    strings: Sequence[str],
    folder: Path,
    amounts: Amounts,
) -> Figures:
    """Build, compare hits, then time; raises ``HitsDiffer``. Ours is always built anew."""
    folders = {each.name: folder / f"{each.name}-{corpus.size}" for each in engines}
    build = {}
    for each in engines:
        say(f"{corpus.size}: {each.name} is built")
        build[each.name] = built(each, corpus, folders[each.name], anew=each.name == OURS)
    with ExitStack() as held:
        indexes: dict[str, OpenIndex] = {
            each.name: held.enter_context(closing(each.open(folders[each.name])))
            for each in engines
        }
        say(f"{corpus.size}: hits are compared")
        hits = check_hits(indexes, queries)
        exact = exactness(indexes[OURS], corpus, strings)
        say(f"{corpus.size}: queries are timed")
        latency = _latencies(indexes, queries, amounts)
        segments = {name: index.segments() for name, index in indexes.items()}
    say(f"{corpus.size}: documents are added and updated, indexes opened")
    changing = [each for each in engines if each.name in _CHANGING]
    return Figures(
        documents=corpus.size,
        text_bytes=corpus.bytes(),
        hits=hits,
        latency=latency,
        build=build,
        segments=segments,
        put={
            each.name: put_seconds(each, folders[each.name], corpus, amounts.hundred, amounts.runs)
            for each in changing
        },
        opening={
            each.name: opening(each, folders[each.name], queries, amounts.runs) for each in changing
        },
        exact=exact,
    )


def _latencies(
    indexes: Mapping[str, OpenIndex], queries: Sequence[Query], amounts: Amounts
) -> dict[str, dict[str, Spread]]:
    prepared = {
        name: {query: index.prepare(query) for query in queries} for name, index in indexes.items()
    }
    ours = indexes[OURS]
    if isinstance(ours, OurIndex):
        prepared[TYPED] = {query: ours.prepare_typed(query) for query in queries}
    return latencies(prepared, amounts.runs, CLOCKS[amounts.clock])


def ratios(figures: Figures) -> dict[str, float | None]:
    """Ours against tantivy's, and our rate against stock Whoosh's; times and rates alike ours
    divided by the peer's. ``None``: the peer was not measured.
    """
    build, put = figures.build, figures.put
    rates = {name: each.documents / each.seconds for name, each in build.items()}
    added = {name: seconds for name, (seconds, _) in put.items()}
    updated = {name: seconds for name, (_, seconds) in put.items()}
    own_rate = build[OURS].documents / build[OURS].cpu_seconds
    snippets = {name: each.p50 for name, each in figures.snippets.items()}
    return {
        **latency_ratios(figures, TANTIVY),
        "index_rate": _ratio(rates, TANTIVY),
        "index_rate_stock": own_rate / figures.stock_rate if figures.stock_rate else None,
        "add_100": _ratio(added, TANTIVY),
        "update_100": _ratio(updated, TANTIVY),
        "snippets": _ratio(snippets, TANTIVY),
    }


def latency_ratios(figures: Figures, peer: str) -> dict[str, float | None]:
    """Our times against a peer's."""

    def of(kind: str, name: str) -> float | None:
        times = {
            engine: float(getattr(by_kind[kind], name))
            for engine, by_kind in figures.latency.items()
        }
        return _ratio(times, peer)

    return {
        "query_p50": of(ALL_KINDS, "p50"),
        "query_p95": of(ALL_KINDS, "p95"),
        "exact_p95": of(EXACT, "p95"),
        "facets_p95": of(FACETS, "p95"),
    }


def _ratio(values: Mapping[str, float], peer: str) -> float | None:
    return values[OURS] / values[peer] if values.get(peer) else None


def as_json(figures: Figures) -> dict[str, object]:
    """Everything of one size, the ratios first."""
    recall, precision = figures.exact
    return {
        "ratios": ratios(figures),
        "against_fts5": latency_ratios(figures, FTS5),
        "against_stock_whoosh": latency_ratios(figures, WHOOSH),
        "exact_recall": recall,
        "exact_precision": precision,
        "open_ms": figures.opening[OURS].open_ms,
        "rss_mb": figures.opening[OURS].uss_mb,
        "bytes_ratio": figures.bytes_ratio,
        "raw": asdict(figures),
    }
