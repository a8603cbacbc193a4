"""Reading WARC files: one record by its place, or every response of a file."""

from __future__ import annotations

import base64
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import (
    StatusAndHeaders,
    StatusAndHeadersParser,
    StatusAndHeadersParserException,
)

from archive.capture import Capture
from archive.errors import CaptureUnreadable

OPEN = ".open"
"""Ending of a file that is still being written, or was when its writer died."""
GZIP = 16 + zlib.MAX_WBITS
_CHUNK = 1 << 16
_MAGIC = b"\x1f\x8b\x08"
_HEAD = 512
"""Bytes of a member that surely unpack to the beginning of a record."""
_LOADER = ArcWarcRecordLoader()
_HTTP = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A response read back from its record."""

    capture: Capture
    headers: StatusAndHeaders
    payload: bytes
    """The body as the server sent it."""
    truncated: str | None
    """``length``, ``time`` or ``disconnect`` where the body is cut short."""

    @property
    def body(self) -> bytes:
        """The body with its content encoding undone."""
        return self.unpacked()

    def unpacked(self, most: int | None = None) -> bytes:
        """The body with its content encoding undone, ``most`` bytes of it at the most."""
        encoding = (self.headers.get_header("Content-Encoding") or "").strip().lower()
        if encoding not in BufferedReader.get_supported_decompressors():
            return self.payload[:most]
        body: bytes = BufferedReader(BytesIO(self.payload), decomp_type=encoding).read(most)
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a response record lies, and in which run."""

    file: str
    """Path of the finished file below the ``warc`` folder, with ``/``."""
    offset: int
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One gzip member of a file: bytes ``offset`` up to ``end``, and what they unpack to."""

    offset: int
    end: int
    block: bytes
    record: ArcWarcRecord


class DamagedBytes(ValueError):
    """From ``offset`` on, a file's bytes are no whole record."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"damaged at byte {offset}: {reason}")
        self.offset = offset
        self.reason = reason


def read(warc_folder: Path, capture: Capture) -> Recorded:
    """The response behind a capture. Raises ``CaptureUnreadable``."""
    try:
        path = existing(warc_folder / capture.warc_file)
        with path.open("rb") as file:
            file.seek(capture.warc_offset)
            record = next(members(file)).record
        recorded = as_response(
            record,
            Place(file=capture.warc_file, offset=capture.warc_offset, run=capture.run),
        )
    except (OSError, ValueError, StopIteration) as error:
        raise _unreadable(capture, str(error) or "the file ends there") from error
    if recorded is None or recorded.capture.id != capture.id:
        raise _unreadable(capture, "another record lies there")
    if recorded.capture.payload_digest != capture.payload_digest:
        raise _unreadable(capture, "its bytes are not those that were captured")
    return recorded


def responses(
    warc_folder: Path, path: Path, on_damage: Callable[[DamagedBytes], None] | None = None
) -> Iterator[Recorded]:
    """Every response record of a file, in order.

    Damaged bytes raise ``DamagedBytes``, or are reported and passed over by ``on_damage``.
    """
    run = ""
    name = path.relative_to(warc_folder).as_posix().removesuffix(OPEN)
    with path.open("rb") as file:
        for member in records(file, on_damage):
            record = member.record
            if record.rec_type == "warcinfo":
                run = _field_of(record.raw_stream.read(), "run") or run
            recorded = as_response(record, Place(file=name, offset=member.offset, run=run))
            if recorded is not None:
                yield recorded


def records(
    file: IO[bytes], on_damage: Callable[[DamagedBytes], None] | None = None
) -> Iterator[Member]:
    """Every record of a file; goes on behind damaged bytes if ``on_damage`` takes them."""
    start: int | None = 0
    while start is not None:
        file.seek(start)
        start = None
        try:
            yield from members(file)
        except DamagedBytes as damage:
            if on_damage is None:
                raise
            on_damage(damage)
            start = _next_start(file, damage.offset + 1)


