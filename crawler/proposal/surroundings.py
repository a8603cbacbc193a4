"""What stands around a report's body: the short texts above, in and below it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bs4.element import NavigableString, PreformattedString, Tag

from crawler.pages.locators import words_of
from crawler.pages.markup import Markup
from crawler.proposal.selectors import candidates
from crawler.proposal.specimen import Specimen

_LONGEST = 300
"""A longer text is no title, byline or breadcrumb."""
_UNSEEN = frozenset("head script style title option select noscript template textarea".split())


@dataclass(frozen=True, slots=True)
class Printed:
    """A short text of a page and the smallest element that holds it."""

    node: Tag
    text: str
    place: int
    """Elements from the body's first: negative above it, positive below its first."""
    is_inside: bool
    """Whether it stands in the body."""

    @property
    def is_link(self) -> bool:
        """Whether it is the text of a link, or stands in one."""
        return bool(self.node.name == "a" or self.node.find_parent("a"))


class Surroundings:
    """A page of which the body is known."""

    def __init__(self, specimen: Specimen, body: Sequence[Tag]) -> None:
        self.specimen = specimen
        self.body = body
        self.starts = min(map(self.markup.place, body))
        self.ends = max(self.markup.place(_last(node)) for node in body)

    @property
    def markup(self) -> Markup:
        return self.specimen.markup

    @cached_property
    def printed(self) -> list[Printed]:
        """Every short text with the elements that hold it, in the order of the page.

        ``<h1><a>X</a></h1>`` gives X once, in the outer of the two.
        """
        seen: set[int] = set()
        found: list[Printed] = []
        for string in self.markup.root.find_all(string=True):
            if isinstance(string, PreformattedString) or not string.strip():
                continue
            for node in self._holders(string):
                if id(node) in seen:
                    break
                seen.add(id(node))
                text = words_of(node)
                if len(text) > _LONGEST:
                    break
                if text:
                    place = self.markup.place(node) - self.starts
                    found.append(Printed(node, text, place, self.is_inside(node)))
        return sorted(found, key=lambda each: each.place)

    def alike(self, node: Tag) -> list[Printed]:
        """An element and those around and in it that hold the same text."""
        text = words_of(node)
        return [each for each in self.printed if each.text == text and is_kin(each.node, node)]

    def selectors(self, node: Tag) -> list[str]:
        """Selectors for an element or one alike, the steadiest first; counted places come last."""
        return steadiest(self.markup, [each.node for each in reversed(self.alike(node))])

    def is_inside(self, node: Tag) -> bool:
        return self.starts <= self.markup.place(node) <= self.ends

    def holds_body(self, node: Tag) -> bool:
        """Whether an element is the body or lies around a part of it."""
        return any(node is each or node in each.parents for each in self.body)

    def said_before(self, node: Tag) -> str:
        """The text of the body that stands before an element in it."""
        words: list[str] = []
        for string in (each for body in self.body for each in body.find_all(string=True)):
            if node in string.parents:
                break
            if not isinstance(string, PreformattedString) and not _UNSEEN & _names(string):
                words.append(string)
        return "".join(words)

    def _holders(self, string: NavigableString) -> Iterator[Tag]:
        """The elements around a string, from the inmost, up to the body or one around it."""
        if _UNSEEN & _names(string):
            return
        for parent in string.parents:
            if self.holds_body(parent) or parent.name in ("body", "html", "[document]"):
                break
            yield parent


def _names(string: NavigableString) -> set[str]:
    """The names of the elements around a string."""
    return {parent.name for parent in string.parents}


def is_kin(node: Tag, other: Tag) -> bool:
    """Whether one of two elements holds the other, or they are the same."""
    return node is other or node in other.parents or other in node.parents


def steadiest(markup: Markup, nodes: Sequence[Tag]) -> list[str]:
    """Selectors for elements that say the same, those that count brothers last."""
    found = [selector for node in nodes for selector in candidates(markup, node)]
    return sorted(dict.fromkeys(found), key=lambda each: each.count(":nth-of-type"))


_NO_SIGN = re.compile(r"[^\w]|_")


def fold(text: str) -> str:
    """A text without what pages print in different ways: width, case, spaces, punctuation."""
    return _NO_SIGN.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _last(node: Tag) -> Tag:
    """The last element in a node, or itself."""
    while inner := [child for child in node.contents if isinstance(child, Tag)]:
        node = inner[-1]
    return node
