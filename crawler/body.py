"""From lines to sections and figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from archive.article import Figure, Section
from crawler.lines import Line

_MARKED = re.compile(r"^[■●◆▲★▌]+\s*(?P<words>[^■●◆▲★▌]+?)\s*[■●◆▲★▌]*$")
_BRACKETED = re.compile(r"^【\s*(?P<words>[^【】：:]+?)\s*】$")
_NUMBERED = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}[、.．章节]|[一二三四五六七八九十]+是?、)\s*\S"
)
_PARENTHESISED = re.compile(r"^[（(][一二三四五六七八九十]{1,3}[）)]\s*\S")
_SENTENCE_END = re.compile(r"[。！？!?；;：:，,…][”’」』）)]*$")
_SIGNS = ((5, _MARKED), (5, _BRACKETED), (6, _NUMBERED), (7, _PARENTHESISED))
_BOLD = 8
_CREDIT = re.compile(r"(?:摄影?|摄影报道|供图|资料图片?|[图摄][/／:：]\s*\S{2,20})\s*[）)]?$")
"""How the words under a picture end: （林小满 摄）, （图/工会供图）."""
_LONGEST_HEADING = 40
_LONGEST_SUBHEADING = 30
_LONGEST_CAPTION = 80
_LONGEST_SAID_CAPTION = 200


@dataclass
class Body:
    """What a report's body holds."""

    sections: list[Section] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


def body_of(lines: Sequence[Line], absolute: Callable[[str], str | None]) -> Body:
    """Sections and figures in printed order. ``absolute`` completes an image's address.

    A heading is ``h2`` to ``h4``, a line wrapped in ``■`` or 【】, ``一、`` or ``（一）`` at the
    start of a short line, or a short line all in bold; none of them ends like a sentence. A short
    plain line directly under a heading that ends without punctuation is its subheading.
    """
    figures, rest = _take_figures(lines, absolute)
    ranks = _ranks(rest)
    return Body(_sections(rest, ranks), figures)


def _take_figures(
    lines: Sequence[Line], absolute: Callable[[str], str | None]
) -> tuple[list[Figure], list[Line]]:
    """Images with the captions after them, and the lines that remain."""
    figures: list[Figure] = []
    rest: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.image is None:
            rest.append(line)
            continue
        caption: list[str] = []
        if at < len(lines) and _is_caption(lines[at]):
            caption.append(lines[at].text)
            at += 1
        while caption and at < len(lines) and lines[at].is_caption and lines[at].image is None:
            caption.append(lines[at].text)
            at += 1
        figures.append(Figure(url=absolute(line.image), caption=" ".join(caption) or None))
    return figures, rest


def _is_caption(line: Line) -> bool:
    """Whether a line right after an image says what it shows."""
    if line.image is not None or line.level:
        return False
    if line.is_caption:
        return True
    if line.text.startswith("图为"):
        return len(line.text) <= _LONGEST_SAID_CAPTION
    if len(line.text) > _LONGEST_CAPTION or _sign(line.text):
        return False
    return bool(_CREDIT.search(line.text)) or (line.is_centred and not line.text.endswith("。"))


def _ranks(lines: Sequence[Line]) -> list[int]:
    """For each line 0 for text, 1 for a heading, 2 for a subheading."""
    kinds = [_heading_kind(line) for line in lines]
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


def _heading_kind(line: Line) -> int:
    """0 for no heading; otherwise the smaller, the higher it ranks where kinds are mixed."""
    text = line.text
    if line.level in (2, 3, 4):
        return line.level
    if len(text) > _LONGEST_HEADING or _SENTENCE_END.search(text):
        return 0
    return _sign(text) or (_BOLD if line.is_bold else 0)


def _sign(text: str) -> int:
    """The kind of heading that a line's first characters make it, 0 for none."""
    return next((kind for kind, sign in _SIGNS if sign.match(text)), 0)


def _is_subheading(line: Line) -> bool:
    return len(line.text) <= _LONGEST_SUBHEADING and not _SENTENCE_END.search(line.text)


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
            heading, subheading = _heading_words(line), None
        elif rank == 2:
            if paragraphs or subheading:
                close()
            subheading = _heading_words(line)
        else:
            paragraphs.append(line.text)
    close()
    return sections


def _heading_words(line: Line) -> str:
    marked = _MARKED.match(line.text) or _BRACKETED.match(line.text)
    return marked["words"] if marked else line.text
