"""Which text of a page is the report's title, and how a profile finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bs4.element import Tag

from archive.words import _
from crawler.pages.locators import COMMENT, META, words_at, words_of
from crawler.pages.markup import Markup, attribute
from crawler.proposal.agreeing import agreed
from crawler.proposal.expressions import escaped
from crawler.proposal.specimen import Guess
from crawler.proposal.surroundings import Printed, Surroundings, fold, steadiest

_UNSEEN = (
    *(f"{META}{name}" for name in ("ArticleTitle", "og:title", "twitter:title")),
    *(f"{COMMENT}{name}" for name in ("founder-title", "title")),
)
"""Where pages name the report without showing it, besides the title element."""
_ELEMENT = "title"
_PARTED = re.compile(r"(?<!\s)\s*(?:[_|｜<>«»]+|--+|—{2,}|[-–—－](?![\d%])|::+)\s*")
_CUT = re.compile(_PARTED.pattern + r"|\s+")
_CALLED = re.compile(r"title|headline|biaoti|subject|(?:^|[-_ ])(?:bt|tit|h1)\d*(?:$|[-_ ])", re.I)
_NO_TITLE = re.compile(
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]|(?:源|者|辑|輯|置)\s*[:：]|[:：。；;]\s*$|^首页"
)
"""A byline, a breadcrumb, a sentence."""
_HEADING = {"h1": 12, "h2": 8, "h3": 4}
_SHORTEST = 4
"""A shorter text is a title only if the page's head begins with it and a sign."""
_SURE = 8
"""A lower rate is that of a site's or channel's name, linked from the page's breadcrumb."""
_NEAR = 40
"""Elements from a title to the body, beyond which the distance counts against a text."""


@dataclass(frozen=True, slots=True)
class PrintedTitle:
    """The title as a page prints it."""

    text: str
    node: Printed | None
    """``None`` if it stands only in the title element or a meta element."""


def printed_title(page: Surroundings) -> PrintedTitle | None:
    """What stands both in the page's head and above or in the body; else what looks like it."""
    heads = heads_of(page.markup)
    rated = [(rate, each) for each in _above(page) if (rate := _rate(each, heads)) >= _SURE]
    if rated:
        best = max(rated, key=lambda pair: pair[0])[1]
        return PrintedTitle(best.text, best)
    if looks := [(rate, each) for each in _above(page) if (rate := _look(each))]:
        best = max(looks, key=lambda pair: pair[0])[1]
        return PrintedTitle(best.text, best)
    return PrintedTitle(parts_of(heads[0])[0], None) if heads else None


def heads_of(markup: Markup) -> list[str]:
    """What the page's head calls the report: the title element and the meta elements."""
    heads = [words_of(tag) for tag in markup.named("title")[:1]]
    heads += [words_at(markup, locator) for locator in _UNSEEN]
    return list(dict.fromkeys(filter(None, heads)))


def printed_head(markup: Markup) -> str:
    """The title element's text."""
    return next((words_of(tag) for tag in markup.named("title")), "")


def parts_of(head: str) -> list[str]:
    """What signs such as ``-``, ``_`` and ``|`` part a head into."""
    return [part for part in map(str.strip, _PARTED.split(head)) if part]


def _above(page: Surroundings) -> list[Printed]:
    """The texts that may be a title: above the body, or at its beginning."""
    return [
        each
        for each in page.printed
        if (each.place < 0 or (each.is_inside and each.place <= _NEAR))
        and 2 <= len(fold(each.text)) <= 120
    ]


def _rate(each: Printed, heads: Sequence[str]) -> float:
    """How well a text fits one of the page's heads; 0 if it does not stand there."""
    words = fold(each.text)
    fits = max((_fit(words, head) for head in heads), default=0.0)
    return fits and fits + _standing(each)


def _fit(words: str, head: str) -> float:
    whole = fold(head)
    if words in whole:
        pieces = {fold(piece) for piece in _CUT.split(head)}
        is_bounded = words == whole or words in pieces or whole.startswith(words)
        if len(words) < _SHORTEST and not (words in pieces and whole.startswith(words)):
            return 0.0
        return min(len(words), 30) * (1.0 if is_bounded else 0.8) + 6 * whole.startswith(words)
    for piece in map(fold, _PARTED.split(head)):
        if len(piece) >= 6 and piece in words and len(piece) > 0.5 * len(words):
            return min(len(piece), 30) * len(piece) / len(words)
    return 0.0


