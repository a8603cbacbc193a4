"""Readers beside a writer: ``python -m benchmarks.concurrency [--documents N] [--json OUT]``.

Eight processes search at a fixed load, a fifth of what they reach when nothing is written, first
alone, then while a process commits every second. ``revisions`` says what each page must show.
Latency counts from the moment a query was due, so that waiting is not left out.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from archive.errors import JianbaoError
from benchmarks.revisions import (
    FIRST_REVISION,
    SHOWN,
    Plan,
    commit,
    fill,
    marker,
    opened,
    sentences,
    wrong_with,
)
from benchmarks.search.measures import percentile
from search.index import Facet, SearchQuery

READERS = 8
DOCUMENTS = 20_000
SECONDS = 20.0
SHARE = 5
"""The load is so great a part of the throughput."""
BOUND = 2.0
"""Of the latency's 95th percentile beside the writer, to that without."""
_EVERY = 1.0
_LATEST = 300.0
"""Seconds after which a process that has not answered is given up."""
_UNKNOWN = -1
"""Nothing is known of what the query finds."""

Wait = Callable[[], object]
"""Returns when every process of a phase is ready."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader saw."""

    milliseconds: list[float]
    wrong: list[str]
    """Errors and pages that fit no revision."""
    revisions: set[int]
    """Those that answered."""


def _questions(plan: Plan, chance: random.Random) -> Iterator[tuple[SearchQuery, int | None]]:
    """By turns: a batch by its word, what readers type, everything by year. With each its batch."""
    while True:
        batch = chance.randrange(plan.batches)
        yield SearchQuery(text=marker(batch), limit=SHOWN), batch
        sentence = "".join(filter(str.isalnum, chance.choice(sentences())))
        start = chance.randrange(max(1, len(sentence) - 6))
        words = f'"{sentence[start : start + 4]}"', sentence[start : start + 6]
        yield SearchQuery(text=chance.choice(words), limit=SHOWN), _UNKNOWN
        yield SearchQuery(facets=(Facet.YEAR,), limit=SHOWN), None


def read(plan: Plan, number: int, seconds: float, pause: float, wait: Wait) -> Seen:
    """Ask for some seconds; with a pause of 0, one query after another."""
    index = opened(plan)
    chance = random.Random(number)
    seen = Seen([], [], set())
    index.search(SearchQuery(text=marker(0)))
    wait()
    starts = time.time()
    due = starts + pause * chance.random()
    for query, batch in _questions(plan, chance):
        time.sleep(max(0.0, due - time.time()))
        began = due if pause else time.time()
        if began >= starts + seconds:
            break
        try:
            page = index.search(query)
        except (JianbaoError, OSError, ValueError) as error:
            seen.wrong.append(f"{type(error).__name__}: {error}")
        else:
            seen.milliseconds.append((time.time() - began) * 1000)
            if batch != _UNKNOWN and (why := wrong_with(page, batch, plan)):
                seen.wrong.append(why)
            seen.revisions.add(page.revision)
        due += pause
    index.close()
    return seen


def write(plan: Plan, first: int, seconds: float, wait: Wait) -> list[float]:
    """Commit every second; returns the seconds each took."""
    index = opened(plan)
    took: list[float] = []
    wait()
    starts = time.time()
    while (due := starts + _EVERY * len(took)) < starts + seconds:
        time.sleep(max(0.0, due - time.time()))
        began = time.time()
        commit(plan, index, first + len(took))
        took.append(time.time() - began)
    index.close()
    return took


def _together(tasks: Sequence[Callable[[Wait], Any]]) -> list[Any]:
    """Each in a process of its own, all at once; what they return, in order."""
    context = get_context("spawn")
    ready = context.Barrier(len(tasks), timeout=_LATEST)
    answers: Any = context.Queue()
    processes = [
        context.Process(target=_answering, args=(answers, number, task, ready), daemon=True)
        for number, task in enumerate(tasks)
    ]
    for process in processes:
        process.start()
    found = dict(answers.get(timeout=_LATEST) for _ in processes)
    for process in processes:
        process.join()
    return [found[number] for number in range(len(processes))]


def _answering(answers: Any, number: int, task: Callable[[Wait], Any], ready: Any) -> None:
    answers.put((number, task(ready.wait)))


def _phase(
    plan: Plan, readers: int, seconds: float, pause: float = 0.0
) -> list[Callable[[Wait], Any]]:
    return [partial(read, plan, number, seconds, pause) for number in range(readers)]


def measure(plan: Plan, readers: int, seconds: float) -> dict[str, Any]:
    """Throughput, then the fixed load alone and beside the writer."""
    fill(plan)
    fastest: list[Seen] = _together(_phase(plan, readers, seconds / 2))
    throughput = sum(len(each.milliseconds) for each in fastest) / (seconds / 2)
    pause = readers * SHARE / throughput
    idle: list[Seen] = _together(_phase(plan, readers, seconds, pause))
    writer = partial(write, plan, FIRST_REVISION + 1, seconds)
    *beside, commits = _together([*_phase(plan, readers, seconds, pause), writer])
    figures = {"idle": _figures(idle), "beside": _figures(beside)}
    return {
        "documents": plan.total,
        "readers": readers,
        "throughput": throughput,
        "load": throughput / SHARE,
        **figures,
        "p95_ratio": figures["beside"]["p95"] / figures["idle"]["p95"],
        "wrong": [why for each in (*fastest, *idle, *beside) for why in each.wrong],
        "revisions_seen": max(len(each.revisions) for each in beside),
        "commits": len(commits),
        "commit_seconds": median(commits),
    }


def _figures(seen: Sequence[Seen]) -> dict[str, float]:
    taken = [each for one in seen for each in one.milliseconds]
    return {
        "queries": len(taken),
        "p50": percentile(taken, 0.5),
        "p95": percentile(taken, 0.95),
        "p99": percentile(taken, 0.99),
        "longest": max(taken),
    }


def table(found: dict[str, Any]) -> str:
    """As people read it."""
    lines = [
        f"{found['documents']:,} articles, {found['readers']} readers; "
        f"alone {found['throughput']:,.0f} queries a second, fixed load {found['load']:,.0f}",
        "",
        "| ms | queries | p50 | p95 | p99 | longest |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, told in (("idle", "nothing written"), ("beside", "a commit every second")):
        cells = found[name]
        times = " | ".join(f"{cells[each]:.2f}" for each in ("p50", "p95", "p99", "longest"))
        lines.append(f"| {told} | {cells['queries']:,} | {times} |")
    lines += [
        "",
        f"{found['commits']} commits, {found['commit_seconds']:.3f} s each in the median; "
        f"a reader saw {found['revisions_seen']} revisions",
        f"errors and torn results: {len(found['wrong'])}; "
        f"p95 {found['p95_ratio']:.2f} times that without a writer (at most {BOUND:g})",
    ]
    return "\n".join([*lines, *found["wrong"][:10]])


def main(words: Sequence[str] | None = None) -> int:
    """Exit code 1 where a bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.concurrency")
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each phase")
    parser.add_argument("--json", type=Path, metavar="OUT")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="jianbao-readers-") as folder:
        plan = Plan(folder=folder, documents=given.documents)
        found = measure(plan, given.readers, given.seconds)
    print(table(found))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return int(bool(found["wrong"]) or found["p95_ratio"] > BOUND)


if __name__ == "__main__":
    sys.exit(main())
