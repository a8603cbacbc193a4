"""Times, sizes, and whether all engines find the same. Times are in milliseconds."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.search.corpus import Corpus, Document, document_id
from benchmarks.search.engines import Engine, OpenIndex
from benchmarks.search.queries import FACETS, KINDS, Query

RUNS = 3
ALL_KINDS = "all nine kinds"
WARM_QUERIES = 300
"""After so many the memory is weighed."""
_HUNDRED = 100
_FAR = 10**9
"""Numbers of documents that are added lie beyond those of the corpus."""
_BUILT = "built.json"


class HitsDiffer(Exception):
    """An engine answered a query otherwise than the first one."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Built:
    """What it took to make an index."""

    documents: int
    seconds: float
    cpu_seconds: float
    bytes: int
    version: str


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that so great a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def spread(values: Sequence[float]) -> Spread:
    """Of one run."""
    return Spread(percentile(values, 0.5), percentile(values, 0.95))


def middle(spreads: Sequence[Spread]) -> Spread:
    """The median of the runs."""
    return Spread(median(each.p50 for each in spreads), median(each.p95 for each in spreads))


def built(engine: Engine, corpus: Corpus, folder: Path, *, anew: bool) -> Built:
    """Build an index, or take the one that lies there and what was noted when it was built."""
    note = folder / _BUILT
    if not anew and note.exists():
        held = Built(**json.loads(note.read_text("utf-8")))
        if held.version == engine.version:
            return held
    shutil.rmtree(folder, ignore_errors=True)
    before, began = _cpu(), time.perf_counter()
    engine.build(corpus, folder)
    made = Built(
        documents=corpus.size,
        seconds=time.perf_counter() - began,
        cpu_seconds=_cpu() - before,
        bytes=size_of(folder),
        version=engine.version,
    )
    note.write_text(json.dumps(asdict(made)), "utf-8")
    return made


