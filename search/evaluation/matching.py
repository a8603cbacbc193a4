"""Which documents a query's tree asks for, computed on whole arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from search.arrays.snapshot import Snapshot
from search.evaluation import places, together
from search.evaluation.documents import (
    NONE,
    SPARSE,
    Found,
    Row,
    as_list,
    at,
    both,
    is_row,
    joined,
    kept,
    size,
    union,
    within_segment,
    without,
)
from search.evaluation.periods import bounds_of, cut, within_bounds
from search.evaluation.values import with_value
from search.evaluation.wording import Wording, chunk_words
from search.evaluation.work import Work
from search.query.tokens import VALUE_FIELDS
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
    Widened,
    Word,
)

OF_VALUES = frozenset(VALUE_FIELDS.values())


class Matching:
    """One query's way through a snapshot; keeps what several of its parts may ask for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.work = Work(snapshot.count)
        self._strings: dict[tuple[str, str | None], Found] = {}
        words = Wording(snapshot)
        self.postings = words.postings
        self.weights = words.weights
        self._with_words = words.documents

    def found(self, node: Node, among: Found | None = None) -> Found:
        """The documents that match, deleted ones included.

        With ``among``, a list, the answer need be right for its members only, which may save work.
        """
        match node:
            case Word(text, field) if field not in OF_VALUES:
                return self._with_words([text], field)
            case And(nodes):
                return self._all(nodes, among)
            case Or(nodes):
                return self._any(nodes, among)
            case Not(child):
                return without(self._everything(), self.found(child, among), self.snapshot.count)
            case Days():
                return within_bounds(bounds_of(self.snapshot, [node]), self.snapshot.count)
            case Widened(chunk, others):
                return self._any((chunk, *others), among)
            case Together(nodes):
                return together.in_one_section(self.snapshot, nodes, self.work)
            case _:
                if node.field in OF_VALUES:
                    return with_value(self.snapshot, node, node.field)
                return self._text(node, among)

    def _text(self, node: Text, among: Found | None) -> Found:
        match node:
            case Chunk(text, field):
                return self._chunk(text, field, among)
            case Exact(text, field):
                return self.with_string(text, field, among)
            case Prefix(text, field):
                return joined(
                    [
                        places.with_beginning(segment, text, field, self.work)
                        for segment in self.snapshot.segments
                    ],
                    self.snapshot.bases,
                )
            case Near(parts, distance, field):
                return joined(
                    [
                        places.documents_at(
                            segment,
                            places.near(segment, parts, distance, self.work),
                            field,
                            self.work,
                        )
                        for segment in self.snapshot.segments
                    ],
                    self.snapshot.bases,
                )
            case Word(text, field):
                return self._with_words([text], field)

    def _chunk(self, text: str, field: str | None, among: Found | None) -> Found:
        """All its words or its characters in a row; only what the words leave is looked for."""
        needed = chunk_words(text)
        by_words = self._with_words(needed, field) if needed else NONE
        count = self.snapshot.count
        if among is not None and len(needed):
            among = without(among, by_words, count)
            if not len(among):
                return by_words
        in_row = self.with_string(text, field, among)
        return union([by_words, in_row], count) if size(in_row) else by_words

    def with_string(self, text: str, field: str | None, among: Found | None = None) -> Found:
        """Documents with these characters in a row within one unit."""
        held = self._strings.get((text, field))
        if held is not None:
            return held
        if among is not None and field is None and self._is_few(among, text):
            return self._string_among(text, among)
        found = joined(
            [places.with_string(one, text, field, self.work) for one in self.snapshot.segments],
            self.snapshot.bases,
        )
        self._strings[text, field] = found
        return found

    def held(self, found: Found, documents: Found) -> Row:
        """Whether each document of a list is in a set."""
        return at(documents, found, self.snapshot.count)

    def _is_few(self, among: Found, text: str) -> bool:
        """Whether looking at these documents costs less than looking at the rarest pair."""
        return len(text) > 1 and len(among) * 40 < self.occurrences(text)

    def occurrences(self, text: str) -> int:
        """At most how often a string stands in the index."""
        return sum(segment.pairs.rarity(text) for segment in self.snapshot.segments)

    def _string_among(self, text: str, among: Found) -> Found:
        bases = self.snapshot.bases.tolist()
        parts = []
        for segment, base, end in zip(self.snapshot.segments, bases, bases[1:], strict=False):
            documents = within_segment(among, base, end)
            addresses = places.standing(segment, text, self.work, documents)
            parts.append(places.documents_at(segment, addresses, None, self.work))
        return joined(parts, self.snapshot.bases)

    def _any(self, nodes: Iterable[Node], among: Found | None) -> Found:
        return union([self.found(child, among) for child in nodes], self.snapshot.count)

    def _all(self, nodes: Sequence[Node], among: Found | None) -> Found:
        """Words first, the rarest of them first; then strings, the rarest first; then the rest."""
        days = [node for node in nodes if isinstance(node, Days)]
        bounds = bounds_of(self.snapshot, days) if days else None
        named = [node for node in nodes if isinstance(node, Word) and node.field is None]
        found = among
        if named:
            found = self._with_words([node.text for node in named], None, bounds)
            bounds = None
        rest: list[Node] = [
            node for node in nodes if not isinstance(node, Not | Days) and node not in named
        ]
        for node in sorted(rest, key=self._cost) if len(rest) > 1 else rest:
            if found is not None and not len(found):
                return NONE
            found = self._further(found, node)
        if bounds is not None:
            found = (
                within_bounds(bounds, self.snapshot.count) if found is None else cut(found, bounds)
            )
        for excluded in nodes:
            if isinstance(excluded, Not):
                found = self._less(found, excluded)
        return self._everything() if found is None else found

    def _further(self, found: Found | None, node: Node) -> Found:
        among = None if found is None or is_row(found) else found
        part = self.found(node, among)
        return part if found is None else both(found, part, self.snapshot.count)

    def _less(self, found: Found | None, node: Not) -> Found:
        if found is None:
            return self.found(node)
        if not is_row(found) and isinstance(node.node, Word) and not node.node.field:
            return kept(found, self.weights(node.node.text, found) == 0)
        part = self.found(node.node, None if is_row(found) else found)
        return without(found, part, self.snapshot.count)

    def _cost(self, node: Node) -> float:
        """About how many documents a part may bring, to begin with the fewest."""
        match node:
            case Chunk(text) | Exact(text) | Prefix(text) if node.field not in OF_VALUES:
                return self.occurrences(text)
            case Near(parts):
                return 4 * min(map(self.occurrences, parts), default=0)
            case And(nodes) if nodes:
                return min(map(self._cost, nodes))
            case Or(nodes) | Together(nodes):
                return sum(map(self._cost, nodes))
            case Widened(chunk, others):
                return sum(map(self._cost, (chunk, *others)))
            case _:
                return self.snapshot.count

    def _everything(self) -> Found:
        return np.ones(self.snapshot.count, np.bool_)

    def living(self, found: Found) -> Found:
        """Those that are not deleted; as a list where they are few."""
        live = self.snapshot.live
        if live is not None:
            found = found & live if is_row(found) else kept(found, live.take(found, mode="clip"))
        if is_row(found) and size(found) * SPARSE < self.snapshot.count:
            return as_list(found)
        return found
