"""Whether the command reads what the functions read: ``site new --yes``, then ``site try``."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from archive.article import article_from_json
from benchmarks.proposing import KEY, Reading, found_in
from benchmarks.tries import SEED, Try
from tests.commands import Jianbao

SAMPLE = 8


def differing(tries: Sequence[Try], size: int = SAMPLE) -> list[str]:
    """The files of a seeded sample that the command reads otherwise."""
    chosen = random.Random(SEED).sample(tries, min(size, len(tries)))
    return [each.page.file for each in chosen if by_command(each.page.path) != _told(each.reading)]


def by_command(path: Path) -> Reading:
    """What the command prints of a page that it has been given to propose a profile from."""
    with tempfile.TemporaryDirectory(prefix="jianbao-reading-") as folder:
        jianbao = Jianbao(Path(folder, "data"), Path(folder, "sites"))
        if jianbao("site", "new", KEY, str(path), "--yes").returncode:
            return Reading(outcome="nothing_to_read")
        told = json.loads(jianbao("site", "try", KEY, str(path), "--json").stdout)
    if told["article"] is None:
        return Reading(outcome=told["outcome"])
    article = article_from_json(json.dumps(told["article"]))
    return Reading(outcome=told["outcome"], found=found_in(article))


def _told(reading: Reading) -> Reading:
    return Reading(outcome=reading.outcome, found=reading.found)
