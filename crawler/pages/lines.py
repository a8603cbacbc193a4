"""A piece of a page as the lines a reader sees, each with what its markup says of it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from bs4.element import PreformattedString, Tag

from crawler.pages.markup import attribute

BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details dir div dl dt fieldset "
    "figcaption figure footer form founder-content h1 h2 h3 h4 h5 h6 header hgroup hr html legend "
    "li main menu nav ol option p pre section summary table tbody td tfoot th thead tr ul".split()
)
SILENT = frozenset(
    "button datalist head iframe noscript object script select style template textarea "
    "title".split()
)
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
_SMALLEST_PICTURE = 32
"""Pixels; an image that its markup makes smaller is a bullet, a spacer or an icon."""
CELL = " | "
"""Between the cells of a table's row."""
_CELLS = frozenset(("td", "th"))
_ROWS = frozenset(("table", "caption", "thead", "tbody", "tfoot", "tr"))
_LONGEST_CELL = 200
_SHOWS = re.compile(r"\s*(?:图为|图[一二三四五六七八九十\d]*[:：]|[▲△↑])")
"""How words begin that say what a picture shows."""
_CAPTION_CLASS = re.compile(r"pic_?-?te?xt|caption|(?:pic|img|photo)_?-?(?:info|desc|note)|tuzhu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text, or one image."""

    text: str
    """Without indentation; empty for an image."""
    image: str | None = None
    """The image's address as the page writes it."""
    alt: str = ""
    tooltip: str = ""
    """An image's ``alt`` and ``title``."""
    level: int = 0
    """1 to 6 inside ``h1`` to ``h6``, else 0."""
    is_bold: bool = False
    """Whether every character of it is bold."""
    is_centred: bool = False
    is_caption: bool = False
    """Whether its element says what a picture shows."""
    is_row: bool = False
    """Whether it is a row of a table, its cells separated by ``CELL``."""


def clean(text: str) -> str:
    """Text as printed: one space for any white space, no invisible characters, no indentation."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip(_INDENT)


def shows(text: str) -> bool:
    """Whether words begin as those do that say what a picture shows (图为…)."""
    return bool(_SHOWS.match(text))


def lines_of(
    node: Tag, without: Collection[int] = (), captions: Collection[int] = ()
) -> list[Line]:
    """The lines of a node in reading order. Works without recursion, at any depth.

    ``without`` names elements that do not count, ``captions`` such as say what a picture shows,
    both by their ``id()``. An image within a sentence does not cut it: it follows its line.
    """
    reader = _LineReader()
    steps: list[Tag | str | _End] = [node]
    while steps:
        step = steps.pop()
        if isinstance(step, str):
            reader.text(step)
        elif isinstance(step, _End):
            reader.leave(step)
        elif step.name not in SILENT and id(step) not in without:
            traits = _traits(step, captions)
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
        self._images: list[Line] = []
        """Those that came after the line's first words."""
        self._all_bold = True
        self._open: dict[str, list[Tag]] = {trait: [] for trait in _TRAITS}

    def enter(self, tag: Tag, traits: tuple[str, ...]) -> None:
        if tag.name in BLOCKS:
            self._break_before(tag.name)
        for trait in traits:
            self._open[trait].append(tag)
        if tag.name == "img":
            self._image(tag)

    def leave(self, end: _End) -> None:
        if end.tag.name in BLOCKS and (end.tag.name in _ROWS or not self._open["rows"]):
            self.end_line()
        for trait in end.traits:
            self._open[trait].pop()

    def text(self, text: str) -> None:
        if self._images and _SHOWS.match(text):
            self.end_line()
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

    def _break_before(self, name: str) -> None:
        if name in _ROWS or not self._open["rows"]:
            self.end_line()
        elif self._words:
            self._words.append(CELL if name in _CELLS else " ")

    def end_line(self) -> None:
        if not self._words:
            return
        words = "".join(self._words)
        if text := clean(words.strip(CELL + _INDENT) if self._open["rows"] else words):
            self.lines.append(self._line(text, is_bold=self._all_bold))
        self.lines += self._images
        self._words.clear()
        self._images = []
        self._all_bold = True

    def _image(self, tag: Tag) -> None:
        addresses = (attribute(tag, name).strip() for name in _ADDRESSES)
        address = next(filter(None, addresses), "")
        if not address or _is_decoration(tag):
            return
        alt, tooltip = clean(attribute(tag, "alt")), clean(attribute(tag, "title"))
        image = self._line("", image=address, alt=alt, tooltip=tooltip)
        is_within = any(clean(words) for words in self._words)
        (self._images if is_within else self.lines).append(image)

    def _line(
        self, text: str, *, is_bold: bool = False, image: str | None = None, **said: str
    ) -> Line:
        heading = self._open["heading"]
        return Line(
            text=text,
            image=image,
            level=int(heading[-1].name[1]) if heading else 0,
            is_bold=is_bold,
            is_centred=bool(self._open["centre"]),
            is_caption=bool(self._open["caption"]),
            is_row=bool(self._open["rows"]),
            **said,
        )


_TRAITS = ("bold", "centre", "heading", "caption", "pre", "rows")


def _traits(tag: Tag, captions: Collection[int]) -> tuple[str, ...]:
    """What a tag makes of the text in it."""
    name = tag.name
    style = attribute(tag, "style")
    has = (
        name in _BOLD or bool(style and _BOLD_STYLE.search(style)),
        name == "center"
        or attribute(tag, "align").strip().lower() == "center"
        or bool(style and _CENTRED.search(style)),
        name in _HEADINGS,
        name == "figcaption" or id(tag) in captions or _is_called_caption(tag),
        name == "pre",
        name == "table" and _is_data(tag),
    )
    return tuple(trait for trait, is_so in zip(_TRAITS, has, strict=True) if is_so)


def _is_called_caption(tag: Tag) -> bool:
    classes = attribute(tag, "class")
    return bool(classes and tag.name != "table" and _CAPTION_CLASS.search(classes.lower()))


def _is_decoration(tag: Tag) -> bool:
    sizes = (attribute(tag, name).strip().removesuffix("px") for name in ("width", "height"))
    return any(size.isdecimal() and int(size[:9]) < _SMALLEST_PICTURE for size in sizes)


def _is_data(table: Tag) -> bool:
    """Whether a table's rows are lines of short cells, rather than a frame for the page's parts."""
    if table.find(("table", "img")) is not None:
        return False
    wide = 0
    for row in table.find_all("tr"):
        cells = [clean(cell.get_text()) for cell in row.find_all(("td", "th"), recursive=False)]
        if any(len(cell) > _LONGEST_CELL for cell in cells):
            return False
        wide += sum(map(bool, cells)) > 1
    return wide > 1
