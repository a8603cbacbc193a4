"""Whether what a layout's body matched looks like a report. A witness, never an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4.element import Tag

from crawler.pages.lines import Line
from crawler.pages.markup import Markup, attribute
from crawler.proposal.body import PageText, Stretch

_SENTENCE_END = re.compile("[。！？!?]")
_FULL_STOP = "。"
_FEW = 5
"""Lines of links that a report may hold; more, and a third of its text, are a list."""
_FAR_MORE = 3
_BLOCK = 200.0
"""Weight of a block of prose that no tool, caption or notice has."""
_SENTENCES = 60.0
"""Weight of a sentence or two, enough where the body has none and no picture."""


def complaint(html: str, markup: Markup, nodes: Sequence[Tag], lines: Sequence[Line]) -> str | None:
    """Why a body does not look like a report, in a few words; ``None`` if nothing speaks against.

    ``nodes`` are what the body's selectors found on the page, ``lines`` what was read there. Short
    reports pass: only a list of links, or a far larger block of prose elsewhere, speaks against
    them. The page is weighed only where the cheap facts leave a doubt.
    """
    if not _is_doubtful(html, lines):
        return None
    page = PageText(markup.root)
    places = [page.places[id(node)] for node in nodes if id(node) in page.places]
    read = {line.text for line in lines}
    within = [each for place in places for each in page.within(place) if each.text in read]
    linked = [each for each in within if each.linked * 2 > len(each.text)]
    if len(linked) > _FEW and _characters(linked) * 3 > _characters(within):
        return f"{len(linked)} of its {len(within)} lines are links"
    weights = page.weights()
    held = sum(max(weights[place], 0.0) for place in places)
    other = max(
        (place for place in range(len(weights)) if not any(page.holds(at, place) for at in places)),
        key=lambda place: (weights[place], place),
        default=0,
    )
    has_text = held > 0 or any(line.image for line in lines)
    if weights[other] >= max(_BLOCK if has_text else _SENTENCES, _FAR_MORE * held):
        there = _characters(page.within(other))
        return f"{_characters(within)} characters, but {there} in {_called(page.tags[other])}"
    return None


def _is_doubtful(html: str, lines: Sequence[Line]) -> bool:
    """Whether most sentences of the page stand elsewhere, or most lines are no sentences."""
    sentences = sum(line.text.count(_FULL_STOP) for line in lines)
    texts = [line.text for line in lines if line.text]
    ended = sum(1 for text in texts if _SENTENCE_END.search(text))
    return sentences * 2 < html.count(_FULL_STOP) or ended * 2 < len(texts)


def _characters(lines: Sequence[Stretch]) -> int:
    return sum(len(line.text) for line in lines)


def _called(node: Tag) -> str:
    """An element as an archivist finds it in the page's source."""
    identity, classes = attribute(node, "id").strip(), attribute(node, "class").split()
    return f"{node.name}#{identity}" if identity else ".".join([node.name, *classes])
