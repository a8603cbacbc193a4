"""From a query to a page of hits with exact totals and facets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from search.arrays.snapshot import Snapshot
from search.evaluation import cursor, ranking
from search.evaluation.best import Ranked
from search.evaluation.collapse import Groups, earliest, groups_of
from search.evaluation.cursor import Place
from search.evaluation.documents import Found, as_list
from search.evaluation.facets import facet_counts
from search.evaluation.ordering import First, first_hits
from search.evaluation.question import Question, question
from search.evaluation.tiers import matches
from search.index import Hit, SearchPage, SearchQuery, Sort, Widening
from search.query.grammar import parse
from search.query.synonyms import Synonyms, widen
from search.query.tree import Node


def answer(query: SearchQuery, snapshot: Snapshot, synonyms: Synonyms | None = None) -> SearchPage:
    """The page that is asked for, widened by these synonyms or the shipped ones.

    Raises ``QueryError``.
    """
    tree, widenings = _read(query, synonyms)
    return _page(tree, query, snapshot, widenings, relaxes=True)


def count_all(query: SearchQuery, snapshot: Snapshot, synonyms: Synonyms | None = None) -> int:
    """How many articles have all that is asked for. Raises ``QueryError``."""
    tree, _ = _read(query, synonyms)
    unranked = replace(query, sort=Sort.NEWEST)
    return matches(question(tree, unranked, snapshot), relaxes=False).total


def answer_tree(tree: Node, query: SearchQuery, snapshot: Snapshot) -> SearchPage:
    """The same for a tree at hand: ``query.text`` is not read, and nothing is added to it."""
    return _page(tree, query, snapshot, (), relaxes=False)


def _read(query: SearchQuery, synonyms: Synonyms | None) -> tuple[Node, tuple[Widening, ...]]:
    tree = parse(query.text)
    return widen(tree, synonyms) if query.synonyms else (tree, ())


def _page(
    tree: Node,
    query: SearchQuery,
    snapshot: Snapshot,
    widenings: tuple[Widening, ...],
    *,
    relaxes: bool,
) -> SearchPage:
    asked = question(tree, query, snapshot)
    found = matches(asked, relaxes=relaxes)
    groups = groups_of(snapshot) if query.collapse and found.total else None
    end = query.offset + query.limit
    first = first_hits(asked, found.tiers, end + 1, groups)
    chosen = first.hits[query.offset : end]
    folded = 0 if query.collapse else None
    if groups is None:
        hits = tuple([Hit(id=key, score=0.0 - score) for _, (score, key, _) in chosen])
    else:
        every = as_list(found.every)
        numbers = groups.numbers.take(every)
        folded = groups.distinct(numbers)
        hits = _folded(snapshot, groups, every, numbers, [one for _, one in chosen])
    is_last = len(first.hits) <= end or not chosen
    return SearchPage(
        total=found.total,
        groups=folded,
        hits=hits,
        next=None if is_last else _mark(asked, first, end - 1, found.least),
        facets=facet_counts(snapshot, found.every, query) if query.facets else {},
        with_all_words=found.with_all,
        most_words=found.least > 0,
        widenings=widenings,
        strings=ranking.marked(tree) if relaxes else (),
        revision=snapshot.revision,
    )


def _folded(
    snapshot: Snapshot,
    groups: Groups,
    every: Found,
    numbers: npt.NDArray[np.int32],
    chosen: list[Ranked],
) -> tuple[Hit, ...]:
    """The best of some groups, with how many reprints are folded and which came first.

    ``numbers``: the groups of every document found.
    """
    shown = groups.numbers.take([document for _, _, document in chosen]).tolist()
    sizes = groups.sizes(shown, numbers)
    first = earliest(snapshot, groups, every, [one for one in shown if sizes[one] > 1])
    return tuple(
        Hit(
            id=key,
            score=0.0 - score,
            reprints=sizes[number] - 1,
            earliest=None if first.get(number) == key else first.get(number),
        )
        for number, (score, key, _) in zip(shown, chosen, strict=True)
    )


def _mark(asked: Question, first: First, last: int, least: int) -> str:
    """The cursor of what comes after the last hit of this page."""
    tier, (score, article_id, document) = first.hits[last]
    key = -score if asked.by_score else int(asked.snapshot.days[document])
    place = Place(tier, key, article_id, asked.statistics, first.floors, least)
    return cursor.encoded(place, asked.query)
