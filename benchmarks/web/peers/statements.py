"""What both peers ask SQLite: ten hits with their passages, and counts by month and by site.

Measured on one word in a fifth of all reports: passages are made of the ten chosen hits only (of
all that match, before they are sorted, took 75 times as long); the total and the counts by year
come from those by month; and counts by month and site at once cost as much as both alone, with a
hundred times the rows.
"""

from __future__ import annotations

RELEVANCE, NEWEST, WITHIN = "relevance", "newest", "within"
"""The best first; the newest first; the best of some days."""

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


def months(order: str) -> str:
    """Rows of month and how many."""
    return f"SELECT month, count(*) AS many FROM {_matching(order)} GROUP BY month"


def sites(order: str) -> str:
    """Rows of site, its name and how many, the most first."""
    return (
        f"SELECT site, name, count(*) AS many FROM {_matching(order)}"
        " GROUP BY site ORDER BY many DESC"
    )


def as_json(order: str) -> str:
    """One row with all three, for whoever can ask one statement only."""
    hit = ", ".join(f"'{name}', {name}" for name in (*_COLUMNS, "passage"))
    return (
        f"SELECT (SELECT json_group_array(json_object({hit})) FROM ({hits(order)})) AS hits,"
        f" (SELECT json_group_array(json_array(month, many)) FROM ({months(order)})) AS months,"
        f" (SELECT json_group_array(json_array(site, name, many)) FROM ({sites(order)})) AS sites"
    )


def _matching(order: str) -> str:
    return _JOINED + (_DAYS if order == WITHIN else "")
