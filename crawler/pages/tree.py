"""A page's text as bs4's elements: parsed by lxml, and only so far as people make pages."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import Any

from bs4 import BeautifulSoup
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import Comment, Doctype, NavigableString, PageElement, ProcessingInstruction, Tag

DEEPEST = 1000
"""Elements within elements; real pages reach 40, and deeper ones make selectors quadratic."""
MOST_TAGS = 100_000
"""Real pages reach 6,000; these many are parsed in a second."""
MOST_ATTRIBUTES = 5_000
"""Of one element; lxml compares each with all before it."""
_LONG_PAGE = 100_000
"""Characters below which no tag has too many attributes."""
_LONG_TAG = re.compile(r"<[^<>]{20000,}")
_CLOSED_BREAK = re.compile(r"</br\s*/?>", re.IGNORECASE)
_CLOSED_STYLE = re.compile(r"(<style\b[^<>]*)/>(?=[^<]*</style)", re.IGNORECASE)


class TooMuchMarkup(Exception):
    """No page that people read is made like this; says how."""


def parse(text: str) -> tuple[BeautifulSoup, list[Tag]]:
    """The root of a page and all its elements in the order of the page.

    Classes stay one string, which soupsieve splits where it needs them. Raises ``TooMuchMarkup``.
    """
    _refuse_too_much(text)
    # </br> is a line break to browsers, nothing to lxml; <style/> is open to browsers, closed to
    # lxml.
    text = _CLOSED_STYLE.sub(r"\1>", _CLOSED_BREAK.sub("<br>", text))
    builder = _Builder(multi_valued_attributes=None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # bs4 suspects XML, or a file's name
        root = BeautifulSoup(text, builder=builder)
    return root, builder.tags


def _refuse_too_much(text: str) -> None:
    if text.count("<") > MOST_TAGS:
        raise TooMuchMarkup(f"more than {MOST_TAGS} tags")
    if len(text) > _LONG_PAGE:
        for tag in _LONG_TAG.finditer(text):
            if len(tag[0].split(maxsplit=MOST_ATTRIBUTES)) > MOST_ATTRIBUTES:
                raise TooMuchMarkup(f"more than {MOST_ATTRIBUTES} attributes in a tag")


class _Builder(LXMLTreeBuilder):
    """Makes of lxml's events the tree that bs4 makes of them, in half the time.

    bs4 (4.15) goes through eight calls for an element, for the sake of namespaces, partial trees
    and other parsers. Delete this when it does not.
    """

    def reset(self) -> None:
        self.tags: list[Tag] = []
        self._open: list[Tag] = [self.soup] if self.soup is not None else []
        self._kinds: list[type[NavigableString]] = [NavigableString]
        """For each open element, of what kind the strings in it are."""
        self._last: PageElement | None = None
        self._words: list[str] = []

    def feed(self, markup: str | bytes) -> None:
        super().feed(markup)
        self._end_string()

    def start(
        self,
        tag: str | bytes,
        attrib: dict[Any, Any],
        nsmap: Mapping[str, str] = {},
    ) -> None:
        self._end_string()
        name, parent = str(tag), self._open[-1]
        kind = self.string_containers.get(name)
        element = Tag(
            name=name,
            parent=parent,
            previous=self._last,
            is_xml=False,
            can_be_empty_element=self.can_be_empty_element(name),
            interesting_string_types={kind} if kind else Tag.MAIN_CONTENT_STRING_TYPES,
        )
        element.attrs = dict(attrib)
        parent.contents.append(element)
        self.tags.append(element)
        self._last = element
        self._open.append(element)
        self._kinds.append(kind or self._kinds[-1])
        if len(self._open) > DEEPEST:
            raise TooMuchMarkup(f"elements lie {DEEPEST} deep")

    def end(self, tag: str | bytes) -> None:
        self._end_string()
        self._open.pop()
        self._kinds.pop()

    def data(self, data: str | bytes) -> None:
        self._words.append(str(data))

    def comment(self, text: str | bytes) -> None:
        self._apart(str(text), Comment)

    def pi(self, target: str, data: str) -> None:
        self._apart(f"{target} {data}", ProcessingInstruction)

    def doctype(self, name: str, pubid: str, system: str) -> None:
        self._apart(Doctype.for_name_and_ids(name, pubid, system), Doctype)

    def _apart(self, words: str, kind: type[NavigableString]) -> None:
        self._end_string()
        self._words.append(words)
        self._end_string(kind)

    def _end_string(self, kind: type[NavigableString] | None = None) -> None:
        """Add the words since the last event; mere space shrinks to one character, but in pre."""
        if not self._words:
            return
        words = "".join(self._words)
        self._words.clear()
        if not words.strip(BeautifulSoup.ASCII_SPACES) and not self._keeps_spaces():
            words = "\n" if "\n" in words else " "
        string = (kind or self._kinds[-1])(words)
        parent = self._open[-1]
        string.setup(parent, self._last)
        parent.contents.append(string)
        self._last = string

    def _keeps_spaces(self) -> bool:
        return any(element.name in self.preserve_whitespace_tags for element in self._open)