def _look(each: Printed) -> float:
    """How much a text looks like a title, on a page whose head does not say it."""
    if len(fold(each.text)) < 6 or len(each.text) > 60 or each.node.find("a"):
        return 0.0
    if _NO_TITLE.search(each.text):
        return 0.0
    return max(20 + _standing(each) - abs(each.place) / _NEAR, 0.0)


def _standing(each: Printed) -> float:
    """What an element's name, class and distance from the body say for its being the title."""
    node = each.node
    heading = max(_HEADING.get(up.name, 0) for up in _up(node))
    score = float(heading)
    if any(map(_is_called, _up(node))):
        score += 6
    if each.is_link and not heading:
        score -= 12
    return score - max(abs(each.place) - _NEAR, 0) / _NEAR


def _is_called(node: Tag) -> bool:
    """Whether an element's class or id says that it is a title."""
    return bool(_CALLED.search(f"{attribute(node, 'class')} {attribute(node, 'id')}"))


def _up(node: Tag) -> list[Tag]:
    """An element and the two around it."""
    return [node, *(parent for parent in list(node.parents)[:2] if isinstance(parent, Tag))]


def propose_title(
    pages: Sequence[Surroundings], titles: Sequence[PrintedTitle | None]
) -> dict[str, Guess]:
    """``title``, and ``title_suffix`` if only the title element says it."""
    found = [
        list(_locators(page, title)) if title else []
        for page, title in zip(pages, titles, strict=True)
    ]
    texts = [title.text if title else "" for title in titles]
    locators = agreed(found, lambda at, locator: _verdict(pages[at].markup, locator, texts[at]))
    if not locators:
        return {}
    if locators[0] not in _HEADING and (looser := _heading(pages, texts)):
        locators = list(dict.fromkeys([*locators, looser]))
    guesses = {}
    facts = {"words": texts[0], "page": pages[0].specimen.name}
    evidence = _("“%(words)s” on %(page)s") % facts
    guesses["title"] = Guess(locators=tuple(locators), evidence=evidence)
    if _ELEMENT in locators and (suffix := _suffix(pages, texts)):
        guesses["title_suffix"] = Guess(locators=(suffix,), evidence=heads_of(pages[0].markup)[0])
    return guesses


def _locators(page: Surroundings, title: PrintedTitle) -> Iterator[str]:
    if title.node is None:
        for locator in _UNSEEN:
            if fold(words_at(page.markup, locator)) == fold(title.text):
                yield locator
        yield _ELEMENT
        return
    nodes = [each.node for each in reversed(page.alike(title.node.node))]
    nodes.sort(key=lambda node: (node.name not in _HEADING, not _is_called(node)))
    yield from steadiest(page.markup, nodes)
    yield from dict.fromkeys(node.name for node in nodes if node.name in _HEADING)


def _heading(pages: Sequence[Surroundings], texts: Sequence[str]) -> str:
    """A heading's bare name, if it finds the title on every page: for pages with other boxes."""
    return next(
        (
            name
            for name in _HEADING
            if all(
                words_at(page.markup, name) == text for page, text in zip(pages, texts, strict=True)
            )
        ),
        "",
    )


def _verdict(markup: Markup, locator: str, wanted: str) -> int:
    """Whether a locator says the title, the title element with a suffix to be cut off."""
    said = words_at(markup, locator)
    if not said:
        return 0
    is_right = fold(said) == fold(wanted) or (locator == _ELEMENT and said.startswith(wanted))
    return 1 if is_right else -1


def _suffix(pages: Sequence[Surroundings], texts: Sequence[str]) -> str:
    """What follows the title in the title elements, as an expression."""
    tails = {
        head[len(text) :]
        for page, text in zip(pages, texts, strict=True)
        if (head := heads_of(page.markup)[0]).startswith(text) and parts_of(head[len(text) :])
    }
    if len(tails) < 2:
        return escaped("".join(tails))
    sign = rf"\s*[{re.escape(min(tails).strip()[0])}]+\s*"
    names = {parts_of(tail)[-1] for tail in tails}
    several = rf"{sign}[^|_-]*{sign}{escaped(min(names))}"
    is_said = all(re.fullmatch(several, tail) for tail in tails)
    return several if is_said else rf"{sign}.*"
