"""What became of a report over time: its readings, when they were captured, and how they differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Literal

from archive.article import Article
from archive.capture import Capture
from archive.store import ArticleStore

_NOT_COMPARED = frozenset(("id", "site", "captures", "gone_since"))
_TEXT = ("pretitle", "title", "subtitle", "sections")
"""Fields whose changes are shown line by line."""
_ALIKE = 0.5
"""Share of equal characters from which on a paragraph is another one's new form."""
_WORK = 500_000
"""Pairs of equal characters, or lines, beyond which only equal ends are looked for."""
_MOST_WORK = 10 * _WORK
"""The same beyond which changed lines are not compared with each other at all."""
_NEAR = 3
"""Between the two, how many lines a changed one is compared with."""
_WORD = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)
_SHORT = 60
_LEAD = 12
"""Equal characters kept before the first difference of two shortened texts."""


class EventKind(StrEnum):
    """What happened to a report."""

    READ = "read"
    """It was read for the first time, or said something else than before."""
    GONE = "gone"
    """The site had it no longer."""
    WITHDRAWN = "withdrawn"
    """A person hid it in this archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a report."""

    kind: EventKind
    at: datetime
    """In UTC: when the first capture of a reading was made, when it was gone or withdrawn."""
    detail: str = ""
    """HTTP status of what is gone; reason of a withdrawal."""
    revision: int | None = None
    article: Article | None = None
    """What a reading gave."""
    captures: tuple[Capture, ...] = ()
    """Captures of its first page in a row that gave it, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field that says something else than before, both as text."""

    field: str
    old: str
    new: str

    def shortened(self) -> tuple[str, str]:
        """Both, cut to the place where they begin to differ."""
        pairs = enumerate(zip(self.old, self.new, strict=False))
        shorter = min(len(self.old), len(self.new))
        equal = next((place for place, (old, new) in pairs if old != new), shorter)
        start = max(0, equal - _LEAD)
        return _cut(self.old, start), _cut(self.new, start)


Stretch = tuple[Literal["=", "-", "+"], str]
"""Characters that stayed, went or came."""


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that went, came, has another wording, or stayed."""

    sign: Literal["-", "+", "~", "="]
    stretches: tuple[Stretch, ...]


def history(store: ArticleStore, article_id: str) -> tuple[Event, ...]:
    """Everything that happened to a report, in order of time.

    Raises ``UnknownArticle``.
    """
    if not store.holds(article_id):
        store.get(article_id)
    events = [*_readings(store, article_id)]
    for outcome in store.gone(article_id):
        capture = store.find_capture(outcome.capture_id or "")
        at = outcome.at if capture is None else capture.captured_at
        events.append(Event(kind=EventKind.GONE, at=at, detail=outcome.detail))
    if withdrawal := store.withdrawal(article_id):
        events.append(Event(kind=EventKind.WITHDRAWN, at=withdrawal.at, detail=withdrawal.reason))
    return tuple(sorted(events, key=lambda event: event.at))


def _readings(store: ArticleStore, article_id: str) -> Iterator[Event]:
    """The readings; captures in a row that gave the same make one."""
    said = {change.revision: change.article for change in store.revisions(article_id)}
    row: list[Capture] = []
    current: tuple[int, Article] | None = None
    for capture, revision in store.readings(article_id):
        article = said.get(revision)
        if article is None:
            continue
        if current is not None and current[1] != article:
            yield _reading(*current, row)
            row = []
        current = (revision, article)
        row.append(capture)
    if current is not None:
        yield _reading(*current, row)


def _reading(revision: int, article: Article, captures: Sequence[Capture]) -> Event:
    return Event(
        kind=EventKind.READ,
        at=captures[0].captured_at,
        revision=revision,
        article=article,
        captures=tuple(captures),
    )


def field_changes(old: Article, new: Article) -> tuple[FieldChange, ...]:
    """Every field in which two readings of a report differ, in the order of ``Article``."""
    pairs = (
        (field.name, getattr(old, field.name), getattr(new, field.name))
        for field in fields(Article)
        if field.name not in _NOT_COMPARED
    )
    return tuple(
        FieldChange(field=name, old=as_text(before), new=as_text(after))
        for name, before, after in pairs
        if before != after
    )


def fact_changes(old: Article, new: Article) -> tuple[FieldChange, ...]:
    """The same without the fields that ``line_changes`` shows."""
    return tuple(change for change in field_changes(old, new) if change.field not in _TEXT)


def line_changes(old: Article, new: Article) -> tuple[LineChange, ...]:
    """How titles, headings and paragraphs differ; lines that stayed are left out."""
    return tuple(line for line in lines_compared(old, new) if line.sign != "=")


def lines_compared(old: Article, new: Article) -> tuple[LineChange, ...]:
    """The same with the lines that stayed."""
    before, after = _lines(old), _lines(new)
    lines: list[LineChange] = []
    for is_equal, gone, come in _differences(before, after):
        lines += (LineChange("=", (("=", line),)) for line in gone) if is_equal else ()
        lines += () if is_equal else _paired(gone, come)
    return tuple(lines)


def as_text(value: object) -> str:
    """A field's value in words; parts on lines of their own."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "\n".join(filter(None, map(as_text, value)))
    if is_dataclass(value):
        return as_text(tuple(getattr(value, field.name) for field in fields(value)))
    return str(value)


