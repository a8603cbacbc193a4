"""Which documents have all that is asked for in one of their sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays.segment import Segment
from search.arrays.snapshot import Snapshot
from search.evaluation import places
from search.evaluation.documents import Found, both, joined, once, rising
from search.evaluation.wording import chunk_words
from search.evaluation.work import Work
from search.query.tree import And, Chunk, Exact, Near, Node, Or, Prefix, Widened, Word

Sections = npt.NDArray[np.int64]
"""Rising: a document times 65,536 and the number of one of its sections, from 1."""
_NO_SECTIONS: Sections = np.zeros(0, np.int64)


def in_one_section(snapshot: Snapshot, nodes: Sequence[Node], work: Work) -> Found:
    """Documents with one section in which every node's strings stand.

    A chunk stands there if it does as a whole, or if each of its words does, as characters.
    """
    parts = [once(_all(segment, nodes, work) >> 16) for segment in snapshot.segments]
    return joined(parts, snapshot.bases)


def _all(segment: Segment, nodes: Sequence[Node], work: Work) -> Sections:
    found: Sections | None = None
    for node in sorted(nodes, key=lambda node: _most(segment, node)):
        if found is not None and not len(found):
            break
        part = _sections(segment, node, work)
        found = part if found is None else _shared(found, part)
    return _NO_SECTIONS if found is None else found


def _sections(segment: Segment, node: Node, work: Work) -> Sections:
    match node:
        case And(nodes):
            return _all(segment, nodes, work)
        case Or(nodes):
            return _any([_sections(segment, child, work) for child in nodes])
        case Widened(chunk, others):
            return _any([_sections(segment, child, work) for child in (chunk, *others)])
        case Chunk(text):
            return _chunk(segment, text, work)
        case Exact(text) | Word(text):
            return places.sections_at(segment, places.standing(segment, text, work), work)
        case Prefix(text):
            addresses = places.word_beginnings(segment, text, work)
            return places.sections_at(segment, addresses, work)
        case Near(parts, distance):
            addresses = places.near(segment, parts, distance, work)
            return places.sections_at(segment, addresses, work)
        case _:
            raise AssertionError(f"{node} cannot be asked of a section")


def _chunk(segment: Segment, text: str, work: Work) -> Sections:
    needed = [Exact(word) for word in chunk_words(text)]
    in_row = _sections(segment, Exact(text), work)
    if needed in ([], [Exact(text)]):
        return in_row
    return _any([in_row, _all(segment, needed, work)])


def _most(segment: Segment, node: Node) -> int:
    """About how often the node stands in the segment."""
    match node:
        case Chunk(text) | Exact(text) | Prefix(text) | Word(text):
            return segment.pairs.rarity(text)
        case Near(parts):
            return min(segment.pairs.rarity(part) for part in parts)
        case And(nodes):
            return min((_most(segment, child) for child in nodes), default=0)
        case Or(nodes):
            return sum(_most(segment, child) for child in nodes)
        case _:
            return segment.count


def _any(sets: list[Sections]) -> Sections:
    return rising(np.concatenate([_NO_SECTIONS, *sets]))


def _shared(first: Sections, second: Sections) -> npt.NDArray[Any]:
    return both(first, second, 1 << 48)
