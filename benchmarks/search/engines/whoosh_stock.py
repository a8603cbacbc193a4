"""Whoosh as it comes: its own codec and searcher, on the same tokens as the others.

How fast it indexes is measured apart, with jieba's analyser, as its users would have it: that
analyser's tokens overlap and its positions are offsets, so the hits would not be the others'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from whoosh import analysis, fields, index, query, sorting

from benchmarks.search.corpus import Corpus, Document, Prepared, prepare
from benchmarks.search.engines import TEN, Answer, OwnAnswer, years_of
from benchmarks.search.engines.tantivy_engine import pairs
from benchmarks.search.queries import Query

_LIMIT_MEGABYTES = 512
_GAP = "\ue002"
"""Stands between units, so that no string crosses."""


class AtSpaces(analysis.Tokenizer):  # type: ignore[misc]
    """Takes words that are cut already."""

    def __call__(self, value: str, **_kwargs: object) -> Iterator[Any]:
        token = analysis.Token(positions=True, chars=False, removestops=False, mode="")
        for position, text in enumerate(value.split(" ")):
            token.text = text
            token.boost = 1.0
            token.pos = position
            token.stopped = False
            yield token


def _schema() -> Any:
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        words=fields.TEXT(analyzer=AtSpaces(), phrase=False),
        pairs=fields.TEXT(analyzer=AtSpaces()),
        day=fields.NUMERIC(int, bits=32, sortable=True),
        month=fields.NUMERIC(int, bits=32, sortable=True),
    )


def _row(prepared: Prepared) -> dict[str, object]:
    return {
        "id": prepared.id,
        "words": " ".join(filter(None, prepared.words)),
        "pairs": f" {_GAP} ".join(" ".join(pairs(unit)) for unit in prepared.units),
        "day": prepared.day,
        "month": prepared.day // 100,
    }


class StockWhoosh:
    """The engine."""

    name = "stock Whoosh"
    version = version("Whoosh")

    def build(self, corpus: Corpus, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        writer = index.create_in(str(folder), _schema()).writer(limitmb=_LIMIT_MEGABYTES)
        for prepared in corpus.prepared():
            writer.add_document(**_row(prepared))
        writer.commit()

    def open(self, folder: Path) -> _Open:
        return _Open(index.open_dir(str(folder)))


class _Open(OwnAnswer):
    def __init__(self, opened: Any) -> None:
        self._index = opened
        self._searcher = opened.searcher()

    def prepare(self, query: Query) -> Callable[[], Answer]:
        return partial(self._answer, _tree(query), query.newest, query.facets)

    def _answer(self, tree: Any, newest: bool, facets: bool) -> Answer:
        given: dict[str, object] = {"limit": TEN}
        if newest:
            given |= {"sortedby": "day", "reverse": True}
        if facets:
            given["groupedby"] = sorting.FieldFacet("month", maptype=sorting.Count)
        found = self._searcher.search(tree, **given)
        ids = tuple(found[number]["id"] for number in range(min(TEN, found.scored_length())))
        if not facets:
            return Answer(len(found), ids)
        months = {int(month): count for month, count in found.groups("month").items()}
        return Answer(sum(months.values()), ids, years_of(months), months)

    def matches(self, query: Query) -> frozenset[str]:
        stored = self._searcher.stored_fields
        return frozenset(
            stored(number)["id"] for number in self._searcher.docs_for_query(_tree(query))
        )

    def put(self, documents: Sequence[Document], replaced: Sequence[Document] = ()) -> None:
        writer = self._index.writer(limitmb=_LIMIT_MEGABYTES)
        for document in replaced:
            writer.delete_by_term("id", document.id)
        for document in documents:
            writer.add_document(**_row(prepare(document)))
        writer.commit()
        self._searcher = self._searcher.refresh()

    def segments(self) -> int:
        return len(self._searcher.leaf_searchers())

    def close(self) -> None:
        self._searcher.close()
        self._index.close()


def _tree(asked: Query) -> Any:
    words: list[Any] = [query.Term("words", word) for word in asked.words]
    parts: list[Any] = []
    if words:
        tree = query.Or(words) if asked.any_word else query.And(words)
        parts.append(words[0] if len(words) == 1 else tree)
    if asked.string:
        row = pairs(asked.string)
        parts.append(query.Phrase("pairs", row) if len(row) > 1 else query.Term("pairs", row[0]))
    tree = parts[0] if len(parts) == 1 else query.Or(parts)
    if asked.without:
        # its own AndNot lets some of the excluded documents through
        tree = query.And([tree, query.Not(query.Term("words", asked.without))])
    if asked.days:
        tree = query.And([tree, query.ConstantScoreQuery(query.NumericRange("day", *asked.days))])
    return tree
