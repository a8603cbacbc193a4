"""CSV that Excel opens: UTF-8 with a mark at the beginning, and nothing that it would reckon."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""Signs with which a cell becomes a formula, in East Asian editions also the wide ones."""


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str | None]]) -> Iterator[bytes]:
    """A table line by line (RFC 4180); ``None`` is an empty cell."""
    yield b"\xef\xbb\xbf" + _line(header)
    for row in rows:
        yield _line(row)


def guarded(cell: str | None) -> str:
    """A cell that is text to every program, whatever it begins with."""
    return f"'{cell}" if cell and cell.startswith(_FORMULA) else cell or ""


def _line(cells: Sequence[str | None]) -> bytes:
    text = StringIO()
    csv.writer(text).writerow([guarded(cell) for cell in cells])
    return text.getvalue().encode()
