"""Jianbao's own index, as the archive uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

from archive.store import Change
from benchmarks.search.corpus import Corpus, Document, document_of
from benchmarks.search.engines import PROCESSES, TEN, Answer, batches
from benchmarks.search.queries import Query
from search.arrays.document import IndexDocument, index_document
from search.evaluation.answering import answer_tree
from search.index import Facet, SearchPage, SearchQuery, Sort
from search.indexing.whoosh_index import WhooshIndex
from search.query.tree import And, Chunk, Days, Exact, Node, Not, Or, Word

_STORE = "0123456789abcdef"
_BATCH = 200


def read_lines(lines: list[str]) -> Iterator[IndexDocument]:
    """What a process makes of lines of the corpus."""
    for line in lines:
        yield index_document(document_of(line).article())


class Ours:
    """The engine."""

    name = "Jianbao"
    version = ""

    def build(self, corpus: Corpus, folder: Path) -> None:
        index = WhooshIndex(folder, _STORE)
        index.fill(batches(corpus.raw(), _BATCH), read_lines, 1, processes=PROCESSES)
        index.close()

    def open(self, folder: Path) -> OurIndex:
        return OurIndex(WhooshIndex(folder, _STORE))


class OurIndex:
    """An open index."""

    def __init__(self, index: WhooshIndex) -> None:
        self._index = index

    def prepare(self, query: Query) -> Callable[[], SearchPage]:
        """From a tree, as the others are given objects of theirs."""
        asked = replace(typed(query), text="", published_from=None, published_until=None)
        return partial(self._of_tree, tree(query), asked)

    def prepare_typed(self, query: Query) -> Callable[[], SearchPage]:
        """From the line that a reader types: parsing, synonyms and ranking of chunks included."""
        return partial(self._index.search, typed(query))

    def _of_tree(self, node: Node, asked: SearchQuery) -> SearchPage:
        return answer_tree(node, asked, self._index.snapshot())

    def answer(self, found: SearchPage) -> Answer:
        ids = tuple(hit.id for hit in found.hits)
        if not found.facets:
            return Answer(found.total, ids)
        years = {int(each.value): each.count for each in found.facets[Facet.YEAR]}
        months = {
            int(each.value.replace("-", "")): each.count for each in found.facets[Facet.MONTH]
        }
        return Answer(found.total, ids, years, months)

    def matches(self, query: Query) -> frozenset[str]:
        everything = max(1, self._index.snapshot().live_count)
        found = answer_tree(tree(query), SearchQuery(limit=everything), self._index.snapshot())
        return frozenset(hit.id for hit in found.hits)

    def ids_of(self, query: SearchQuery) -> tuple[str, ...]:
        """Of the page that a reader sees."""
        return tuple(hit.id for hit in self._index.search(query).hits)

    def put(self, documents: Sequence[Document], _replaced: Sequence[Document] = ()) -> None:
        revision = self._index.revision() + 1
        self._index.apply(
            Change(revision=number, article_id=document.id, article=document.article())
            for number, document in enumerate(documents, revision)
        )
        self._index.snapshot()

    def segments(self) -> int:
        return self._index.status().segments

    def close(self) -> None:
        self._index.close()


def typed(query: Query) -> SearchQuery:
    """What the page's form gives."""
    first, last = query.days or (None, None)
    return SearchQuery(
        text=query.text,
        published_from=_day(first),
        published_until=_day(last),
        sort=Sort.NEWEST if query.newest else Sort.RELEVANCE,
        limit=TEN,
        facets=(Facet.YEAR, Facet.MONTH) if query.facets else (),
    )


def tree(query: Query) -> Node:
    """The same question as nodes: words are terms of the index, not chunks."""
    if query.string:
        return Chunk(query.string) if query.words else Exact(query.string)
    words: list[Node] = [Word(each) for each in query.words]
    nodes: list[Node] = [Or(tuple(words))] if query.any_word else words
    if query.without:
        nodes.append(Not(Word(query.without)))
    if query.days:
        nodes.append(Days(*map(_day, query.days)))
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes))


def _day(number: int | None) -> date | None:
    if number is None:
        return None
    return date(number // 10_000, number // 100 % 100, number % 100)
