"""One file of named arrays: written once, whole or not at all, and read by mapping it.

Layout, little-endian: a preamble (stamp, version, CRC, place and length of the header, length of
the file), the arrays, each at a multiple of 64 bytes, and the header: JSON with names, dtypes,
shapes and offsets of the arrays, and facts. The CRC covers preamble and header, so a file that was
cut anywhere, or never finished, does not open. What the arrays hold is not summed: that would read
the whole file at every opening.

No array file is ever changed or cut in place once it has its name; a process that has it mapped
would be killed by the system (SIGBUS) when it reads beyond the new end.
"""

from __future__ import annotations

import json
import math
import mmap
import os
import struct
import weakref
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_STAMP = b"JIANBAO\n"
_VERSION = 1
_PREAMBLE = struct.Struct("<8sIIQQQ")
_ALIGNMENT = 64
_KINDS = "uifbS"
_SHORT = 1 << 14
"""Bytes of a stretch that is read rather than mapped."""


class DamagedArrays(ValueError):
    """The file is not an array file of this version, or not the whole of it."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path}: {what}")
        self.path = path
        self.what = what


class Filling:
    """An array whose place is reserved and that is written piece by piece."""

    def __init__(self, descriptor: int, name: str, dtype: np.dtype[Any], offset: int, end: int):
        self._descriptor = descriptor
        self._name = name
        self._dtype = dtype
        self._offset = offset
        self._end = end

    def write(self, piece: Array) -> None:
        """Appends the elements; raises ``ValueError`` for another dtype or more than reserved."""
        if piece.dtype != self._dtype or self._offset + piece.nbytes > self._end:
            raise ValueError(f"{self._name}: {piece.dtype} × {piece.size} was not reserved")
        if not piece.nbytes:
            return
        rest = np.ascontiguousarray(piece).reshape(-1).view(np.uint8).data
        while rest:
            written = os.pwrite(self._descriptor, rest, self._offset)
            self._offset += written
            rest = rest[written:]

    @property
    def is_full(self) -> bool:
        return self._offset == self._end


class ArrayFileWriter:
    """Writes beside the final name and takes the name when all is on the disk.

    As a context manager: a block that fails leaves no file behind.
    """

    def __init__(self, path: Path, facts: Mapping[str, object]) -> None:
        self._path = path
        self._part = path.with_name(f"{path.name}.part")
        self._facts = dict(facts)
        self._entries: dict[str, dict[str, object]] = {}
        self._fillings: list[Filling] = []
        self._end = _aligned(_PREAMBLE.size)
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC
        self._descriptor = os.open(self._part, flags, 0o666)

    def __enter__(self) -> ArrayFileWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            os.close(self._descriptor)
            self._part.unlink(missing_ok=True)

    def reserve(self, name: str, dtype: npt.DTypeLike, *shape: int) -> Filling:
        """Room for an array; it must be filled before the block ends."""
        if name in self._entries:
            raise ValueError(f"{name} is written twice")
        kind = np.dtype(dtype).newbyteorder("<")
        self._entries[name] = {"dtype": kind.str, "shape": shape, "offset": self._end}
        end = self._end + kind.itemsize * math.prod(shape)
        filling = Filling(self._descriptor, name, kind, self._end, end)
        self._fillings.append(filling)
        self._end = _aligned(end)
        return filling

    def put(self, name: str, array: Array) -> None:
        """A whole array."""
        self.reserve(name, array.dtype, *array.shape).write(array)

    def _finish(self) -> None:
        if not all(filling.is_full for filling in self._fillings):
            raise ValueError(f"{self._path}: an array was reserved and not filled")
        header = json.dumps({"facts": self._facts, "arrays": self._entries}).encode()
        total = self._end + len(header)
        _write_at(self._descriptor, header, self._end)
        os.fsync(self._descriptor)
        checksum = _checksum(self._end, len(header), total, header)
        preamble = _PREAMBLE.pack(_STAMP, _VERSION, checksum, self._end, len(header), total)
        _write_at(self._descriptor, preamble, 0)
        os.fsync(self._descriptor)
        self._part.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class ArrayFile:
    """The arrays of a file, mapped and read-only; bytes come into memory as they are used.

    Raises ``DamagedArrays`` when it is not a whole file of this version, and ``OSError`` when it
    cannot be read at all. Arrays stay valid after ``close`` and after the file was deleted: the
    mapping ends with the last array that looks at it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._descriptor)
        self._mapping, self.size = _mapped(self._descriptor)
        header = self._header()
        self.facts: Mapping[str, Any] = header["facts"]
        self._entries: dict[str, Any] = header["arrays"]
        self._arrays: dict[str, Array] = {}
        for name, entry in self._entries.items():
            self._check(name, entry)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __getitem__(self, name: str) -> Array:
        """The array of this name; raises ``DamagedArrays`` where there is none."""
        if (array := self._arrays.get(name)) is not None:
            return array
        if (entry := self._entries.get(name)) is None:
            raise DamagedArrays(self.path, f"has no array {name}")
        shape, kind = tuple(entry["shape"]), np.dtype(entry["dtype"])
        if size := math.prod(shape):
            array = np.frombuffer(self._mapping, kind, size, entry["offset"]).reshape(shape)
        else:
            array = np.zeros(shape, kind)
        self._arrays[name] = array
        return array

    def get(self, name: str) -> Array | None:
        """The array of this name, ``None`` where there is none."""
        if name not in self._entries:
            return None
        return self[name]

    def stretch(self, name: str, first: int, length: int) -> Array:
        """Some elements of an array of one dimension; short stretches are read, not mapped.

        With each that is mapped the system brings in far more around it: for 300 queries of
        100,000 documents six times what they needed. To read a long one would cost a copy.
        """
        entry = self._entries[name]
        kind = np.dtype(entry["dtype"])
        size = length * kind.itemsize
        if size > _SHORT:
            return self[name][first : first + length]
        offset = entry["offset"] + first * kind.itemsize
        return np.frombuffer(os.pread(self._descriptor, size, offset), kind)

    def names(self) -> tuple[str, ...]:
        """Names of all arrays, in the order they were reserved."""
        return tuple(self._entries)

    def close(self) -> None:
        """Lets go of the mapping."""
        self._arrays.clear()
        self._mapping = memoryview(b"")

    def _header(self) -> dict[str, Any]:
        if self.size < _PREAMBLE.size:
            raise DamagedArrays(self.path, "is too short")
        stamp, version, checksum, start, length, total = _PREAMBLE.unpack_from(self._mapping)
        if stamp != _STAMP:
            raise DamagedArrays(self.path, "is not an array file")
        if version != _VERSION:
            raise DamagedArrays(self.path, f"has version {version}, not {_VERSION}")
        if total != self.size or start + length != total:
            raise DamagedArrays(self.path, f"has {self.size} bytes, not {total}")
        header = bytes(self._mapping[start:])
        if checksum != _checksum(start, length, total, header):
            raise DamagedArrays(self.path, "has a damaged header")
        try:
            loaded = json.loads(header)
        except ValueError as error:
            raise DamagedArrays(self.path, "has an unreadable header") from error
        if not isinstance(loaded, dict) or not all(
            isinstance(loaded.get(part), dict) for part in ("facts", "arrays")
        ):
            raise DamagedArrays(self.path, "has a header without arrays")
        return loaded

    def _check(self, name: str, entry: Any) -> None:
        """That an array lies where the file has bytes for it."""
        try:
            kind, offset = np.dtype(entry["dtype"]), entry["offset"]
            shape = [entry["offset"], *entry["shape"]]
            lies = not all(type(number) is int and number >= 0 for number in shape)
            end = offset + kind.itemsize * math.prod(entry["shape"])
        except (TypeError, KeyError, ValueError) as error:
            raise DamagedArrays(self.path, f"does not say where {name} is") from error
        if lies or kind.kind not in _KINDS or offset % _ALIGNMENT or end > self.size:
            raise DamagedArrays(self.path, f"cannot hold {name}")


def _mapped(descriptor: int) -> tuple[memoryview, int]:
    size = os.fstat(descriptor).st_size
    if not size:
        return memoryview(b""), 0
    return memoryview(mmap.mmap(descriptor, size, access=mmap.ACCESS_READ)), size


def _checksum(start: int, length: int, total: int, header: bytes) -> int:
    preamble = _PREAMBLE.pack(_STAMP, _VERSION, 0, start, length, total)
    return zlib.crc32(header, zlib.crc32(preamble))


def _write_at(descriptor: int, content: bytes, offset: int) -> None:
    rest = memoryview(content)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        offset += written
        rest = rest[written:]


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT
