"""How many requests each client made of late, counted by all worker processes together."""

from __future__ import annotations

import secrets
import threading
import time
from hashlib import blake2b
from mmap import mmap

_PLACES = 1 << 20
_COUNT_BITS = 24
_MOST = (1 << _COUNT_BITS) - 1


class Windows:
    """A window of time for each client, which begins with its first request.

    They stand in memory that processes share which are forked later: each in one word, when it
    began in milliseconds and the requests in it, so that nobody reads half of one. Two processes
    that count for one client in the same moment may count one request less.

    Where a client stands follows from its digest, so that the memory is bounded. Of a thousand
    clients hardly two share a place, and nobody can choose to.
    """

    def __init__(self, seconds: float) -> None:
        self._length = round(seconds * 1000)
        self._words = memoryview(mmap(-1, 8 * _PLACES)).cast("Q")
        self._secret = secrets.token_bytes(16)
        self._lock = threading.Lock()

    def count(self, client: str) -> tuple[int, float]:
        """Count a request. How many there were in this window, and seconds until it ends."""
        digest = blake2b(client.encode(), key=self._secret, digest_size=8).digest()
        place = int.from_bytes(digest, "big") % _PLACES
        now = time.monotonic_ns() // 1_000_000
        with self._lock:
            began, many = divmod(self._words[place], _MOST + 1)
            if not many or now - began >= self._length:
                began, many = now, 0
            many = min(many + 1, _MOST)
            self._words[place] = began << _COUNT_BITS | many
        return many, (began + self._length - now) / 1000
