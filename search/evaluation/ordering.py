"""The first hits of a question, in their order, after the place where the last page ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.evaluation import literal, ranking
from search.evaluation.best import Ranked, after_score, by_day, by_score, leading
from search.evaluation.collapse import Groups, outside
from search.evaluation.documents import NONE, Found, as_list, is_row, size, union, without
from search.evaluation.question import Question
from search.evaluation.ranking import Scores
from search.evaluation.tiers import Tier
from search.index import Sort
from search.query.tree import Word

_LAST_DAY = 99_991_231


@dataclass(frozen=True, slots=True)
class First:
    """Hits in order, and what the next page must know."""

    hits: list[tuple[int, Ranked]]
    """Each with the number of its tier."""
    floors: tuple[float, ...]
    """From which score on documents of each tier were looked at for the bonus."""


def first_hits(
    question: Question, tiers: Sequence[Tier], wanted: int, groups: Groups | None
) -> First:
    """As many hits as are wanted, if there are so many; with groups, the best of each only."""
    hits: list[tuple[int, Ranked]] = []
    floors: list[float] = []
    shown: Found = NONE
    for number, tier in enumerate(tiers):
        if not question.by_score:
            found = _by_day(question, tier.found, number, wanted, groups, shown)
            if groups is not None:
                shown = union([shown, tier.found], question.snapshot.count)
        else:
            documents, scores = _listed(question, tier, wanted)
            if question.literal.pairs:
                floors.append(_raise(question, documents, scores, number, size(tier.found)))
            rest, values = _rest(question, documents, scores, number)
            if groups is None:
                found = by_score(question.snapshot, rest, values, wanted) if wanted > 0 else []
            else:
                before = without(documents, rest, question.snapshot.count)
                before = np.concatenate([shown, before])
                found = _best_of_groups(question, rest, values, wanted, groups, before)
                shown = np.concatenate([shown, documents])
        hits += [(number, one) for one in found]
        if len(hits) >= wanted and number < len(tiers) - 1:
            break
        wanted -= len(found)
    return First(hits, tuple(floors))


# By score


def _listed(question: Question, tier: Tier, wanted: int) -> tuple[Found, Scores]:
    """Documents and their scores as lists; of a row, only those that may be wanted."""
    found, scores, matching = tier.found, tier.scores, question.matching
    if not is_row(found):
        return found, _scores(question, found)
    if question.place is None and not question.query.collapse:
        if scores is None:
            scores = _scores(question, None)
            if type(question.tree) is not Word or matching.snapshot.live is not None:
                np.multiply(scores, found, out=scores)
        places = leading(scores, max(wanted, literal.DEPTH if question.literal.pairs else 0))
        best = scores.take(places)
        if len(places) and best.min() > 0:
            return places, best
    documents = as_list(found)
    if scores is not None:
        return documents, scores.take(documents)
    return documents, _scores(question, documents)


def _scores(question: Question, documents: Found | None) -> Scores:
    """Of a list of documents, or of every one: by words, and by chunks that stand in a row."""
    scores = _of_words(question, documents)
    literal.add_in_row(question.matching, question.literal, documents, scores)
    return scores


def _of_words(question: Question, documents: Found | None) -> Scores:
    return ranking.scores(question.matching, question.asked.parts, question.rarity, documents)


def _raise(question: Question, documents: Found, scores: Scores, number: int, total: int) -> float:
    """Gives the best their bonus, on later pages the same ones; from which score on."""
    place = question.place
    if place is not None and number < len(place.floors):
        floor = place.floors[number]
    else:
        floor = literal.floor_of(scores, total)
    literal.add_pairs(question.matching, question.literal, documents, scores, floor)
    return floor


def _rest(
    question: Question, documents: Found, scores: Scores, number: int
) -> tuple[Found, Scores]:
    """What comes after the place where the last page ended."""
    place = question.place
    if place is None or number > place.tier:
        return documents, scores
    if number < place.tier:
        return documents[:0], scores[:0]
    follows = after_score(question.snapshot, documents, scores, place.key, place.id)
    return documents.take(follows), scores.take(follows)


def _best_of_groups(
    question: Question, rest: Found, scores: Scores, wanted: int, groups: Groups, before: Found
) -> list[Ranked]:
    """The best of each group that has no hit before."""
    if len(before):
        stays = outside(groups, rest, before)
        rest, scores = rest.take(stays), scores.take(stays)
    step = max(wanted, 1)
    while True:
        best = by_score(question.snapshot, rest, scores, step)
        found = _first_of_groups(best, groups)
        if len(found) >= wanted or len(best) >= len(rest):
            return found[: max(wanted, 0)]
        step *= 4


# By day


def _by_day(
    question: Question,
    found: Found,
    number: int,
    wanted: int,
    groups: Groups | None,
    shown: Found,
) -> list[Ranked]:
    newest = question.query.sort is not Sort.OLDEST
    place, after = question.place, None
    if place is not None and number <= place.tier:
        if number < place.tier:
            return []
        after = (min(max(int(place.key), 0), _LAST_DAY), place.id)
    if groups is not None:
        found = _of_new_groups(question, found, after, groups, shown)
    step = wanted
    while True:
        placed = by_day(question.snapshot, found, step, newest=newest, after=after)
        ranked = [(0.0, key, document) for document, _, key in placed]
        chosen = ranked if groups is None else _first_of_groups(ranked, groups)
        if len(chosen) >= wanted or len(placed) < step:
            return _with_scores(question, chosen[: max(wanted, 0)])
        step *= 4


def _of_new_groups(
    question: Question, found: Found, after: tuple[int, str] | None, groups: Groups, shown: Found
) -> Found:
    """What no hit before stands for: neither of those shown nor of those up to a place."""
    documents, before = as_list(found), as_list(shown)
    if after is not None:
        newest = question.query.sort is not Sort.OLDEST
        placed = by_day(question.snapshot, found, len(documents), newest=newest, after=after)
        rest = np.array(sorted(document for document, _, _ in placed), np.int64)
        gone = without(documents, rest, question.snapshot.count)
        before = np.concatenate([before, gone])
        documents = rest
    return documents.take(outside(groups, documents, before))


def _with_scores(question: Question, ranked: list[Ranked]) -> list[Ranked]:
    """By words only: the bonus is for those that rank by it."""
    if not question.asked.parts or not ranked:
        return ranked
    documents = np.array([document for _, _, document in ranked], np.int64)
    scores = _of_words(question, documents).tolist()
    return [
        (-score, key, document) for score, (_, key, document) in zip(scores, ranked, strict=True)
    ]


def _first_of_groups(ranked: list[Ranked], groups: Groups) -> list[Ranked]:
    numbers = groups.numbers
    first: dict[int, Ranked] = {}
    for one in ranked:
        first.setdefault(int(numbers[one[2]]), one)
    return list(first.values())
