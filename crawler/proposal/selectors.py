"""CSS selectors for an element: each finds it alone on its page, the steadiest come first."""

from __future__ import annotations

import re
from collections.abc import Iterator

import soupsieve
from bs4.element import Tag

from crawler.pages.markup import Markup, attribute

_RANDOM = re.compile(
    r"\d{3}"
    r"|(?=[0-9a-f]{6})[a-f]{0,40}\d"
    r"|(?:__|--)(?=\w{0,40}(?:\d|[a-z][A-Z]))\w{5,80}$"
    r"|^(?:css|sc|jsx|svelte)-\w{4,}$"
)
"""A name with a number or a hash in it is that of one report or one build, not of the template."""
_LOOKS = re.compile(
    r"mso|^(?:p|para|style|font|bold|clear|clearfix|cf|left|right|fl|fr|pull-\w+|[mp][trblxy]?-?)\d*$",
    re.IGNORECASE,
)
"""Classes that say how something looks, or that a word processor wrote."""
_ENOUGH = 6
"""Where so many selectors go by names, none needs to go by a place among brothers."""


def candidates(markup: Markup, node: Tag) -> Iterator[str]:
    """Selectors that find this element alone on the page, in the order of their steadiness.

    Its own id and classes come first, then those of its nearest ancestors with the way down.
    Every one ends in an id, a class or a name, which ``Markup.select`` finds fast.
    """
    named = [
        (ancestor, list(names(ancestor)))
        for ancestor in node.parents
        if isinstance(ancestor, Tag) and ancestor.name != "[document]"
    ]
    found: set[str] = set()
    for selector in _by_names(node, named):
        if selector not in found and _finds_alone(markup, selector, node):
            found.add(selector)
            yield selector
        if len(found) >= _ENOUGH:
            return
    for selector in _by_way(node, named):
        if selector not in found and _finds_alone(markup, selector, node):
            found.add(selector)
            yield selector


def _finds_alone(markup: Markup, selector: str, node: Tag) -> bool:
    found = markup.select(selector)
    return len(found) == 1 and found[0] is node


def _by_names(node: Tag, named: list[tuple[Tag, list[str]]]) -> Iterator[str]:
    own = list(names(node))
    yield from own
    for _, called in named:
        for name in called[:2]:
            for each in own:
                yield f"{name} {each}"


def _by_way(node: Tag, named: list[tuple[Tag, list[str]]]) -> Iterator[str]:
    """The way down from an ancestor that has a name, at last from the body element."""
    way = node.name
    numbered = _numbered(node)
    for ancestor, called in named:
        for name in called[:2] or (["body"] if ancestor.name == "body" else []):
            yield f"{name} > {way}"
            yield f"{name} > {numbered}"
        way = f"{ancestor.name} > {way}"
        numbered = f"{_numbered(ancestor)} > {numbered}"


def names(node: Tag) -> Iterator[str]:
    """What an element is called by its id and its classes; nothing where only its name is."""
    identity = attribute(node, "id").strip()
    if identity and not _RANDOM.search(identity) and not re.search(r"\s", identity):
        yield f"{node.name}#{soupsieve.escape(identity)}"
    classes = [each for each in attribute(node, "class").split() if not _RANDOM.search(each)]
    telling = [each for each in classes if not _LOOKS.search(each)]
    for each in telling:
        yield f"{node.name}.{soupsieve.escape(each)}"
    if len(classes) > 1 or not telling:
        yield from (
            ["".join([node.name, *(f".{soupsieve.escape(c)}" for c in classes)])] if classes else []
        )


def _numbered(node: Tag) -> str:
    """An element by its name and, where it has brothers of that name, its number among them."""
    brothers = node.parent.find_all(node.name, recursive=False) if node.parent else [node]
    if len(brothers) < 2:
        return node.name
    at = next(number for number, each in enumerate(brothers, 1) if each is node)
    return f"{node.name}:nth-of-type({at})"
