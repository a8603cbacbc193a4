"""The files that a report hands out: links to documents, and documents shown in frames."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from urllib.parse import unquote, urldefrag

from bs4.element import Tag

from archive.article import Attachment
from crawler.pages.lines import clean
from crawler.pages.markup import Markup, attribute

_ENDINGS = (
    "pdf|ofd|docx?|docm|rtf|wps|xlsx?|xlsm|et|csv|pptx?|ppsx?|dps|zip|rar|7z|txt|tif{1,2}|ceb|caj"
)
_FILE = re.compile(rf"\.(?:{_ENDINGS})(?![A-Za-z0-9])", re.IGNORECASE)
_NAMED_FILE = re.compile(rf"\.(?:{_ENDINGS})\s*[）)\]】]?$", re.IGNORECASE)
_QUOTED_FILE = re.compile(
    rf"""["']([^"'<>\s]+\.(?:{_ENDINGS})(?:\?[^"'<>\s]*)?)["']""", re.IGNORECASE
)
_SHOWN_FILE = re.compile(rf"[?&](?:file|src|url)=([^&#]+\.(?:{_ENDINGS}))(?=[&#]|$)", re.IGNORECASE)
_HOST = re.compile(r"^(?:\w+:)?//[^/?#]*")
_ADDRESSES = {"a": "href", "iframe": "src", "embed": "src", "object": "data"}


def attachments_in(
    nodes: Iterable[Tag], markup: Markup, without: Collection[int] = ()
) -> tuple[Attachment, ...]:
    """The files that some boxes hand out, in order and each once.

    ``without`` names elements that do not count, by their ``id()``.
    """
    found: dict[str, Attachment] = {}
    for node in nodes:
        for tag in node.find_all(list(_ADDRESSES)):
            words = clean(tag.get_text()) if tag.name == "a" else ""
            address = _file_of(tag, words)
            counts = address and not any(id(each) in without for each in (tag, *tag.parents))
            url = markup.absolute(address) if counts else None
            if url and url.startswith(("http://", "https://")):
                url = urldefrag(url).url
                before = found.get(url)
                if before is None or before.title is None:
                    found[url] = Attachment(url=url, title=words or attribute(tag, "title") or None)
    return tuple(found.values())


def _file_of(tag: Tag, words: str) -> str:
    """The address of the file that an element leads to or shows, empty where it is none."""
    address = attribute(tag, _ADDRESSES[tag.name]).strip()
    if shown := _SHOWN_FILE.search(address):
        return unquote(shown[1])
    if address.lower().startswith("javascript:") or address in ("", "#"):
        quoted = _QUOTED_FILE.search(address) or _QUOTED_FILE.search(attribute(tag, "onclick"))
        return quoted[1] if quoted else ""
    is_file = _FILE.search(_HOST.sub("", address)) or (
        tag.name == "a" and _NAMED_FILE.search(words)
    )
    return address if is_file else ""
