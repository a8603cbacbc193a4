"""The passage of an article that shows best why it was found. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.article import Article
from search.analysis import fold, fold_with_offsets
from search.evaluation.strings import occurrences
from search.units import Unit, UnitField, section_anchor, units

LENGTH = 120
"""Characters of a snippet, more only where one match is longer."""
ELLIPSIS = "…"
_LEAD = 24
"""Characters shown before the first match, where there is room."""
_SENTENCE_ENDS = "。！？；!?;\n"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of one unit, as printed; ``…`` stands where it was cut."""

    text: str
    marks: tuple[Span, ...]
    """Stretches of ``text`` that match, in order, none touching another."""
    heading: str | None
    """Heading of the section it stands in."""
    anchor: str | None
    """Fragment of that section on the article's page."""


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    string: int


@dataclass(frozen=True, slots=True)
class _Passage:
    unit: Unit
    start: int
    end: int
    spans: tuple[Span, ...]
    worth: tuple[int, int]
    """Distinct strings, and characters of these strings."""


def snippet(article: Article, strings: Sequence[str], length: int = LENGTH) -> Snippet:
    """The passage with most of the distinct folded strings; the beginning where there is none."""
    shown = [unit for unit in units(article) if unit.field is not UnitField.TITLE]
    wanted = tuple(dict.fromkeys(filter(None, strings)))
    best: _Passage | None = None
    for unit in shown:
        passage = _best_passage(unit, wanted, length)
        if passage and (best is None or passage.worth > best.worth):
            best = passage
    if best is None:
        return _beginning(article, shown, length)
    return _cut(article, best)


def marks(text: str, strings: Iterable[str]) -> tuple[Span, ...]:
    """Every stretch of a text whose folded form is one of the folded strings, merged."""
    return _merged(_matches(text, tuple(filter(None, strings))))


def _matches(text: str, strings: Sequence[str]) -> list[_Match]:
    """In the order of the text. Only a text that holds a string is folded with its offsets."""
    plain = fold(text)
    if not any(string in plain for string in strings):
        return []
    folded = fold_with_offsets(text)
    found = [
        _Match(*folded.original(at, at + len(string)), number)
        for number, string in enumerate(strings)
        for at in occurrences(string, folded.text)
    ]
    return sorted(found, key=lambda match: (match.start, match.end, match.string))


def _merged(matches: Iterable[_Match]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for match in matches:
        if spans and match.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], match.end))
        else:
            spans.append((match.start, match.end))
    return tuple(spans)


def _best_passage(unit: Unit, strings: Sequence[str], length: int) -> _Passage | None:
    matches = _matches(unit.text, strings)
    spans = _merged(matches)
    best: tuple[tuple[int, int], int, int] | None = None
    for first, (start, end) in enumerate(spans):
        last = end
        for _, following in spans[first + 1 :]:
            if following - start > length:
                break
            last = following
        worth = _worth(matches, strings, start, last)
        if best is None or worth > best[0]:
            best = (worth, start, last)
    if best is None:
        return None
    worth, start, last = best
    return _Passage(unit, *_widened(unit.text, start, last, spans, length), spans, worth)


def _worth(matches: list[_Match], strings: Sequence[str], start: int, end: int) -> tuple[int, int]:
    held = {match.string for match in matches if start <= match.start and match.end <= end}
    return len(held), sum(len(strings[number]) for number in held)


def _widened(text: str, start: int, end: int, spans: Sequence[Span], length: int) -> Span:
    """Room around the matches: some before them, from a sentence's beginning, the rest after."""
    if len(text) <= length:
        return 0, len(text)
    room = max(0, length - (end - start))
    left = start - min(start, room, max(_LEAD, room - (len(text) - end)))
    if left:
        left = next((at + 1 for at in range(left, start) if text[at] in _SENTENCE_ENDS), left)
    right = min(len(text), max(end, left + length))
    for first, last in spans:
        if first < left < last:
            left = last
        if first < right < last:
            right = first
    return left, right


def _cut(article: Article, passage: _Passage) -> Snippet:
    text = passage.unit.text
    left, right = passage.start, passage.end
    before = ELLIPSIS if text[:left].strip() else ""
    after = ELLIPSIS if text[right:].strip() else ""
    shift = len(before) - left
    number = passage.unit.section
    return Snippet(
        text=before + text[left:right] + after,
        marks=tuple(
            (start + shift, end + shift)
            for start, end in passage.spans
            if left <= start and end <= right
        ),
        heading=None if number is None else article.sections[number].heading,
        anchor=None if number is None else section_anchor(number),
    )


def _beginning(article: Article, shown: Sequence[Unit], length: int) -> Snippet:
    """The first words of the body, else of anything, else nothing."""
    bodies: Iterator[Unit] = (unit for unit in shown if unit.field is UnitField.BODY)
    unit = next(bodies, None) or next(iter(shown), None)
    if unit is None:
        return Snippet("", (), None, None)
    return _cut(article, _Passage(unit, 0, min(length, len(unit.text)), (), (0, 0)))
