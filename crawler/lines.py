"""A piece of a page as the lines a reader sees, each with what its markup says of it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bs4.element import PreformattedString, Tag

from crawler.markup import attribute

_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details dir div dl dt fieldset "
    "figcaption figure footer form founder-content h1 h2 h3 h4 h5 h6 header hgroup hr html legend "
    "li main menu nav ol option p pre section summary table tbody td tfoot th thead tr ul".split()
)
_SILENT = frozenset("head iframe noscript object script style template title".split())
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOLD = _HEADINGS | {"b", "strong"}
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HAN = (
    "\u2014\u2018\u2019\u201c\u201d\u2026\u3000-\u303f\u3400-\u9fff\uff00-\uffef"
    "\U00020000-\U0003ffff"
)
_WRAPPED = re.compile(rf"(?<=[{_HAN}])[\r\n]\s*(?=[{_HAN}])")
"""Between two Chinese characters of one text a line break is only the source's wrapping."""
_SPACES = re.compile(r"[ \t\r\n\f\xa0\u2002-\u200a\u202f]+")
_INVISIBLE = re.compile("[\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_INDENT = " \u3000"
_ADDRESSES = ("data-original", "data-src", "src")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text, or one image."""

    text: str
    """Without indentation; empty for an image."""
    image: str | None = None
    """The image's address as the page writes it."""
    level: int = 0
    """1 to 6 inside ``h1`` to ``h6``, else 0."""
    is_bold: bool = False
    """Whether every character of it is bold."""
    is_centred: bool = False
    is_caption: bool = False
    """Whether it stands in a ``figcaption``."""


def clean(text: str) -> str:
    """Text as printed: one space for any white space, no invisible characters, no indentation."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip(_INDENT)


def lines_of(node: Tag, without: Collection[int] = ()) -> list[Line]:
    """The lines of a node in reading order. Works without recursion, at any depth.

    ``without`` names elements that do not count, by their ``id()``.
    """
    reader = _LineReader()
    steps: list[Tag | str | _End] = [node]
    while steps:
        step = steps.pop()
        if isinstance(step, str):
            reader.text(step)
        elif isinstance(step, _End):
            reader.leave(step)
        elif step.name not in _SILENT and id(step) not in without:
            traits = _traits(step)
            reader.enter(step, traits)
            steps.append(_End(step, traits))
            steps.extend(
                child if isinstance(child, Tag) else str(child)
                for child in reversed(step.contents)
                if isinstance(child, Tag) or not isinstance(child, PreformattedString)
            )
    reader.end_line()
    return reader.lines


@dataclass(frozen=True, slots=True)
class _End:
    tag: Tag
    traits: tuple[str, ...]


class _LineReader:
    """Collects lines while tags open and close around text."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._words: list[str] = []
        self._all_bold = True
        self._open: dict[str, list[Tag]] = {trait: [] for trait in _TRAITS}

    def enter(self, tag: Tag, traits: tuple[str, ...]) -> None:
        if tag.name in _BLOCKS:
            self.end_line()
        for trait in traits:
            self._open[trait].append(tag)
        if tag.name == "img":
            self._image(tag)

    def leave(self, end: _End) -> None:
        if end.tag.name in _BLOCKS:
            self.end_line()
        for trait in end.traits:
            self._open[trait].pop()

    def text(self, text: str) -> None:
        if self._open["pre"]:
            for printed in text.splitlines(keepends=True):
                self._add(printed)
                if printed.endswith(("\n", "\r")):
                    self.end_line()
        else:
            self._add(_WRAPPED.sub("", text))

    def _add(self, text: str) -> None:
        self._words.append(text)
        if self._all_bold and not self._open["bold"] and clean(text):
            self._all_bold = False

    def end_line(self) -> None:
        if not self._words:
            return
        if text := clean("".join(self._words)):
            self.lines.append(self._line(text, is_bold=self._all_bold))
        self._words.clear()
        self._all_bold = True

    def _image(self, tag: Tag) -> None:
        self.end_line()
        addresses = (attribute(tag, name).strip() for name in _ADDRESSES)
        if address := next(filter(None, addresses), ""):
            self.lines.append(self._line("", image=address))

    def _line(self, text: str, *, is_bold: bool = False, image: str | None = None) -> Line:
        heading = self._open["heading"]
        return Line(
            text=text,
            image=image,
            level=int(heading[-1].name[1]) if heading else 0,
            is_bold=is_bold,
            is_centred=bool(self._open["centre"]),
            is_caption=bool(self._open["caption"]),
        )


_TRAITS = ("bold", "centre", "heading", "caption", "pre")


def _traits(tag: Tag) -> tuple[str, ...]:
    """What a tag makes of the text in it."""
    name = tag.name
    style = attribute(tag, "style")
    has = (
        name in _BOLD or bool(style and _BOLD_STYLE.search(style)),
        name == "center"
        or attribute(tag, "align").strip().lower() == "center"
        or bool(style and _CENTRED.search(style)),
        name in _HEADINGS,
        name == "figcaption",
        name == "pre",
    )
    return tuple(trait for trait, is_so in zip(_TRAITS, has, strict=True) if is_so)
