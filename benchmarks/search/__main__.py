"""Our search beside others: ``python -m benchmarks.search --corpus FILE``.

The file holds JSON lines with id, title, date and body, packed with xz or plain. Its texts are
joined by a seed into documents of about 1,400 characters; the first 10,000, 30,000 and 100,000 of
them are searched. Every engine is given the same words, cut by our analysis, and the same
queries, and must find the same documents, else the run ends. ``docs/performance.md`` has the
figures.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path

from benchmarks.search import tables
from benchmarks.search.corpus import Corpus, read_bulletins, recombined, write_corpus
from benchmarks.search.engines.every import ENGINES, OURS, WHOOSH, installed
from benchmarks.search.figures import CLOCKS, WALL, Amounts, Figures, as_json, measure, say
from benchmarks.search.measures import RUNS
from benchmarks.search.queries import EACH, Query, queries, source
from benchmarks.search.rankers import rankers
from benchmarks.search.ranking import (
    KNOWN_ITEMS,
    QUERIES,
    bulletins_as_documents,
    drawn_items,
    known_items,
    mean_ranks,
)
from benchmarks.search.snippets import snippet_times
from benchmarks.search.stock_rate import stock_rate
from search.analysis import fingerprint

SIZES = (10_000, 30_000, 100_000)
_WHOOSH_BOUND = 10_000
"""Above this, stock Whoosh takes too long unless it is asked for."""
_STRINGS = 128
_SNIPPET_KIND = "any of three words"


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print the tables, write the JSON."""
    given = _parser().parse_args(words)
    if given.work:
        figures = run(given, given.work / _named_by_analysis())
    else:
        with tempfile.TemporaryDirectory(prefix="jianbao-search-") as folder:
            figures = run(given, Path(folder))
    if given.json:
        given.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _named_by_analysis() -> str:
    """A folder's name: words that are cut otherwise make other indexes."""
    return hashlib.blake2b(fingerprint().encode(), digest_size=6).hexdigest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search")
    parser.add_argument("--corpus", type=Path, required=True, metavar="FILE")
    parser.add_argument("--known-items", type=Path, metavar="FILE")
    parser.add_argument("--size", type=int, action="append", metavar="N")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--engine", action="append", choices=[*ENGINES], help="with ours")
    parser.add_argument("--whoosh", action="store_true", help="stock Whoosh at every size")
    parser.add_argument("--no-ranking", action="store_true")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keeps texts and peers' indexes")
    parser.add_argument("--each", type=int, default=EACH, help="queries of each kind")
    parser.add_argument("--hundred", type=int, default=100, help="documents added at once")
    parser.add_argument("--runs", type=int, default=RUNS, help="of which the median counts")
    parser.add_argument("--clock", choices=[*CLOCKS], default=WALL, help="cpu: of a busy machine")
    parser.add_argument("--drawn", type=int, default=QUERIES, help="queries drawn for the ranking")
    return parser


def run(given: argparse.Namespace, folder: Path) -> dict[str, object]:
    """All figures, as the JSON has them; the top of it is of the largest size."""
    sizes = sorted(set(given.size or SIZES))
    corpus = write_corpus(
        recombined(read_bulletins(given.corpus)), folder, f"{given.corpus.stem}-joined", sizes[-1]
    )
    asked, strings = _queries(replace(corpus, size=sizes[0]), given.each)
    print(_told(corpus, sizes))
    if given.clock != WALL:
        print("Queries and snippets in CPU time of their thread.\n")
    every = [_measured(replace(corpus, size=size), given, asked, strings, folder) for size in sizes]
    if len(every) > 1:
        print(tables.growth_table(every))
    ranks = {} if given.no_ranking else _ranks(given, folder)
    found: dict[str, object] = {
        **as_json(every[-1]),
        "by_size": {str(each.documents): as_json(each) for each in every},
        "mrr": {name: own[KNOWN_ITEMS] for name, own in ranks.items() if KNOWN_ITEMS in own},
        "mrr_by_kind": ranks,
        "clock": given.clock,
        "machine": {"python": platform.python_version(), "processor": platform.machine()},
    }
    return found


def _queries(corpus: Corpus, each: int) -> tuple[list[Query], list[str]]:
    """The same for all sizes: drawn from the documents of the smallest."""
    drawn = source(list(corpus.prepared()))
    return queries(drawn, each), [drawn.string(2, 8) for _ in range(_STRINGS)]


def _told(corpus: Corpus, sizes: Sequence[int]) -> str:
    some = list(islice(corpus.documents(), sizes[0]))
    characters = sum(len(text) for each in some for text in (each.title, *each.paragraphs))
    return (
        "Short texts of one year joined, by a seed, into documents of"
        f" {characters / len(some):,.0f} characters in the mean; when all had been used, they were"
        " joined anew, otherwise.\n"
    )


def _measured(
    corpus: Corpus,
    given: argparse.Namespace,
    asked: Sequence[Query],
    strings: Sequence[str],
    folder: Path,
) -> Figures:
    names = [OURS, *(name for name in given.engine or ENGINES if name != OURS)]
    left = [WHOOSH] if corpus.size > _WHOOSH_BOUND and not given.whoosh else []
    engines, missing = installed([name for name in names if name not in left])
    amounts = Amounts(runs=given.runs, hundred=given.hundred, clock=given.clock)
    figures = measure(corpus, engines, asked, strings, folder, amounts)
    say(f"{corpus.size}: snippets, and Whoosh with jieba's analyser")
    snipped = [each for each in asked if each.kind == _SNIPPET_KIND]
    figures = replace(
        figures,
        snippets=snippet_times(corpus, snipped, CLOCKS[given.clock]),
        stock_rate=stock_rate(corpus),
    )
    not_run = [*missing, *(name for name in left if name in names)]
    print(tables.time_table(figures, not_run))
    print(tables.cost_table(figures, not_run))
    print(tables.ratio_table(figures))
    print(tables.snippet_line(figures.snippets))
    recall, precision = figures.exact
    print(f"Exact strings against a scan: recall {recall:.3f}, precision {precision:.3f}\n")
    return figures


def _ranks(given: argparse.Namespace, folder: Path) -> dict[str, dict[str, float]]:
    say("ranking: every bulletin a document")
    bulletins = list(read_bulletins(given.corpus))
    documents = bulletins_as_documents(bulletins)
    corpus = write_corpus(documents, folder, given.corpus.stem, len(documents))
    items = drawn_items(corpus, given.drawn)
    if given.known_items:
        items = {KNOWN_ITEMS: known_items(given.known_items, bulletins, documents), **items}
    whoosh = WHOOSH in (given.engine or ENGINES)
    with tempfile.TemporaryDirectory(prefix="jianbao-ranking-") as place, ExitStack() as held:
        ranks = mean_ranks(rankers(corpus, Path(place), held, whoosh=whoosh), OURS, items)
    print(tables.rank_table(ranks))
    return ranks


if __name__ == "__main__":
    main()
