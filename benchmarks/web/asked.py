"""What is asked: the same words of every server, drawn from the texts by a seed.

What is typed, ours also takes for characters in a row; words that stand so where the segmenter cut
otherwise give other totals than FTS5's, and are not drawn. Nor are words that few reports have
together, for then ours adds those with most of them, and nobody else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from benchmarks.search.corpus import Corpus
from benchmarks.search.queries import KINDS, Query, queries, source
from benchmarks.web.peers.statements import NEWEST, RELEVANCE, WITHIN
from benchmarks.web.servers import OURS

EACH = 8
"""Queries of each kind."""
_DRAWN = 12
"""Times as many are drawn as are kept."""
_STRINGS = "exact string"
_CHINESE = re.compile("[\u4e00-\u9fa5]{2,}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, as each server is asked it."""

    kind: str
    total: int
    ours: str
    """Path of our search page."""
    peers: str
    """Path of theirs, which are given their expression ready made."""

    def path(self, name: str) -> str:
        if name == OURS:
            return self.ours
        return self.peers


def drawn(corpus: Corpus, each: int) -> Iterator[Query]:
    """Candidates, of all kinds in turn; what a tokenizer might change is not among them."""
    found = queries(source(list(corpus.prepared())), each * _DRAWN)
    yield from (
        query
        for query in found
        if query.kind in KINDS
        and query.kind != _STRINGS
        and all(_CHINESE.fullmatch(word) for word in _words(query))
    )


def expression(query: Query) -> str:
    """In FTS5's language."""
    joined = (" OR " if query.any_word else " AND ").join(f'"{word}"' for word in query.words)
    return f'({joined}) NOT "{query.without}"' if query.without else joined


def order(query: Query) -> str:
    """Which statement of the peers answers it."""
    if query.days:
        return WITHIN
    return NEWEST if query.newest else RELEVANCE


def chosen(counted: Sequence[tuple[Query, int]], each: int) -> list[Asked]:
    """The first of each kind, in an order in which kinds alternate."""
    kinds = [
        list(islice((_asked(query, total) for query, total in counted if query.kind == kind), each))
        for kind in KINDS
    ]
    return [one for number in range(each) for kind in kinds for one in kind[number : number + 1]]


def _words(query: Query) -> list[str]:
    return [*query.words, *filter(None, [query.without])]


def _asked(query: Query, total: int) -> Asked:
    first, until = query.days or (0, 0)
    ours = {"q": query.text, "limit": 10, "synonyms": "false"}
    theirs = {"q": query.text, "match": expression(query), "first": first, "until": until}
    if query.newest:
        ours["sort"] = "newest"
    if query.days:
        ours |= {"from": _iso(first), "until": _iso(until)}
    return Asked(
        query.kind,
        total,
        f"/search?{urlencode(ours)}",
        f"/reports/{order(query)}?{urlencode(theirs)}",
    )


def _iso(day: int) -> str:
    return f"{day // 10_000:04}-{day // 100 % 100:02}-{day % 100:02}"
