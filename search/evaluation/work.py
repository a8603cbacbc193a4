"""How much one query may ask of the processor."""

from __future__ import annotations

from archive.errors import QueryError
from archive.words import N_

WORK_PER_DOCUMENT = 1_000
"""Nanoseconds that a query may take for each document, by what its parts are known to cost.

Some words and characters stand in almost every report; a query may have 100 parts of them.
"""
LEAST_WORK = 100_000_000
"""What every query may take, however small the index is."""


class Work:
    """What a query has asked for so far."""

    def __init__(self, documents: int) -> None:
        self._left = max(LEAST_WORK, WORK_PER_DOCUMENT * documents)

    def spend(self, nanoseconds: float) -> None:
        """Raises ``QueryError`` before too much is done, not after."""
        self._left -= int(nanoseconds)
        if self._left < 0:
            raise QueryError(
                position=0,
                reason=N_(
                    "it asks for too many frequent characters at once; "
                    "search for fewer of them, or for rarer ones"
                ),
            )
