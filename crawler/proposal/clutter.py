"""What stands in the box of a report's body and is no part of the report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bs4.element import Tag

from crawler.proposal.body import is_byline, is_notice
from crawler.proposal.selectors import names
from crawler.proposal.weighed import Weighed

_PICTURE = re.compile("[图圖摄攝]")
"""图片来源：… is a caption, and belongs to its picture."""


def clutter(pages: Sequence[Weighed], bodies: Sequence[Sequence[Tag]]) -> list[str]:
    """Selectors for tools, related links, notices and repeated lines in the bodies of pages."""
    found: list[str] = []
    for page, body in zip(pages, bodies, strict=True):
        for node in clutter_of(page, body):
            if any(node is each for selector in found for each in page.markup.select(selector)):
                continue
            for name in names(node):
                if _removes_only_clutter(name, pages, bodies):
                    found.append(name)
                    break
    return found


def clutter_of(page: Weighed, body: Sequence[Tag]) -> Iterator[Tag]:
    """The outermost elements in a body that hold lines, but none of the report."""
    text = page.text
    for node in body:
        place = text.places[id(node)] + 1
        end = text.ends[place - 1]
        while place < end:
            if is_clutter(page, text.tags[place]):
                yield text.tags[place]
                place = text.ends[place]
            else:
                place += 1


def is_clutter(page: Weighed, node: Tag) -> bool:
    """Whether an element holds lines of which none tells anything and some show why."""
    lines = page.lines(node)
    if not lines or page.tells(node):
        return False
    linked = sum(line.linked for line in lines)
    if linked * 2 > sum(len(line.text) for line in lines):
        return True
    if node.find("img") or any(_PICTURE.search(line.text) for line in lines):
        return False
    return all(line.text in page.ignored for line in lines) or any(
        is_byline(line.text) or is_notice(line.text) or page.text.is_title(line.text)
        for line in lines
    )


def takes_only_fields(
    selector: str,
    pages: Sequence[Weighed],
    bodies: Sequence[Sequence[Tag]],
    removed: Sequence[str],
) -> bool:
    """Whether a selector takes more out of the bodies than others do, but nothing of the text."""
    found = list(_inside(selector, pages, bodies))
    gone = {id(node) for each in removed for _, node in _inside(each, pages, bodies)}
    return any(id(node) not in gone for _, node in found) and all(
        node is not None and not page.tells(node) for page, node in found
    )


def _removes_only_clutter(
    selector: str, pages: Sequence[Weighed], bodies: Sequence[Sequence[Tag]]
) -> bool:
    """Whether a selector takes nothing of the report away on any of the pages."""
    return all(
        node is not None and is_clutter(page, node)
        for page, node in _inside(selector, pages, bodies)
    )


def _inside(
    selector: str, pages: Sequence[Weighed], bodies: Sequence[Sequence[Tag]]
) -> Iterator[tuple[Weighed, Tag | None]]:
    """What a selector finds in the bodies of pages; ``None`` for what a body itself lies in."""
    for page, body in zip(pages, bodies, strict=True):
        spans = [page.text.places[id(node)] for node in body]
        for node in page.markup.select(selector):
            place = page.text.places.get(id(node))
            if place is None or not page.lines(node):
                continue
            if any(page.text.holds(place, span) for span in spans):
                yield page, None
            elif any(page.text.holds(span, place) for span in spans):
                yield page, node