def size_of(folder: Path) -> int:
    """Bytes of all its files."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def _cpu() -> float:
    """Seconds that this process and its ended children have computed."""
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def check_hits(indexes: Mapping[str, OpenIndex], queries: Sequence[Query]) -> int:
    """The same sets of hits, totals and facets everywhere; returns the hits of all queries.

    The ten best may differ where engines weigh otherwise, but must be hits. Raises ``HitsDiffer``.
    """
    hits = 0
    for query in queries:
        wanted: frozenset[str] | None = None
        counts: object = None
        for name, index in indexes.items():
            found = index.matches(query)
            answer = index.answer(index.prepare(query)())
            counted = answer.years, answer.months
            if wanted is None:
                wanted, counts = found, counted
                hits += len(found)
            ten = frozenset(answer.ids)
            if not (
                found == wanted
                and answer.total == len(wanted)
                and counted == counts
                and ten <= wanted
                and len(answer.ids) == len(ten) == min(10, len(wanted))
            ):
                raise HitsDiffer(
                    f"{name}: {len(found)} hits, total {answer.total}, {len(ten)} shown; "
                    f"{next(iter(indexes))}: {len(wanted)} hits, for {query}"
                )
    return hits


def latencies(
    prepared: Mapping[str, Mapping[Query, Callable[[], Any]]],
    runs: int = RUNS,
    clock: Callable[[], int] = time.perf_counter_ns,
) -> dict[str, dict[str, Spread]]:
    """By engine and kind, the median of the runs; warm, engines by turns within each kind."""
    queries = list(next(iter(prepared.values())))
    kinds = dict.fromkeys(query.kind for query in queries)
    times: dict[str, list[dict[str, list[float]]]] = {name: [] for name in prepared}
    for run in range(runs + 1):
        taken: dict[str, dict[str, list[float]]] = {name: {} for name in prepared}
        for kind in kinds:
            for name, asked in prepared.items():
                own = (asked[query] for query in queries if query.kind == kind)
                taken[name][kind] = [milliseconds(each, clock) for each in own]
        if run:
            for name, by_kind in taken.items():
                by_kind[ALL_KINDS] = [each for kind in KINDS for each in by_kind.get(kind, [])]
                times[name].append(by_kind)
    return {
        name: {kind: middle([spread(run[kind]) for run in own]) for kind in (ALL_KINDS, *kinds)}
        for name, own in times.items()
    }


def milliseconds(
    ask: Callable[[], object], clock: Callable[[], int] = time.perf_counter_ns
) -> float:
    """That a call takes."""
    began = clock()
    ask()
    return (clock() - began) / 1e6


def put_seconds(
    engine: Engine, folder: Path, corpus: Corpus, hundred: int = _HUNDRED, runs: int = RUNS
) -> tuple[float, float]:
    """Seconds to add and to update a hundred documents until they are found, in a copy."""
    copy = folder.with_name(f"{folder.name}-changed")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    held = list(islice(corpus.documents(), hundred * (runs + 1)))
    added, updated = [], []
    with closing(engine.open(copy)) as index:
        for run in range(runs + 1):
            old = held[run * hundred : (run + 1) * hundred]
            new = [_numbered(each, _FAR + run * hundred + at) for at, each in enumerate(old)]
            added.append(_seconds(index, f"added{run}", new, []))
            updated.append(_seconds(index, f"updated{run}", old, old))
    shutil.rmtree(copy)
    return median(added[1:]), median(updated[1:])


def _numbered(document: Document, number: int) -> Document:
    return replace(document, id=document_id(number))


def _seconds(
    index: OpenIndex, marker: str, documents: list[Document], old: Sequence[Document]
) -> float:
    """All get a word that is looked for."""
    marked = [replace(each, paragraphs=(*each.paragraphs, f"{marker}。")) for each in documents]
    began = time.perf_counter()
    index.put(marked, old)
    ask = index.prepare(Query(kind="", words=(marker,)))
    total = index.answer(ask()).total
    seconds = time.perf_counter() - began
    if total != len(documents):
        raise HitsDiffer(f"{total} of {len(documents)} documents were found when put: {marker}")
    return seconds


def exactness(index: OpenIndex, corpus: Corpus, strings: Sequence[str]) -> tuple[float, float]:
    """Recall and precision of exact strings against a scan of the folded texts."""
    truth: dict[str, set[str]] = {string: set() for string in strings}
    for document in corpus.prepared():
        text = "\x00".join(document.units)
        for string, holders in truth.items():
            if string in text:
                holders.add(document.id)
    found = {string: index.matches(Query(kind="", string=string)) for string in strings}
    right = sum(len(found[string] & holders) for string, holders in truth.items())
    return (
        right / max(1, sum(map(len, truth.values()))),
        right / max(1, sum(map(len, found.values()))),
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """Seen in a process of its own."""

    open_ms: float
    """Open and first query, without the import of modules."""
    analysis_ms: float
    """To load the tables of the analysis, which the peers are spared."""
    uss_mb: float
    """Private memory after some hundred queries; pages of files that nobody else reads count."""
    dirty_mb: float
    """That part of it which is no page of a file."""


def opening(engine: Engine, folder: Path, queries: Sequence[Query], runs: int = RUNS) -> Opening:
    """The median of new processes."""
    asked = [each for each in queries if each.kind in (*KINDS, FACETS)]
    asked = (asked * (WARM_QUERIES // len(asked) + 1))[:WARM_QUERIES]
    given = json.dumps([asdict(each) for each in asked])
    words = [sys.executable, "-m", "benchmarks.search.opening", engine.name, str(folder)]
    seen = [Opening(**json.loads(_told(words, given))) for _ in range(runs)]
    return Opening(
        median(each.open_ms for each in seen),
        median(each.analysis_ms for each in seen),
        median(each.uss_mb for each in seen),
        median(each.dirty_mb for each in seen),
    )


def _told(words: list[str], given: str) -> str:
    done = subprocess.run(words, input=given, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout
