"""A piece of a page as the lines a reader sees, each with what its markup says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bs4.element import PreformattedString, Tag

_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd div dl dt fieldset figcaption "
    "figure footer form founder-content h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre "
    "section table tbody td tfoot th thead tr ul".split()
)
_SILENT = frozenset("head iframe noscript object option script select style template title".split())
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BOLD = _HEADINGS | {"b", "strong"}
_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_HAN = "\u3400-\u9fff\u3000-\u303f\uff00-\uffef\U00020000-\U0003ffff"
_WRAPPED = re.compile(rf"(?<=[{_HAN}])[ \t]*[\r\n]\s*(?=[{_HAN}])")
_SPACES = re.compile(r"[ \t\r\n\f\xa0\u2002-\u200a\u202f]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_INDENT = " \u3000"


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
    """Text as printed: one space for any white space, no invisible characters, no indentation.

    A line break between two Chinese characters is only the source's wrapping and goes.
    """
    return _SPACES.sub(" ", _WRAPPED.sub("", _INVISIBLE.sub("", text))).strip(_INDENT)


def lines_of(node: Tag) -> list[Line]:
    """The lines of a node in reading order. Works without recursion, at any depth."""
    reader = _LineReader()
    steps: list[Tag | str | _End] = [node]
    while steps:
        step = steps.pop()
        if isinstance(step, str):
            reader.text(step)
        elif isinstance(step, _End):
            reader.leave(step.tag)
        elif step.name not in _SILENT:
            reader.enter(step)
            steps.append(_End(step))
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


class _LineReader:
    """Collects lines while tags open and close around text."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._words: list[str] = []
        self._all_bold = True
        self._open: dict[str, list[Tag]] = {"bold": [], "centre": [], "heading": [], "caption": []}

    def enter(self, tag: Tag) -> None:
        if tag.name in _BLOCKS:
            self.end_line()
        for trait in _traits(tag):
            self._open[trait].append(tag)
        if tag.name == "img":
            self._image(tag)

    def leave(self, tag: Tag) -> None:
        if tag.name in _BLOCKS:
            self.end_line()
        for trait in _traits(tag):
            self._open[trait].pop()

    def text(self, text: str) -> None:
        self._words.append(text)
        if not self._open["bold"] and clean(text):
            self._all_bold = False

    def end_line(self) -> None:
        text = clean("".join(self._words))
        if text:
            self.lines.append(self._line(text, is_bold=self._all_bold))
        self._words.clear()
        self._all_bold = True

    def _image(self, tag: Tag) -> None:
        self.end_line()
        if address := next((_attribute(tag, n) for n in _ADDRESSES if _attribute(tag, n)), ""):
            self.lines.append(self._line("", image=address.strip()))

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


_ADDRESSES = ("data-original", "data-src", "src")


def _traits(tag: Tag) -> list[str]:
    """What a tag makes of the text in it."""
    style = _attribute(tag, "style")
    traits = []
    if tag.name in _BOLD or _BOLD_STYLE.search(style):
        traits.append("bold")
    if (
        tag.name == "center"
        or _attribute(tag, "align").lower() == "center"
        or _CENTRED.search(style)
    ):
        traits.append("centre")
    if tag.name in _HEADINGS:
        traits.append("heading")
    if tag.name == "figcaption":
        traits.append("caption")
    return traits


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""
