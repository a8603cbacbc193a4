"""The figures as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.search.engines.every import FTS5, OURS, TANTIVY, WHOOSH
from benchmarks.search.figures import TYPED, Figures, latency_ratios, ratios
from benchmarks.search.measures import ALL_KINDS, Spread
from benchmarks.search.queries import EXACT, FACETS

NOT_RUN = "not run"
_AT_MOST = {
    "query_p50": 2.0,
    "query_p95": 1.5,
    "exact_p95": 2.0,
    "facets_p95": 1.5,
    "add_100": 2.0,
    "update_100": 4.0,
    "snippets": 1.0,
}
_AT_LEAST = {"index_rate": 1.0, "index_rate_stock": 15.0}


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def time_table(figures: Figures, missing: Sequence[str]) -> str:
    """Latencies by kind and engine."""
    names = [*figures.latency]
    if TYPED in names:
        names.insert(1, names.pop(names.index(TYPED)))
    kinds = figures.latency[OURS]
    rows = [
        [kind, *(_times(figures.latency[name][kind]) for name in names), *[NOT_RUN] * len(missing)]
        for kind in kinds
    ]
    head = [f"{figures.documents:,} documents, ms p50 / p95", *names, *missing]
    return markdown(head, rows)


def cost_table(figures: Figures, missing: Sequence[str]) -> str:
    """What making, changing and holding an index costs."""
    names = [*figures.build]
    build, put, opening = figures.build, figures.put, figures.opening

    def row(what: str, cells: Mapping[str, str]) -> list[str]:
        return [what, *(cells.get(name, "") for name in names), *[NOT_RUN] * len(missing)]

    rows = [
        row("documents a second", {n: f"{b.documents / b.seconds:,.0f}" for n, b in build.items()}),
        row(
            "documents per CPU second",
            {n: f"{b.documents / b.cpu_seconds:,.0f}" for n, b in build.items()},
        ),
        row("index bytes to text bytes", _shares(figures)),
        row("segments", {n: str(count) for n, count in figures.segments.items()}),
        row("add 100, s", {n: f"{add:.3f}" for n, (add, _) in put.items()}),
        row("update 100, s", {n: f"{update:.3f}" for n, (_, update) in put.items()}),
        row("open and first query, ms", {n: f"{o.open_ms:.1f}" for n, o in opening.items()}),
        row("tables of the analysis before, ms", {OURS: f"{opening[OURS].analysis_ms:.0f}"}),
        row("private memory, MB", {n: f"{o.uss_mb:.0f}" for n, o in opening.items()}),
        row("of it no file's pages, MB", {n: f"{o.dirty_mb:.0f}" for n, o in opening.items()}),
    ]
    return markdown([f"{figures.documents:,} documents", *names, *missing], rows)


def _shares(figures: Figures) -> dict[str, str]:
    return {n: f"{b.bytes / figures.text_bytes:.2f}" for n, b in figures.build.items()}


def ratio_table(figures: Figures) -> str:
    """Ours against what it must keep to."""
    rows = []
    for name, value in ratios(figures).items():
        if name in _AT_LEAST:
            rows.append([name, _number(value), f"≥ {_AT_LEAST[name]:g}"])
        else:
            rows.append([name, _number(value), f"≤ {_AT_MOST[name]:g}"])
    for peer, bound in ((FTS5, "≤ 0.05"), (WHOOSH, "p95 ≤ 0.002")):
        for name, value in latency_ratios(figures, peer).items():
            if value is not None and name.startswith("query"):
                rows.append([f"{name} against {peer}", _number(value), bound])
    return markdown([f"{figures.documents:,} documents, ours to {TANTIVY}'s", "", "bound"], rows)


def growth_table(every: Sequence[Figures]) -> str:
    """How each engine's times grow with the documents."""
    names = list(dict.fromkeys(name for figures in every for name in figures.latency))
    rows = [
        [f"{name}: {kind}", *(_times_of(figures, name, kind) for figures in every)]
        for name in names
        for kind in (ALL_KINDS, EXACT, FACETS)
    ]
    return markdown(["ms p50 / p95", *(f"{each.documents:,}" for each in every)], rows)


def rank_table(ranks: Mapping[str, Mapping[str, float]]) -> str:
    """Mean reciprocal ranks by engine."""
    kinds = list(next(iter(ranks.values())))
    rows = [[name, *(f"{own[kind]:.3f}" for kind in kinds)] for name, own in ranks.items()]
    return markdown(["MRR@10", *kinds], rows)


def snippet_line(snippets: Mapping[str, Spread]) -> str:
    """Ten snippets by each engine."""
    told = ", ".join(f"{name} {_times(each)}" for name, each in snippets.items())
    return f"Ten snippets, ms p50 / p95: {told}\n"


def _times_of(figures: Figures, name: str, kind: str) -> str:
    return _times(figures.latency[name][kind]) if name in figures.latency else NOT_RUN


def _times(times: Spread) -> str:
    return f"{times.p50:.3f} / {times.p95:.3f}"


def _number(value: float | None) -> str:
    return NOT_RUN if value is None else f"{value:.3g}"
