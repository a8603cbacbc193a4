"""Bytes to text: the only door. Everything after it works on ``str``.

Real pages mislabel themselves in three ways: UTF-8 bytes called gb2312, GB18030 bytes called
gb2312 (one 镕 or 喆 outside GB2312 makes BeautifulSoup and lxml give up), and no label at all.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Literal

Evidence = Literal["bom", "bytes", "http", "meta", "default"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LABEL = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]*>|<\?xml\b[^>]*>", re.IGNORECASE)
_XML_LABEL = re.compile(rb"encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_META_WITHIN = 4096
_TOLERATED = 0.005
"""Share of bad bytes among the non-ASCII ones up to which a page is still UTF-8."""
_RATHER = 0.05
"""Share up to which it is rather UTF-8 than another encoding that is damaged, too."""
_MEANT = {
    "utf-8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "cp950": "big5hkscs",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_jp": "euc_jp",
    "euc_kr": "cp949",
    "cp949": "cp949",
}
"""Python's names of the labels that are heeded, and what sites mean by them.

Western labels are not: ISO-8859-1 is what servers say that were never told, and fits any bytes.
"""
_ASCII = bytes(range(128))
_CONTROLS = bytes((*range(9), 11, 12, *range(14, 32), 127))
_CONTROL_CHARACTERS = dict.fromkeys(_CONTROLS)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text and what the bytes really were."""

    text: str
    encoding: str
    """Python's name of the encoding used."""
    evidence: Evidence
    damaged: int
    """Characters that could not be decoded; each is U+FFFD in the text."""


def decode(data: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page, given its HTTP ``Content-Type``. Never raises.

    In order: a byte-order mark, bytes that are UTF-8 but for a few (so that a refuted label
    loses), the HTTP label, the label in a meta element, GB18030; where none of them fits, the one
    that damages least. Labels are widened to what sites mean by them: any GB label is GB18030,
    Big5 is Big5-HKSCS. Control characters are left out.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding, "bom")
    labels: list[tuple[str | None, Evidence]] = [
        (_label((content_type or "").encode("latin-1", "replace")), "http"),
        (_meta_label(data), "meta"),
        ("gb18030", "default"),
    ]
    data = data.translate(None, _CONTROLS)
    utf8 = _decoded(data, "utf-8", "bytes")
    not_ascii = len(data.translate(None, _ASCII))
    if utf8.damaged <= _TOLERATED * not_ascii:
        return utf8
    attempts: list[Decoded] = []
    for label, evidence in labels:
        if label is not None:
            attempts.append(_decoded(data, label, evidence))
            if attempts[-1].damaged == 0:
                return attempts[-1]
    if utf8.damaged <= _RATHER * not_ascii:
        return utf8
    return min(attempts, key=lambda each: each.damaged)


def _decoded(data: bytes, encoding: str, evidence: Evidence) -> Decoded:
    text = data.decode(encoding, "replace")
    damaged = text.count("\ufffd")
    if damaged and encoding == "utf-8":
        damaged -= data.count(b"\xef\xbf\xbd")
    if evidence == "bom":
        text = text.translate(_CONTROL_CHARACTERS)
    return Decoded(text, encoding, evidence, damaged)


def _meta_label(data: bytes) -> str | None:
    """The first usable label in a meta element or XML declaration near the top."""
    for match in _META.finditer(data, 0, _META_WITHIN):
        if label := _label(match[0]):
            return label
    return None


def _label(words: bytes) -> str | None:
    """What the charset label in these words means; ``None`` without one that is heeded."""
    match = _LABEL.search(words) or _XML_LABEL.search(words)
    if match is None:
        return None
    label = match[1].decode("ascii", "replace").lower()
    if "big5" in label.replace("-", ""):  # x-x-big5, cn-big5, big5-eten
        return "big5hkscs"
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    return _MEANT.get(name)
