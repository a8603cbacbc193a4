"""More for documents in which a chunk stands as it was typed, or much of it does.

On 478 known items over 30,000 bulletins (MRR@10): words alone .943, with character pairs .955,
with the title's share besides .959 (.958 and .960 by halves), where .964 can be had. Half or twice
of any constant moves one or two queries, .0015 each. Looking at more than 20 documents changed
nothing. A string typed without quotes is found first (MRR@10 .993, else .81) only if all that hold
it get their bonus.

All of it depends on the document and on ``Literal`` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log

import numpy as np
import numpy.typing as npt

from search.arrays.pairs import Addresses
from search.arrays.segment import Segment
from search.arrays.weights import K1, SCALE
from search.evaluation import places
from search.evaluation.best import leading
from search.evaluation.documents import Found, holds, is_row, size, within_segment
from search.evaluation.matching import Matching
from search.evaluation.ranking import Asked, Scores

IN_ROW = 1.0
"""For a chunk of several words that stands there, as a share of the best its words could give."""
PAIRS = 0.5
"""What a BM25 over pairs of characters counts beside that over words."""
TITLE = 0.2
"""For a title of which every pair of characters is asked for, as a share of the words' best."""
ALL_IN_TITLE = 0.1
"""For a title that has all words of the query, likewise."""
_MOST_IN_TITLE = 24
"""No title has more words."""
DEPTH = 50
"""How many of the best are looked at for pairs and titles."""
_MOST = 1_000
"""How many at most, where many have the same score."""
_MOST_PAIRS = 128
"""Pairs that are looked for, all of any brief; of longer queries every second, third …"""
_K1 = 0.6
_B = 0.5
_TITLE_FIELD = 0


Stretches = Sequence[Sequence[Addresses]]
"""For each segment and each pair, the addresses of the pair."""


@dataclass(frozen=True, slots=True)
class Literal:
    """What the bonus rests on besides the document."""

    in_row: tuple[tuple[str, float], ...]
    """Chunks of several words, and the bonus for each."""
    words: tuple[str, ...]
    """Of all chunks."""
    pairs: tuple[str, ...]
    """Their distinct pairs of letters, digits and ideographs."""
    best: float
    """The most that the words of the query could give."""
    numbers: Scores
    """What each pair counts, and at last the mean length of documents."""
    stretches: Stretches
    """Where the pairs stand."""


