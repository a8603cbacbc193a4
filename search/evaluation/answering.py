"""From a query to a page of hits with exact totals and facets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from archive.errors import QueryError
from archive.words import N_
from search.analysis import fold
from search.arrays.snapshot import Snapshot
from search.evaluation import cursor, literal, ranking
from search.evaluation.best import Ranked, after_score, by_day, by_score, leading
from search.evaluation.collapse import Groups, groups_of, outside
from search.evaluation.cursor import Place
from search.evaluation.documents import (
    NONE,
    Found,
    as_list,
    both,
    is_row,
    size,
    union,
    without,
)
from search.evaluation.facets import facet_counts
from search.evaluation.matching import Matching
from search.evaluation.ranking import Asked, Scores
from search.evaluation.relax import FEW, with_most_words
from search.evaluation.values import with_whole_value
from search.index import Hit, SearchPage, SearchQuery, Sort, Widening
from search.query.grammar import parse
from search.query.synonyms import Synonyms, widen
from search.query.tree import And, Days, Node, Or, Word

_LAST_DAY = 99_991_231


def answer(query: SearchQuery, snapshot: Snapshot, synonyms: Synonyms | None = None) -> SearchPage:
    """The page that is asked for, widened by these synonyms or the shipped ones.

    Raises ``QueryError``.
    """
    tree = parse(query.text)
    widenings: tuple[Widening, ...] = ()
    if query.synonyms:
        tree, widenings = widen(tree, synonyms)
    return _Answer(tree, query, snapshot).page(widenings, relaxes=True)


def answer_tree(tree: Node, query: SearchQuery, snapshot: Snapshot) -> SearchPage:
    """The same for a tree at hand: ``query.text`` is not read, and nothing is added to it."""
    return _Answer(tree, query, snapshot).page((), relaxes=False)


@dataclass(frozen=True, slots=True)
class _Tier:
    """Documents that come before or behind all others, as a list or a row."""

    found: Found
    scores: Scores | None = None
    """Of every document, where they were made already."""


class _Answer:
    def __init__(self, tree: Node, query: SearchQuery, snapshot: Snapshot) -> None:
        self._query = query
        self._snapshot = snapshot
        self._asked_tree = tree
        self._tree = _with_days(tree, query)
        self._matching = Matching(snapshot)
        self._asked: Asked = ranking.asked(tree)
        self._by_score = query.sort is Sort.RELEVANCE and bool(self._asked.parts)
        pairs = literal.pairs_of(self._asked.chunks) if self._by_score else ()
        rarity = ranking.rarities(self._asked.parts, self._matching)
        # Both go into the cursor, one behind the other.
        self._statistics = rarity
        if pairs:
            self._statistics = np.append(rarity, literal.pair_numbers(self._matching, pairs))
        self._place: Place | None = None
        if query.cursor is not None:
            if query.offset:
                raise QueryError(
                    position=0,
                    reason=N_("a page is asked for by its mark or by its number, not by both"),
                )
            self._place = cursor.decoded(query.cursor, query, len(self._statistics))
            self._statistics = self._place.statistics
        self._rarity, numbers = self._statistics[: len(rarity)], self._statistics[len(rarity) :]
        self._literal = literal.literal_of(self._asked, pairs, self._rarity, numbers)
        self._floors: list[float] = []

    def page(self, widenings: tuple[Widening, ...], *, relaxes: bool) -> SearchPage:
        query, snapshot = self._query, self._snapshot
        tiers = [self._tier()]
        first = size(tiers[0].found)
        most_words = False
        if relaxes and self._asked.parts and self._may_relax(first):
            more = self._most_words(tiers[0].found)
            if size(more):
                tiers.append(_Tier(more))
                most_words = True
        total = first if len(tiers) == 1 else first + size(tiers[1].found)
        every = tiers[0].found
        if len(tiers) > 1:
            every = union([one.found for one in tiers], snapshot.count)
        groups = groups_of(snapshot) if query.collapse and total else None
        sizes = None if groups is None else groups.sizes(as_list(every))
        ranked = self._ranked(tiers, query.offset + query.limit + 1, groups)
        chosen = ranked[query.offset : query.offset + query.limit]
        following = None
        if len(ranked) > query.offset + query.limit and chosen:
            following = self._following(chosen[-1], most_words)
        folded = 0 if query.collapse else None
        if groups is None or sizes is None:
            hits = tuple([Hit(id=key, score=0.0 - score) for _, (score, key, _) in chosen])
        else:
            folded, numbers = int(np.count_nonzero(sizes)), groups.numbers
            hits = tuple(
                Hit(id=key, score=0.0 - score, reprints=int(sizes[numbers[document]]) - 1)
                for _, (score, key, document) in chosen
            )
        return SearchPage(
            total=total,
            groups=folded,
            hits=hits,
            next=following,
            facets=facet_counts(snapshot, every, query.facets) if query.facets else {},
            with_all_words=first,
            most_words=most_words,
            widenings=widenings,
            strings=ranking.marked(self._asked_tree) if relaxes else (),
            revision=snapshot.revision,
        )

    # What matches

    def _tier(self) -> _Tier:
        """The documents that match."""
        if self._by_score and _is_any_word(self._tree) and not self._has_filters():
            scores = ranking.scores(self._matching, self._asked.parts, self._rarity, None)
            found: Found = scores > 0
            if self._snapshot.live is not None:
                found &= self._snapshot.live
                scores *= found
            return _Tier(found, scores)
        found = self._matching.found(self._tree)
        return _Tier(self._matching.living(self._filtered(found)))

    def _has_filters(self) -> bool:
        query = self._query
        return bool(query.sites or query.containers or query.authors or query.channels)

    def _filtered(self, found: Found) -> Found:
        query = self._query
        if not self._has_filters():
            return found
        for field, values, folded in (
            ("site", query.sites, False),
            ("container", query.containers, True),
            ("author", query.authors, True),
            ("channel", query.channels, True),
        ):
            if values:
                asked = {fold(value) for value in values} if folded else set(values)
                allowed = with_whole_value(self._snapshot, field, asked, folded=folded)
                found = both(found, allowed, self._snapshot.count)
        return found

    def _may_relax(self, found: int) -> bool:
        """On later pages as on the first one, whatever has come since."""
        return found < FEW if self._place is None else self._place.most_words

    def _most_words(self, with_all: Found) -> Found:
        found = self._filtered(with_most_words(self._tree, self._matching))
        return without(self._matching.living(found), with_all, self._snapshot.count)

    # In which order

    def _ranked(
        self, tiers: Sequence[_Tier], wanted: int, groups: Groups | None
    ) -> list[tuple[int, Ranked]]:
        """The first hits after the place where the last page ended, each with its tier."""
        ranked: list[tuple[int, Ranked]] = []
        shown: Found = NONE
        for number, tier in enumerate(tiers):
            if not self._by_score:
                found = self._by_day(tier.found, number, wanted, groups, shown)
                shown = union([shown, tier.found], self._snapshot.count)
            elif groups is None:
                found = self._best(tier, number, wanted)
            else:
                found, shown = self._best_of_groups(tier, number, wanted, groups, shown)
            ranked += [(number, one) for one in found]
            if len(ranked) >= wanted and number < len(tiers) - 1:
                break
            wanted -= len(found)
        return ranked

    def _best(self, tier: _Tier, number: int, wanted: int) -> list[Ranked]:
        documents, scores = self._listed(tier, wanted)
        self._raise(documents, scores, number, size(tier.found))
        documents, scores = self._rest(documents, scores, number)
        return by_score(self._snapshot, documents, scores, wanted) if wanted > 0 else []

    def _listed(self, tier: _Tier, wanted: int) -> tuple[Found, Scores]:
        """Documents and their scores as lists; of a row, only those that may be wanted."""
        found, scores = tier.found, tier.scores
        if not is_row(found):
            return found, self._literal_scores(found)
        if self._place is None and not self._query.collapse:
            if scores is None:
                scores = self._scores(None)
                literal.add_in_row(self._matching, self._literal, None, scores)
                if type(self._tree) is not Word or self._snapshot.live is not None:
                    np.multiply(scores, found, out=scores)
            places = leading(scores, max(wanted, literal.DEPTH if self._literal.pairs else 0))
            best = scores.take(places)
            if len(places) and best.min() > 0:
                return places, best
        documents = as_list(found)
        if scores is not None:
            return documents, scores.take(documents)
        return documents, self._literal_scores(documents)

    def _literal_scores(self, documents: Found) -> Scores:
        scores = self._scores(documents)
        literal.add_in_row(self._matching, self._literal, documents, scores)
        return scores

    def _scores(self, documents: Found | None) -> Scores:
        return ranking.scores(self._matching, self._asked.parts, self._rarity, documents)

    def _raise(self, documents: Found, scores: Scores, number: int, total: int) -> None:
        """Gives the best their bonus, on later pages the same ones."""
        if not self._literal.pairs:
            return
        if self._place is not None and number < len(self._place.floors):
            floor = self._place.floors[number]
        else:
            floor = literal.floor_of(scores, total)
        self._floors = [*self._floors[:number], floor]
        literal.add_pairs(self._matching, self._literal, documents, scores, floor)

    def _rest(self, documents: Found, scores: Scores, number: int) -> tuple[Found, Scores]:
        """What comes after the place where the last page ended."""
        place = self._place
        if place is None or number > place.tier:
            return documents, scores
        if number < place.tier:
            return documents[:0], scores[:0]
        follows = after_score(self._snapshot, documents, scores, place.key, place.id)
        return documents.take(follows), scores.take(follows)

    def _best_of_groups(
        self, tier: _Tier, number: int, wanted: int, groups: Groups, shown: Found
    ) -> tuple[list[Ranked], Found]:
        """The best of each group that has no better hit before; then all hits up to here."""
        documents, scores = self._listed(tier, wanted)
        self._raise(documents, scores, number, size(tier.found))
        rest, values = self._rest(documents, scores, number)
        before = np.concatenate([shown, without(documents, rest, self._snapshot.count)])
        stays = outside(groups, rest, before)
        rest, values = rest.take(stays), values.take(stays)
        step = max(wanted, 1)
        while True:
            best = by_score(self._snapshot, rest, values, step)
            found = _first_of_groups(best, groups)
            if len(found) >= wanted or len(best) >= len(rest):
                return found[: max(wanted, 0)], np.concatenate([shown, documents])
            step *= 4

    def _by_day(
        self, found: Found, number: int, wanted: int, groups: Groups | None, shown: Found
    ) -> list[Ranked]:
        newest = self._query.sort is not Sort.OLDEST
        place, after = self._place, None
        if place is not None and number <= place.tier:
            if number < place.tier:
                return []
            after = (min(max(int(place.key), 0), _LAST_DAY), place.id)
        if groups is not None:
            found = self._of_new_groups(found, after, groups, shown)
        step = wanted
        while True:
            placed = by_day(self._snapshot, found, step, newest=newest, after=after)
            ranked = [(0.0, key, document) for document, _, key in placed]
            chosen = ranked if groups is None else _first_of_groups(ranked, groups)
            if len(chosen) >= wanted or len(placed) < step:
                return self._with_scores(chosen[: max(wanted, 0)])
            step *= 4

    def _of_new_groups(
        self, found: Found, after: tuple[int, str] | None, groups: Groups, shown: Found
    ) -> Found:
        """What no hit before stands for: neither of those shown nor of those up to a place."""
        documents, before = as_list(found), as_list(shown)
        if after is not None:
            newest = self._query.sort is not Sort.OLDEST
            placed = by_day(self._snapshot, found, len(documents), newest=newest, after=after)
            rest = np.array(sorted(document for document, _, _ in placed), np.int64)
            before = np.concatenate([before, without(documents, rest, self._snapshot.count)])
            documents = rest
        return documents.take(outside(groups, documents, before))

    def _with_scores(self, ranked: list[Ranked]) -> list[Ranked]:
        """By words only: the bonus is for those that rank by it."""
        if not self._asked.parts or not ranked:
            return ranked
        documents = np.array([document for _, _, document in ranked], np.int64)
        scores = self._scores(documents).tolist()
        return [
            (-score, key, document)
            for score, (_, key, document) in zip(scores, ranked, strict=True)
        ]

    def _following(self, last: tuple[int, Ranked], most_words: bool) -> str:
        tier, (score, article_id, document) = last
        key = -score if self._by_score else int(self._snapshot.days[document])
        place = Place(tier, key, article_id, self._statistics, tuple(self._floors), most_words)
        return cursor.encoded(place, self._query)


def _first_of_groups(ranked: list[Ranked], groups: Groups) -> list[Ranked]:
    numbers = groups.numbers
    first: dict[int, Ranked] = {}
    for one in ranked:
        first.setdefault(int(numbers[one[2]]), one)
    return list(first.values())


def _with_days(asked: Node, query: SearchQuery) -> Node:
    if query.published_from is None and query.published_until is None:
        return asked
    nodes = asked.nodes if isinstance(asked, And) else (asked,)
    return And((*nodes, Days(query.published_from, query.published_until)))


def _is_any_word(tree: Node) -> bool:
    """Whether it asks for any of some words: then who scores matches."""
    return isinstance(tree, Or) and all(
        type(node) is Word and node.field is None for node in tree.nodes
    )
