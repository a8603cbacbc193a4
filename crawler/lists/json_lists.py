"""Lists in JSON, read as the ``json`` tables of a profile say. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from archive.article import CHINA
from crawler.lists.feeds import Entry
from crawler.lists.pagers import JsonPager
from crawler.pages.dates import days_in
from crawler.pages.markup import absolute
from crawler.profile import Profile


def json_entries(text: str, profile: Profile, url: str, latest: date) -> list[Entry | str]:
    """What the profile's ``json`` tables find in a reply: entries, and HTML that holds links."""
    try:
        data = json.loads(text)
        return [
            each
            for pager in profile.pagers
            if isinstance(pager, JsonPager) and re.search(pager.on, url)
            for each in _entries(data, pager, url, latest)
        ]
    except (ValueError, RecursionError):
        return []


def _entries(data: Any, pager: JsonPager, url: str, latest: date) -> Iterator[Entry | str]:
    for item in _at(data, pager.items):
        if isinstance(item, str) and "<" in item:
            yield item
            continue
        words = item if isinstance(item, str) else _address(item, pager.address)
        if target := absolute(url, words):
            yield Entry(target, _moment(next(_at(item, pager.day), None), latest))


def _at(data: Any, way: str) -> Iterator[Any]:
    """What stands at the end of a way such as ``data.records``; lists are gone through."""
    if isinstance(data, list):
        for each in data:
            yield from _at(each, way)
        return
    step, _, rest = way.partition(".")
    if not step:
        yield data
    elif isinstance(data, dict) and step in data:
        yield from _at(data[step], rest)


def _address(item: Any, words: str) -> str:
    """An entry's address: what stands at a way, or words with ways in braces; empty if none."""
    ways = re.findall(r"\{([^{}]*)\}", words) or [words]
    values = {way: _printed(next(_at(item, way), None)) for way in ways}
    if not all(values.values()):
        return ""
    if "{" not in words:
        return values[words]
    return re.sub(r"\{([^{}]*)\}", lambda way: values[way[1]], words)


def _printed(value: Any) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _moment(value: Any, latest: date) -> date | None:
    """A day in JSON: printed, or in seconds or milliseconds since 1970."""
    if isinstance(value, int | float) and 10**8 < value < 10**13:
        seconds = value / 1000 if value > 10**11 else value
        day = datetime.fromtimestamp(seconds, CHINA).date()
        return day if day <= latest else None
    printed = days_in(_printed(value)[:100], latest=latest)
    return printed[0].day if printed else None