def pairs_of(chunks: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """The pairs of characters that are looked for."""
    pairs = dict.fromkeys(
        text[at : at + 2]
        for text, _ in chunks
        for at in range(len(text) - 1)
        if text[at].isalnum() and text[at + 1].isalnum()
    )
    return tuple(pairs)[:: 1 + max(len(pairs) - 1, 0) // _MOST_PAIRS]


def pair_numbers(matching: Matching, pairs: Sequence[str], stretches: Stretches) -> Scores:
    """What each pair counts, and at last the mean length.

    How many documents have a pair is not counted, only how often it occurs, which costs nothing.
    """
    count = max(matching.snapshot.count, 1)
    occurrences = [sum(len(one[at]) for one in stretches) for at in range(len(pairs))]
    numbers = [PAIRS * (log(count / (min(many, count) + 1)) + 1) for many in occurrences]
    blocks = sum(len(one.pairs.block_documents) for one in matching.snapshot.segments)
    return np.array([*numbers, max(blocks, 1) / count], np.float32)


def stretches_of(matching: Matching, pairs: Sequence[str]) -> Stretches:
    """Where each pair stands, by segments."""
    return [places.stretches(segment, pairs) for segment in matching.snapshot.segments]


def add_in_row(matching: Matching, literal: Literal, found: Found | None, scores: Scores) -> None:
    """Raises, in place, the scores of all documents in which a chunk stands in a row.

    ``found``: the documents of the scores, as a list; ``None``: every document.
    """
    for text, most in literal.in_row:
        bonus = np.float32(most)
        held = matching.with_string(text, None, found)
        if found is not None:
            held = matching.held(held, found)
        elif not is_row(held):
            scores[held] += bonus
            continue
        scores += held * bonus


def floor_of(scores: Scores, total: int) -> float:
    """The least score that is looked at further: 0.0 where ``total``, the documents, are few.

    The best scores of more than ``DEPTH`` documents will do, equal ones included.
    """
    if total <= DEPTH:
        return 0.0
    limit = scores.take(leading(scores, DEPTH)).min()
    if np.count_nonzero(scores >= limit) > _MOST:
        limit = np.nextafter(limit, np.float32(inf))
    return float(limit)


def add_pairs(
    matching: Matching, literal: Literal, documents: Found, scores: Scores, floor: float
) -> None:
    """Raises, in place, the scores that reach the floor, by pairs and titles."""
    chosen = (scores >= np.float32(floor)).nonzero()[0]
    if not literal.pairs or not size(chosen):
        return
    members = documents.take(chosen)
    scores[chosen] += _all_in_title(matching, literal, members)
    bases = matching.snapshot.bases.tolist()
    bonus = [
        _of_segment(segment, literal, stretches, within_segment(members, base, end))
        for segment, stretches, base, end in zip(
            matching.snapshot.segments, literal.stretches, bases, bases[1:], strict=False
        )
    ]
    scores[chosen] += np.concatenate(bonus).astype(np.float32)


def _all_in_title(matching: Matching, literal: Literal, members: Found) -> Scores:
    """The bonus of each member of a list whose title has all words; mostly none has the first."""
    bonus = np.zeros(len(members), np.float32)
    if not 0 < len(literal.words) <= _MOST_IN_TITLE:
        return bonus
    places = np.arange(len(members))
    for word in literal.words:
        with_word = matching.postings(word, "title").documents
        places = places.take(holds(with_word, members.take(places)).nonzero()[0])
        if not len(places):
            return bonus
    bonus[places] = ALL_IN_TITLE * literal.best
    return bonus


def _of_segment(
    segment: Segment, literal: Literal, stretches: Sequence[Addresses], documents: Found
) -> npt.NDArray[np.float64]:
    total = np.zeros(len(documents), np.float64)
    if not len(documents):
        return total
    starts, ends = segment.pairs.document_span(documents)
    titles = _title_ends(segment, starts, ends)
    # The last address of a document or title is that of no pair: it ends a unit.
    edges = np.concatenate([starts, np.maximum(titles - 1, 0), np.maximum(ends - 1, 0)])
    edges = edges.astype(np.uint32)
    held = [number for number, addresses in enumerate(stretches) if len(addresses)]
    if not held:
        return total
    found = np.array([stretches[number].searchsorted(edges) for number in held])
    first, title, last = found.reshape(len(held), 3, -1).swapaxes(0, 1)
    times = (last - first).astype(np.float64)
    blocks = (ends - starts) >> 7
    damping = _K1 * (1 - _B + _B * blocks / float(literal.numbers[-1]))
    worth = times * literal.numbers.take(held).astype(np.float64)[:, np.newaxis]
    worth *= _K1 + 1
    worth /= times + damping
    for row in worth:  # one after another: NumPy would add a single document in another order
        total += row
    in_title = (title - first).sum(axis=0)
    total += TITLE * literal.best * in_title / np.maximum(titles - starts - 2, 1)
    return total


def _title_ends(
    segment: Segment, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The address after each document's title; its first address where it has none."""
    pairs = segment.pairs
    first = pairs.unit_starts.searchsorted(starts.astype(np.uint32))
    following = pairs.unit_starts.take(first + 1, mode="clip").astype(np.int64)
    following = np.where((following > starts) & (following < ends), following, ends)
    is_title = pairs.unit_fields.take(first, mode="clip") == _TITLE_FIELD
    return np.where(is_title & (starts < ends), following, starts)


def literal_of(
    asked: Asked, pairs: tuple[str, ...], stretches: Stretches, rarity: Scores, numbers: Scores
) -> Literal:
    """What the bonus rests on; ``rarity`` and ``numbers`` are those of the first page."""
    if not asked.chunks:
        return Literal((), (), (), 0.0, numbers, stretches)
    flat = [word for part in asked.parts for way in part for word in way]
    counts = dict(zip(flat, rarity.tolist(), strict=True))
    most = (K1 + 1) * SCALE
    return Literal(
        in_row=tuple(
            (text, IN_ROW * most * sum(counts[word] for word in words))
            for text, words in asked.chunks
            if len(words) > 1
        ),
        words=tuple(dict.fromkeys(word for _, words in asked.chunks for word in words)),
        pairs=pairs,
        best=most * sum(rarity.tolist()),
        numbers=numbers,
        stretches=stretches,
    )