def members(file: IO[bytes]) -> Iterator[Member]:
    """Each gzip member from the current position on, as a WARC record.

    Raises ``DamagedBytes`` where bytes are no whole member or no record. Memory stays at the
    size of the largest record.
    """
    offset = file.tell()
    rest = b""
    while True:
        packer = zlib.decompressobj(GZIP)
        out: list[bytes] = []
        used = 0
        while not packer.eof:
            chunk = rest or file.read(_CHUNK)
            if not chunk:
                if not used:
                    return
                raise DamagedBytes(offset, "cut short")
            try:
                out.append(packer.decompress(chunk))
            except zlib.error as error:
                raise DamagedBytes(offset, str(error)) from error
            used += len(chunk) - len(packer.unused_data)
            rest = packer.unused_data
        block = b"".join(out)
        try:
            record = unpack(block)
        except ValueError as error:
            raise DamagedBytes(offset, str(error)) from error
        yield Member(offset=offset, end=offset + used, block=block, record=record)
        offset += used


def _next_start(file: IO[bytes], after: int) -> int | None:
    """Where the next gzip member that unpacks to a WARC record begins, if one does."""
    file.seek(after)
    base, window = after, file.read(_CHUNK)
    while len(window) >= len(_MAGIC):
        at = window.find(_MAGIC)
        if at >= 0:
            head = window[at : at + _HEAD]
            if len(head) < _HEAD:
                file.seek(base + at)
                head = file.read(_HEAD)
            if _unpacks_to_record(head):
                return base + at
        skip = at + 1 if at >= 0 else max(len(window) - len(_MAGIC) + 1, 1)
        base += skip
        file.seek(base)
        window = file.read(_CHUNK)
    return None


def _unpacks_to_record(head: bytes) -> bool:
    try:
        return zlib.decompressobj(GZIP).decompress(head).startswith(b"WARC/")
    except zlib.error:
        return False


def unpack(block: bytes) -> ArcWarcRecord:
    """The record in an unpacked member. Raises ``ValueError`` where it is none."""
    try:
        record = _LOADER.parse_record_stream(BytesIO(block), known_format="warc")
    except (ArchiveLoadFailed, EOFError, StatusAndHeadersParserException) as error:
        raise ValueError(f"not a WARC record: {error}") from error
    return record


def as_response(record: ArcWarcRecord, place: Place) -> Recorded | None:
    """A response record with its capture; ``None`` for records of other kinds."""
    if record.rec_type != "response" or record.http_headers is None:
        return None
    payload = record.raw_stream.read()
    return Recorded(
        capture=capture_of(record.rec_headers, record.http_headers, payload, place),
        headers=record.http_headers,
        payload=payload,
        truncated=record.rec_headers.get_header("WARC-Truncated"),
    )


def parse_http(head: bytes) -> StatusAndHeaders:
    """Status and headers of a response head."""
    return _HTTP.parse(BytesIO(head))


def existing(path: Path) -> Path:
    """The file under its final name or, while it is being written, its open one."""
    return path if path.exists() else path.with_name(path.name + OPEN)


def finish(path: Path) -> Path:
    """Give an open file its final name."""
    final = path.with_name(path.name.removesuffix(OPEN))
    path.rename(final)
    sync_folder(path.parent)
    return final


def sync_folder(folder: Path) -> None:
    """Make a new or changed name in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha1(data: bytes) -> str:
    """The digest that WARC tools expect: SHA-1 in base32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def sha256(data: bytes) -> str:
    """The digest that captures and citations name."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def capture_of(
    warc: StatusAndHeaders, http: StatusAndHeaders, payload: bytes, place: Place
) -> Capture:
    """The capture that a response record makes."""
    media_type = (http.get_header("Content-Type") or "").split(";")[0].strip().lower()
    return Capture(
        id=warc.get_header("WARC-Record-ID").removeprefix("<urn:uuid:").removesuffix(">"),
        url=warc.get_header("WARC-Target-URI"),
        captured_at=datetime.fromisoformat(warc.get_header("WARC-Date")),
        status=int(http.get_statuscode()),
        media_type=media_type or None,
        payload_digest=sha256(payload),
        warc_file=place.file,
        warc_offset=place.offset,
        run=place.run,
    )


def _field_of(warc_fields: bytes, name: str) -> str | None:
    """A value of an ``application/warc-fields`` block."""
    for line in warc_fields.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return value.strip()
    return None


def _unreadable(capture: Capture, reason: str) -> CaptureUnreadable:
    return CaptureUnreadable(
        url=capture.url, file=capture.warc_file, offset=capture.warc_offset, reason=reason
    )
