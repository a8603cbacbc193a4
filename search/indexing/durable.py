"""Small files that are seen whole or not at all, and outlast a loss of power."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, beside: Path) -> None:
    """Write a file in one step; ``beside`` is a name in the same folder that may be lost."""
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
