"""How near to the top the wanted bulletin stands: mean reciprocal rank among the ten best.

Every bulletin is a document of its own. The peers index the same words and are asked for any and
for all words of what is typed; the better of both counts. Ours is given the line as typed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.search.corpus import Bulletin, Corpus, Document, document_id
from benchmarks.search.engines import TEN
from benchmarks.search.queries import Source, source

KNOWN_ITEMS = "known items"
DISTINCTIVE = "two or three distinctive words"
STRINGS = "a random string of 4 to 8 characters"
QUERIES = 300
"""Of distinctive words and of strings."""
_SEED = 11
_RARE_SHARE = 100
"""A distinctive word stands in at most one bulletin of so many."""

Ask = Callable[[str, bool], Sequence[str]]
"""A typed line and whether all words are wanted: ids of the ten best."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is typed, and the bulletins it is meant to find."""

    text: str
    ids: frozenset[str]


def bulletins_as_documents(bulletins: Iterable[Bulletin]) -> list[Document]:
    """Under ids of their own."""
    return [
        Document(document_id(number), each.title, each.day, each.paragraphs)
        for number, each in enumerate(bulletins)
    ]


def known_items(
    path: Path, bulletins: Sequence[Bulletin], documents: Sequence[Document]
) -> list[Wanted]:
    """Lines of JSON with ``query`` and ``relevant``; those whose bulletin is not held are left."""
    ids = {each.id: document.id for each, document in zip(bulletins, documents, strict=True)}
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    found = (
        Wanted(row["query"], frozenset(ids[each] for each in row["relevant"] if each in ids))
        for row in rows
    )
    return [each for each in found if each.ids]


def drawn_items(corpus: Corpus, many: int = QUERIES) -> dict[str, list[Wanted]]:
    """Distinctive words of bulletins, and strings with every bulletin in which they stand."""
    prepared = list(corpus.prepared())
    drawn = source(prepared, _SEED)
    distinctive = [_distinctive(drawn) for _ in range(many)]
    holders: dict[str, set[str]] = {drawn.string(4, 8): set() for _ in range(many)}
    for document in prepared:
        text = "\x00".join(document.units)
        for string, ids in holders.items():
            if string in text:
                ids.add(document.id)
    strings = [Wanted(string, frozenset(ids)) for string, ids in holders.items()]
    return {DISTINCTIVE: distinctive, STRINGS: strings}


def _distinctive(drawn: Source) -> Wanted:
    most = max(2, len(drawn.documents) // _RARE_SHARE)
    while True:
        document = drawn.random.choice(drawn.documents)
        words = {word for line in document.words for word in line.split() if len(word) > 1}
        rare = sorted(word for word in words if drawn.frequencies[word] <= most)
        number = drawn.random.choice((2, 3))
        if len(rare) >= number:
            return Wanted(" ".join(drawn.random.sample(rare, number)), frozenset({document.id}))


def reciprocal_rank(ids: Sequence[str], wanted: frozenset[str]) -> float:
    """One over the place of the first wanted one among the first ten; else 0."""
    places = (place for place, each in enumerate(ids[:TEN], 1) if each in wanted)
    return 1 / next(places, float("inf"))


def mean_rank(ask: Ask, items: Sequence[Wanted], all_words: bool) -> float:
    """MRR@10."""
    ranks = [reciprocal_rank(ask(each.text, all_words), each.ids) for each in items]
    return sum(ranks) / len(ranks)


def mean_ranks(
    asks: Mapping[str, Ask], ours: str, items: Mapping[str, Sequence[Wanted]]
) -> dict[str, dict[str, float]]:
    """By engine and kind, with the better of any and all words for the peers."""
    return {
        name: {
            kind: max(
                mean_rank(ask, own, every) for every in ((True,) if name == ours else (True, False))
            )
            for kind, own in items.items()
        }
        for name, ask in asks.items()
    }
