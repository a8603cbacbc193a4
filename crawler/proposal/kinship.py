"""Whether a proposed layout is that of a family, and in what it differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from archive.words import _
from crawler.family import families
from crawler.pages.byline import value_of, words_of_day
from crawler.pages.dates import days_in
from crawler.pages.locators import URL, words_at
from crawler.pages.markup import Markup
from crawler.proposal.agreeing import today
from crawler.proposal.specimen import Specimen
from crawler.proposal.surroundings import fold

_MUST_AGREE = {"body", "title", "date"}
_OWN = ("name", "remove", "required")
"""Keys that a layout keeps, whatever its family says."""


def in_family(
    table: Mapping[str, Any], pages: Sequence[Specimen]
) -> tuple[dict[str, Any], str] | None:
    """A layout as the name of its family and what differs; ``None`` if it is of no family.

    A family's layout is taken if its sign is on all pages and its body, title and day, as far as
    it names them, are those that the proposed layout finds there. With it comes the evidence.
    """
    best: dict[str, Any] | None = None
    for family in families():
        if not all(family.is_on(page.markup, page.text) for page in pages):
            continue
        for layout in family.layouts:
            name = family.name if layout is family.layouts[0] else f"{family.name}/{layout['name']}"
            same = {key for key in table if key in layout and _is_same(key, table, layout, pages)}
            if same >= _MUST_AGREE & table.keys() & layout.keys():
                kept = {key: table[key] for key in table if key in _OWN or key not in same}
                short = {"family": name, **kept}
                if best is None or len(short) < len(best):
                    best = short
    if best is None:
        return None
    return best, _("%(family)s finds the same text, title and day") % {"family": best["family"]}


def _is_same(
    key: str, table: Mapping[str, Any], layout: Mapping[str, Any], pages: Sequence[Specimen]
) -> bool:
    """Whether both layouts find the same for a key on every page."""
    ours, theirs = _several(table[key]), _several(layout[key])
    if key in ("title_suffix", *_OWN):
        return ours == theirs
    return all(_found(key, page.markup, ours) == _found(key, page.markup, theirs) for page in pages)


def _found(key: str, markup: Markup, locators: Sequence[str]) -> object:
    """What locators find, in a form in which it can be compared."""
    if key in ("body", "byline"):
        return [id(node) for locator in locators for node in markup.outermost(locator)]
    words = (words_at(markup, locator) for locator in locators if locator != URL)
    if key == "date":
        return next(_days(words), None)
    return next(filter(None, (fold(value_of(each, key)) for each in words)), "")


def _days(texts: Iterator[str]) -> Iterator[date]:
    for text in texts:
        yield from (each.day for each in days_in(words_of_day(text), latest=today())[:1])


def _several(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
