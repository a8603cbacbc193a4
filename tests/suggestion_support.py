"""An index of invented reports of unions, for what it suggests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from archive.article import Article
from search.arrays.document import index_document
from search.arrays.inversion import Inversion
from search.arrays.segment import Segment
from search.arrays.snapshot import Snapshot


def a_snapshot(
    folder: Path,
    *parts: Sequence[Article],
    deleted: Sequence[str] = (),
    groups: dict[str, str] | None = None,
) -> Snapshot:
    """Each part is a segment; ``deleted`` and ``groups`` go by article id."""
    segments = []
    for number, articles in enumerate(parts):
        inversion = Inversion(100.0)
        for article in articles:
            inversion.add(index_document(article, (groups or {}).get(article.id)))
        path = folder / f"{number}.segment"
        inversion.write(path)
        segments.append(Segment(path))
    lives = [
        np.array([segment.id(number) not in deleted for number in range(segment.count)])
        for segment in segments
    ]
    return Snapshot(list(zip(segments, lives, strict=True)), revision=1)
