"""Bulletins in each engine, to be asked for what is typed."""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from whoosh import fields, index, query

from benchmarks.search.corpus import Corpus
from benchmarks.search.engines import TEN
from benchmarks.search.engines.every import OURS
from benchmarks.search.engines.fts5 import safe
from benchmarks.search.engines.ours import Ours
from benchmarks.search.engines.whoosh_stock import AtSpaces
from benchmarks.search.ranking import Ask
from search.analysis import fold, terms
from search.index import SearchQuery

_LIMIT_MEGABYTES = 512


def words_typed(text: str) -> list[str]:
    """As all engines cut it."""
    return list(dict.fromkeys(terms(fold(text))))


def ask_ours(corpus: Corpus, folder: Path, held: ExitStack) -> Ask:
    """The line as it is."""
    engine = Ours()
    engine.build(corpus, folder)
    opened = held.enter_context(closing(engine.open(folder)))
    return lambda text, _: opened.ids_of(SearchQuery(text=text, limit=TEN))


def _two_fields(corpus: Corpus) -> Iterable[tuple[str, str, str]]:
    """Id, words of the title, words of the rest."""
    for each in corpus.prepared():
        yield each.id, each.words[0], " ".join(each.words[1:])


def ask_tantivy(module: Any, corpus: Corpus, folder: Path) -> dict[str, Ask]:
    """The sum of title and body, which is its default, and one field with both."""
    names = ("title", "body", "both")
    builder = module.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in names:
        builder.add_text_field(name, tokenizer_name="cut", index_option="freq")
    schema = builder.build()
    folder.mkdir(parents=True)
    held = module.Index(schema, str(folder))
    cut = module.TextAnalyzerBuilder(module.Tokenizer.whitespace()).build()
    held.register_tokenizer("cut", cut)
    writer = held.writer(_LIMIT_MEGABYTES * 1_000_000, 1)
    for number, title, body in _two_fields(corpus):
        row = {"id": number, "title": title, "body": body, "both": f"{title} {body}"}
        writer.add_document(module.Document(**row))
    writer.commit()
    held.reload()
    searcher = held.searcher()

    def term(field: str, word: str) -> Any:
        return module.Query.term_query(schema, field, word, index_option="freq")

    def asking(*searched: str) -> Ask:
        def ask(text: str, all_words: bool) -> Sequence[str]:
            either = module.Occur.Should
            occur = module.Occur.Must if all_words else either
            words = [
                (
                    occur,
                    module.Query.boolean_query([(either, term(name, word)) for name in searched]),
                )
                for word in words_typed(text)
            ]
            found = searcher.search(module.Query.boolean_query(words), TEN)
            return [searcher.doc(address)["id"][0] for _, address in found.hits]

        return ask

    return {"tantivy, summed": asking("title", "body"), "tantivy, one field": asking("both")}


def ask_fts5(corpus: Corpus, folder: Path, held: ExitStack) -> Ask:
    """Title and body as two columns of one weight."""
    folder.mkdir(parents=True)
    connection = held.enter_context(closing(sqlite3.connect(folder / "ranking.sqlite")))
    connection.execute(
        "CREATE VIRTUAL TABLE texts USING fts5(id UNINDEXED, title, body,"
        ' tokenize="unicode61 remove_diacritics 0")'
    )
    rows = (
        (number, safe_line(title), safe_line(body)) for number, title, body in _two_fields(corpus)
    )
    connection.executemany("INSERT INTO texts VALUES (?, ?, ?)", rows)
    connection.commit()

    def ask(text: str, all_words: bool) -> Sequence[str]:
        matched = (" AND " if all_words else " OR ").join(f'"{safe(w)}"' for w in words_typed(text))
        best = "SELECT id FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"
        return [number for (number,) in connection.execute(best, (matched, TEN))]

    return ask


def safe_line(words: str) -> str:
    """Words joined by spaces, each as FTS5 keeps it whole."""
    return " ".join(map(safe, words.split()))


def ask_whoosh(corpus: Corpus, folder: Path, held: ExitStack) -> Ask:
    """Title and body as two fields, with its default weighting."""
    words = AtSpaces()
    schema = fields.Schema(
        id=fields.ID(stored=True),
        title=fields.TEXT(analyzer=words, phrase=False),
        body=fields.TEXT(analyzer=words, phrase=False),
    )
    folder.mkdir(parents=True)
    created = index.create_in(str(folder), schema)
    writer = created.writer(limitmb=_LIMIT_MEGABYTES)
    for number, title, body in _two_fields(corpus):
        writer.add_document(id=number, title=title, body=" ".join(body.split()))
    writer.commit()
    searcher = held.enter_context(closing(created.searcher()))

    def ask(text: str, all_words: bool) -> Sequence[str]:
        parts = [
            query.Or([query.Term("title", word), query.Term("body", word)])
            for word in words_typed(text)
        ]
        tree = query.And(parts) if all_words else query.Or([t for each in parts for t in each])
        return [hit["id"] for hit in searcher.search(tree, limit=TEN)]

    return ask


def rankers(corpus: Corpus, folder: Path, held: ExitStack, *, whoosh: bool) -> dict[str, Ask]:
    """Every ranking that is compared, ours first; ``held`` closes them."""
    asks = {OURS: ask_ours(corpus, folder / "ours", held)}
    try:
        tantivy = importlib.import_module("tantivy")
    except ImportError:
        pass
    else:
        asks |= ask_tantivy(tantivy, corpus, folder / "tantivy")
    asks["FTS5"] = ask_fts5(corpus, folder / "fts5", held)
    if whoosh:
        asks["stock Whoosh"] = ask_whoosh(corpus, folder / "whoosh", held)
    return asks
