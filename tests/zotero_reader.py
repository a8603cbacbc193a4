"""Reads pages as Zotero documents that its translators do: which element counts, and before which.

Only what our pages have or must not have is here. Names are cut as Zotero cuts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from lxml import html

_TYPES = {"newspaperArticle", "webpage", "journalArticle", "blogPost", "document"}
_OVERRIDES = {
    "citation_journal_title": "journalArticle",
    "citation_conference_title": "conferencePaper",
    "citation_conference": "conferencePaper",
    "citation_book_title": "bookSection",
    "citation_inbook_title": "bookSection",
    "citation_dissertation_institution": "thesis",
    "citation_technical_report_institution": "report",
}
_TYPE_ORDER = ("z:itemtype", "bib:type", "prism:type", "eprints:type", "og:type", "dc:type")
_HIGHWIRE_DATES = ("citation_publication_date", "citation_cover_date", "citation_date")
_DATES = (
    "eprints:date",
    "prism:publicationdate",
    "og:published_time",
    "article:published_time",
    "dc:date.issued",
    "dcterms:issued",
    "dc:date",
    "dcterms:date",
)
_ABSTRACTS = ("og:description", "dcterms:abstract", "dc:description.abstract")


@dataclass
class Item:
    """What Zotero would keep."""

    type: str = ""
    title: str = ""
    creators: list[tuple[str, str]] = field(default_factory=list)
    """First and last names; an institution or an uncut name has only the last."""
    date: str = ""
    publication: str = ""
    section: str = ""
    language: str = ""
    rights: str = ""
    abstract: str = ""
    url: str = ""
    tags: list[str] = field(default_factory=list)
    """Of a list's hits only: a page's keywords are dropped, as mostly wrong."""


def embedded(page: str) -> Item:
    """The item of a page's meta elements (Embedded Metadata)."""
    tree = html.fromstring(page)
    meta = Meta(
        (element.get("name") or element.get("property"), element.get("content"))
        for element in tree.xpath("//head//meta[@content]")
        if element.get("name") or element.get("property")
    )
    item = Item(type=_type(meta))
    highwire = [meta.first(name) for name in _HIGHWIRE_DATES if meta.first(name)]
    item.date = highwire[-1] if highwire else meta.first(*_DATES)
    if not item.date:
        item.date = next(iter(tree.xpath("//time/@datetime")), "")
    item.publication = meta.first("prism:publicationname", "dc:source")
    if not item.publication and item.type in ("newspaperArticle", "webpage", "blogPost"):
        item.publication = meta.first("og:site_name")
    title = meta.first("citation_title", "dc:title", "og:title") or tree.findtext(".//title")
    item.title = _without_name(" ".join(title.split()), item.publication)
    item.section = meta.first("article:section")
    item.language = meta.first("citation_language", "dc:language")
    item.rights = meta.first("dc:rights")
    item.abstract = meta.first(*_ABSTRACTS, "description")
    item.url = meta.first("citation_public_url", "og:url")
    names = [*meta.all("citation_author"), *meta.all("citation_authors")]
    written = [one for name in names for one in name.split(";")] or meta.all("dc:creator")
    written = written or meta.all("author") or meta.all("article:author")
    written = written or [each.text_content() for each in tree.find_class("byline")]
    item.creators = [_cut(name.strip()) for name in written if name.strip()]
    return item


def coins(page: str) -> list[Item]:
    """The items of a page's COinS, for Zotero's list to choose from."""
    spans = html.fromstring(page).xpath('//span[@class="Z3988"]/@title')
    return [_of_context(title) for title in spans]


class Meta:
    """Meta elements by name, with the prefix's sign and letters made one."""

    def __init__(self, elements: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in elements:
            self._values.setdefault(_plain(name), []).append(value)

    def all(self, name: str) -> list[str]:
        return self._values.get(_plain(name), [])

    def first(self, *names: str) -> str:
        return next((value for name in names for value in self.all(name)), "")


def _without_name(title: str, publication: str) -> str:
    """A title without a name of the publication at its end."""
    if not publication:
        return title
    return re.sub(rf"\s*[-–—=_:|~#]\s*{re.escape(publication)}\s*$", "", title, flags=re.I)


def _plain(name: str) -> str:
    prefix, sign, rest = name.lower().replace(".", ":", 1).partition(":")
    return f"{prefix}{sign}{rest}"


def _type(meta: Meta) -> str:
    for name, type_ in _OVERRIDES.items():
        if meta.first(name):
            return type_
    for name in _TYPE_ORDER:
        said = meta.first(name)
        if name == "og:type":
            said = {"website": "webpage"}.get(said, "")
        if said in _TYPES:
            return said
    return "journalArticle" if meta.first("citation_title") else "webpage"


def _cut(name: str) -> tuple[str, str]:
    """A name as first and last: at its comma, otherwise at its last space."""
    if "," in name:
        last, _, first = name.partition(",")
        return first.strip(), last.strip()
    first, _, last = name.rpartition(" ")
    return first.strip(), last


def _of_context(title: str) -> Item:
    item = Item()
    pairs = [part.partition("=")[::2] for part in title.split("&")]
    if ("rft_val_fmt", "info%3Aofi%2Ffmt%3Akev%3Amtx%3Adc") in pairs:
        item.type = "webpage"
    for key, escaped in pairs:
        _take(item, key, unquote(escaped.replace("+", " ")))
    return item


_FIELDS: Mapping[str, str] = {
    "rft.title": "title",
    "rft.date": "date",
    "rft.source": "publication",
    "rft.language": "language",
    "rft.rights": "rights",
    "rft.description": "abstract",
}


def _take(item: Item, key: str, value: str) -> None:
    """One pair; later ones replace earlier ones, as in Zotero."""
    if key in ("rft_id", "rft.identifier") and value.startswith(("http://", "https://")):
        item.url = value
    elif key in ("rft.creator", "rft.au"):
        item.creators.append(_cut(value))
    elif key == "rft.aucorp":
        item.creators.append(("", value))
    elif key == "rft.subject":
        item.tags.append(value)
    elif key == "rft.type" and value in _TYPES:
        item.type = value
    elif key in _FIELDS:
        setattr(item, _FIELDS[key], value)
