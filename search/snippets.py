"""The passage of an article that shows best why it was found. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import itemgetter, or_
from typing import NamedTuple

from archive.article import Article
from search.analysis import fold_all, fold_with_offsets
from search.evaluation.strings import occurrences
from search.units import Unit, UnitField, section_anchor, units

LENGTH = 120
"""Characters of a snippet, more only where one match is longer."""
ELLIPSIS = "…"
_LEAD = 24
"""Characters shown before the first match, where there is room."""
_SENTENCE_ENDS = "。！？；!?;\n"

Span = tuple[int, int]
Worth = tuple[int, int, int]


class Snippet(NamedTuple):
    """A passage of one unit, as printed; ``…`` stands where it was cut."""

    text: str
    marks: tuple[Span, ...]
    """Stretches of ``text`` that match, in order, none touching another."""
    heading: str | None
    """Heading of the section it stands in."""
    anchor: str | None
    """Fragment of that section on the article's page."""
    title_marks: tuple[Span, ...] = ()
    """The same of the article's title, which is shown with it."""


class _Stretch(NamedTuple):
    """A stretch of a text to mark: matches that overlap or touch."""

    start: int
    end: int
    strings: int
    """Which strings it holds, as bits."""


class _Passage(NamedTuple):
    unit: Unit
    start: int
    end: int
    stretches: tuple[_Stretch, ...]


class _Searched(NamedTuple):
    """A unit that holds some of the strings."""

    unit: Unit
    folded: str
    held: int
    """Which strings, as bits."""


class _Strings:
    """The strings looked for, and how much it is worth to show some of them together."""

    def __init__(self, strings: Iterable[str]) -> None:
        self.texts = tuple(dict.fromkeys(filter(None, strings)))
        self.everything = (1 << len(self.texts)) - 1
        self._known: dict[int, Worth] = {}
        self._wholes = sum(
            1 << number
            for number, text in enumerate(self.texts)
            if not any(text in other and text != other for other in self.texts)
        )

    def bits(self, folded: str) -> int:
        """Which of the strings stand in a folded text."""
        return sum([1 << number for number, string in enumerate(self.texts) if string in folded])

    def held(self, folded: Sequence[str]) -> dict[int, int]:
        """Positions of the folded texts with any of the strings, and which stand there, as bits."""
        held: dict[int, int] = {}
        for number, string in enumerate(self.texts):
            for at in [at for at, text in enumerate(folded) if string in text]:
                held[at] = held.get(at, 0) | 1 << number
        return held

    def worth(self, held: int) -> Worth:
        """Distinct strings that are no part of another, then all of them, then characters.

        So a chunk that stands as it was typed is shown rather than its words from here and there.
        """
        known = self._known.get(held)
        if known is None:
            characters = sum(len(text) for at, text in enumerate(self.texts) if held >> at & 1)
            known = (held & self._wholes).bit_count(), held.bit_count(), characters
            self._known[held] = known
        return known


_strings = lru_cache(maxsize=16)(_Strings)
"""The snippets of one page look for the same ones."""


def snippet(article: Article, strings: Sequence[str], length: int = LENGTH) -> Snippet:
    """The passage with most of the distinct folded strings; the beginning where there is none.

    Where two are worth the same, running text is shown before captions and headings, then what
    stands first. The title is marked, but is no passage.
    """
    title, *shown = units(article)
    wanted = _strings(tuple(strings))
    title_folded, *folded = fold_all([title.text, *[unit.text for unit in shown]])
    in_title = _stretches(_Searched(title, title_folded, wanted.bits(title_folded)), wanted)
    title_marks = tuple([(start, end) for start, end, _ in in_title])
    passage = _best(shown, folded, wanted, length) or _beginning(shown, length)
    if passage is None:
        return Snippet("", (), None, None, title_marks)
    return _cut(article, passage, title_marks)


def _rank(unit: Unit) -> bool:
    """Running text comes before the others, which come in reading order."""
    return unit.field is not UnitField.BODY


