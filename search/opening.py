"""Which engine answers: the one place that knows them all."""

from __future__ import annotations

from pathlib import Path

from archive.errors import SettingInvalid
from archive.words import N_
from search.analysis import use_dictionary
from search.index import SearchIndex
from search.indexing.whoosh_index import WhooshIndex


def open_index(
    url: str, store_id: str, dictionary: Path | None = None, synonyms: Path | None = None
) -> SearchIndex:
    """The index at ``whoosh:FOLDER``, for one article store; made at its first use.

    ``dictionary`` and ``synonyms`` are the archivist's own lists; the first holds for the whole
    process. Raises ``SettingInvalid`` for any other address, and ``WordListInvalid`` for a list
    that cannot be used. ``IndexMismatch`` comes from the first use, so that an index which cannot
    answer can still be rebuilt.
    """
    scheme, _, place = url.partition(":")
    if scheme != "whoosh" or not place:
        raise SettingInvalid(
            name="index", reason=N_("an index is written whoosh: and the path of its folder")
        )
    use_dictionary(dictionary)
    return WhooshIndex(Path(place), store_id, synonyms)
