"""Array files are whole or refused."""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.arrays import array_file
from search.arrays.array_file import ArrayFile, ArrayFileWriter, DamagedArrays

ARRAYS = {
    "numbers": np.arange(100, dtype=np.uint32),
    "ids": np.array([b"a", b"bcd"]),
    "rows": np.arange(6, dtype=np.uint16).reshape(2, 3),
    "nothing": np.zeros((0, 5), np.uint8),
    "shares": np.array([0.5, -1.0]),
}


def written(path: Path) -> Path:
    with ArrayFileWriter(path, {"pivot": 1.5, "名": "值"}) as writer:
        for name, array in ARRAYS.items():
            writer.put(name, array)
    return path


def test_arrays_come_back(tmp_path: Path) -> None:
    file = ArrayFile(written(tmp_path / "a"))
    assert file.names() == tuple(ARRAYS)
    assert file.facts == {"pivot": 1.5, "名": "值"}
    for name, array in ARRAYS.items():
        assert file[name].dtype == array.dtype
        assert file[name].shape == array.shape
        assert file[name].tobytes() == array.tobytes()
        assert not file[name].size or file[name].ctypes.data % 64 == 0
    with pytest.raises(ValueError, match="read-only"):
        file["numbers"][0] = 1
    with pytest.raises(DamagedArrays, match="no array"):
        file["other"]
    assert file.get("other") is None


def test_pieces_make_the_whole(tmp_path: Path) -> None:
    whole = np.arange(1000, dtype=np.uint32)
    with ArrayFileWriter(tmp_path / "a", {}) as writer:
        odd = writer.reserve("odd", np.uint32, 500)
        even = writer.reserve("even", np.uint32, 500)
        for first in range(0, 1000, 100):
            odd.write(whole[first + 1 : first + 100 : 2])
            even.write(whole[first : first + 100 : 2])
    file = ArrayFile(tmp_path / "a")
    assert (file["odd"] == whole[1::2]).all()
    assert (file["even"] == whole[::2]).all()


def written_twice(path: Path) -> None:
    with ArrayFileWriter(path, {}) as writer:
        writer.put("numbers", ARRAYS["numbers"])
        writer.put("numbers", ARRAYS["numbers"])


def test_a_file_gets_its_name_only_when_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with pytest.raises(ValueError, match="twice"):
        written_twice(path)
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="not filled"), ArrayFileWriter(path, {}) as writer:
        writer.reserve("numbers", np.uint32, 3)
    assert not list(tmp_path.iterdir())
    with ArrayFileWriter(path, {}) as writer:
        writer.put("numbers", ARRAYS["numbers"])
        assert not path.exists()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "piece", [np.zeros(4, np.uint32), np.zeros(3, np.int32), np.zeros(3, np.uint64)]
)
def test_only_what_was_reserved_is_written(tmp_path: Path, piece: array_file.Array) -> None:
    with pytest.raises(ValueError, match="reserved"), ArrayFileWriter(tmp_path / "a", {}) as writer:
        writer.reserve("numbers", np.uint32, 3).write(piece)


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    content = written(tmp_path / "a").read_bytes()
    cut = tmp_path / "cut"
    for length in range(len(content)):
        cut.write_bytes(content[:length])
        with pytest.raises(DamagedArrays):
            ArrayFile(cut)
    cut.write_bytes(content + b"x")
    with pytest.raises(DamagedArrays):
        ArrayFile(cut)


def test_a_changed_preamble_or_header_is_refused(tmp_path: Path) -> None:
    content = written(tmp_path / "a").read_bytes()
    start = struct.unpack_from("<8sIIQQQ", content)[3]
    changed = tmp_path / "changed"
    for place in (*range(40), *range(start, len(content))):
        changed.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(DamagedArrays):
            ArrayFile(changed)


def test_another_version_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a")
    monkeypatch.setattr(array_file, "_VERSION", 2)
    with pytest.raises(DamagedArrays, match="version 1, not 2"):
        ArrayFile(path)


def test_an_absent_file_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ArrayFile(tmp_path / "absent")


def with_header(path: Path, header: bytes) -> Path:
    """A file whose checksum agrees with a header of our making."""
    start, total = 64, 64 + len(header)
    blank = struct.pack("<8sIIQQQ", b"JIANBAO\n", 1, 0, start, len(header), total)
    checksum = zlib.crc32(header, zlib.crc32(blank))
    preamble = struct.pack("<8sIIQQQ", b"JIANBAO\n", 1, checksum, start, len(header), total)
    path.write_bytes(preamble.ljust(64, b"\0") + header)
    return path


HONEST = {"dtype": "<u4", "shape": [0], "offset": 0}


@pytest.mark.parametrize(
    "entry",
    [
        HONEST | {"shape": [1 << 40]},
        HONEST | {"shape": [-1]},
        HONEST | {"shape": [-1, -8]},
        HONEST | {"shape": [1.5]},
        HONEST | {"shape": None},
        HONEST | {"shape": "12"},
        HONEST | {"offset": -64},
        HONEST | {"offset": 1 << 50},
        HONEST | {"offset": 4},
        HONEST | {"offset": "0"},
        HONEST | {"dtype": "O"},
        HONEST | {"dtype": "nonsense"},
        HONEST | {"dtype": 5},
        {},
        [],
        7,
    ],
)
def test_a_header_that_lies_is_refused(tmp_path: Path, entry: object) -> None:
    header = {"facts": {}, "arrays": {"numbers": entry}}
    with pytest.raises(DamagedArrays):
        ArrayFile(with_header(tmp_path / "a", json.dumps(header).encode()))


@pytest.mark.parametrize("header", [b"", b"[]", b"{", b"\xff", b'{"facts": {}, "arrays": []}'])
def test_a_header_that_is_none_is_refused(tmp_path: Path, header: bytes) -> None:
    with pytest.raises(DamagedArrays):
        ArrayFile(with_header(tmp_path / "a", header))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None
)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(DamagedArrays):
        ArrayFile(path)


def test_arrays_outlive_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "a")
    file = ArrayFile(path)
    numbers = file["numbers"]
    path.unlink()
    file.close()
    assert (numbers == ARRAYS["numbers"]).all()
