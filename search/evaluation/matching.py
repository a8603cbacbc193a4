"""Which documents a query's tree asks for. Pure: postings come through ``Documents``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from functools import cached_property
from typing import Protocol

from search.analysis import words
from search.evaluation.strings import begins_word, stand_near
from search.query.tokens import TEXT_FIELDS
from search.query.tree import (
    And,
    Chunk,
    Days,
    Exact,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Text,
    Together,
)
from search.units import Unit


class Documents(Protocol):
    """A part of an index that is searched by itself; its documents are numbered from 0."""

    @property
    def live(self) -> AbstractSet[int]:
        """Every document that counts."""
        ...

    def with_word(self, word: str, field: str | None = None) -> Mapping[int, float]:
        """Live documents with a word in any unit or in a text field, and the word's weight."""
        ...

    def with_pair(self, pair: str) -> AbstractSet[int]:
        """Documents with two characters in a row within a unit."""
        ...

    def with_character(self, character: str) -> AbstractSet[int]:
        """Documents with a character in a unit."""
        ...

    def values(self, field: str) -> Iterable[str]:
        """Every folded value of a value field."""
        ...

    def with_value(self, field: str, value: str) -> AbstractSet[int]: ...

    def units(self, document: int) -> Sequence[Unit]:
        """The units of a document with folded text."""
        ...

    def day(self, document: int) -> int:
        """``20191129``, or 0 where it has none."""
        ...


def day_number(day: date) -> int:
    """A day as documents keep it, in the order of the calendar."""
    return day.year * 10_000 + day.month * 100 + day.day


def matching(node: Node, documents: Documents) -> set[int]:
    """The live documents that match."""
    return _found(node, documents) & documents.live


def _found(node: Node, documents: Documents) -> set[int]:
    match node:
        case And(nodes):
            return _all_of((_found(n, documents) for n in nodes), documents)
        case Or(nodes):
            return set().union(*(_found(child, documents) for child in nodes))
        case Not(child):
            return set(documents.live - _found(child, documents))
        case Days(first, last):
            low = day_number(first) if first else 1
            high = day_number(last) if last else 99_999_999
            return {one for one in documents.live if low <= documents.day(one) <= high}
        case Together(nodes):
            return _together(nodes, documents)
        case Chunk() | Exact() | Prefix() | Near() if node.field and node.field not in _TEXT:
            return _by_value(node, node.field, documents)
        case Chunk(text, field):
            return _chunk(text, field, documents)
        case Exact(text, field):
            return with_string(text, field, documents)
        case Prefix(text, field):
            candidates = _candidates(text, documents)
            return _verified(candidates, field, documents, lambda unit: begins_word(text, unit))
        case Near(parts, distance, field):
            candidates = _all_of((_candidates(p, documents) for p in parts), documents)
            return _verified(
                candidates, field, documents, lambda unit: stand_near(parts, distance, unit)
            )


_TEXT = frozenset(TEXT_FIELDS.values())


def _all_of(sets: Iterable[AbstractSet[int]], documents: Documents) -> set[int]:
    """What all sets share; the next one is not taken once nothing is left."""
    found: set[int] | None = None
    for members in sets:
        found = set(members) if found is None else found & members
        if not found:
            break
    return set(documents.live) if found is None else found


def with_words(needed: Iterable[str], field: str | None, documents: Documents) -> set[int]:
    """Documents that hold every one of these words, in any order and any unit."""
    return _all_of((documents.with_word(word, field).keys() for word in needed), documents)


def with_string(text: str, field: str | None, documents: Documents) -> set[int]:
    """Documents with these characters in a row within one unit."""
    candidates = _candidates(text, documents)
    if len(text) <= 2 and field is None:
        return candidates
    return _verified(candidates, field, documents, lambda unit: text in unit)


def chunk_words(text: str) -> tuple[str, ...]:
    """The distinct words of a chunk, in order."""
    return tuple(dict.fromkeys(token.text for token in words(text)))


def _chunk(text: str, field: str | None, documents: Documents) -> set[int]:
    needed = chunk_words(text)
    by_words = with_words(needed, field, documents) if needed else set()
    candidates = _candidates(text, documents)
    if len(text) <= 2 and field is None:
        return by_words | candidates
    # Only what the words did not find must be read and compared.
    return by_words | _verified(candidates - by_words, field, documents, lambda unit: text in unit)


def _candidates(text: str, documents: Documents) -> set[int]:
    """Documents that hold the string's pairs; exact for one or two characters."""
    if len(text) == 1:
        return set(documents.with_character(text))
    starts = [*range(0, len(text) - 2, 2), len(text) - 2]
    return _all_of((documents.with_pair(text[s : s + 2]) for s in starts), documents)


def _verified(
    candidates: Iterable[int],
    field: str | None,
    documents: Documents,
    holds: Callable[[str], bool],
) -> set[int]:
    """Those candidates one of whose units (of a field) holds what is asked."""
    return {
        one
        for one in candidates
        if any(holds(unit.text) for unit in documents.units(one) if field in (None, unit.field))
    }


def _by_value(node: Text, field: str, documents: Documents) -> set[int]:
    """Short values match by a part of them, site keys as a whole; ``*`` by how they begin."""
    match node:
        case Prefix(text):
            values = [value for value in documents.values(field) if value.startswith(text)]
        case Near(parts, distance):
            values = [v for v in documents.values(field) if stand_near(parts, distance, v)]
        case Chunk(text) | Exact(text):
            whole = field == "site"
            values = [
                value
                for value in documents.values(field)
                if (value == text if whole else text in value)
            ]
    return set().union(*(documents.with_value(field, value) for value in values))


def _together(nodes: tuple[Node, ...], documents: Documents) -> set[int]:
    candidates = _found(And(nodes), documents)
    return {one for one in candidates if _in_one_section(nodes, documents.units(one))}


def _in_one_section(nodes: tuple[Node, ...], units: Sequence[Unit]) -> bool:
    sections: dict[int, list[str]] = {}
    for unit in units:
        if unit.section is not None:
            sections.setdefault(unit.section, []).append(unit.text)
    return any(
        all(section.holds(node) for node in nodes) for section in map(_Stretch, sections.values())
    )


class _Stretch:
    """The units of one section, asked as an article is asked."""

    def __init__(self, units: list[str]) -> None:
        self._units = units

    @cached_property
    def _words(self) -> set[str]:
        return {token.text for unit in self._units for token in words(unit)}

    def holds(self, node: Node) -> bool:
        match node:
            case And(nodes):
                return all(map(self.holds, nodes))
            case Or(nodes):
                return any(map(self.holds, nodes))
            case Chunk(text):
                return self._any(lambda unit: text in unit) or self._has_words(text)
            case Exact(text):
                return self._any(lambda unit: text in unit)
            case Prefix(text):
                return self._any(lambda unit: begins_word(text, unit))
            case Near(parts, distance):
                return self._any(lambda unit: stand_near(parts, distance, unit))
            case _:
                raise AssertionError(f"{node} cannot be asked of a section")

    def _has_words(self, text: str) -> bool:
        needed = chunk_words(text)
        return bool(needed) and self._words.issuperset(needed)

    def _any(self, holds: Callable[[str], bool]) -> bool:
        return any(map(holds, self._units))
