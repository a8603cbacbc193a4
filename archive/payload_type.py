"""What a body is by its own first bytes, whatever the server says."""

from __future__ import annotations

import re

_MAGIC = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"PK\x03\x04": "application/zip",
    b"\x1f\x8b\x08": "application/gzip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage",
}
"""Signatures of the files that news sites hand out; Word's old format is an OLE storage."""
_XML = re.compile(rb"<(?:\?xml|rss|feed)[\s>]")
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style|link|iframe|table|div|font|"
    rb"br|h1|p|a|b)[\s>/]|<!--",
    re.IGNORECASE,
)
_ROOTS = (
    (re.compile(rb"<html[\s>]", re.IGNORECASE), "application/xhtml+xml"),
    (re.compile(rb"<rss[\s>]"), "application/rss+xml"),
    (re.compile(rb"<feed[\s>]"), "application/atom+xml"),
)
_JSON = re.compile(rb'(?:\{\s*(?:"|\})|\[\s*(?:[\[{"\]\d-]|true|false|null))')
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
HEAD = 1024
"""Bytes that are looked at."""


def payload_type(body: bytes) -> str | None:
    """The media type that the beginning of a body shows, or ``None`` where it shows none.

    The marks of HTML and of binary files are those of the WHATWG's MIME Sniffing standard.
    """
    head = body[:HEAD]
    for magic, found in _MAGIC.items():
        if head.startswith(magic):
            return found
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\t\n\x0c\r ")
    if _XML.match(text):
        return next((found for root, found in _ROOTS if root.search(text)), "application/xml")
    if _HTML.match(text):
        return "text/html"
    if _JSON.match(text):
        return "application/json"
    return "text/plain" if text and not _BINARY.search(text) else None
