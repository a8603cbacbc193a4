"""The records of WARC and WACZ files that other programs wrote.

They lie there as one gzip member each, in one gzip stream over all, or bare; in WARC 1.0 and 1.1;
alone or inside a WACZ file, which is a ZIP archive.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from archive.errors import NotWarc
from archive.members import GZIP, LARGEST, DamagedBytes, records

_GZIP_MAGIC = b"\x1f\x8b"
_ZIP_MAGIC = b"PK\x03\x04"
_WARC_MAGIC = b"WARC/"
_WARC_NAME = re.compile(r"archive/.*\.warc(\.gz)?", re.IGNORECASE)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_NEXT = re.compile(rb"\n\r?\n(?=WARC/[01]\.\d+\r?\n)")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})(?!\d)", re.IGNORECASE | re.MULTILINE)
_LONGEST_HEAD = 1 << 20
_CHUNK = 1 << 16
_BROKEN = (zlib.error, zipfile.BadZipFile, EOFError)

OnDamage = Callable[[DamagedBytes], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One record as it lies in a file."""

    offset: int
    """Byte at which it or its gzip member begins; in a stream over all, of what that unpacks to."""
    head: bytes
    """Version line and fields."""
    content: bytes
    """As long as the record says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFile:
    """A WARC file, open for reading; alone or inside a WACZ file."""

    name: str
    """``crawl.warc.gz``, ``crawl.wacz/archive/data.warc.gz``."""
    size: int
    file: IO[bytes]

    def blocks(self, on_damage: OnDamage) -> Iterator[Block]:
        """Every record, in order; damaged ones are reported and passed over."""
        try:
            yield from self._blocks(on_damage)
        except _BROKEN as error:
            on_damage(DamagedBytes(self.file.tell(), str(error)))

    def _blocks(self, on_damage: OnDamage) -> Iterator[Block]:
        is_packed = self.file.read(2) == _GZIP_MAGIC
        self.file.seek(0)
        if is_packed and _has_member_a_record(self.file):
            yield from _one_a_member(self.file, on_damage)
        elif is_packed:
            yield from _Stream(_unpacked(self.file)).blocks(on_damage)
        else:
            yield from _Stream(_chunks(self.file)).blocks(on_damage)


def warc_files(path: Path) -> Iterator[WarcFile]:
    """The WARC files in a file: itself, or those that a WACZ file holds. Raises ``NotWarc``."""
    with path.open("rb") as file:
        magic = file.read(len(_WARC_MAGIC))
        file.seek(0)
        if magic.startswith(_GZIP_MAGIC) or magic == _WARC_MAGIC:
            yield WarcFile(name=path.name, size=path.stat().st_size, file=file)
            return
        members = _packed_files(file) if magic.startswith(_ZIP_MAGIC) else None
        if not members:
            raise NotWarc(file=str(path))
        with zipfile.ZipFile(file) as packed:
            for member in members:
                with packed.open(member) as inner:
                    name = f"{path.name}/{member.filename}"
                    yield WarcFile(name=name, size=member.file_size, file=inner)


def _packed_files(file: IO[bytes]) -> list[zipfile.ZipInfo]:
    """The WARC files that a WACZ file lists; none where one of them cannot be opened.

    ``zipfile`` raises ``RuntimeError`` for what is encrypted or packed in a way it does not know,
    and ``ValueError`` or ``OSError`` for damaged directories.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            found = [each for each in packed.infolist() if _WARC_NAME.fullmatch(each.filename)]
            for each in found:
                packed.open(each).close()
            return found
    except (*_BROKEN, RuntimeError, ValueError, OSError, struct.error):
        return []


def _has_member_a_record(file: IO[bytes]) -> bool:
    """Whether the first gzip member ends with its first record; leaves the file at its start."""
    packer, data, end = zlib.decompressobj(GZIP), bytearray(), None
    try:
        while not packer.eof and (end is None or len(data) <= end) and (chunk := file.read(_CHUNK)):
            data += packer.decompress(chunk, _CHUNK)
            while packer.unconsumed_tail and (end is None or len(data) <= end):
                data += packer.decompress(packer.unconsumed_tail, _CHUNK)
            end = end or _end_of_first(bytes(data[:_LONGEST_HEAD]))
    except _BROKEN:
        return True
    finally:
        file.seek(0)
    return end is None or len(data.rstrip(b"\r\n")) <= end


