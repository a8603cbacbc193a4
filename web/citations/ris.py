"""RIS, as Zotero, EndNote and NoteExpress read it.

Two spaces, a hyphen and a space behind each tag; lines end with CRLF; the text is UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from web.citations.csl import CslDate, CslItem, date_of, facts_of, text

_TYPES = {
    "article": "UNPB",
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "bill": "BILL",
    "book": "BOOK",
    "broadcast": "VIDEO",
    "chapter": "CHAP",
    "dataset": "DATA",
    "entry-dictionary": "DICT",
    "entry-encyclopedia": "ENCYC",
    "graphic": "ART",
    "hearing": "HEAR",
    "legal_case": "CASE",
    "legislation": "STAT",
    "manuscript": "UNPB",
    "map": "MAP",
    "motion_picture": "MPCT",
    "paper-conference": "CPAPER",
    "patent": "PAT",
    "periodical": "JFULL",
    "personal_communication": "PCOMM",
    "post": "BLOG",
    "post-weblog": "BLOG",
    "report": "RPRT",
    "software": "COMP",
    "song": "SOUND",
    "standard": "STAND",
    "thesis": "THES",
    "webpage": "ELEC",
}
_PLAIN = (
    ("ET", "edition"),
    ("VL", "volume"),
    ("IS", "issue"),
    ("DO", "DOI"),
    ("AB", "abstract"),
    ("LA", "language"),
    ("UR", "URL"),
    ("DB", "archive"),
    ("N1", "note"),
)


def record(item: CslItem) -> str:
    """One record, without the line end behind ``ER``."""
    lines = [f"{tag}  - {value}" for tag, value in _fields(item) if value]
    return "\r\n".join([f"TY  - {_TYPES.get(item['type'], 'GEN')}", *lines, "ER  - "])


def _fields(item: CslItem) -> Iterator[tuple[str, str]]:
    facts = facts_of(item)
    yield "TI", text(item, "title")
    for tag, variable in (("AU", "author"), ("A2", "editor"), ("A4", "translator")):
        for name in item.get(variable) or ():
            yield tag, _name(name)
    yield "T2", text(item, "container-title")
    yield "CY", text(item, "publisher-place")
    yield "PB", text(item, "publisher") or text(facts, "publisher")
    issued, accessed = date_of(item, "issued"), date_of(item, "accessed")
    yield "PY", issued.year() if issued and issued.days else ""
    yield "DA", _day(issued)
    yield "Y2", _day(accessed)
    first, _, last = text(item, "page").replace("–", "-").partition("-")
    yield "SP", first
    yield "EP", last
    yield "SE", text(facts, "section")
    yield "SN", text(item, "ISBN") or text(item, "ISSN")
    for keyword in text(item, "keyword").replace(",", ";").split(";"):
        yield "KW", keyword.strip()
    yield from ((tag, text(item, variable)) for tag, variable in _PLAIN)
    yield "L2", text(facts, "section_url") or text(facts, "archived_url")
    yield "AN", text(facts, "archived_url")
    yield "DP", text(item, "archive")


def _name(name: Mapping[str, Any]) -> str:
    """``Family, Given, Suffix``, or the name of a body as it is."""
    if literal := text(name, "literal"):
        return literal
    family = f"{text(name, 'non-dropping-particle')} {text(name, 'family')}".strip()
    given = f"{text(name, 'given')} {text(name, 'dropping-particle')}".strip()
    return ", ".join(filter(None, (family, given, text(name, "suffix"))))


def _day(day: CslDate | None) -> str:
    """``2019/11/29``, with as many parts as are known."""
    return day.numeric().partition("/")[0].replace("-", "/") if day and day.days else ""
