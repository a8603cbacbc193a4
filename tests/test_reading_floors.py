"""How well proposed profiles read must not sink below ``benchmarks/floors.toml``."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.floors import held_floors, measured_real, measured_sample, sunk
from benchmarks.truths import PAGES


def below(measured: dict[str, float]) -> dict[str, tuple[float, float | None]]:
    """What was measured and its floor, where it lies below."""
    floors = held_floors()
    return {name: (measured[name], floors.get(name)) for name in sunk(measured, floors)}


def test_the_sample_site_is_read_as_well_as_before(tmp_path: Path) -> None:
    assert below(measured_sample(tmp_path)) == {}


@pytest.mark.skipif(
    not PAGES.is_dir(), reason=f"the saved pages are not part of the project: {PAGES} is absent"
)
def test_real_pages_are_read_as_well_as_before() -> None:
    assert below(measured_real()) == {}
