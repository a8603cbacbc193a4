"""WARC files as gzip members: one record each, found one after another, also behind damage."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

GZIP = 16 + zlib.MAX_WBITS
_CHUNK = 1 << 16
_MAGIC = b"\x1f\x8b\x08"
_HEAD = 512
"""Bytes of a member that surely unpack to the beginning of a record."""
LARGEST = 1 << 30
"""Bytes of a record beyond which it is taken for a trap."""
_LOADER = ArcWarcRecordLoader()


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
        used = size = 0
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
            size += len(out[-1])
            if size > LARGEST:
                raise DamagedBytes(offset, "larger than any record")
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
    overlap = len(_MAGIC) - 1
    while len(window) > overlap:
        at = window.find(_MAGIC)
        while at >= 0:
            if len(window) - at < _HEAD:
                window += file.read(_CHUNK)
            if _unpacks_to_record(window[at : at + _HEAD]):
                return base + at
            at = window.find(_MAGIC, at + 1)
        base += len(window) - overlap
        window = window[-overlap:] + file.read(_CHUNK)
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
