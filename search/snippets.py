"""The passage of an article that shows best why it was found. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import itemgetter, or_

from archive.article import Article
from search.analysis import fold, fold_all, fold_with_offsets
from search.evaluation.strings import occurrences
from search.units import Unit, UnitField, section_anchor, units

LENGTH = 120
"""Characters of a snippet, more only where one match is longer."""
ELLIPSIS = "…"
_LEAD = 24
"""Characters shown before the first match, where there is room."""
_TOGETHER = 4
"""Units folded in one go: most often one of the first holds everything."""
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
class _Stretch:
    """A stretch of a text to mark: matches that overlap or touch."""

    start: int
    end: int
    strings: int
    """Which strings it holds, as bits."""


@dataclass(frozen=True, slots=True)
class _Passage:
    unit: Unit
    start: int
    end: int
    stretches: tuple[_Stretch, ...]


class _Strings:
    """The strings looked for, and how much it is worth to show some of them together."""

    def __init__(self, strings: Iterable[str]) -> None:
        self.texts = tuple(dict.fromkeys(filter(None, strings)))
        self._wholes = sum(
            1 << number
            for number, text in enumerate(self.texts)
            if not any(text in other and text != other for other in self.texts)
        )

    def held(self, folded: Sequence[str]) -> list[int]:
        """For each of these folded texts, which of the strings stand in it, as bits."""
        held = [0] * len(folded)
        for number, string in enumerate(self.texts):
            for at in [at for at, text in enumerate(folded) if string in text]:
                held[at] |= 1 << number
        return held

    def worth(self, held: int) -> tuple[int, int, int]:
        """Distinct strings that are no part of another, then all of them, then characters.

        So a chunk that stands as it was typed is shown rather than its words from here and there.
        """
        characters = sum(len(text) for at, text in enumerate(self.texts) if held >> at & 1)
        return (held & self._wholes).bit_count(), held.bit_count(), characters


def snippet(article: Article, strings: Sequence[str], length: int = LENGTH) -> Snippet:
    """The passage with most of the distinct folded strings; the beginning where there is none.

    Where two are worth the same, running text is shown before captions and headings, then what
    stands first.
    """
    shown = _shown(article)
    passage = _best(shown, _Strings(strings), length)
    return _cut(article, passage) if passage else _beginning(article, shown, length)


def _shown(article: Article) -> list[Unit]:
    """All units but the title: running text first, then the others."""
    title, body = UnitField.TITLE, UnitField.BODY
    found = [*units(article)]
    return [unit for unit in found if unit.field is body] + [
        unit for unit in found if unit.field is not body and unit.field is not title
    ]


def marks(text: str, strings: Iterable[str]) -> tuple[Span, ...]:
    """Every stretch of a text whose folded form is one of the folded strings, merged."""
    wanted = _Strings(strings)
    (held,) = wanted.held([fold(text)])
    return tuple((each.start, each.end) for each in _stretches(text, wanted, held))


def _best(shown: Sequence[Unit], wanted: _Strings, length: int) -> _Passage | None:
    """The first passage with every string, else the best: the most promising units first.

    What a whole unit holds is worth at least what any passage of it is, so that mostly one or two
    units are looked into.
    """
    if not wanted.texts:
        return None
    everything = (1 << len(wanted.texts)) - 1
    promising: list[tuple[tuple[int, int, int], int, Unit]] = []
    for at in range(0, len(shown), _TOGETHER):
        some = shown[at : at + _TOGETHER]
        folded = fold_all([unit.text for unit in some])
        for unit, held in zip(some, wanted.held(folded), strict=True):
            if held == everything:
                worth, passage = _passage(unit, wanted, held, length)
                if worth == wanted.worth(everything):
                    return passage
            if held:
                promising.append((wanted.worth(held), held, unit))
    best: _Passage | None = None
    reached = (0, 0, 0)
    for most, held, unit in sorted(promising, key=itemgetter(0), reverse=True):
        if most <= reached:
            break
        worth, passage = _passage(unit, wanted, held, length)
        if worth > reached:
            best, reached = passage, worth
    return best


def _passage(
    unit: Unit, wanted: _Strings, held: int, length: int
) -> tuple[tuple[int, int, int], _Passage]:
    """The best passage of a unit that holds these strings, and its worth."""
    stretches = _stretches(unit.text, wanted, held)
    worth, first, last = _window(stretches, wanted, held, length)
    start, end = stretches[first].start, stretches[last].end
    left, right = _widened(unit.text, start, end, stretches, length)
    return worth, _Passage(unit, left, right, stretches)


def _stretches(text: str, wanted: _Strings, held: int) -> tuple[_Stretch, ...]:
    """What to mark of a text that holds these strings, in its order."""
    if not held:
        return ()
    folded = fold_with_offsets(text)
    matches = sorted(
        (*folded.original(at, at + len(string)), 1 << number)
        for number, string in enumerate(wanted.texts)
        if held >> number & 1
        for at in occurrences(string, folded.text)
    )
    found: list[_Stretch] = []
    for start, end, bit in matches:
        if found and start <= found[-1].end:
            before = found[-1]
            found[-1] = _Stretch(before.start, max(before.end, end), before.strings | bit)
        else:
            found.append(_Stretch(start, end, bit))
    return tuple(found)


def _window(
    stretches: Sequence[_Stretch], wanted: _Strings, held: int, length: int
) -> tuple[tuple[int, int, int], int, int]:
    """What the best run of stretches within ``length`` is worth, and its first and last."""
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
            (each.start + shift, each.end + shift)
            for each in passage.stretches
            if left <= each.start and each.end <= right
        ),
        heading=None if number is None else article.sections[number].heading,
        anchor=None if number is None else section_anchor(number),
    )


def _beginning(article: Article, shown: Sequence[Unit], length: int) -> Snippet:
    """The first words of the body, else of anything, else nothing."""
    if not shown:
        return Snippet("", (), None, None)
    return _cut(article, _Passage(shown[0], 0, min(length, len(shown[0].text)), ()))
