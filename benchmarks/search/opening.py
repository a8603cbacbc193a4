"""What a new process sees: ``python -m benchmarks.search.opening ENGINE FOLDER < queries``.

Prints JSON: milliseconds from a folder's name to the first answer, and megabytes held privately
after all queries.
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

_MEGABYTE = 1e6


def main() -> None:
    """Open, ask, weigh."""
    name, folder = sys.argv[1:]
    queries = [_query(row) for row in json.load(sys.stdin)]
    engine = engine_named(name)
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
    print(json.dumps({"open_ms": took * 1000, **seen}))


def _query(row: dict[str, object]) -> Query:
    """JSON knows no tuples."""
    given = {name: tuple(each) if isinstance(each, list) else each for name, each in row.items()}
    return Query(**given)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
