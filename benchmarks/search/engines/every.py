"""Which engines there are, and which are installed."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.search.engines import Engine
from benchmarks.search.engines.fts5 import Fts5
from benchmarks.search.engines.ours import Ours
from benchmarks.search.engines.tantivy_engine import Tantivy
from benchmarks.search.engines.whoosh_stock import StockWhoosh
from benchmarks.search.engines.xapian_engine import Xapian

OURS = "Jianbao"
TANTIVY = "tantivy"
FTS5 = "FTS5"
XAPIAN = "Xapian"
WHOOSH = "stock Whoosh"

ENGINES: dict[str, Callable[[], Engine]] = {
    OURS: Ours,
    TANTIVY: Tantivy,
    FTS5: Fts5,
    XAPIAN: Xapian,
    WHOOSH: StockWhoosh,
}


def engine_named(name: str) -> Engine:
    """Raises ``ImportError`` where it is not installed."""
    return ENGINES[name]()


def installed(names: list[str]) -> tuple[list[Engine], list[str]]:
    """Those that can be imported, and the names of the others."""
    there: list[Engine] = []
    missing: list[str] = []
    for name in names:
        try:
            there.append(engine_named(name))
        except ImportError:
            missing.append(name)
    return there, missing
