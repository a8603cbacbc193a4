"""One segment of a Whoosh index, read through Whoosh's own matchers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, lru_cache
from typing import Any

from whoosh.reading import SegmentReader, TermNotFound

from search.indexing.schema import REVISION_ID
from search.units import Unit, UnitField

_KEPT_POSTINGS = 128
"""Terms of a segment whose postings stay decoded: Whoosh takes 0.5 µs for each posting."""
_KEPT_CHARACTERS = 16
"""Characters asked for alone whose documents are kept: 的 begins thousands of pairs."""
_KEPT_UNITS = 1024
"""Documents of a segment whose units stay decoded."""
_FIELDS = {field.value: field for field in UnitField}


class SegmentFiles:
    """What is written in a segment, which never changes. Not safe for several threads."""

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self.count: int = reader.doc_count_all()
        self.postings = lru_cache(maxsize=_KEPT_POSTINGS)(self._postings)
        self.with_character = lru_cache(maxsize=_KEPT_CHARACTERS)(self._with_character)
        self.units = lru_cache(maxsize=_KEPT_UNITS)(self._units)

    def close(self) -> None:
        self._reader.close()

    def _postings(self, field: str, term: str) -> Mapping[int, float]:
        try:
            matcher = self._reader.postings(field, term.encode())
        except TermNotFound:
            return {}
        found = {}
        while matcher.is_active():
            found[matcher.id()] = matcher.weight()
            matcher.next()
        return found

    def _with_character(self, character: str) -> frozenset[int]:
        pairs = self.terms("pairs", character)
        return frozenset().union(*(self._postings("pairs", pair) for pair in pairs))

    def terms(self, field: str, prefix: str = "") -> list[str]:
        return [term.decode() for term in self._reader.expand_prefix(field, prefix.encode())]

    def _units(self, document: int) -> Sequence[Unit]:
        stored = self._reader.stored_fields(document)
        return tuple(
            Unit(_FIELDS[field], section, text) for field, section, text in stored["units"]
        )

    def revision(self, document: int) -> int:
        stored: dict[str, Any] = self._reader.stored_fields(document)
        return int(stored["revision"])

    @cached_property
    def ids(self) -> list[str]:
        return [key.decode() for key in self._column("id")]

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The last document of every id; an id occurs once among the live ones."""
        return {key: number for number, key in enumerate(self.ids)}

    @cached_property
    def days(self) -> list[int]:
        return [int(day) for day in self._column("day")]

    @cached_property
    def lengths(self) -> list[int]:
        return [int(length) for length in self._column("length")]

    @cached_property
    def sites(self) -> list[str]:
        return [key.decode() for key in self._column("site_key")]

    def _column(self, field: str) -> list[Any]:
        column = self._reader.column_reader(field)
        return [column[number] for number in range(self.count)]


class SegmentDocuments:
    """The live documents of a segment at one commit: ``evaluate.Documents``."""

    def __init__(self, files: SegmentFiles, deleted: AbstractSet[int]) -> None:
        self.files = files
        self.deleted = deleted

    @cached_property
    def live(self) -> frozenset[int]:
        hidden = set(self.deleted)
        if (keeper := self.files.numbers.get(REVISION_ID)) is not None:
            hidden.add(keeper)
        return frozenset(range(self.files.count)) - hidden

    @cached_property
    def total_length(self) -> int:
        """Weighted words of all live documents."""
        return sum(self.files.lengths[one] for one in self.live)

    @property
    def revision(self) -> int | None:
        """The revision reached, if this segment is the one that keeps it."""
        keeper = self.number(REVISION_ID)
        return None if keeper is None else self.files.revision(keeper)

    def number(self, article_id: str) -> int | None:
        """The document of an id, or ``None``."""
        number = self.files.numbers.get(article_id)
        return None if number is None or number in self.deleted else number

    def with_word(self, word: str, field: str | None = None) -> Mapping[int, float]:
        found = self.files.postings(field or "words", word)
        if not self.deleted:
            return found
        return {one: weight for one, weight in found.items() if one not in self.deleted}

    def with_pair(self, pair: str) -> AbstractSet[int]:
        return self.files.postings("pairs", pair).keys()

    def with_character(self, character: str) -> AbstractSet[int]:
        return self.files.with_character(character)

    def values(self, field: str) -> Iterable[str]:
        return self.files.terms(field)

    def with_value(self, field: str, value: str) -> AbstractSet[int]:
        return self.files.postings(field, value).keys()

    def units(self, document: int) -> Sequence[Unit]:
        return self.files.units(document)

    def day(self, document: int) -> int:
        return self.files.days[document]

    def site(self, document: int) -> str:
        return self.files.sites[document]

    def id(self, document: int) -> str:
        return self.files.ids[document]

    def length(self, document: int) -> int:
        return self.files.lengths[document]
