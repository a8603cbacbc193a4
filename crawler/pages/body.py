"""From lines to sections and figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from archive.article import Figure, Section
from crawler.pages.byline import labelled
from crawler.pages.figures import take_figures
from crawler.pages.lines import Line
from crawler.pages.signs import COUNTED, ends_as_sentence, heading_sign, heading_words

_BOLD = 9
"""The rank of a short line all in bold, after all signs."""
_REMARK = re.compile(r"^[（(【\[].*[）)】\]]$|^(?:19|20)\d\d\s*[-/年.]\s*\d")
"""What stands in bold without being a heading: （林小满）, a day."""
_LONGEST_HEADING = 40
_LONGEST_SUBHEADING = 30


@dataclass
class Body:
    """What a report's body holds."""

    sections: list[Section] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


def body_of(
    lines: Sequence[Line],
    absolute: Callable[[str], str | None],
    says: Callable[[Line], str] = lambda _: "",
) -> Body:
    """Sections and figures in printed order. ``absolute`` completes an image's address.

    A heading is ``h2`` to ``h4``, a line wrapped in ``■`` or 【】, ``一、``, ``（一）`` or ``1.``
    at the start of a short line, or a short line all in bold. None of them ends like a sentence,
    and numbered lines that follow each other without text between them are a list. A short plain
    line directly under a heading that ends without punctuation is its subheading.
    """
    figures, rest = take_figures(lines, absolute, says)
    return Body(_sections(rest, _ranks(rest)), figures)


def _ranks(lines: Sequence[Line]) -> list[int]:
    """For each line 0 for text, 1 for a heading, 2 for a subheading."""
    kinds = _without_lists(_kinds(lines))
    used = sorted({kind for kind in kinds if kind})
    top = used[0] if used else 0
    ranks: list[int] = []
    for at, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind:
            ranks.append(1 if kind == top else 2)
        elif at and ranks[at - 1] == 1 and at + 1 < len(lines) and _is_subheading(line):
            ranks.append(2)
        else:
            ranks.append(0)
    return ranks


def _kinds(lines: Sequence[Line]) -> list[int]:
    """For each line 0 for no heading, else its rank: the smaller, the higher where they mix."""
    bold = sum(line.is_bold for line in lines)
    bold_rank = _BOLD if 2 * bold <= len(lines) + 1 else 0
    return [_heading_kind(line, bold_rank) for line in lines]


def _heading_kind(line: Line, bold_rank: int) -> int:
    text = line.text
    if line.level in (2, 3, 4):
        return line.level
    if line.is_row or len(text) > _LONGEST_HEADING or ends_as_sentence(text):
        return 0
    sign = heading_sign(text)
    if sign or not line.is_bold or _REMARK.search(text) or labelled(text):
        return sign
    return bold_rank


def _without_lists(kinds: list[int]) -> list[int]:
    """The ranks without those counting signs that number the items of a list.

    Headings have text below them: where lines of one sign mostly follow each other directly,
    they are items.
    """
    for rank in COUNTED.intersection(kinds):
        places = [at for at, kind in enumerate(kinds) if kind == rank]
        bare = sum(at + 1 == len(kinds) or kinds[at + 1] == rank for at in places)
        if 2 * bare > len(places):
            kinds = [0 if kind == rank else kind for kind in kinds]
    return kinds


def _is_subheading(line: Line) -> bool:
    return len(line.text) <= _LONGEST_SUBHEADING and not ends_as_sentence(line.text)


def _sections(lines: Sequence[Line], ranks: Iterable[int]) -> list[Section]:
    """A second subheading under one heading opens a section of its own under that heading."""
    sections: list[Section] = []
    heading: str | None = None
    subheading: str | None = None
    paragraphs: list[str] = []

    def close() -> None:
        if heading or subheading or paragraphs:
            sections.append(
                Section(heading=heading, subheading=subheading, paragraphs=tuple(paragraphs))
            )
        paragraphs.clear()

    for line, rank in zip(lines, ranks, strict=True):
        if rank == 1:
            close()
            heading, subheading = heading_words(line.text), None
        elif rank == 2:
            if paragraphs or subheading:
                close()
            subheading = heading_words(line.text)
        else:
            paragraphs.append(line.text)
    close()
    return sections
