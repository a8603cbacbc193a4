"""tantivy: words in one field, pre-cut pairs of characters in another, only the id stored.

Its own n-gram tokenizer gives all n-grams one position, so pairs are cut before. Every unit is a
value of its own: between values positions leave a gap, so that no string crosses. Two processes
cut the texts; the writer is fed from them, which was its fastest way of four that were tried.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.search.corpus import Corpus, Document, Prepared, document_of, prepare
from benchmarks.search.engines import PROCESSES, TEN, Answer, OwnAnswer, batches, years_of
from benchmarks.search.queries import Query

_HEAP = 1_000_000_000
"""Makes two segments of 100,000 documents; with 200 MB there were seven, and queries slower."""
_HEAP_TO_CHANGE = 100_000_000
_THREADS = 1
_BATCH = 100
_BY_MONTH = {"month": {"terms": {"field": "month", "size": 1000}}}
_SPACES = str.maketrans({" ": "\ue000", "\t": "\ue001"})
"""The tokenizer cuts at spaces only, so those in a text become other characters."""

Cut = tuple[str, int, str, list[str]]
"""Id, day, words, and the pairs of every unit."""


def pairs(string: str) -> list[str]:
    """Every two neighbouring characters."""
    string = string.translate(_SPACES)
    return list(map(str.__add__, string, string[1:]))


def cut(prepared: Prepared) -> Cut:
    """A document as its fields take it."""
    units = [" ".join(pairs(unit)) for unit in prepared.units]
    return prepared.id, prepared.day, " ".join(prepared.words), units


def cut_lines(lines: list[str]) -> list[Cut]:
    """What a process does."""
    return [cut(prepare(document_of(line))) for line in lines]


class Tantivy:
    """The engine."""

    name = "tantivy"

    def __init__(self) -> None:
        self._tantivy: Any = importlib.import_module("tantivy")
        self.version = version("tantivy")

    def build(self, corpus: Corpus, folder: Path) -> None:
        index = self._index(folder)
        writer = index.writer(_HEAP, _THREADS)
        with get_context("fork").Pool(PROCESSES) as pool:
            for documents in pool.imap(cut_lines, batches(corpus.raw(), _BATCH)):
                for document in documents:
                    writer.add_document(self._document(document))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> _Open:
        return _Open(self._tantivy, self._index(folder), self._document)

    def _index(self, folder: Path) -> Any:
        module = self._tantivy
        fields = module.SchemaBuilder()
        fields.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
        fields.add_text_field("words", tokenizer_name="cut", index_option="freq")
        fields.add_text_field("pairs", tokenizer_name="cut", index_option="position")
        fields.add_unsigned_field("day", indexed=True, fast=True)
        fields.add_unsigned_field("year", fast=True)
        fields.add_unsigned_field("month", fast=True)
        folder.mkdir(parents=True, exist_ok=True)
        index = module.Index(fields.build(), str(folder))
        at_spaces = module.TextAnalyzerBuilder(module.Tokenizer.whitespace()).build()
        index.register_tokenizer("cut", at_spaces)
        return index

    def _document(self, given: Cut) -> Any:
        number, day, words, units = given
        document = self._tantivy.Document()
        document.add_text("id", number)
        document.add_text("words", words)
        for unit in units:
            document.add_text("pairs", unit)
        document.add_unsigned("day", day)
        document.add_unsigned("year", day // 10_000)
        document.add_unsigned("month", day // 100)
        return document


class _Open(OwnAnswer):
    def __init__(self, module: Any, index: Any, document: Callable[[Cut], Any]) -> None:
        self._module = module
        self._index = index
        self._document = document
        self._searcher = index.searcher()
        self._writer: Any = None  # kept from one change to the next, which is its quickest way

    def prepare(self, query: Query) -> Callable[[], Answer]:
        asked = self._query(query)
        if query.facets:
            return partial(self._counted, asked)
        if query.newest:
            return partial(self._newest, asked)
        return partial(self._best, asked)

    def _best(self, query: Any) -> Answer:
        found = self._searcher.search(query, TEN)
        return Answer(found.count, self._ids(found.hits))

    def _newest(self, query: Any) -> Answer:
        found = self._searcher.search(query, TEN, order_by_field="day")
        return Answer(found.count, self._ids(found.hits))

    def _counted(self, query: Any) -> Answer:
        found = self._searcher.search(query, TEN)
        counts = self._searcher.aggregate(query, _BY_MONTH)
        months = {each["key"]: each["doc_count"] for each in counts["month"]["buckets"]}
        return Answer(found.count, self._ids(found.hits), years_of(months), months)

    def _ids(self, hits: Iterable[tuple[float, Any]]) -> tuple[str, ...]:
        document = self._searcher.doc
        return tuple([document(address)["id"][0] for _, address in hits])

    def matches(self, query: Query) -> frozenset[str]:
        many = max(1, self._searcher.num_docs)
        return frozenset(self._ids(self._searcher.search(self._query(query), many).hits))

    def put(self, documents: Sequence[Document], replaced: Sequence[Document] = ()) -> None:
        self._writer = writer = self._writer or self._index.writer(_HEAP_TO_CHANGE, _THREADS)
        for document in replaced:
            writer.delete_documents_by_term("id", document.id)
        for document in documents:
            writer.add_document(self._document(cut(prepare(document))))
        writer.commit()
        self._index.reload()
        self._searcher = self._index.searcher()

    def segments(self) -> int:
        return int(self._searcher.num_segments)

    def close(self) -> None:
        if self._writer:
            self._writer.wait_merging_threads()

    def _query(self, query: Query) -> Any:
        """As an object of tantivy's, without its parser."""
        module = self._module
        must, must_not = module.Occur.Must, module.Occur.MustNot
        parts = [(must, self._text(query))]
        if query.without:
            parts.append((must_not, self._word(query.without)))
        if query.days:
            kind = module.FieldType.Unsigned
            schema = self._index.schema
            days = module.Query.range_query(schema, "day", kind, *query.days)
            parts.append((must, module.Query.const_score_query(days, 0.0)))
        return parts[0][1] if len(parts) == 1 else module.Query.boolean_query(parts)

    def _text(self, query: Query) -> Any:
        module = self._module
        words = [self._word(each) for each in query.words]
        occur = module.Occur.Should if query.any_word else module.Occur.Must
        all_words = words[0] if len(words) == 1 else None
        if len(words) > 1:
            all_words = module.Query.boolean_query([(occur, each) for each in words])
        if not query.string:
            return all_words
        row = pairs(query.string)
        phrase = (
            module.Query.phrase_query(self._index.schema, "pairs", row)
            if len(row) > 1
            else module.Query.term_query(self._index.schema, "pairs", row[0])
        )
        if all_words is None:
            return phrase
        either = module.Occur.Should
        return module.Query.boolean_query([(either, all_words), (either, phrase)])

    def _word(self, word: str) -> Any:
        return self._module.Query.term_query(self._index.schema, "words", word, index_option="freq")
