"""Where the body of a report stands on a page: a guess, from the page alone."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from bs4.element import PreformattedString, Tag

from crawler.pages.lines import BLOCKS, SILENT, clean
from crawler.pages.markup import attribute

_MARKS = re.compile(r"[，。！？；…]|[,.!?;](?=\s|$)")
_BETWEEN = re.compile(r"[\s、|｜·/•]+")
_NOTICE = re.compile(
    r"copyright|©|版[权權]所有|[声聲]明[:：]|icp[备備证證]|公[网網]安[备備]|"
    r"未[经經].{0,12}授[权權]|[转轉][载載].{0,8}注明|[举舉][报報][电電][话話]|不代表.{0,12}[观觀][点點]",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:地址|[电電][话話]|[邮郵][编編箱]|[传傳]真|"
    r"[来來]源|稿源|作者|[编編][辑輯]|[责責][编編]|[记記]者|[时時][间間]|日期|"
    r"字[号號]|字[体體]|[浏瀏][览覽]|[点點][击擊]|[阅閱][读讀]|[关關][键鍵][词詞字]|[标標][签籤]|分享到?|"
    r"[上下]一[篇条條]|相[关關](?:新[闻聞]|[阅閱][读讀]|[链鏈][接结結]|[报報][道導]|文章|[专專][题題]|[内內]容))\s*[:：】\]]"
)
_DAY = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar)\b", re.IGNORECASE)
"""What a report hands out is part of it, and no link to read on."""
_HANDED_OUT = ("附件", "附：", "附:")
_UNREAD = SILENT | {"button", "select", "textarea"}
_LEAST_PROSE = 12
_LONGEST_BYLINE = 80
_LONGEST_NOTICE = 200
_LEAST_TITLE = 6
_SHORTEST_TITLE = 4
_OPENING = 40
_TOOL = 10.0
"""What a title, a byline or a link weighs against its box, besides its length."""
_SHORT_LINE = 3.0
_MARK = 5.0
_MOST_AGAINST = 60.0
"""What one box of links and tools, which can be told apart, weighs against the box around it."""
_NEARLY = 0.97
"""A box that lacks no more than this is the body without a stray line around it."""
_MOSTLY = 0.8
_LINES_OF_TEXT = 3
"""A link with so many lines in it is no link to read on, but wraps the text itself."""


@dataclass(slots=True)
class Stretch:
    """One line of text and the innermost element that holds all of it."""

    text: str
    linked: int
    """How many of its characters stand in links."""
    place: int
    """The number of that element in the order of the page."""


class PageText:
    """The lines of a page and the elements they stand in, numbered in the page's order."""

    def __init__(self, root: Tag) -> None:
        self.tags: list[Tag] = []
        self.parents: list[int] = []
        self.ends: list[int] = []
        """For each element the number after that of the last one inside it."""
        self.spans: list[tuple[int, int]] = []
        """For each element the lines among which its own are."""
        self.stretches: list[Stretch] = []
        self.title = _title(root)
        _Walk(self).read(root)

    @cached_property
    def places(self) -> dict[int, int]:
        """The number of an element, by its ``id()``."""
        return {id(tag): place for place, tag in enumerate(self.tags)}

    def holds(self, outer: int, inner: int) -> bool:
        return outer <= inner < self.ends[outer]

    def within(self, place: int) -> list[Stretch]:
        """The lines of an element."""
        lines = self.stretches[slice(*self.spans[place])]
        return [each for each in lines if self.holds(place, each.place)]

    def weights(self, ignored: Collection[str] = (), most: float = _MOST_AGAINST) -> list[float]:
        """For each element how much more prose than anything else is in it.

        ``ignored`` are lines that stand on other pages of the site too, and so in no report. A box
        that can be told apart by a name counts at ``most`` so much against the box around it.
        """
        weights = self._own_weights(ignored)
        for place in range(len(weights) - 1, 0, -1):
            is_named = attribute(self.tags[place], "class") or attribute(self.tags[place], "id")
            least = -most if is_named else weights[place]
            weights[self.parents[place]] += max(weights[place], least)
        return weights

    def _own_weights(self, ignored: Collection[str]) -> list[float]:
        """For each element the weight of the lines that no element inside it holds."""
        weights = [0.0] * len(self.tags)
        said: set[str] = set()
        follows_short = False
        for each in reversed(self.stretches):
            weight = -_LEAST_PROSE if each.text in ignored else self.weight(each)
            opening = each.text[:_OPENING]
            if len(opening) >= _LEAST_PROSE and opening in said and each.text not in ignored:
                weight = 0.0  # a summary repeats what the report says below it
            is_short = weight == -_SHORT_LINE
            if not (is_short and follows_short):  # names or verses in a row weigh like one
                weights[each.place] += weight
            follows_short = is_short
            said.add(opening)
        return weights

    def weight(self, line: Stretch) -> float:
        """How much a line speaks for being part of a report; below zero it speaks against it."""
        length = len(_BETWEEN.sub("", line.text))
        plain = length - line.linked
        if is_notice(line.text):
            return -float(length)
        if line.linked > plain:
            return -_TOOL - line.linked
        if self.is_title(line.text) or is_byline(line.text):
            return -_TOOL
        marks = len(_MARKS.findall(line.text))
        if marks and plain >= _LEAST_PROSE:
            return plain + _MARK * marks - line.linked
        return -_SHORT_LINE

    def is_title(self, text: str) -> bool:
        """Whether a line stands in the page's title element too."""
        if len(text) < _LEAST_TITLE:
            return len(text) >= _SHORTEST_TITLE and self.title.startswith(text)
        return text in self.title