def _best(
    shown: Sequence[Unit], folded: Sequence[str], wanted: _Strings, length: int
) -> _Passage | None:
    """The first passage with every string, else the best: the most promising units first.

    What a whole unit holds is worth at least what any passage of it is, so that mostly one or two
    units are looked into.
    """
    promising = []
    holding = wanted.held(folded)
    for at in sorted(holding, key=lambda at: (_rank(shown[at]), at)):
        held = holding[at]
        searched = _Searched(shown[at], folded[at], held)
        if held == wanted.everything:
            worth, passage = _passage(searched, wanted, length)
            if worth == wanted.worth(held):
                return passage
        promising.append((wanted.worth(held), searched))
    best: _Passage | None = None
    reached = (0, 0, 0)
    for most, searched in sorted(promising, key=itemgetter(0), reverse=True):
        if most <= reached:
            break
        worth, passage = _passage(searched, wanted, length)
        if worth > reached:
            best, reached = passage, worth
    return best


def _passage(searched: _Searched, wanted: _Strings, length: int) -> tuple[Worth, _Passage]:
    """The best passage of a unit that holds some strings, and its worth."""
    text = searched.unit.text
    stretches = _stretches(searched, wanted)
    worth, first, last = _window(stretches, wanted, searched.held, length)
    start, end = stretches[first].start, stretches[last].end
    left, right = _widened(text, start, end, stretches, length)
    return worth, _Passage(searched.unit, left, right, stretches)


def _stretches(searched: _Searched, wanted: _Strings) -> tuple[_Stretch, ...]:
    """What to mark of a unit, in its order."""
    if not searched.held:
        return ()
    folded = fold_with_offsets(searched.unit.text, searched.folded)
    matches = [
        _Stretch(*folded.original(at, at + len(string)), 1 << number)
        for number, string in enumerate(wanted.texts)
        if searched.held >> number & 1
        for at in occurrences(string, folded.text)
    ]
    if len(matches) == 1:
        return tuple(matches)
    found: list[_Stretch] = []
    for start, end, bit in sorted(matches):
        if found and start <= found[-1].end:
            before = found[-1]
            found[-1] = _Stretch(before.start, max(before.end, end), before.strings | bit)
        else:
            found.append(_Stretch(start, end, bit))
    return tuple(found)


def _window(
    stretches: Sequence[_Stretch], wanted: _Strings, held: int, length: int
) -> tuple[Worth, int, int]:
    """What the best run of stretches within ``length`` is worth, and its first and last."""
    if len(stretches) == 1:
        return wanted.worth(held), 0, 0
    best = ((0, 0, 0), 0, 0)
    seen: set[int] = set()
    last = 0
    for first, stretch in enumerate(stretches):
        last = max(last, first)
        while last + 1 < len(stretches) and stretches[last + 1].end - stretch.start <= length:
            last += 1
        together = reduce(or_, (each.strings for each in stretches[first : last + 1]))
        if together not in seen:
            seen.add(together)
            best = max(best, (wanted.worth(together), first, last), key=lambda each: each[0])
        if together == held:
            break
    return best


def _widened(text: str, start: int, end: int, stretches: Sequence[_Stretch], length: int) -> Span:
    """Room around the matches: some before them, from a sentence's beginning, the rest after."""
    if len(text) <= length:
        return 0, len(text)
    room = max(0, length - (end - start))
    left = start - min(start, room, max(_LEAD, room - (len(text) - end)))
    if left:
        left = next((at + 1 for at in range(left, start) if text[at] in _SENTENCE_ENDS), left)
    right = min(len(text), max(end, left + length))
    for each in stretches:
        if each.start < left < each.end:
            left = each.end
        if each.start < right < each.end:
            right = each.start
    return left, right


def _cut(article: Article, passage: _Passage, title_marks: tuple[Span, ...]) -> Snippet:
    text = passage.unit.text
    left, right = passage.start, passage.end
    before = ELLIPSIS if text[:left].strip() else ""
    after = ELLIPSIS if text[right:].strip() else ""
    shift = len(before) - left
    number = passage.unit.section
    return Snippet(
        text=before + text[left:right] + after,
        marks=tuple(
            [
                (start + shift, end + shift)
                for start, end, _ in passage.stretches
                if left <= start and end <= right
            ]
        ),
        heading=None if number is None else article.sections[number].heading,
        anchor=None if number is None else section_anchor(number),
        title_marks=title_marks,
    )


def _beginning(shown: Sequence[Unit], length: int) -> _Passage | None:
    """The first words of the body, else of anything."""
    if not shown:
        return None
    first = min(shown, key=_rank)
    return _Passage(first, 0, min(length, len(first.text)), ())
