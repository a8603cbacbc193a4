"""The client, in a process of its own: so many connections, each asking again when answered.

``python -m benchmarks.web.load`` reads its task as JSON and prints what it measured as JSON. It
shares the machine with the servers, so it reads no more of an answer than where it ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

_END_OF_HEAD = b"\r\n\r\n"
_LAST_CHUNK = b"\r\n0\r\n\r\n"


class _Task:
    """What all connections ask together, and what came of it."""

    def __init__(self, paths: list[str], end: float) -> None:
        self.paths = cycle(paths)
        self.end = end
        self.latencies: list[float] = []
        self.bytes_max = 0


class _Connection(asyncio.Protocol):
    """Asks for one page after another until the end, for as long as the server keeps it."""

    def __init__(self, task: _Task, host: str) -> None:
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._task, self._host = task, host
        self._head: bytes | None = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._came, self._head, self._length = bytearray(), None, -1
        self._path = next(self._task.paths)
        lines = (f"GET {self._path} HTTP/1.1", f"Host: {self._host}", "Accept-Language: en", "", "")
        self._asked = time.perf_counter()
        self._transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        self._came += data
        if self._head is None:
            head, found, rest = self._came.partition(_END_OF_HEAD)
            if not found:
                return
            self._head, self._came = bytes(head).lower(), rest
            _, has_length, length = self._head.partition(b"content-length:")
            self._length = int(length.split(b"\r\n", 1)[0]) if has_length else -1
        if self._length < 0:
            is_whole = self._came.endswith(_LAST_CHUNK)
        else:
            is_whole = len(self._came) >= self._length
        if is_whole:
            self._answered(self._head)

    def _answered(self, head: bytes) -> None:
        now = time.perf_counter()
        task = self._task
        status = head.split(maxsplit=2)[1]
        if status != b"200":
            self.over.set_exception(ValueError(f"{status.decode()} from {self._host}{self._path}"))
            self._transport.close()
            return
        if now <= task.end:
            task.latencies.append(now - self._asked)
        task.bytes_max = max(task.bytes_max, len(self._came))
        if now >= task.end or b"connection: close" in head:
            self.over.set_result(None)
            self._transport.close()
        else:
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            broken = ConnectionError(f"{self._host}{self._path} was not answered to its end")
            self.over.set_exception(broken)


async def measure(
    bases: list[str], paths: list[str], connections: int, seconds: float
) -> dict[str, Any]:
    """Ask for the paths by turns, the connections spread over the servers by turns.

    Answers count that came within ``seconds``. Raises ``ValueError`` for any but 200,
    ``ConnectionError`` for one that breaks off.
    """
    task = _Task(paths, time.perf_counter() + seconds)
    loop = asyncio.get_running_loop()

    async def reader(base: str) -> None:
        parts = urlsplit(base)
        while time.perf_counter() < task.end:
            _, connection = await loop.create_connection(
                lambda: _Connection(task, parts.netloc), str(parts.hostname), parts.port or 80
            )
            await connection.over

    bases_by_turns: Iterator[str] = cycle(bases)
    await asyncio.gather(*(reader(next(bases_by_turns)) for _ in range(connections)))
    return {"latencies": task.latencies, "seconds": seconds, "bytes_max": task.bytes_max}


def main() -> None:
    """Do what standard input says."""
    task = json.load(sys.stdin)
    json.dump(asyncio.run(measure(**task)), sys.stdout)


if __name__ == "__main__":
    main()
