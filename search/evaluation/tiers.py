"""Which documents answer a question: those with all that it asks, then those with most words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from search.analysis import fold
from search.evaluation import ranking, relax
from search.evaluation.documents import Found, both, size, union, without
from search.evaluation.question import Question
from search.evaluation.ranking import Scores
from search.evaluation.values import with_whole_value
from search.query.tree import And, Node, Or, Word


@dataclass(frozen=True, slots=True)
class Tier:
    """Documents that come before or behind all others, as a list or a row."""

    found: Found
    scores: Scores | None = None
    """Of every document, where they were made already."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The documents of all pages; deleted ones are not among them."""

    tiers: tuple[Tier, ...]
    """One or two, which share no document."""
    every: Found
    total: int
    with_all: int
    """How many have all the words."""
    least: int = 0
    """How many words each has; 0 where all have all."""


def matches(question: Question, *, relaxes: bool) -> Matches:
    """Those with all the words, and where they are few and it ``relaxes``, those with most.

    The latter stand behind the others, unless one typed chunk is answered by score: whether a
    pasted sentence is there word for word tells less than how much of it: MRR@10 of known items
    .959 against .955, while of two or three words typed apart it falls from .919 to .878.
    """
    first = _with_all(question)
    many = size(first.found)
    place = question.place
    # On later pages as on the first one, whatever has come since.
    may_relax = many < relax.FEW if place is None else place.least > 0
    if relaxes and may_relax and question.asked.parts:
        asked = relax.loose(question.tree)
        least, more = _with_most(question, asked)
        more = without(more, first.found, question.snapshot.count)
        if added := size(more):
            every = union([first.found, more], question.snapshot.count)
            is_one_list = question.by_score and len(asked.chunks) == 1
            tiers = (Tier(every),) if is_one_list else (first, Tier(more))
            return Matches(tiers, every, many + added, many, least)
    return Matches((first,), first.found, many, many)


def _with_all(question: Question) -> Tier:
    matching, snapshot = question.matching, question.snapshot
    if question.by_score and _is_any_word(question.tree) and not _has_filters(question):
        scores = ranking.scores(matching, question.asked.parts, question.rarity, None)
        found: Found = scores > 0
        if snapshot.live is not None:
            found &= snapshot.live
            scores *= found
        return Tier(found, scores)
    return Tier(matching.living(_filtered(question, matching.found(question.tree))))


def _with_most(question: Question, asked: relax.Loose) -> tuple[int, Found]:
    """The least number of words, and the living documents that hold so many.

    It is what ``Loose`` wants, or the most that any document holds; on later pages that of the
    first one. Without two words that may be missing there are no documents.
    """
    if len(asked.words) < 2:
        return 0, np.zeros(0, np.uint32)
    held = relax.words_held(asked, question.matching)
    if question.place is not None:
        least = max(question.place.least, 1)
        return least, _allowed(question, asked, held >= least)
    found = _allowed(question, asked, held >= asked.wanted)
    if size(found) or asked.wanted == 1:
        return asked.wanted, found
    some = _allowed(question, asked, held > 0)
    numbers = held[some]
    least = int(numbers.max(initial=1))
    return least, both(some, held >= least, question.snapshot.count)


def _allowed(question: Question, asked: relax.Loose, found: Found) -> Found:
    if asked.rest:
        rest = question.matching.found(And(asked.rest))
        found = both(found, rest, question.snapshot.count)
    return question.matching.living(_filtered(question, found))


def _has_filters(question: Question) -> bool:
    query = question.query
    return bool(query.sites or query.containers or query.authors or query.channels)


def _filtered(question: Question, found: Found) -> Found:
    query = question.query
    if not _has_filters(question):
        return found
    for field, values, folded in (
        ("site", query.sites, False),
        ("container", query.containers, True),
        ("author", query.authors, True),
        ("channel", query.channels, True),
    ):
        if values:
            wanted = {fold(value) for value in values} if folded else set(values)
            allowed = with_whole_value(question.snapshot, field, wanted, folded=folded)
            found = both(found, allowed, question.snapshot.count)
    return found


def _is_any_word(tree: Node) -> bool:
    """Whether it asks for any of some words: then who scores matches."""
    return isinstance(tree, Or) and all(
        type(node) is Word and node.field is None for node in tree.nodes
    )
