"""How a site's lists go on, recognised by what they say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawler.proposal.specimen import Specimen

_SIGNS = (
    ("createPageHTML", re.compile(r"createPageHTML\s*\((?=[^)]{0,200}\d)")),
    ("dataproxy", re.compile(r"dataproxy\.jsp|jpageform_?\d+")),
    ("countdown", re.compile(r"/_vsl/|_simple_list_gotopage_fun")),
)
_ROW, _ENTRIES = re.compile(r"id=[\"']?line_?u?\d+[_\"']"), re.compile(r"共\s*\d+\s*条")
"""Both together are the signs of a list that counts down."""
_COUNTS = re.compile(r"^(?:page|pageNum|pageNo|pageIndex|currPage|currentPage|pn|p)$", re.I)
_ADDRESS = re.compile(r"^(?:https?:)?//?[\w./?=&%-]+$|\.s?html?$")
_DAY = re.compile(r"^(?:19|20)\d\d[-/.年]\d{1,2}")


def pagers_of(lists: Sequence[Specimen]) -> list[tuple[dict[str, Any], str]]:
    """The ``pagers`` of a profile, each with the list page that shows it."""
    found: dict[str, tuple[dict[str, Any], str]] = {}
    for page in lists:
        for table in _pagers(page):
            found.setdefault(table["kind"], (table, f"{table['kind']}: {page.name}"))
    return list(found.values())


def _pagers(page: Specimen) -> Iterator[dict[str, Any]]:
    text = page.text.lstrip("\ufeff \r\n\t")
    if text.startswith(("{", "[")):
        yield from _json_pager(text)
        return
    for kind, sign in _SIGNS:
        if sign.search(text):
            yield {"kind": kind}
    if _ROW.search(text) and _ENTRIES.search(text):
        yield {"kind": "countdown"}
    for name, value in parse_qsl(urlsplit(page.url).query):
        if _COUNTS.match(name) and value.isdigit():
            yield {"kind": "parameter", "name": name}


def _json_pager(text: str) -> Iterator[dict[str, Any]]:
    """A list as JSON: where its items are, and which of their keys hold address and day."""
    try:
        lists = list(_lists_in(json.loads(text), ()))
    except (ValueError, RecursionError):
        return
    for way, items in lists:
        first = items[0]
        address = next((key for key, value in first.items() if _is_address(value)), None)
        if address:
            day = next((k for k, v in first.items() if isinstance(v, str) and _DAY.match(v)), None)
            table = {"kind": "json", "items": ".".join(way), "address": address}
            yield table | ({"day": day} if day else {})
            return


def _lists_in(value: Any, way: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        yield way, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _lists_in(inner, (*way, str(key)))


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and "/" in value and bool(_ADDRESS.search(value))
