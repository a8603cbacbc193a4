"""Pictures, and the words printed with them wherever these stand."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from bs4.element import Tag

from archive.article import Figure
from crawler.pages.lines import Line, clean, shows
from crawler.pages.markup import attribute
from crawler.pages.signs import ends_as_sentence, heading_sign

_CREDIT = re.compile(r"(?:摄影?|摄影报道|供图|资料图片?|[图摄][/／:：]\s*\S{2,20})\s*[）)]?$")
"""How the words under a picture end: （林小满 摄）, （图/工会供图）."""
_BYLINE = re.compile(r"(?:19|20)\d\d\s*[-/.年]|^\S{1,5}[:：]|^[（(]?\S*(?:记者|通讯员|作者)")
"""What is centred above a picture without being about it."""
_BOXES = frozenset(("dl", "figure", "table", "td"))
_BOXES_LED_BY_PICTURES = frozenset(("a", "li", "p"))
_PICTURE_CLASS = re.compile(r"(?:^|[-_\s])(?:pic|img|image|photo|figure)", re.IGNORECASE)
_NEAR = 6
"""Elements around a picture that may be its box."""
_LONGEST = 80
_LONGEST_SHOWN = 200
_LONGEST_PLAIN = 40


def picture_boxes(node: Tag) -> set[int]:
    """The elements, by ``id()``, that hold a picture and beside it only a few words about it."""
    boxes: set[int] = set()
    seen: set[int] = set()
    for image in node.find_all("img"):
        for parent in itertools.islice(image.parents, _NEAR):
            if parent is node or id(parent) in seen:
                break
            seen.add(id(parent))
            words = clean(parent.get_text(" "))
            if len(words) > _LONGEST:
                break
            if _is_box(parent, image) and (_says(words) or not ends_as_sentence(words)):
                boxes.add(id(parent))
    return boxes


def _is_box(tag: Tag, image: Tag) -> bool:
    if tag.name in _BOXES_LED_BY_PICTURES:
        before = itertools.takewhile(lambda each: each is not image, tag.descendants)
        return not any(isinstance(each, str) and clean(each) for each in before)
    return tag.name in _BOXES or bool(_PICTURE_CLASS.search(attribute(tag, "class")))


def take_figures(
    lines: Sequence[Line],
    absolute: Callable[[str], str | None],
    says: Callable[[Line], str] = lambda _: "",
) -> tuple[list[Figure], list[Line]]:
    """The pictures with their captions, and the lines that remain.

    ``absolute`` completes an image's address; ``says`` gives what an image without printed words
    says of itself.
    """
    captions = _captions(lines)
    spoken = {at for places in captions.values() for at in places}
    figures = [
        Figure(
            url=absolute(lines[at].image or ""),
            caption=" ".join(lines[each].text for each in places) or says(lines[at]) or None,
        )
        for at, places in captions.items()
    ]
    rest = [line for at, line in enumerate(lines) if line.image is None and at not in spoken]
    return figures, rest


def _captions(lines: Sequence[Line]) -> dict[int, Sequence[int]]:
    """For the place of each image, in order, the places of the lines that are about it."""
    found: dict[int, Sequence[int]] = {}
    spoken = last_plain = -1
    for start, end in _images(lines):
        found |= dict.fromkeys(range(start, end), ())
        after = _count(lines, end)
        if end - start > 1 and after == end - start:
            found |= {at: (at + after,) for at in range(start, end)}
            spoken = end + after - 1
        elif after:
            more = 1
            while more < after and lines[end + more].is_caption:
                more += 1
            found[end - 1] = range(end, end + more)
            spoken = end + more - 1
        elif _is_plain_caption(lines, end, goes_on=last_plain == start - 1 >= 0):
            found[end - 1] = (end,)
            spoken = last_plain = end
        elif spoken < start - 1 and _is_caption_above(lines[start - 1]):
            found[start] = (start - 1,)
    return found


def _images(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Where images that follow each other begin and end."""
    at = 0
    while at < len(lines):
        start = at
        while at < len(lines) and lines[at].image is not None:
            at += 1
        if at > start:
            yield start, at
        at += 1


def _count(lines: Sequence[Line], start: int) -> int:
    """How many lines from here on are captions."""
    at = start
    while at < len(lines) and _is_caption(lines[at]):
        at += 1
    return at - start


def _is_caption(line: Line) -> bool:
    """Whether a line right after an image says what it shows."""
    if line.image is not None or line.level or line.is_row:
        return False
    if line.is_caption:
        return True
    has_credit = bool(_CREDIT.search(line.text))
    if shows(line.text) or (has_credit and line.is_centred):
        return len(line.text) <= _LONGEST_SHOWN
    if len(line.text) > _LONGEST or heading_sign(line.text):
        return False
    return has_credit or (line.is_centred and not line.text.endswith("。"))


def _is_caption_above(line: Line) -> bool:
    """Whether a line right before an image that has no words below says what it shows."""
    return line.is_caption or (
        line.is_centred and _is_plain(line) and not _BYLINE.search(line.text)
    )


def _is_plain_caption(lines: Sequence[Line], at: int, *, goes_on: bool) -> bool:
    """Whether a short line is one of a row of captions: picture, words, picture, words."""
    if at >= len(lines) or not _is_plain(lines[at]):
        return False
    following = lines[at + 1 : at + 3]
    return goes_on or (
        len(following) == 2 and following[0].image is not None and _is_plain(following[1])
    )


def _is_plain(line: Line) -> bool:
    return (
        line.image is None
        and not (line.level or line.is_bold or line.is_row)
        and len(line.text) <= _LONGEST_PLAIN
        and not heading_sign(line.text)
        and not ends_as_sentence(line.text)
    )


def _says(words: str) -> bool:
    return shows(words) or bool(_CREDIT.search(words))
