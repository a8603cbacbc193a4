"""From a query to a page of hits with exact totals and facets, over the segments of an index."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from search.evaluation.matching import chunk_words, matching
from search.evaluation.ranking import Place, Ranked, Ranking, ranked_texts
from search.evaluation.relax import MOST_WORDS, enough, loose_chunks, words_held
from search.index import FacetCount, Hit, SearchPage, SearchQuery, Sort
from search.query.grammar import parse
from search.query.tree import And, Days, Node


class Segment(Ranked, Protocol):
    """What a page of hits needs of a segment besides."""

    def site(self, document: int) -> str: ...

    def id(self, document: int) -> str: ...


Found = Mapping[int, Collection[int]]
"""Documents by the position of their segment."""


def answer(query: SearchQuery, segments: Sequence[Segment], revision: int) -> SearchPage:
    """Raises ``QueryError``."""
    asked = parse(query.text)
    tree = _with_days(asked, query)
    found: Found = {
        number: _at_sites(matching(tree, segment), query, segment)
        for number, segment in enumerate(segments)
    }
    most_words = False
    if not any(found.values()):
        found = _with_most_words(tree, query, segments)
        most_words = any(found.values())
    ranking = Ranking(asked, segments)
    return SearchPage(
        total=sum(map(len, found.values())),
        hits=_hits(query, found, segments, ranking),
        facets=_facets(found, segments),
        most_words=most_words,
        strings=_marked(asked),
        revision=revision,
    )


def _with_days(asked: Node, query: SearchQuery) -> Node:
    if query.published_from is None and query.published_until is None:
        return asked
    nodes = asked.nodes if isinstance(asked, And) else (asked,)
    return And((*nodes, Days(query.published_from, query.published_until)))


def _at_sites(found: Collection[int], query: SearchQuery, segment: Segment) -> Collection[int]:
    if not query.sites:
        return found
    return [one for one in found if segment.site(one) in query.sites]


def _with_most_words(tree: Node, query: SearchQuery, segments: Sequence[Segment]) -> Found:
    """Documents that hold at least half of the words, or as many as any document holds."""
    needed = _telling_words(tree, segments)
    if len(needed) < 2:
        return {}
    held: dict[int, dict[int, int]] = {}
    for number, segment in enumerate(segments):
        counts = words_held(tree, segment, needed)
        held[number] = {one: counts[one] for one in _at_sites(counts, query, segment)}
    best = max((count for counts in held.values() for count in counts.values()), default=0)
    least = enough(best, len(needed))
    return {
        number: [one for one, count in counts.items() if count >= least]
        for number, counts in held.items()
    }


def _telling_words(tree: Node, segments: Sequence[Segment]) -> frozenset[str]:
    needed = {word for chunk in loose_chunks(tree) for word in chunk_words(chunk.text)}
    if len(needed) <= MOST_WORDS:
        return frozenset(needed)
    spread = {word: sum(len(one.with_word(word)) for one in segments) for word in needed}
    known = sorted((word for word in needed if spread[word]), key=lambda word: (spread[word], word))
    return frozenset(known[:MOST_WORDS])


def _hits(
    query: SearchQuery, found: Found, segments: Sequence[Segment], ranking: Ranking
) -> tuple[Hit, ...]:
    places: list[Place] = [(number, one) for number, members in found.items() for one in members]
    wanted = query.offset + query.limit

    def id_of(place: Place) -> str:
        return segments[place[0]].id(place[1])

    if query.sort is Sort.RELEVANCE and query.text.strip():
        scores = ranking.scores(found)
        best = heapq.nsmallest(wanted, places, key=lambda place: (-scores[place], id_of(place)))
    else:
        sign = 1 if query.sort is Sort.OLDEST else -1

        def by_day(place: Place) -> tuple[bool, int, str]:
            day = segments[place[0]].day(place[1])
            return not day, sign * day, id_of(place)

        best = heapq.nsmallest(wanted, places, key=by_day)
        shown: dict[int, list[int]] = {}
        for number, one in best:
            shown.setdefault(number, []).append(one)
        scores = ranking.scores(shown)
    return tuple(Hit(id=id_of(place), score=scores[place]) for place in best[query.offset :])


def _facets(found: Found, segments: Sequence[Segment]) -> dict[str, tuple[FacetCount, ...]]:
    sites: Counter[str] = Counter()
    years: Counter[int] = Counter()
    for number, members in found.items():
        sites.update(map(segments[number].site, members))
        years.update(segments[number].day(one) // 10_000 for one in members)
    del years[0]
    return {
        "site": tuple(
            FacetCount(value=site, count=count)
            for site, count in sorted(sites.items(), key=lambda item: (-item[1], item[0]))
        ),
        "year": tuple(
            FacetCount(value=f"{year:04}", count=years[year])
            for year in sorted(years, reverse=True)
        ),
    }


def _marked(asked: Node) -> tuple[str, ...]:
    """The whole strings, then their words; one character of a longer string tells nothing."""
    strings = ranked_texts(asked)
    parts = [word for text in strings for word in chunk_words(text) if len(word) > 1]
    return tuple(dict.fromkeys([*strings, *parts]))
