"""Snapshots made without an index: chosen documents in chosen segments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count, pairwise
from pathlib import Path

import numpy as np

from archive.article import Article
from search.arrays.document import index_document
from search.arrays.inversion import Inversion
from search.arrays.segment import Segment
from search.arrays.snapshot import Snapshot

PIVOT = 60.0
_NUMBERS = count()


def a_segment(
    folder: Path, articles: Iterable[Article], groups: Mapping[str, str] | None = None
) -> Segment:
    """``groups``: the group of reprints of an article's id."""
    inversion = Inversion(pivot=PIVOT)
    for article in articles:
        inversion.add(index_document(article, (groups or {}).get(article.id)))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{next(_NUMBERS)}.seg"
    inversion.write(path)
    return Segment(path)


def a_snapshot(segments: Sequence[Segment], gone: Collection[tuple[int, str]] = ()) -> Snapshot:
    """``gone``: deleted documents by the position of their segment and their id."""
    return Snapshot(
        [
            (
                segment,
                np.array(
                    [(place, segment.id(number)) not in gone for number in range(segment.count)],
                    np.bool_,
                ),
            )
            for place, segment in enumerate(segments)
        ],
        revision=1,
    )


def split(articles: Sequence[Article], parts: int) -> list[Sequence[Article]]:
    """In so many neighbouring parts."""
    cuts = [len(articles) * step // parts for step in range(parts + 1)]
    return [articles[first:last] for first, last in pairwise(cuts)]
