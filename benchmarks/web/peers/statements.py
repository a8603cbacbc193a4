"""What both peers ask SQLite: ten hits with their passages, and counts by what our page counts by.

Measured: passages are made of the ten chosen hits only (of all that match, before they are sorted,
took 75 times as long); the total and the counts by year come from those by month; and all counts
read the reports that match once, which took three quarters of the time of a statement for each and
as much as counting their rows in Python.
"""

from __future__ import annotations

RELEVANCE, NEWEST, WITHIN = "relevance", "newest", "within"
"""The best first; the newest first; the best of some days."""

COUNTED = {
    "month": "month",
    "site": "name",
    "container": "container",
    "channel": "channel",
    "author": "author",
}
"""Columns, and those that name their values."""

_PASSAGE = "replace(snippet(texts, 1, char(1), char(2), '…', 60), ' ', '') AS passage"
_JOINED = "texts JOIN reports ON reports.number = texts.rowid WHERE texts MATCH :match"
_DAYS = " AND day BETWEEN :first AND :until"
_COLUMNS = ("id", "site", "name", "title", "day")
_NAMED = ", ".join(f"reports.{column}" for column in _COLUMNS)
_BEST = (
    f"SELECT {_NAMED}, passage FROM (SELECT texts.rowid AS number, {_PASSAGE}"
    " FROM {} ORDER BY rank LIMIT 10) JOIN reports USING (number)"
)
_HITS = {
    RELEVANCE: _BEST.format("texts WHERE texts MATCH :match"),
    WITHIN: _BEST.format(_JOINED + _DAYS),
    NEWEST: f"SELECT {_NAMED}, {_PASSAGE} FROM"
    f" (SELECT reports.number AS chosen FROM {_JOINED} ORDER BY day DESC LIMIT 10)"
    " JOIN reports ON reports.number = chosen JOIN texts ON texts.rowid = chosen"
    " WHERE texts MATCH :match ORDER BY day DESC",
}


def hits(order: str) -> str:
    """Rows of id, site, its name, title, day, passage; marks are two control characters."""
    return _HITS[order]


def counts(order: str) -> str:
    """Rows of what is counted, its value, how it is called, and how many."""
    each = " UNION ALL ".join(
        f"SELECT '{column}' AS counted, {column} AS value, {name} AS name, count(*) AS many"
        f" FROM found GROUP BY {column}"
        for column, name in COUNTED.items()
    )
    columns = ", ".join(dict.fromkeys((*COUNTED, *COUNTED.values())))
    return f"WITH found AS MATERIALIZED (SELECT {columns} FROM {_matching(order)}) {each}"


def as_json(order: str) -> str:
    """One row with both, for whoever can ask one statement only."""
    hit = ", ".join(f"'{name}', {name}" for name in (*_COLUMNS, "passage"))
    return (
        f"SELECT (SELECT json_group_array(json_object({hit})) FROM ({hits(order)})) AS hits,"
        f" (SELECT json_group_array(json_array(counted, value, name, many))"
        f" FROM ({counts(order)})) AS counts"
    )


def _matching(order: str) -> str:
    return _JOINED + (_DAYS if order == WITHIN else "")
