"""Xapian, where Debian's ``python3-xapian`` is installed for the same Python."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.search.corpus import Corpus, Document, Prepared, prepare
from benchmarks.search.engines import TEN, Answer, OwnAnswer, words_of, years_of
from benchmarks.search.queries import Query

_DEBIAN = "/usr/lib/python3/dist-packages"
_WORD, _PAIR, _ID = "W", "P", "Q"
_DAY_SLOT, _MONTH_SLOT = 0, 1
_LONGEST = 240
"""Bytes of a term; Xapian's bound is 245."""
_COMMIT = 5000


def import_xapian() -> Any:
    """The module; that folder is looked into for this import only."""
    sys.path.append(_DEBIAN)
    try:
        return importlib.import_module("xapian")
    finally:
        sys.path.remove(_DEBIAN)


class Xapian:
    """The engine."""

    name = "Xapian"

    def __init__(self) -> None:
        self._xapian = import_xapian()
        self.version = str(self._xapian.version_string())

    def build(self, corpus: Corpus, folder: Path) -> None:
        xapian = self._xapian
        folder.mkdir(parents=True, exist_ok=True)
        database = xapian.WritableDatabase(str(folder), xapian.DB_CREATE_OR_OPEN)
        for number, prepared in enumerate(corpus.prepared(), 1):
            database.add_document(self._document(prepared))
            if number % _COMMIT == 0:
                database.commit()
        database.close()

    def open(self, folder: Path) -> _Open:
        return _Open(self._xapian, folder, self._document)

    def _document(self, prepared: Prepared) -> Any:
        xapian = self._xapian
        document = xapian.Document()
        document.set_data(prepared.id)
        document.add_boolean_term(_ID + prepared.id)
        for word in words_of(prepared):
            document.add_term((_WORD + word)[:_LONGEST])
        place = 0
        for unit in prepared.units:
            for pair in map(str.__add__, unit, unit[1:]):
                document.add_posting(_PAIR + pair, place, 0)
                place += 1
            place += 2
        document.add_value(_DAY_SLOT, xapian.sortable_serialise(prepared.day))
        document.add_value(_MONTH_SLOT, str(prepared.day // 100))
        return document


class _Open(OwnAnswer):
    def __init__(self, module: Any, folder: Path, document: Callable[[Prepared], Any]) -> None:
        self._xapian = module
        self._folder = str(folder)
        self._document = document
        self._database = module.Database(self._folder)

    def prepare(self, query: Query) -> Callable[[], Answer]:
        return partial(self._answer, self._query(query), query.newest, query.facets)

    def _answer(self, query: Any, newest: bool, facets: bool) -> Answer:
        enquire = self._enquire(query)
        if newest:
            enquire.set_weighting_scheme(self._xapian.BoolWeight())
            enquire.set_sort_by_value(_DAY_SLOT, True)
        if not facets:
            found = enquire.get_mset(0, TEN, self._database.get_doccount())
            return Answer(found.get_matches_estimated(), _ids(found))
        spy = self._xapian.ValueCountMatchSpy(_MONTH_SLOT)
        enquire.add_matchspy(spy)
        found = enquire.get_mset(0, TEN, self._database.get_doccount())
        months = {int(each.term): each.termfreq for each in spy.values()}
        return Answer(found.get_matches_estimated(), _ids(found), years_of(months), months)

    def _enquire(self, query: Any) -> Any:
        enquire = self._xapian.Enquire(self._database)
        enquire.set_query(query)
        return enquire

    def matches(self, query: Query) -> frozenset[str]:
        many = self._database.get_doccount()
        return frozenset(_ids(self._enquire(self._query(query)).get_mset(0, many, many)))

    def put(self, documents: Sequence[Document], replaced: Sequence[Document] = ()) -> None:
        database = self._xapian.WritableDatabase(self._folder, self._xapian.DB_OPEN)
        for document in documents:
            database.replace_document(_ID + document.id, self._document(prepare(document)))
        database.close()
        self._database.reopen()

    def segments(self) -> int:
        return 1

    def close(self) -> None:
        self._database.close()

    def _query(self, query: Query) -> Any:
        xapian = self._xapian
        asked = self._text(query)
        if query.without:
            asked = xapian.Query(
                xapian.Query.OP_AND_NOT, asked, xapian.Query(_WORD + query.without)
            )
        if query.days:
            first, last = map(xapian.sortable_serialise, query.days)
            days = xapian.Query(xapian.Query.OP_VALUE_RANGE, _DAY_SLOT, first, last)
            asked = xapian.Query(xapian.Query.OP_FILTER, asked, days)
        return asked

    def _text(self, query: Query) -> Any:
        kinds = self._xapian.Query
        words = kinds(
            kinds.OP_OR if query.any_word else kinds.OP_AND, [_WORD + each for each in query.words]
        )
        if not query.string:
            return words
        row = [_PAIR + each for each in map(str.__add__, query.string, query.string[1:])]
        phrase = kinds(kinds.OP_PHRASE, row, len(row))
        return kinds(kinds.OP_OR, words, phrase) if query.words else phrase


def _ids(found: Any) -> tuple[str, ...]:
    return tuple(each.document.get_data().decode() for each in found)
