"""What the reading must not fall below: ``python -m benchmarks.floors [--lower NAME --because …]``.

Measures what ``tests/test_reading_floors.py`` measures and writes ``floors.toml``. A floor that
would sink stays where it is, and the command fails, unless it is named and a reason is given.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.sample_pages import sample_pages
from benchmarks.scores import summary
from benchmarks.tries import SEED, Try, each_alone, hosts_of, others_of_host
from benchmarks.truths import PAGES, TruePage, true_pages

FLOORS = Path(__file__).with_name("floors.toml")
_STEP = 1000
"""Floors are rounded down to a thousandth."""
_ALONE = {"sample": 8, "real": 64}
"""Pages that are read each with the profile proposed from it alone."""
_HOSTS = 5
"""Hosts of which pages are read with the profile proposed from three others."""
_HEAD = "# Measured and written by `python -m benchmarks.floors`; what is here must not sink.\n"


def measured_sample(folder: Path) -> dict[str, float]:
    """How the sample site's pages are read; they are saved in a folder first."""
    pages = sample_pages(folder)
    return _figures("sample", pages, {"sample": pages})


def measured_real() -> dict[str, float]:
    """How a part of the real pages is read."""
    pages = true_pages()
    hosts = hosts_of(page for page in pages if page.truth.body)
    chosen = random.Random(SEED).sample(sorted(hosts), _HOSTS)
    return _figures("real", pages, {host: hosts[host] for host in chosen})


def _figures(
    name: str, pages: Sequence[TruePage], hosts: Mapping[str, Sequence[TruePage]]
) -> dict[str, float]:
    alone = each_alone(random.Random(SEED).sample(pages, _ALONE[name]))
    others = [each for host, own in hosts.items() for each in others_of_host(host, own, choices=1)]
    figures = {f"{name}_alone_{key}": mean for key, mean in _means(alone).items()}
    read = [each for each in others if each.reading.is_read]
    figures |= {f"{name}_site_{key}": mean for key, mean in _means(read).items()}
    figures[f"{name}_site_read"] = len(read) / len(others)
    figures[f"{name}_site_honest"] = sum(not each.is_wrong for each in others) / len(others)
    return figures


def _means(tries: Sequence[Try]) -> dict[str, float]:
    return summary([each.score for each in tries]).means


def held_floors() -> dict[str, float]:
    """The floors as they stand."""
    return {
        name: value
        for name, value in tomllib.loads(FLOORS.read_text("utf-8")).items()
        if not isinstance(value, dict)
    }


def sunk(measured: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """The names of those measured that lie below their floor, or have none."""
    return [name for name, value in measured.items() if value < floors.get(name, 1.0)]


def write(measured: Mapping[str, float], lowered: Mapping[str, str]) -> None:
    """Write the floors, and why some were lowered."""
    lines = [f"{name} = {math.floor(value * _STEP) / _STEP}" for name, value in measured.items()]
    lines += ["", "[lowered]"] if lowered else []
    lines += [f"{name} = {json.dumps(why, ensure_ascii=False)}" for name, why in lowered.items()]
    FLOORS.write_text(_HEAD + "\n".join(lines) + "\n", "utf-8")


def main() -> None:
    """Measure anew, and raise what has risen."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.floors")
    parser.add_argument("--lower", metavar="NAME", action="append", default=[])
    parser.add_argument("--because", metavar="REASON", default="")
    given = parser.parse_args()
    if given.lower and not given.because:
        parser.error("--lower needs --because")
    held = held_floors()
    with tempfile.TemporaryDirectory() as folder:
        measured = measured_sample(Path(folder))
    if PAGES.is_dir():
        measured |= measured_real()
    sinking = [name for name in sunk(measured, held) if name in held and name not in given.lower]
    for name in sinking:
        print(f"{name}: {measured[name]:.4f} lies below its floor {held[name]}", file=sys.stderr)
    reasons = tomllib.loads(FLOORS.read_text("utf-8")).get("lowered", {})
    kept = {name: held[name] for name in held if name not in measured or name in sinking}
    write(measured | kept, reasons | dict.fromkeys(given.lower, given.because))
    sys.exit(1 if sinking else 0)


if __name__ == "__main__":
    main()
