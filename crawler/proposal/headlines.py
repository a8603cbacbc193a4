"""The lines that stand with a title: 引题 above it, 副题 below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bs4.element import Tag

from crawler.pages.locators import COMMENT, words_at, words_of
from crawler.pages.markup import attribute
from crawler.proposal.agreeing import agreed
from crawler.proposal.selectors import candidates
from crawler.proposal.specimen import Guess
from crawler.proposal.surroundings import Printed, Surroundings, fold

_CALLED = {
    "pretitle": re.compile(r"pre|intro|yinti|yt\b|kicker|shoulder|jianti", re.I),
    "subtitle": re.compile(r"sub|futi|fubiaoti|ftitle|\bft\b|second|deck", re.I),
}
_COMMENTS = {
    "pretitle": ("founder-introtitle", "introtitle"),
    "subtitle": ("founder-subtitle", "subtitle"),
}
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BYLINE = re.compile(r"[:：]|(?:19|20)\d\d[-/.年]\d")
_LONGEST = 80


def propose_headlines(
    pages: Sequence[Surroundings], titles: Sequence[Printed | None]
) -> dict[str, Guess]:
    """``pretitle`` and ``subtitle``, where a page prints them beside its title."""
    guesses: dict[str, Guess] = {}
    for field in ("pretitle", "subtitle"):
        lines = [
            next(_lines(field, page, title), None) if title else None
            for page, title in zip(pages, titles, strict=True)
        ]
        found = [
            list(_locators(field, page, line, title))
            for page, line, title in zip(pages, lines, titles, strict=True)
        ]
        texts = [words_of(line) if line is not None else "" for line in lines]

        def verdict(at: int, locator: str, texts: Sequence[str] = texts) -> int:
            said = words_at(pages[at].markup, locator)
            return bool(said) * (1 if not texts[at] or fold(said) == fold(texts[at]) else -1)

        if locators := agreed(found, verdict):
            said = next(filter(None, (words_at(page.markup, locators[0]) for page in pages)))
            guesses[field] = Guess(locators=tuple(locators), evidence=f"“{said}”")
    return guesses


def _lines(field: str, page: Surroundings, title: Printed) -> Iterator[Tag]:
    """Brothers of the title, on its right side, that are headings or called so."""
    for around in (title.node, *list(title.node.parents)[:1]):
        if not isinstance(around, Tag) or page.holds_body(around):
            return
        brothers = (
            around.find_previous_siblings if field == "pretitle" else around.find_next_siblings
        )
        for brother in brothers(limit=2):
            words = words_of(brother)
            if page.holds_body(brother) or page.is_inside(brother) or _BYLINE.search(words):
                break
            called = f"{attribute(brother, 'class')} {attribute(brother, 'id')}"
            is_line = brother.name in _HEADINGS or bool(_CALLED[field].search(called))
            if is_line and 2 <= len(words) <= _LONGEST and fold(words) != fold(title.text):
                yield brother


def _locators(
    field: str, page: Surroundings, line: Tag | None, title: Printed | None
) -> Iterator[str]:
    if line is not None:
        yield from candidates(page.markup, line)
    printed = {fold(each.text) for each in page.printed if each.place < 0}
    for name in _COMMENTS[field]:  # some portals write the title or keywords there
        words = fold(page.markup.comment(name))
        if words in printed and not (title and words == fold(title.text)):
            yield f"{COMMENT}{name}"
