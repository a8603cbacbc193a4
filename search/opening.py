"""Which engine answers: the one place that knows them all."""

from __future__ import annotations

from pathlib import Path

from archive.errors import SettingInvalid
from archive.words import N_
from search.index import SearchIndex
from search.indexing.whoosh_index import WhooshIndex


def open_index(url: str, store_id: str) -> SearchIndex:
    """The index at ``whoosh:FOLDER``, for one article store; made at its first use.

    Raises ``SettingInvalid`` for any other address. ``IndexMismatch`` comes from the first use,
    so that an index which cannot answer can still be rebuilt.
    """
    scheme, _, place = url.partition(":")
    if scheme != "whoosh" or not place:
        raise SettingInvalid(
            name="index", reason=N_("an index is written whoosh: and the path of its folder")
        )
    return WhooshIndex(Path(place), store_id)
