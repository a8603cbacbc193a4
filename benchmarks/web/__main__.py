"""Search pages a second, ours beside others: ``python -m benchmarks.web --corpus FILE``.

Every line of the file (JSON with id, title, date and body, packed with xz or plain) is a report.
Ours, a plain Flask application and Datasette show the same reports, the last two over SQLite's
FTS5 with the words that our analysis cuts: ten hits with passages, and all hits counted by all
that our page counts by. Each has two processes. The same words are asked of each over 32
connections, after every page was seen to tell the same total. ``docs/performance.md`` has the
figures.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from archive.opening import open_archive
from benchmarks.search.corpus import Corpus
from benchmarks.search.engines.ours import typed
from benchmarks.search.queries import Query
from benchmarks.search.tables import markdown
from benchmarks.web import asked as asking
from benchmarks.web.archives import DATABASE, make, settings_in
from benchmarks.web.peers import statements
from benchmarks.web.reports import corpus_of
from benchmarks.web.rounds import ROUNDS, Pages, check, measure, weight_of_parts
from benchmarks.web.servers import DATASETTE, OURS, PLAIN, datasette_found, serving
from search.opening import open_index

SIZE = 30_000
SECONDS = 60.0
_KILO = 1000
_BOUNDS = {
    "throughput_datasette": "≥ 5",
    "throughput_flask": "≥ 2",
    "p95_datasette": "≤ 0.2",
    "p95_flask": "≤ 0.5",
    "html_kb_max": "≤ 60",
    "parts_kb": "≤ 100",
}


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print the tables, write the JSON."""
    given = _parser().parse_args(words)
    if given.work:
        given.work.mkdir(parents=True, exist_ok=True)
        found = run(given, given.work)
    else:
        with tempfile.TemporaryDirectory(prefix="jianbao-web-") as folder:
            found = run(given, Path(folder))
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.web")
    parser.add_argument("--corpus", type=Path, required=True, metavar="FILE")
    parser.add_argument("--size", type=int, default=SIZE, metavar="N", help="reports")
    parser.add_argument("--seconds", type=float, default=SECONDS, metavar="S", help="of each")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="by turns")
    parser.add_argument("--each", type=int, default=asking.EACH, help="queries of each kind")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--datasette", metavar="PATH", help="its command; “no” leaves it out")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keeps the archives")
    return parser


def run(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All figures, as the JSON has them."""
    corpus = corpus_of(given.corpus, folder, given.size)
    make(corpus, folder)
    asked = asking.chosen(list(_counted(asking.drawn(corpus, given.each), folder)), given.each)
    datasette = None if given.datasette == "no" else given.datasette or datasette_found()
    if datasette is None:
        print(f"{DATASETTE} was not run.\n")
    with serving(folder, datasette) as served:
        check(served, asked)
        parts = weight_of_parts(served, asked)
        pages = measure(served, asked, given.seconds, given.rounds)
    ratios = _ratios(pages, parts)
    print(_table(pages, corpus, len(asked)))
    print(_ratio_table(ratios))
    return {
        "reports": corpus.size,
        "queries": len(asked),
        "ratios": ratios,
        "pages": {name: {**asdict(each), "rate": each.rate} for name, each in pages.items()},
        "machine": {"python": platform.python_version(), "cores": os.cpu_count()},
    }


def _counted(candidates: Iterable[Query], folder: Path) -> Iterable[tuple[Query, int]]:
    """Those for which ours and FTS5 find as many reports, with the number."""
    settings = settings_in(folder)
    store = open_archive(settings)
    index = open_index(settings.index_url, store.id)
    connection = sqlite3.connect(folder / DATABASE)
    for query in candidates:
        first, until = query.days or (0, 0)
        given = {"match": asking.expression(query), "first": first, "until": until}
        rows = connection.execute(statements.counts(asking.order(query)), given)
        total = sum(many for counted, *_, many in rows if counted == "month")
        page = index.search(replace(typed(query), synonyms=False))
        if page.total == total and not page.most_words:
            yield query, total
    connection.close()
    index.close()
    store.close()


def _ratios(pages: dict[str, Pages], parts: int) -> dict[str, float]:
    ours = pages[OURS]
    found = {}
    for name, key in ((DATASETTE, "datasette"), (PLAIN, "flask")):
        if name in pages:
            found[f"throughput_{key}"] = ours.rate / pages[name].rate
            found[f"p95_{key}"] = ours.p95_ms / pages[name].p95_ms
            found[f"cpu_{key}"] = ours.cpu_ms / pages[name].cpu_ms
    return {**found, "html_kb_max": ours.html_max / _KILO, "parts_kb": parts / _KILO}


def _table(pages: dict[str, Pages], corpus: Corpus, queries: int) -> str:
    head = [f"{corpus.size:,} reports, {queries} queries", *pages]
    every = list(pages.values())
    rows = [
        ["pages a second", *(f"{each.rate:.1f}" for each in every)],
        ["p50, ms", *(f"{each.p50_ms:.0f}" for each in every)],
        ["p95, ms", *(f"{each.p95_ms:.0f}" for each in every)],
        ["CPU time a page, ms", *(f"{each.cpu_ms:.1f}" for each in every)],
        ["largest page, kB of HTML", *(f"{each.html_max / _KILO:.1f}" for each in every)],
    ]
    return markdown(head, rows)


def _ratio_table(ratios: dict[str, float]) -> str:
    rows = [[name, f"{value:.3g}", _BOUNDS.get(name, "")] for name, value in ratios.items()]
    return markdown(["ours to theirs", "", "bound"], rows)


if __name__ == "__main__":
    main()
