"""How a report of several pages goes on: its link to the next page, or what counts its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from archive.words import _
from crawler.pages.joined_pages import is_page_of
from crawler.pages.locators import words_of
from crawler.pages.markup import absolute, attribute
from crawler.proposal.addresses import address_of
from crawler.proposal.specimen import Guess, Specimen

_NEXT = re.compile(r"[\[【<(（]?\s*(?P<words>[下后後][一1]?[页頁]|[余餘]下全文)\s*[>»›\]】)）]*")
_COUNTED = 'input[name="__totalpage"]'


def propose_turns(pages: Sequence[Specimen]) -> dict[str, Guess]:
    """``next_page`` or ``pages``, where one of the pages given is part of a longer report."""
    for page in pages:
        if page.markup.select(_COUNTED):
            return {"pages": Guess(locators=(_COUNTED,), evidence=page.name)}
        for words, target in _further(page):
            facts = {"words": f"{words}: {target}", "page": page.name}
            evidence = _("“%(words)s” on %(page)s") % facts
            selector = f'a:-soup-contains("{words}")'
            return {"next_page": Guess(locators=(selector,), evidence=evidence)}
    return {}


def _further(page: Specimen) -> Iterator[tuple[str, str]]:
    """The links that lead to a further page of the same report, and what they say."""
    own = address_of(page)
    for link in page.markup.named("a"):
        if match := _NEXT.fullmatch(words_of(link)):
            href = attribute(link, "href")
            if is_page_of(absolute(own, href) or "", own or None):
                yield match["words"], href
