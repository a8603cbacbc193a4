"""How many requests each client made of late, counted by all worker processes together."""

from __future__ import annotations

import secrets
import struct
import threading
import time
from hashlib import blake2b
from mmap import mmap

_PLACES = 1 << 16
_PLACE = struct.Struct("=dQ")
"""When a window began, and the requests in it."""


class Windows:
    """A window of time for each client, which begins with its first request.

    They stand in memory that processes share which are forked later. Two that count for one client
    in the same moment may count one request less. Where a client stands follows from its digest, so
    that the memory is bounded; two clients share a place once in a blue moon, and cannot choose to.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._memory = mmap(-1, _PLACES * _PLACE.size)
        self._secret = secrets.token_bytes(16)
        self._lock = threading.Lock()

    def count(self, client: str) -> tuple[int, float]:
        """Count a request. How many there were in this window, and seconds until it ends."""
        digest = blake2b(client.encode(), key=self._secret, digest_size=8).digest()
        place = int.from_bytes(digest, "big") % _PLACES * _PLACE.size
        now = time.monotonic()
        with self._lock:
            began, many = _PLACE.unpack_from(self._memory, place)
            if not many or now - began >= self._seconds:
                began, many = now, 0
            _PLACE.pack_into(self._memory, place, began, many + 1)
        return many + 1, began + self._seconds - now
