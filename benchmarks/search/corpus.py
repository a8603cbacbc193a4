"""The texts that are searched: any file of JSON lines, joined into documents of a report's length.

News bulletins are short. Those of one year are shuffled by a seed and joined until a document has
some 1,400 characters; when all have been used, they are shuffled anew and joined otherwise.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, islice
from pathlib import Path
from random import Random

from archive.article import Article, Section, article_id
from search.analysis import fold, terms

SEED = 20240506
LENGTH = 1400
"""Characters that a joined document has in the mean, about."""
_ENOUGH = 1020
"""The last bulletin lets most documents grow beyond this, to the length above in the mean."""
_SITE = "benchmark"


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A line of the file."""

    id: str
    title: str
    day: date
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What every engine is given."""

    id: str
    """Of twelve characters, as articles have."""
    title: str
    day: date
    paragraphs: tuple[str, ...]

    @property
    def day_number(self) -> int:
        """20191129."""
        return day_number(self.day)

    @property
    def size(self) -> int:
        """Bytes of its text in UTF-8."""
        return sum(len(text.encode()) + 1 for text in (self.title, *self.paragraphs))

    def article(self) -> Article:
        """As the archive would hold it."""
        return Article(
            id=self.id,
            site=_SITE,
            url=f"https://benchmark.example/{self.id}",
            title=self.title,
            published=self.day,
            sections=(Section(paragraphs=self.paragraphs),),
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document as the analysis cuts it, so that all engines search the same tokens."""

    id: str
    day: int
    units: tuple[str, ...]
    """Title and paragraphs, folded."""
    words: tuple[str, ...]
    """Those of every unit, joined by spaces."""


def read_bulletins(path: Path) -> Iterator[Bulletin]:
    """The lines of a file, ``.xz`` or plain."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            paragraphs = (each.strip() for each in row["body"].split("\n"))
            yield Bulletin(
                str(row["id"]),
                row["title"].strip(),
                date.fromisoformat(row["date"]),
                tuple(filter(None, paragraphs)),
            )


def recombined(bulletins: Iterable[Bulletin], seed: int = SEED) -> Iterator[Document]:
    """Endlessly many documents, the same ones for the same seed."""
    years: dict[int, list[Bulletin]] = {}
    for bulletin in bulletins:
        years.setdefault(bulletin.day.year, []).append(bulletin)
    random = Random(seed)
    numbers = count()
    while years:
        joined: list[list[Bulletin]] = []
        for year in sorted(years):
            joined += _joined(random.sample(years[year], len(years[year])))
        random.shuffle(joined)
        for parts in joined:
            yield _document(next(numbers), parts)


def _joined(bulletins: list[Bulletin]) -> Iterator[list[Bulletin]]:
    parts: list[Bulletin] = []
    length = 0
    for bulletin in bulletins:
        parts.append(bulletin)
        length += sum(map(len, (bulletin.title, *bulletin.paragraphs)))
        if length >= _ENOUGH:
            yield parts
            parts, length = [], 0
    if parts:
        yield parts


def _document(number: int, parts: list[Bulletin]) -> Document:
    """The first bulletin gives title and day; the other titles are paragraphs."""
    first, *others = parts
    paragraphs = list(first.paragraphs)
    for other in others:
        paragraphs += (other.title, *other.paragraphs)
    return Document(document_id(number), first.title, first.day, tuple(filter(None, paragraphs)))


def document_id(number: int) -> str:
    """Twelve characters without an order, as ids of articles are."""
    return article_id(_SITE, f"https://benchmark.example/{number}")


def day_number(day: date) -> int:
    """A day as a number whose order is that of days."""
    return day.year * 10_000 + day.month * 100 + day.day


def prepare(document: Document, known: dict[str, tuple[str, str]] | None = None) -> Prepared:
    """Fold and cut a document; texts that are ``known`` are not cut again."""
    known = {} if known is None else known
    units: list[str] = []
    words: list[str] = []
    for text in (document.title, *document.paragraphs):
        cut = known.get(text)
        if cut is None:
            folded = fold(text)
            cut = known[text] = (folded, " ".join(terms(folded)))
        units.append(cut[0])
        words.append(cut[1])
    return Prepared(document.id, document.day_number, tuple(units), tuple(words))


@dataclass(frozen=True, slots=True)
class Corpus:
    """The first documents of two files: as they come, and as they are cut."""

    lines: Path
    """JSON lines: id, title, date, paragraphs."""
    cut: Path
    size: int

    def documents(self) -> Iterator[Document]:
        with self.lines.open(encoding="utf-8") as lines:
            yield from map(document_of, islice(lines, self.size))

    def prepared(self) -> Iterator[Prepared]:
        with self.cut.open(encoding="utf-8") as lines:
            for line in islice(lines, self.size):
                number, day, units, words = json.loads(line)
                yield Prepared(number, day, tuple(units), tuple(words))

    def raw(self) -> Iterator[str]:
        """The lines of the first file."""
        with self.lines.open(encoding="utf-8") as lines:
            yield from islice(lines, self.size)

    def bytes(self) -> int:
        """Of the texts in UTF-8."""
        return sum(document.size for document in self.documents())


def document_of(line: str) -> Document:
    """The document of a line of ``Corpus.lines``."""
    number, title, day, paragraphs = json.loads(line)
    return Document(number, title, date.fromisoformat(day), tuple(paragraphs))


def write_corpus(documents: Iterable[Document], folder: Path, name: str, size: int) -> Corpus:
    """Write both files; what lies there already under this name and size is taken as it is."""
    lines, cut = (folder / f"{name}-{size}.{kind}.jsonl" for kind in ("lines", "cut"))
    if not cut.exists():
        folder.mkdir(parents=True, exist_ok=True)
        known: dict[str, tuple[str, str]] = {}
        unfinished = cut.with_suffix(".part")
        with lines.open("w", encoding="utf-8") as raw, unfinished.open("w", encoding="utf-8") as to:
            for each in islice(documents, size):
                row = (each.id, each.title, each.day.isoformat(), each.paragraphs)
                raw.write(json.dumps(row, ensure_ascii=False) + "\n")
                done = prepare(each, known)
                cells = (done.id, done.day, done.units, done.words)
                to.write(json.dumps(cells, ensure_ascii=False) + "\n")
        unfinished.rename(cut)
    return Corpus(lines, cut, size)
