"""The mark of a page's end: where the next page goes on, whatever is committed in between.

It carries the place of the last hit and all that scores rest on beside the documents themselves,
so that every document keeps its place. It is opaque to readers, and only good for its search.
"""

from __future__ import annotations

from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct, pack, unpack_from
from struct import error as StructError  # noqa: N812

import numpy as np

from archive.errors import CursorInvalid
from archive.words import N_
from search.evaluation.ranking import Scores
from search.index import SearchQuery

MOST_CURSOR = 16_384
"""Characters a cursor may have; the longest query makes one of some 6,000."""

_MOST = 1e9
"""No score, day or statistic is greater, and no statistic smaller than one by it."""

_HEAD = Struct("<6sBHBHd")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    tier: int
    """0: among the documents with all the words; 1: behind them."""
    key: float
    """The last hit's score, or its day."""
    id: str
    statistics: Scores
    """What each word and pair of characters counts."""
    floors: tuple[float, ...]
    """From which score on documents of each tier were looked at for the bonus."""
    least: int
    """How many words documents need; 0: documents with only most of them were not added."""


def of_search(query: SearchQuery) -> bytes:
    """Names what was asked, without where the page begins and what is shown beside it."""
    asked = (
        query.text, query.published_from, query.published_until, query.sites, query.containers,
        query.authors, query.channels, query.sort.value, query.collapse, query.synonyms,
    )  # fmt: skip
    return blake2b(repr(asked).encode("utf-8", "surrogatepass"), digest_size=6).digest()


def encoded(place: Place, query: SearchQuery) -> str:
    """The cursor of the page after the one that ends here: base64url of a few numbers and the id.

    Every page makes one, so it must cost little: 6 µs, where JSON took 20.
    """
    head = _HEAD.pack(
        of_search(query),
        place.tier,
        place.least,
        len(place.floors),
        len(place.statistics),
        place.key,
    )
    floors = pack(f"<{len(place.floors)}d", *place.floors)
    key = place.id.encode("utf-8", "surrogatepass")
    raw = head + floors + place.statistics.astype("<f4", copy=False).tobytes() + key
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(cursor: str, query: SearchQuery, numbers: int) -> Place:
    """Where a page of this search goes on. Raises ``CursorInvalid`` for anything else."""
    place = _read(cursor, query) if len(cursor) <= MOST_CURSOR else None
    if place is None or len(place.statistics) != numbers:
        raise CursorInvalid(
            position=0,
            reason=N_(
                "the mark of the next page does not belong to this search; "
                "start again from its first page"
            ),
        )
    return place


def _read(cursor: str, query: SearchQuery) -> Place | None:
    try:
        raw = b64decode(
            cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        )
        name, tier, least, floors, words, key = _HEAD.unpack_from(raw)
        places = unpack_from(f"<{floors}d", raw, _HEAD.size)
        packed = raw[_HEAD.size + 8 * floors :]
        rarity = np.frombuffer(packed, "<f4", words).astype(np.float32)
        article_id = packed[4 * words :].decode("utf-8", "surrogatepass")
    except (ValueError, StructError):
        return None
    if name != of_search(query) or tier > 1 or floors > 2:
        return None
    if not all(abs(number) <= _MOST for number in (key, *places)):  # which no NaN is
        return None
    if not ((rarity >= 1 / _MOST) & (rarity <= _MOST)).all():
        return None
    return Place(tier, key, article_id, rarity, places, least)