def _end_of_first(data: bytes) -> int | None:
    """Where a record ends that begins the data, if that can be seen."""
    head_end, length = _HEAD_END.search(data), _LENGTH.search(data)
    return head_end.end() + int(length[1]) if head_end and length else None


def _one_a_member(file: IO[bytes], on_damage: OnDamage) -> Iterator[Block]:
    for member in records(file, on_damage):
        head_end, end = _HEAD_END.search(member.block), _end_of_first(member.block)
        if head_end is None or end is None or len(member.block) < end:
            on_damage(DamagedBytes(member.offset, "the record is shorter than it says"))
            continue
        yield Block(
            offset=member.offset,
            head=member.block[: head_end.start()],
            content=member.block[head_end.end() : end],
        )


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    return iter(partial(file.read, _CHUNK), b"")


def _unpacked(file: IO[bytes]) -> Iterator[bytes]:
    """What one or more gzip members unpack to, as far as they go. Raises ``zlib.error``."""
    packer: Any = None
    for chunk in _chunks(file):
        rest = chunk
        while rest:
            packer = packer or zlib.decompressobj(GZIP)
            yield packer.decompress(rest)
            rest = packer.unused_data
            if packer.eof:
                packer = None
    if packer is not None:
        raise zlib.error("cut short")


class _Stream:
    """Records one behind the other, without gzip members between them."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._data = bytearray()
        """What was read and not yet taken."""
        self._offset = 0
        """Byte at which that begins."""
        self._fault = ""
        """Why nothing more can be read, other than that the stream ends."""

    def blocks(self, on_damage: OnDamage) -> Iterator[Block]:
        while self._begins():
            found = self._record()
            if isinstance(found, Block):
                yield found
                continue
            on_damage(DamagedBytes(self._offset, found))
            self._fault = ""
            if not self._go_to_next():
                return
        if self._fault:
            on_damage(DamagedBytes(self._offset, self._fault))

    def _begins(self) -> bool:
        """Pass over empty lines; whether anything comes behind them."""
        while self._more(1):
            blank = len(self._data) - len(self._data.lstrip(b"\r\n"))
            if not blank:
                return True
            self._take(blank)
        return False

    def _record(self) -> Block | str:
        """The record that begins here, or why there is none."""
        while not (head_end := _HEAD_END.search(self._data)):
            if len(self._data) > _LONGEST_HEAD or not self._more(len(self._data) + 1):
                break
        head = bytes(self._data[: head_end.start()]) if head_end else b""
        length = _LENGTH.search(head)
        if not head_end or not length or not head.startswith(_WARC_MAGIC):
            return self._fault or "not a WARC record"
        end = head_end.end() + int(length[1])
        if end > LARGEST:
            return "larger than any record"
        if not self._more(end):
            return self._fault or "cut short"
        content = bytes(self._data[head_end.end() : end])
        block = Block(offset=self._offset, head=head, content=content)
        self._take(end)
        return block

    def _go_to_next(self) -> bool:
        """Go on to the next place that looks like the beginning of a record, if there is one."""
        while True:
            if found := _NEXT.search(self._data, 1):
                self._take(found.end())
                return True
            self._take(max(len(self._data) - _LONGEST_HEAD, 0))
            if not self._more(len(self._data) + 1):
                return False

    def _more(self, length: int) -> bool:
        """Read on until so many bytes wait; whether there are so many."""
        while len(self._data) < length and not self._fault:
            try:
                self._data += next(self._chunks)
            except StopIteration:
                break
            except _BROKEN as error:
                self._fault = str(error)
        return len(self._data) >= length

    def _take(self, length: int) -> None:
        del self._data[:length]
        self._offset += length
