"""Whatever becomes of an index's files, it answers as it did or says what cures it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from archive.errors import IndexMismatch
from search.indexing import opened
from tests.search_support import an_index, bytes_of, found, random_articles, rebuilt, reopened

ARTICLES = random_articles(40)
FILES = ("current", "generation-*/stamp.json", "generation-*/*.toc", "generation-*/*.seg")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of three segments with deletions."""
    folder = tmp_path_factory.mktemp("whole") / "index"
    an_index(folder, *random_articles(15, seed=1), *ARTICLES, commits=3).close()
    return folder


def removed(file: Path, _: Random) -> None:
    file.unlink()


def emptied(file: Path, _: Random) -> None:
    file.write_bytes(b"")


def cut(file: Path, random: Random) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: random.randrange(len(content))])


def grown(file: Path, _: Random) -> None:
    file.write_bytes(file.read_bytes() + b"\0")


def scribbled(file: Path, random: Random) -> None:
    """Other bytes of the same length at the beginning, or at the end where segments say what
    they hold."""
    content = bytearray(file.read_bytes())
    length = min(len(content), random.choice([4, 40, 400]))
    start = random.choice([0, len(content) - length])
    content[start : start + length] = random.randbytes(length)
    file.write_bytes(content)


DAMAGES: list[Callable[[Path, Random], None]] = [removed, emptied, grown]
DAMAGES += [cut] * 10 + [scribbled] * 10


@pytest.mark.parametrize("pattern", FILES)
def test_a_damaged_file_is_told_of_and_cured_by_a_rebuild(
    whole: Path, tmp_path: Path, pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "_PAUSE", 0)
    random = Random(pattern)
    before = bytes_of(reopened(whole), tmp_path)
    told = 0
    for number, damage in enumerate(DAMAGES):
        folder = tmp_path / str(number)
        shutil.copytree(whole, folder)
        damage(random.choice(sorted(folder.glob(pattern))), random)
        index = reopened(folder)
        if answers(index.revision):
            assert index.revision() == 55
            assert bytes_of(index, tmp_path) == before
        else:
            told += 1
            assert not answers(lambda: index.apply([]))  # noqa: B023
            rebuilt(index, *ARTICLES[:3], revision=55)
            assert set(found(index)) == {article.id for article in ARTICLES[:3]}
        index.close()
    assert told >= len(DAMAGES) - 4


def answers(use: Callable[[], object]) -> bool:
    """Otherwise it says what cures it."""
    try:
        use()
    except IndexMismatch as error:
        return "jianbao index rebuild" not in str(error)
    return True


def test_nothing_in_an_index_is_unpickled(whole: Path, tmp_path: Path) -> None:
    """A pickle in the place of a table of contents, as Whoosh would load it, is never run."""
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    proof = tmp_path / "run"
    run = b"cos\nsystem\n(S'touch %s'\ntR." % str(proof).encode()
    for file in folder.glob("generation-*/*"):
        file.write_bytes(run)
        with pytest.raises(IndexMismatch):
            reopened(folder).revision()
    assert not proof.exists()
