"""SQLite's FTS5: one table without content, words in one column, pairs of characters in another.

FTS5 cuts texts itself. So that it cuts at our spaces only, characters that it might cut at or
change are written as two characters of the private use area, which it takes for letters.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from benchmarks.search.corpus import Corpus, Document, Prepared, prepare
from benchmarks.search.engines import TEN, Answer, OwnAnswer, words_of, years_of
from benchmarks.search.queries import Query

_END = "\ue900"
"""Stands between the units of a document, so that no string crosses."""
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_HAN = range(0x4E00, 0x9FA6)
_CREATE = """
CREATE VIRTUAL TABLE texts USING fts5(
    words, pairs, content='', tokenize="unicode61 remove_diacritics 0");
CREATE TABLE documents (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE, day INTEGER, year INTEGER, month INTEGER);
CREATE INDEX days ON documents (day);
"""
_FROM = "FROM texts JOIN documents ON documents.number = texts.rowid WHERE texts MATCH ?"
_FROM_TEXTS = "FROM texts WHERE texts MATCH ?"
_WITHIN = " AND day BETWEEN ? AND ?"
_BEST = (
    "SELECT id FROM (SELECT texts.rowid AS number {} ORDER BY bm25(texts, 1.0, 0.0) LIMIT ?)"
    " JOIN documents USING (number)"
)


class _Safe(dict[int, str]):
    """What stands for each character."""

    def __missing__(self, code: int) -> str:
        plain = chr(code) in _PLAIN or code in _HAN
        self[code] = chr(code) if plain else chr(0xE000 + (code >> 10)) + chr(0xE500 + code % 1024)
        return self[code]


_SAFE = _Safe()


def safe(text: str) -> str:
    """One token for one token."""
    return text.translate(_SAFE)


def row(prepared: Prepared) -> tuple[str, str]:
    """What the two columns are given."""
    words = " ".join(map(safe, words_of(prepared)))
    units = []
    for unit in prepared.units:
        characters = list(map(safe, unit))
        units.append(" ".join(map(str.__add__, characters, characters[1:])))
    return words, f" {_END} ".join(units)


class Fts5:
    """The engine."""

    name = "FTS5"
    version = sqlite3.sqlite_version

    def build(self, corpus: Corpus, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        connection = _connect(folder)
        connection.executescript(_CREATE)
        for number, prepared in enumerate(corpus.prepared(), 1):
            _insert(connection, number, prepared)
        connection.execute("INSERT INTO texts(texts) VALUES ('optimize')")
        connection.commit()
        connection.close()

    def open(self, folder: Path) -> _Open:
        return _Open(_connect(folder))


def _connect(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "fts5.sqlite")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA mmap_size = 8000000000")
    connection.execute("PRAGMA cache_size = -200000")
    return connection


def _insert(connection: sqlite3.Connection, number: int, prepared: Prepared) -> None:
    day = prepared.day
    connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
        (number, prepared.id, day, day // 10_000, day // 100),
    )
    connection.execute(
        "INSERT INTO texts(rowid, words, pairs) VALUES (?, ?, ?)", (number, *row(prepared))
    )


class _Open(OwnAnswer):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def prepare(self, query: Query) -> Callable[[], Answer]:
        matched, parameters = _match(query), query.days or ()
        source = _FROM + _WITHIN if query.days else _FROM_TEXTS
        count = f"SELECT count(*) {source}"
        best = _BEST.format(source)
        if query.newest:
            best = f"SELECT id {_FROM} ORDER BY day DESC LIMIT ?"
        return partial(self._answer, count, best, (matched, *parameters), query.facets)

    def _answer(
        self, count: str, best: str, parameters: tuple[str | int, ...], facets: bool
    ) -> Answer:
        ask = self._connection.execute
        ids = tuple(each for (each,) in ask(best, (*parameters, TEN)))
        if not facets:
            return Answer(ask(count, parameters).fetchone()[0], ids)
        counted = f"SELECT month, count(*) {_FROM} GROUP BY month"
        months = dict(ask(counted, parameters))
        return Answer(sum(months.values()), ids, years_of(months), months)

    def matches(self, query: Query) -> frozenset[str]:
        within = _WITHIN if query.days else ""
        parameters = (_match(query), *(query.days or ()))
        return frozenset(
            each for (each,) in self._connection.execute(f"SELECT id {_FROM}{within}", parameters)
        )

    def put(self, documents: Sequence[Document], replaced: Sequence[Document] = ()) -> None:
        ask = self._connection.execute
        for document in replaced:
            find = "SELECT number FROM documents WHERE id = ?"
            number = ask(find, (document.id,)).fetchone()[0]
            ask("DELETE FROM documents WHERE number = ?", (number,))
            delete = "INSERT INTO texts(texts, rowid, words, pairs) VALUES ('delete', ?, ?, ?)"
            ask(delete, (number, *row(prepare(document))))
        last = ask("SELECT max(number) FROM documents").fetchone()[0]
        for number, document in enumerate(documents, last + 1):
            _insert(self._connection, number, prepare(document))
        self._connection.commit()

    def segments(self) -> int:
        return 1

    def close(self) -> None:
        self._connection.close()


def _match(query: Query) -> str:
    """In FTS5's language."""
    words = _joined(query.words, " OR " if query.any_word else " AND ")
    if query.without:
        words = f"({words}) NOT words : {_quoted([query.without])}"
    if not query.string:
        return words
    characters = list(map(safe, query.string))
    phrase = f'pairs : "{" ".join(map(str.__add__, characters, characters[1:]))}"'
    return f"({words}) OR {phrase}" if words else phrase


def _joined(words: Iterable[str], sign: str) -> str:
    return sign.join(f"words : {_quoted([word])}" for word in words)


def _quoted(tokens: Iterable[str]) -> str:
    return '"' + " ".join(map(safe, tokens)) + '"'