def _lines(article: Article) -> list[str]:
    return as_text(tuple(getattr(article, name) for name in _TEXT)).split("\n")


def _paired(old: list[str], new: list[str]) -> Iterator[LineChange]:
    """Each new line with the old one that it is another form of, in order."""
    before, after = "".join(old), "".join(new)
    work = _equal_pairs(before, after) + len(before) * len(new)
    reach = len(old) if work <= _WORK else _NEAR if work <= _MOST_WORK else 0
    position = 0
    for line in new:
        near = range(position, min(position + reach, len(old)))
        alike = (n for n in near if _share(old[n], line) >= _ALIKE)
        found = next(alike, None)
        if found is None:
            yield LineChange("+", (("+", line),))
            continue
        for gone in old[position:found]:
            yield LineChange("-", (("-", gone),))
        yield LineChange("~", tuple(_stretches(old[found], line)))
        position = found + 1
    for gone in old[position:]:
        yield LineChange("-", (("-", gone),))


def _share(old: str, new: str) -> float:
    if _equal_pairs(old, new) > _WORK:
        return 2 * sum(_equal_ends(old, new)) / (len(old) + len(new))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0


def _stretches(old: str, new: str) -> Iterator[Stretch]:
    for is_equal, gone, come in _differences(_WORD.findall(old), _WORD.findall(new)):
        if is_equal:
            yield "=", "".join(gone)
            continue
        if gone:
            yield "-", "".join(gone)
        if come:
            yield "+", "".join(come)


def _differences(old: list[str], new: list[str]) -> Iterator[tuple[bool, list[str], list[str]]]:
    """Stretches of both in order, each with whether they are equal."""
    if _equal_pairs(old, new) > _WORK:
        head, tail = _equal_ends(old, new)
        yield True, old[:head], new[:head]
        yield False, old[head : len(old) - tail], new[head : len(new) - tail]
        yield True, old[len(old) - tail :], new[len(new) - tail :]
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield tag == "equal", old[i1:i2], new[j1:j2]


def _equal_pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """What comparing two costs: how often a character, or line, of one is one of the other."""
    counts = Counter(new)
    return sum(number * counts[each] for each, number in Counter(old).items())


def _equal_ends(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How much of two is equal from the front, and of the rest from the back."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    return head, tail


def _cut(text: str, start: int) -> str:
    part = " ".join(text[start : start + _SHORT].split())
    return ("…" if start else "") + part + ("…" if len(text) > start + _SHORT else "")
