"""Addresses of our own pages; most values in their query part are Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import url_for

path_of = lru_cache(maxsize=512)(url_for)
"""Paths begin at “/”, so they are the same in every request, and a page has a score of them."""

_TO_ESCAPE = re.compile(r"[^A-Za-z0-9_.~-]+")


@lru_cache(maxsize=4096)
def _escaped(value: str) -> str:
    """``quote_plus``, by runs of bytes: a page has dozens of addresses that share most values."""
    return _TO_ESCAPE.sub(_bytes, value)


def _bytes(run: re.Match[str]) -> str:
    return f"%{run[0].encode().hex('%').upper()}".replace("%20", "+")


def joined(pairs: Iterable[tuple[str, Any]]) -> str:
    """``name=value&…``; names are plain letters."""
    return "&".join([f"{name}={_escaped(str(value))}" for name, value in pairs])


def address(path: str, arguments: Mapping[str, Any]) -> str:
    """A path with arguments, if there are any; a list is a name that is repeated."""
    asked = joined(
        (name, one)
        for name, value in arguments.items()
        for one in (value if isinstance(value, list) else (value,))
    )
    return f"{path}?{asked}" if asked else path
