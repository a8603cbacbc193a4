"""The fields of a layout, proposed from the pages of one template."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4.element import Tag

from crawler.pages.locators import META, words_at
from crawler.proposal.agreeing import agreed, today
from crawler.proposal.bylines import propose_byline
from crawler.proposal.days import printed_day, propose_day
from crawler.proposal.headlines import propose_headlines
from crawler.proposal.specimen import Guess, Specimen
from crawler.proposal.surroundings import Surroundings, steadiest
from crawler.proposal.titles import printed_title, propose_title
from crawler.proposal.turns import propose_turns

_COLUMN = f"{META}ColumnName"
_CRUMB = re.compile(r"(?:位置|首\s*页|首頁|主页)\s*[:：]?.{0,40}[>＞»›→]|(?:所在|当前)位置\s*[:：]")
_LONGEST_CRUMB = 100


def propose_fields(group: Sequence[Specimen], bodies: Sequence[Sequence[Tag]]) -> dict[str, Guess]:
    """What a layout may say of title, day, byline and names, for the pages of one template.

    ``bodies`` are the nodes of each page's text, in the order of ``group``. Where a page prints no
    day of publication, ``required`` leaves it out.
    """
    pages = [Surroundings(page, body) for page, body in zip(group, bodies, strict=True)]
    titles = [printed_title(page) for page in pages]
    nodes = [title.node if title else None for title in titles]
    latest = today()
    days = [printed_day(page, node, latest) for page, node in zip(pages, nodes, strict=True)]
    return {
        **propose_title(pages, titles),
        **propose_headlines(pages, nodes),
        **propose_day(pages, days, latest),
        **propose_byline(pages, nodes, days),
        **_propose_channel(pages),
        **propose_turns(group),
    }


def _propose_channel(pages: Sequence[Surroundings]) -> dict[str, Guess]:
    """The channel: a meta element, or the breadcrumb."""
    found: list[list[str]] = []
    for page in pages:
        crumbs = [
            each
            for each in page.printed
            if each.place < 0 and len(each.text) <= _LONGEST_CRUMB and _CRUMB.search(each.text)
        ]
        shortest = min((each.text for each in crumbs), key=len, default="")
        alike = [each.node for each in crumbs if each.text == shortest]
        found.append([_COLUMN, *steadiest(page.markup, alike)])
    locators = agreed(found, lambda at, locator: bool(words_at(pages[at].markup, locator)))
    if not locators:
        return {}
    said = next(filter(None, (words_at(page.markup, locators[0]) for page in pages)))
    return {"channel": Guess(locators=tuple(locators), evidence=f"“{said}”")}
