"""Documents by their values: sites, authors, and the other columns of short texts."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from search.arrays.columns import ValueColumn
from search.arrays.snapshot import Snapshot
from search.arrays.terms import StringTable
from search.evaluation.documents import Found, joined
from search.evaluation.strings import stand_near
from search.query.tree import Near, Prefix, Text

Codes = npt.NDArray[np.int64]


def with_value(snapshot: Snapshot, node: Text, field: str) -> Found:
    """Documents with a value that holds the text; sites as a whole, ``*`` at the beginning."""
    parts = []
    for segment in snapshot.segments:
        column = segment.values[field]
        parts.append(_documents(column, _codes(column.folded, node, field)))
    return joined(parts, snapshot.bases)


def with_whole_value(
    snapshot: Snapshot, field: str, values: Collection[str], *, folded: bool
) -> Found:
    """Documents with one of these values, as printed or as folded."""
    parts = []
    for segment in snapshot.segments:
        column = segment.values[field]
        table = column.folded if folded else column.values
        found = [code for value in values for code in _whole(table, value)]
        parts.append(_documents(column, np.array(sorted(set(found)), np.int64)))
    return joined(parts, snapshot.bases)


def _documents(column: ValueColumn, codes: Codes) -> Found:
    return column.documents(codes) if len(codes) else np.zeros(0, np.int64)


def _codes(table: StringTable, node: Text, field: str) -> Codes:
    if isinstance(node, Near):
        codes = _containing(table, node.parts[0])[0].tolist()
        found = [code for code in codes if stand_near(node.parts, node.distance, table[code])]
        return np.array(found, np.int64)
    codes, begins = _containing(table, node.text)
    if isinstance(node, Prefix):
        return np.unique(codes[begins])
    if field == "site":
        return np.array(_whole(table, node.text), np.int64)
    return np.unique(codes)


def _whole(table: StringTable, text: str) -> list[int]:
    codes = np.unique(_containing(table, text)[0]).tolist()
    return [code for code in codes if table[code] == text]


def _containing(table: StringTable, text: str) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Numbers of the strings that hold a text, once for each time, and whether they begin so.

    All strings are one stretch of UTF-8, in which one search finds a character nowhere else.
    """
    content, wanted = table.blob.tobytes(), text.encode("utf-8", "surrogatepass")
    found = []
    at = content.find(wanted) if wanted else -1
    while at >= 0:
        found.append(at)
        at = content.find(wanted, at + 1)
    places = np.array(found, np.int64)
    starts = table.starts.astype(np.int64)
    codes = starts.searchsorted(places, "right") - 1
    inside = places + len(wanted) <= starts[codes + 1]
    return codes[inside], (starts[codes] == places)[inside]
