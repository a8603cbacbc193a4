"""Ten snippets of a page of hits, beside tantivy's snippet generator. Milliseconds.

Both hold the ten texts already: ours as articles, tantivy's as documents that store the words
joined by spaces, which its tokenizer cuts again. Finding and fetching them is not timed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from benchmarks.search.corpus import Corpus, Document, Prepared
from benchmarks.search.measures import RUNS, Spread, middle, milliseconds, spread
from benchmarks.search.queries import Query
from search.snippets import LENGTH, snippet

_TEN = 10
_DOCUMENTS = 2000
_HEAP = 100_000_000


def snippet_times(
    corpus: Corpus, queries: Sequence[Query], clock: Callable[[], int]
) -> dict[str, Spread]:
    """By engine, for the queries that find ten texts among the first two thousand."""
    documents = list(islice(corpus.documents(), _DOCUMENTS))
    prepared = list(islice(corpus.prepared(), _DOCUMENTS))
    asked: dict[str, list[Callable[[], object]]] = {"Jianbao": []}
    try:
        peer = _Peer(importlib.import_module("tantivy"), prepared)
    except ImportError:
        peer = None
    for query in queries:
        found = _holding(prepared, query)
        if len(found) == _TEN:
            asked["Jianbao"].append(_ours([documents[number] for number in found], query))
            if peer:
                asked.setdefault("tantivy", []).append(peer.asking(found, query))
    runs: dict[str, list[Spread]] = {name: [] for name in asked}
    for run in range(RUNS + 1):
        for name, calls in asked.items():
            times = spread([milliseconds(each, clock) for each in calls] or [0.0])
            if run:
                runs[name].append(times)
    return {name: middle(spreads) for name, spreads in runs.items()}


def _holding(prepared: Sequence[Prepared], query: Query) -> list[int]:
    """The first ten documents with any of the words."""
    wanted = set(query.words)
    held = (n for n, each in enumerate(prepared) if wanted & set(" ".join(each.words[1:]).split()))
    return list(islice(held, _TEN))


def _ours(documents: Sequence[Document], query: Query) -> Callable[[], object]:
    articles = [each.article() for each in documents]
    return lambda: [snippet(each, query.words) for each in articles]


class _Peer:
    """An index that stores its texts."""

    def __init__(self, module: Any, prepared: Sequence[Prepared]) -> None:
        self._module = module
        builder = module.SchemaBuilder()
        builder.add_unsigned_field("number", indexed=True)
        builder.add_text_field("body", stored=True, tokenizer_name="cut", index_option="freq")
        self._schema = builder.build()
        index = module.Index(self._schema)
        cut = module.TextAnalyzerBuilder(module.Tokenizer.whitespace()).build()
        index.register_tokenizer("cut", cut)
        writer = index.writer(_HEAP, 1)
        for number, each in enumerate(prepared):
            document = module.Document(body=" ".join(each.words[1:]))
            document.add_unsigned("number", number)
            writer.add_document(document)
        writer.commit()
        index.reload()
        self._searcher = index.searcher()

    def asking(self, numbers: Sequence[int], query: Query) -> Callable[[], object]:
        module, schema, searcher = self._module, self._schema, self._searcher
        wanted = [module.Query.term_query(schema, "number", number) for number in numbers]
        documents = [searcher.doc(searcher.search(each, 1).hits[0][1]) for each in wanted]
        terms = [
            (
                module.Occur.Should,
                module.Query.term_query(schema, "body", word, index_option="freq"),
            )
            for word in query.words
        ]
        asked = module.Query.boolean_query(terms)

        def ten() -> object:
            generator = module.SnippetGenerator.create(searcher, asked, schema, "body")
            generator.set_max_num_chars(LENGTH)
            made = map(generator.snippet_from_doc, documents)
            return [(each.fragment(), each.highlighted()) for each in made]

        return ten
