"""What is kept of a record that another program wrote: an exchange as our own crawl records it.

Date, bytes and head are those of the record; transfer encoding is undone, as a client must, and
the new record says in which file and under which id the old one stands.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import quote, urldefrag, urlsplit

from warcio.statusandheaders import (
    StatusAndHeaders,
    StatusAndHeadersParser,
    StatusAndHeadersParserException,
)

from archive.foreign import Block
from archive.warc_writer import Exchange

IMPORTED_FILE = "Jianbao-Imported-From"
IMPORTED_RECORD = "Jianbao-Imported-Record"
"""Fields of our own, which the standard allows and readers pass over."""
_VERSIONS = StatusAndHeadersParser(["WARC/1.0", "WARC/1.1", "WARC/0.18", "WARC/0.17"])
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})\b")
_KNOWN_HTTP = re.compile(rb"HTTP/1\.[01] ")
_LINE_END = re.compile(rb"\r?\n")
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")
_CHUNK_HEAD = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_UNSAFE = re.compile(r"[\x00-\x20\x7f]")
"""What no address may hold, and what would break the line of our record's field."""
_YEARS = (1990, 2999)
_TRUNCATIONS = frozenset(("length", "time", "disconnect"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """A response, or a revisit that refers to one, with where it came from."""

    record_id: str
    exchange: Exchange
    """Of a revisit, without a body; perhaps without a head."""
    payload_digest: str | None
    """As the record gives it."""
    is_revisit: bool
    refers_to: str | None
    """A revisit's record id of the response; the other two name it by address and time."""
    refers_to_url: str | None
    refers_to_date: datetime | None


def read_block(block: Block, file: str) -> Foreign | str:
    """The response or revisit in a record of a file, or the kind of another record.

    Raises ``ValueError`` where the record is not as its fields say.
    """
    try:
        warc = _VERSIONS.parse(BytesIO(block.head + b"\r\n\r\n"))
    except StatusAndHeadersParserException as error:
        raise ValueError(f"not a WARC record: {error}") from error
    kind = (warc.get_header("WARC-Type") or "").lower()
    target = _UNSAFE.sub(_quoted, (warc.get_header("WARC-Target-URI") or "").strip("<> "))
    url = urldefrag(target).url
    if kind not in ("response", "revisit") or urlsplit(url).scheme not in ("http", "https"):
        return kind or "record"
    _check_digest(warc.get_header("WARC-Block-Digest"), block.content)
    record_id = warc.get_header("WARC-Record-ID")
    if not record_id:
        raise ValueError("it has no WARC-Record-ID")
    exchange = _exchange(warc, url, block.content)
    if kind == "revisit":
        exchange = replace(exchange, body=b"", truncated=None)
    elif not exchange.response_head:
        raise ValueError("it holds no HTTP response")
    named = ((IMPORTED_FILE, quote(file, safe="/ ")), (IMPORTED_RECORD, record_id))
    refers_to_date = warc.get_header("WARC-Refers-To-Date")
    return Foreign(
        record_id=record_id,
        exchange=replace(exchange, more=named),
        payload_digest=warc.get_header("WARC-Payload-Digest"),
        is_revisit=kind == "revisit",
        refers_to=warc.get_header("WARC-Refers-To"),
        refers_to_url=(warc.get_header("WARC-Refers-To-Target-URI") or "").strip("<> ") or None,
        refers_to_date=_instant(refers_to_date) if refers_to_date else None,
    )


def _quoted(unsafe: re.Match[str]) -> str:
    return quote(unsafe[0])


def imported_id(site: str, record_id: str) -> str:
    """The id of our record of another one: always the same, so that none is imported twice."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{site} {record_id}"))


def _exchange(warc: StatusAndHeaders, url: str, content: bytes) -> Exchange:
    head_end = _EMPTY_LINE.search(content)
    head = content[: head_end.start()] if head_end else b""
    if not _STATUS.match(head):
        head = b""
    body = content[head_end.end() :] if head_end else b""
    lines = _LINE_END.split(head)
    truncated = warc.get_header("WARC-Truncated")
    if truncated is not None and truncated not in _TRUNCATIONS:
        truncated = "length"
    if _is_chunked(lines):
        body, is_whole = dechunked(body)
        truncated = truncated or (None if is_whole else "disconnect")
        lines = [*(line for line in lines if not _of_transfer(line)), _length_line(body)]
    if not _KNOWN_HTTP.match(lines[0]):
        lines[0] = b"HTTP/1.1" + lines[0][lines[0].find(b" ") :]
    return Exchange(
        url=url,
        at=_instant(warc.get_header("WARC-Date") or ""),
        request_head=b"",
        response_head=b"\r\n".join(lines) + b"\r\n\r\n" if head else b"",
        body=body,
        ip_address=warc.get_header("WARC-IP-Address"),
        truncated=truncated,
    )


def dechunked(body: bytes) -> tuple[bytes, bool]:
    """A body without its chunked transfer encoding (RFC 9112, 7.1), and whether it came whole.

    Some writers undo the encoding and leave the header: such a body is returned as it is.
    """
    parts: list[bytes] = []
    position = 0
    while found := _CHUNK_HEAD.match(body, position):
        length = int(found[1], 16)
        if not length:
            return b"".join(parts), True
        part = body[found.end() : found.end() + length]
        parts.append(part)
        position = found.end() + length
        line_end = _LINE_END.match(body, position)
        if len(part) < length or line_end is None:
            break
        position = line_end.end()
    return (b"".join(parts), False) if parts else (body, True)


def _is_chunked(lines: list[bytes]) -> bool:
    return any(
        line.lower().startswith(b"transfer-encoding:") and b"chunked" in line.lower()
        for line in lines
    )


def _of_transfer(line: bytes) -> bool:
    return line.lower().startswith((b"transfer-encoding:", b"content-length:"))


def _length_line(body: bytes) -> bytes:
    return b"Content-Length: %d" % len(body)


def _instant(text: str) -> datetime:
    """A date of a WARC field. Raises ``ValueError``, also for years that the web has not seen."""
    instant = datetime.fromisoformat(text)
    if not _YEARS[0] <= instant.year <= _YEARS[1]:
        raise ValueError(f"its date is in the year {instant.year}")
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _check_digest(named: str | None, content: bytes) -> None:
    """Raise ``ValueError`` where a block is not what its digest says; unknown kinds pass."""
    algorithm, _, digest = (named or "").partition(":")
    if algorithm.lower() not in ("sha1", "sha256", "md5"):
        return
    found = hashlib.new(algorithm.lower(), content, usedforsecurity=False).digest()
    written = (found.hex(), base64.b32encode(found).decode().rstrip("=").lower())
    if digest.lower().rstrip("=") not in written:
        raise ValueError("its bytes are not those that its digest names")
