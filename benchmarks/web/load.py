"""The client, in a process of its own: so many connections, each asking again when answered.

``python -m benchmarks.web.load`` reads its task as JSON and prints what it measured as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """One answer as it came."""

    status: int
    body: bytes
    closes: bool


class Connection:
    """A connection that is kept as long as the server keeps it."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._address = (parts.hostname or "", parts.port or 80)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> Answer:
        """Ask, and read the whole answer."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address)
        reader, writer = self._streams
        head = (f"GET {path} HTTP/1.1", f"Host: {self._address[0]}", "Accept-Language: en")
        writer.write("\r\n".join((*head, "", "")).encode())
        told = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        body = await _body(reader, told)
        answer = Answer(int(told.split(maxsplit=2)[1]), body, "connection: close" in told)
        if answer.closes:
            self.close()
        return answer

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _body(reader: asyncio.StreamReader, head: str) -> bytes:
    _, has_length, rest = head.partition("content-length:")
    if has_length:
        return await reader.readexactly(int(rest.split("\r\n", 1)[0]))
    chunks = []
    while size := int(await reader.readline(), 16):
        chunks.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(chunks)


async def measure(
    bases: list[str], paths: list[str], connections: int, seconds: float
) -> dict[str, Any]:
    """Ask for the paths by turns, the connections spread over the servers by turns.

    Answers count that came within ``seconds``. Raises ``ValueError`` for any but 200.
    """
    following = cycle(paths)
    latencies: list[float] = []
    most = 0
    began = time.perf_counter()
    end = began + seconds

    async def reader(base: str) -> None:
        nonlocal most
        connection = Connection(base)
        try:
            while (asked := time.perf_counter()) < end:
                path = next(following)
                answer = await connection.get(path)
                if answer.status != 200:
                    raise ValueError(f"{answer.status} from {base}{path}")
                now = time.perf_counter()
                if now <= end:
                    latencies.append(now - asked)
                most = max(most, len(answer.body))
        finally:
            connection.close()

    bases_by_turns: Iterator[str] = cycle(bases)
    await asyncio.gather(*(reader(next(bases_by_turns)) for _ in range(connections)))
    return {"latencies": latencies, "seconds": seconds, "bytes_max": most}


def main() -> None:
    """Do what standard input says."""
    task = json.load(sys.stdin)
    json.dump(asyncio.run(measure(**task)), sys.stdout)


if __name__ == "__main__":
    main()
