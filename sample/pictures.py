"""Small PNG pictures drawn in code: a sky, some buildings, the ground."""

from __future__ import annotations

import hashlib
import struct
import zlib

WIDTH, HEIGHT = 120, 80
_GROUND = 12
_SKY_COLOUR, _GROUND_COLOUR, _LIT_COLOUR, _FIRST_BUILDING = 0, 1, 2, 3


def picture(name: str) -> bytes:
    """A PNG file of a few hundred bytes, always the same for a name and different for others."""
    seed = hashlib.sha256(name.encode()).digest()
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)  # 8 bits, palette
    rows = b"".join(b"\x00" + bytes(row) for row in _rows(seed))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", _palette(seed)),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _palette(seed: bytes) -> bytes:
    sky = (150 + seed[0] // 4, 185 + seed[1] // 8, 215 + seed[2] // 8)
    ground = (95 + seed[3] // 8, 90 + seed[4] // 8, 85)
    buildings = [(80 + each // 2, 70 + each // 3, 75 + each // 4) for each in seed[5:9]]
    return bytes(part for colour in (sky, ground, (250, 220, 130), *buildings) for part in colour)


def _rows(seed: bytes) -> list[bytearray]:
    """One palette index a pixel."""
    rows = [bytearray([_SKY_COLOUR]) * WIDTH for _ in range(HEIGHT)]
    for row in rows[HEIGHT - _GROUND :]:
        row[:] = bytes([_GROUND_COLOUR]) * WIDTH
    for at, value in enumerate(seed[9:15]):
        left, wide, tall = at * 20 + value % 5, 12 + value % 7, 16 + value % 47
        for y in range(HEIGHT - _GROUND - tall, HEIGHT - _GROUND):
            for x in range(left, min(left + wide, WIDTH)):
                is_window = (x - left) % 4 == 2 and y % 6 in (2, 3)
                rows[y][x] = _LIT_COLOUR if is_window else _FIRST_BUILDING + at % 4
    return rows


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
