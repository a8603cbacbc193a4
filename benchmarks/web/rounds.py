"""Asking the servers by turns, and what came of it."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from benchmarks.search.measures import percentile
from benchmarks.web.asked import Asked
from benchmarks.web.servers import OURS, Served

CONNECTIONS = 32
ROUNDS = 5
"""Every server is asked so often, by turns, so that a busy moment of the machine meets all."""
WARM_UP = 2.0
"""Seconds, once for each server."""
_TOTAL = re.compile(r'<h1[^>]* id="count"[^>]*>\D*([\d,]+)')
_PATIENCE = 60


class TotalsDiffer(RuntimeError):
    """A page tells another number of reports than it should."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What one server did in all rounds."""

    name: str
    rates: tuple[float, ...]
    """Pages a second, of each round."""
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    """Of all its processes, a page: what a busy machine changes least."""
    html_max: int
    """Bytes of the largest page."""

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)


def check(served: Iterable[Served], asked: Sequence[Asked]) -> None:
    """See that every page comes and tells the same total. Raises ``TotalsDiffer``."""
    for server in served:
        for base in server.bases:
            for one in asked:
                page = _text(base + one.path(server.name))
                told = _TOTAL.search(page)
                total = int(told[1].replace(",", "")) if told else None
                if total != one.total:
                    raise TotalsDiffer(f"{server.name}: {total} for {one}")


def measure(
    served: Sequence[Served], asked: Sequence[Asked], seconds: float, rounds: int = ROUNDS
) -> dict[str, Pages]:
    """Ask every server for ``seconds`` in all, in rounds by turns. By name."""
    for server in served:
        _load(server, asked, min(WARM_UP, seconds))
    rates: dict[str, list[float]] = {server.name: [] for server in served}
    latencies: dict[str, list[float]] = {server.name: [] for server in served}
    worked = dict.fromkeys(rates, 0.0)
    largest = dict.fromkeys(rates, 0)
    share = seconds / rounds
    for _ in range(rounds):
        for server in served:
            before = server.cpu_seconds()
            came = _load(server, asked, share)
            worked[server.name] += server.cpu_seconds() - before
            rates[server.name].append(len(came["latencies"]) / share)
            latencies[server.name] += came["latencies"]
            largest[server.name] = max(largest[server.name], came["bytes_max"])
    return {
        name: Pages(
            name,
            tuple(rates[name]),
            percentile(latencies[name], 0.5) * 1000,
            percentile(latencies[name], 0.95) * 1000,
            worked[name] / len(latencies[name]) * 1000,
            largest[name],
        )
        for name in rates
    }


def _load(server: Served, asked: Sequence[Asked], seconds: float) -> dict[str, Any]:
    task = {
        "bases": server.bases,
        "paths": [one.path(server.name) for one in asked],
        "connections": CONNECTIONS,
        "seconds": seconds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.web.load"],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    came: dict[str, Any] = json.loads(done.stdout)
    return came


def weight_of_parts(served: Sequence[Served], asked: Sequence[Asked]) -> int:
    """Bytes of all styles and scripts that a page of ours loads."""
    ours = next(server for server in served if server.name == OURS)
    address = ours.bases[0] + asked[0].ours
    parts = _Parts()
    parts.feed(_text(address))
    return sum(len(_text(urljoin(address, part)).encode()) for part in parts.found)


class _Parts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        part = given.get("src") if tag == "script" else None
        if tag == "link" and given.get("rel") == "stylesheet":
            part = given.get("href")
        if part:
            self.found.add(part)


def _text(address: str) -> str:
    request = urllib.request.Request(address, headers={"Accept-Language": "en"})
    with urllib.request.urlopen(request, timeout=_PATIENCE) as response:
        text: str = response.read().decode()
        return text
