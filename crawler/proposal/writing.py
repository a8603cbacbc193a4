"""A proposed profile as a file that people go on writing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WIDEST = 100


def as_toml(data: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """A profile as TOML, each key under the comment that is kept for it.

    ``comments`` are keyed by the way to a key: ``hosts``, ``layouts.0.title``; ``layouts.0`` stands
    above the table, the empty way at the top of the file. Parsing the text gives ``data`` again.
    """
    lines = list(_comment(comments.get("", "")))
    lines += _lines(((k, v) for k, v in data.items() if not _is_table(v)), "", comments)
    for key, value in data.items():
        if _is_table(value):
            many = isinstance(value, Sequence)
            heading = f"[[{_key(key)}]]" if many else f"[{_key(key)}]"
            for number, table in enumerate(value if many else [value]):
                way = f"{key}.{number}" if many else key
                lines += ["", *_comment(comments.get(way, "")), heading]
                lines += _lines(table.items(), f"{way}.", comments)
    return "\n".join(lines).strip("\n") + "\n"


def _is_table(value: Any) -> bool:
    """Whether a value is written under a heading of its own: a table, or a list of tables."""
    if isinstance(value, Mapping):
        return True
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return is_list and bool(value) and all(isinstance(each, Mapping) for each in value)


def _lines(
    pairs: Iterable[tuple[str, Any]], way: str, comments: Mapping[str, str]
) -> Iterator[str]:
    for key, value in pairs:
        yield from _comment(comments.get(f"{way}{key}", ""))
        yield f"{_key(key)} = {_value(value)}"


def _comment(words: str) -> Iterator[str]:
    """Comment lines; a page's control characters may not stand in them."""
    for line in words.splitlines():
        yield f"# {_CONTROL.sub(' ', line)}".rstrip()


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, Sequence):
        entries = [_value(each) for each in value]
        if sum(map(len, entries)) < _WIDEST:
            return f"[{', '.join(entries)}]"
        return "[\n" + "".join(f"    {each},\n" for each in entries) + "]"
    return repr(value)


def _text(words: str) -> str:
    """A string; between single marks where others need escapes, so that patterns stay readable."""
    if ("\\" in words or '"' in words) and "'" not in words and not _CONTROL.search(words):
        return f"'{words}'"
    escaped = "".join(_ESCAPES.get(each, each) for each in words)
    return '"' + _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", escaped) + '"'
