"""What a new process sees: ``python -m benchmarks.search.opening ENGINE FOLDER < queries``.

Prints JSON: milliseconds from a folder's name to the first answer, apart from those that load the
tables of the analysis (the peers are given words that are cut), and megabytes held privately after
all queries.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.search.engines.every import engine_named
from benchmarks.search.queries import Query
from search.analysis import fold, terms

_MEGABYTE = 1e6


def main() -> None:
    """Open, ask, weigh."""
    name, folder = sys.argv[1:]
    queries = [_query(row) for row in json.load(sys.stdin)]
    engine = engine_named(name)
    loading = time.perf_counter()
    terms(fold("会"))
    began = time.perf_counter()
    index = engine.open(Path(folder))
    index.prepare(queries[0])()
    took = time.perf_counter() - began
    for query in queries:
        index.prepare(query)()
    psutil: Any = importlib.import_module("psutil")
    maps = psutil.Process().memory_maps()
    dirty = sum(each.private_dirty for each in maps)
    private = dirty + sum(each.private_clean for each in maps)
    seen = {"uss_mb": private / _MEGABYTE, "dirty_mb": dirty / _MEGABYTE}
    times = {"open_ms": took * 1000, "analysis_ms": (began - loading) * 1000}
    print(json.dumps(times | seen))


def _query(row: dict[str, object]) -> Query:
    """JSON knows no tuples."""
    given = {name: tuple(each) if isinstance(each, list) else each for name, each in row.items()}
    return Query(**given)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