def is_notice(text: str) -> bool:
    """Whether a line says who owns the text and answers for it."""
    return len(text) <= _LONGEST_NOTICE and bool(_NOTICE.search(text))


def is_byline(text: str) -> bool:
    """Whether a line says when, by whom or for which tool, and tells nothing."""
    if len(text) > _LONGEST_BYLINE or "。" in text:
        return False
    return bool(_LABELLED.search(text) or _DAY.search(text))


def _title(root: Tag) -> str:
    element = root.find("title")
    return clean(element.get_text()) if element else ""


class _Walk:
    """Reads the lines of a page without recursion."""

    def __init__(self, page: PageText) -> None:
        self._page = page
        self._open = 0
        self._links: list[int] = []
        self._words: list[str] = []
        self._linked = 0
        self._owner = -1

    def read(self, root: Tag) -> None:
        steps: list[Tag | str | int] = [root]
        while steps:
            step = steps.pop()
            if isinstance(step, int):
                self._leave(step)
            elif isinstance(step, str):
                self._add(step)
            elif step.name not in _UNREAD:
                steps.append(self._enter(step))
                steps.extend(
                    child
                    for child in reversed(step.contents)
                    if isinstance(child, (Tag, str)) and not isinstance(child, PreformattedString)
                )
        self._end_line()

    def _enter(self, tag: Tag) -> int:
        page = self._page
        if tag.name in BLOCKS:
            self._end_line()
        place = len(page.tags)
        page.tags.append(tag)
        page.parents.append(self._open)
        page.ends.append(0)
        page.spans.append((len(page.stretches), 0))
        if tag.name == "a" and not _FILE.search(attribute(tag, "href")):
            self._links.append(place)
        self._open = place
        return place

    def _leave(self, place: int) -> None:
        page = self._page
        if page.tags[place].name in BLOCKS:
            self._end_line()
        first, last = page.spans[place][0], len(page.stretches)
        if self._links and self._links[-1] == place:
            self._links.pop()
            if last - first >= _LINES_OF_TEXT:
                for stretch in page.stretches[first:]:
                    stretch.linked = 0
        page.spans[place] = first, last + bool(self._words)
        page.ends[place] = len(page.tags)
        self._open = page.parents[place]

    def _add(self, text: str) -> None:
        if not text.strip():
            return
        self._words.append(text)
        if self._links:
            self._linked += len(clean(text))
        if self._owner < 0:
            self._owner = self._open
        while self._page.ends[self._owner]:
            self._owner = self._page.parents[self._owner]

    def _end_line(self) -> None:
        if self._words and (text := clean("".join(self._words))):
            linked = 0 if text.startswith(_HANDED_OUT) else self._linked
            self._page.stretches.append(Stretch(text, linked, self._owner))
        self._words.clear()
        self._linked, self._owner = 0, -1


def guess_body(page: PageText, ignored: Collection[str] = ()) -> int:
    """The number of the element that holds the most prose for the least else.

    Of the elements inside it that hold nearly as much, the smallest is taken: the rest are stray
    lines, or, where there is more of them, text that comes with still more links.
    """
    weights = page.weights(ignored)
    unlimited = page.weights(ignored, float("inf"))
    best = max(range(len(weights)), key=lambda place: (weights[place], place))
    inner = (
        place
        for place in range(best, page.ends[best])
        if weights[place] >= _NEARLY * weights[best]
        or (weights[place] >= _MOSTLY * weights[best] and unlimited[place] > unlimited[best])
    )
    return max(inner, default=best)
