"""The memory that a process and its children hold."""

from __future__ import annotations

from pathlib import Path

_KILOBYTES_A_MEGABYTE = 1024


def memory() -> float:
    """Megabytes that this process and its children hold, what they share counted once."""
    processes = [Path("/proc/self")]
    for children in Path("/proc/self/task").glob("*/children"):
        processes += [Path("/proc", number) for number in children.read_text().split()]
    return sum(map(_share_of, processes)) / _KILOBYTES_A_MEGABYTE


def _share_of(process: Path) -> int:
    """The proportional set size of a process in kilobytes; 0 if it has just ended."""
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return int(next(line.split()[1] for line in lines if line.startswith("Pss:")))
