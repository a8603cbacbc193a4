"""BibTeX with the fields of biblatex, which Zotero and JabRef read, too."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from search.analysis import fold
from search.suggestions.pinyin import first_readings
from web.citations.csl import CslItem, date_of, facts_of, text

_TYPES = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "dataset": "dataset",
    "entry-dictionary": "inreference",
    "entry-encyclopedia": "inreference",
    "manuscript": "unpublished",
    "paper-conference": "inproceedings",
    "patent": "patent",
    "periodical": "periodical",
    "post": "online",
    "post-weblog": "online",
    "report": "report",
    "software": "software",
    "thesis": "thesis",
    "webpage": "online",
}
_CONTAINERS = {"online": "organization", "article": "journaltitle"}
"""Where the container's title stands; otherwise ``booktitle``."""
_ESCAPES = str.maketrans(
    {
        **{sign: f"\\{sign}" for sign in "{}%&#_$"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)
_LONE_BRACES = {r"\{": r"\lbrace{}", r"\}": r"\rbrace{}"}
"""BibTeX counts an escaped brace as a brace, which must have its other half."""
_NOT_IN_ADDRESSES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"})
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")
_ID_LENGTH = 6
_LANGUAGES = {"zh": "chinese", "en": "english"}


def entry(item: CslItem) -> str:
    """One entry, without a line end behind it."""
    kind = _TYPES.get(item["type"], "misc")
    fields = [f"  {name} = {{{value}}}," for name, value in _fields(item, kind) if value]
    return "\n".join([f"@{kind}{{{key_of(item)},", *fields, "}"])


def key_of(item: CslItem) -> str:
    """``ftqzgh20191129-abc123``: initials of who answers for it, the day, six signs of the id.

    A section adds its anchor.
    """
    names: list[Mapping[str, Any]] = item.get("author") or item.get("editor") or [{}]
    name = fold(text(names[0], "literal") or text(names[0], "family"))
    who = _NOT_IN_KEYS.sub("", name if name.isascii() else first_readings([name])[0].initials)
    issued = date_of(item, "issued")
    day = issued.numeric().partition("/")[0] if issued and issued.days else ""
    own = str(item.get("id", ""))
    plain = _NOT_IN_KEYS.sub("", own.lower())
    if plain != own:
        plain = hashlib.sha256(own.encode()).hexdigest()
    anchor = text(facts_of(item), "section_url").partition("#")[2].partition(":")[0]
    parts = (who[:12] + day.replace("-", ""), plain[:_ID_LENGTH], anchor)
    return "-".join(filter(None, parts))


def _fields(item: CslItem, kind: str) -> Iterator[tuple[str, str]]:
    facts = facts_of(item)
    for field in ("author", "editor", "translator"):
        yield field, " and ".join(filter(None, map(_name, item.get(field) or ())))
    yield "title", _escaped(text(item, "title"))
    yield _CONTAINERS.get(kind, "booktitle"), _escaped(text(item, "container-title"))
    for field, variable in (("publisher", "publisher"), ("location", "publisher-place")):
        yield field, _escaped(text(item, variable))
    for field, variable in (("date", "issued"), ("urldate", "accessed")):
        day = date_of(item, variable)
        yield field, day.numeric() if day and day.days else ""
    for field, variable in (
        ("edition", "edition"),
        ("volume", "volume"),
        ("number", "issue"),
        ("pages", "page"),
        ("abstract", "abstract"),
    ):
        yield field, _escaped(text(item, variable))
    section = text(facts, "section")
    yield "addendum", _escaped(section and f"“{section}”")
    yield "doi", text(item, "DOI").translate(_NOT_IN_ADDRESSES)
    yield "url", text(item, "URL").translate(_NOT_IN_ADDRESSES)
    yield "langid", _LANGUAGES.get(text(item, "language")[:2].lower(), "")
    yield "keywords", _escaped(text(item, "keyword").replace(";", ", "))
    yield "annotation", _escaped(text(item, "note"))


def _name(name: Mapping[str, Any]) -> str:
    """``Family, Given``; a body in braces of its own, so that nothing takes it apart."""
    if literal := text(name, "literal"):
        return f"{{{_escaped(literal)}}}"
    family = f"{text(name, 'non-dropping-particle')} {text(name, 'family')}".strip()
    given = f"{text(name, 'given')} {text(name, 'dropping-particle')}".strip()
    parts = (family, text(name, "suffix"), given)
    return ", ".join(_escaped(part) for part in parts if part)


def _escaped(words: str) -> str:
    escaped = words.translate(_ESCAPES)
    if not _is_nested(words):
        for brace, name in _LONE_BRACES.items():
            escaped = escaped.replace(brace, name)
    return escaped


def _is_nested(words: str) -> bool:
    """Whether every brace has its other half."""
    depth = 0
    for sign in words:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return False
    return depth == 0
