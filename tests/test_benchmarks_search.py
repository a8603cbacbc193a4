"""The benchmark of the search measures what it says, over invented texts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.search import __main__ as benchmark
from benchmarks.search.corpus import Corpus, read_bulletins, recombined, write_corpus
from benchmarks.search.engines import Answer, Engine
from benchmarks.search.engines.every import FTS5, OURS, TANTIVY, engine_named, installed
from benchmarks.search.measures import HitsDiffer, check_hits, percentile
from benchmarks.search.queries import KINDS, Query, queries, source
from benchmarks.search.ranking import reciprocal_rank
from tests.bulletins import write_bulletins

RATIOS = {
    "query_p50",
    "query_p95",
    "exact_p95",
    "facets_p95",
    "index_rate",
    "index_rate_stock",
    "add_100",
    "update_100",
    "snippets",
}
DOCUMENTS = 30


@pytest.fixture(scope="module")
def bulletins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bulletins(tmp_path_factory.mktemp("texts") / "bulletins.jsonl")


@pytest.fixture(scope="module")
def corpus(bulletins: Path, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    return write_corpus(recombined(read_bulletins(bulletins)), folder, "joined", DOCUMENTS)


def test_documents_are_joined_from_one_year(bulletins: Path, corpus: Corpus) -> None:
    years = {each.paragraphs[0]: each.day.year for each in read_bulletins(bulletins)}
    documents = list(corpus.documents())
    assert len({each.id for each in documents}) == DOCUMENTS
    for document in documents:
        begun = [years[text] for text in document.paragraphs if text in years]
        assert set(begun) == {document.day.year}
    again = write_corpus(
        recombined(read_bulletins(bulletins)), corpus.lines.parent, "again", DOCUMENTS
    )
    assert list(again.documents()) == documents


def test_every_kind_of_query_finds_something(corpus: Corpus) -> None:
    asked = queries(source(list(corpus.prepared())), 3)
    assert [each.kind for each in asked[: 3 * len(KINDS) : 3]] == list(KINDS)
    assert queries(source(list(corpus.prepared())), 3) == asked


XAPIAN = "Xapian"
"""Of Debian's packages alone; compared where it is."""


@pytest.mark.parametrize("name", [OURS, TANTIVY, FTS5, "stock Whoosh", *installed([XAPIAN])[0]])
def test_engines_find_what_a_scan_finds(name: str | Engine, corpus: Corpus, tmp_path: Path) -> None:
    engine = engine_named(name) if isinstance(name, str) else name
    engine.build(corpus, tmp_path / "index")
    index = engine.open(tmp_path / "index")
    documents = list(corpus.prepared())
    for query in queries(source(documents), 4):
        wanted = {each.id for each in documents if _holds(each, query)}
        assert index.matches(query) == wanted, query
        answer = index.answer(index.prepare(query)())
        assert answer.total == len(wanted)
        if query.facets:
            assert answer.years is not None
            assert sum(answer.years.values()) == len(wanted)
    index.close()


def _holds(document: Any, query: Query) -> bool:
    words = set(" ".join(document.words).split())
    enough: Callable[[list[bool]], bool] = any if query.any_word else all
    held = bool(query.words) and enough([word in words for word in query.words])
    if query.string:
        held = held or any(query.string in unit for unit in document.units)
    first, last = query.days or (0, 99999999)
    return held and query.without not in words and first <= document.day <= last


def test_an_engine_that_finds_otherwise_ends_the_run() -> None:
    class Fixed:
        def __init__(self, *ids: str) -> None:
            self._ids = ids

        def prepare(self, _query: Query) -> Callable[[], Answer]:
            return lambda: Answer(len(self._ids), self._ids)

        def answer(self, found: Answer) -> Answer:
            return found

        def matches(self, _query: Query) -> frozenset[str]:
            return frozenset(self._ids)

    asked = [Query(kind="one common word", words=("工会",))]
    same: Any = {"one": Fixed("a", "b"), "other": Fixed("b", "a")}
    assert check_hits(same, asked) == 2
    other: Any = {"one": Fixed("a", "b"), "other": Fixed("a", "c")}
    with pytest.raises(HitsDiffer, match="other"):
        check_hits(other, asked)


def test_figures_are_medians_and_ranks_what_they_say() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(each) for each in range(1, 101)], 0.95) == 95.0
    assert reciprocal_rank(["a", "b", "c"], frozenset({"c", "b"})) == 0.5
    assert reciprocal_rank(["a"] * 10 + ["b"], frozenset({"b"})) == 0.0


def test_the_command_prints_tables_and_writes_every_key(
    bulletins: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known.jsonl"
    known.write_text(
        json.dumps({"query": next(read_bulletins(bulletins)).title, "relevant": ["b0"]}), "utf-8"
    )
    words = f"--corpus {bulletins} --known-items {known} --json {tmp_path / 'out.json'}"
    sizes = f"--size {DOCUMENTS // 2} --size {DOCUMENTS} --each 2 --hundred 3 --drawn 3 --runs 1"
    benchmark.main([*f"{words} {sizes}".split(), "--engine", TANTIVY])
    found = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert set(found["ratios"]) == RATIOS
    assert all(value > 0 for name, value in found["ratios"].items() if name != "snippets")
    assert found["exact_recall"] == found["exact_precision"] == 1.0
    assert found["open_ms"] > 0
    assert found["rss_mb"] > 0
    assert found["bytes_ratio"] > 0
    assert found["mrr"][OURS] == 1.0
    assert set(found["mrr"]) == {OURS, "tantivy, summed", "tantivy, one field", FTS5}
    assert set(found["by_size"]) == {str(DOCUMENTS // 2), str(DOCUMENTS)}
    assert found["by_size"][str(DOCUMENTS)]["raw"]["documents"] == DOCUMENTS
    printed = capsys.readouterr().out
    for part in ("joined", "MRR@10", "Ten snippets", "index_rate", *KINDS):
        assert part in printed
