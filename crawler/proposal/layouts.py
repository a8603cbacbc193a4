"""Which templates a site's pages follow, and where each holds the body of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from bs4.element import Tag

from crawler.pages.likeness import complaint
from crawler.pages.lines import lines_of
from crawler.proposal.clutter import clutter, clutter_of
from crawler.proposal.selectors import candidates, names
from crawler.proposal.specimen import Specimen
from crawler.proposal.weighed import Weighed, weigh

_EACH = 12
"""Selectors to try for one element."""
_LATER = 0.01
"""What speaks against a selector for each steadier one of its element."""
_WIDER = 0.02
"""What speaks against an element for each one inside it that holds nearly the same text."""
_WRONG = 1.0
"""What speaks against a selector that finds something else on a page, to be filed unseen."""
_SEVERAL = 0.5
"""The same for one that finds several places, which is reported."""


@dataclass
class Template:
    """Pages whose bodies the same selectors find."""

    body: list[str]
    pages: list[Weighed]
    remove: list[str] = field(default_factory=list)

    @property
    def specimens(self) -> list[Specimen]:
        return [page.specimen for page in self.pages]

    @property
    def bodies(self) -> list[list[Tag]]:
        """The nodes of the body on each page."""
        return [_found(self.body, page) or [] for page in self.pages]


def templates(specimens: Sequence[Specimen]) -> tuple[list[Template], list[Specimen]]:
    """The templates in the order in which they must be tried, and the pages that fit none."""
    pages = weigh(specimens)
    found = _in_order(_cover([page for page in pages if page.is_telling]))
    for template in found:
        template.pages = [page for page in template.pages if _is_read_by(template, page, found)]
    found = [template for template in found if template.pages]
    for template in found:
        _add_lead(template)
        template.remove = clutter(template.pages, template.bodies)
    read = {id(page) for template in found for page in template.pages}
    return found, [page.specimen for page in pages if id(page) not in read]


def _cover(pages: Sequence[Weighed]) -> list[Template]:
    """Templates by the selectors that find the most bodies, until no page is left."""
    costs = _selectors(pages)
    left = list(pages)
    found: list[Template] = []
    while left and costs:
        merits = {each: _merit(each, left) - cost for each, cost in costs.items()}
        best = max(merits, key=lambda each: merits[each])
        fitting = [page for page in left if _fits(best, page)]
        if not fitting:
            break
        found.append(Template([best], fitting))
        left = [page for page in left if page not in fitting]
    return found


def _selectors(pages: Sequence[Weighed]) -> dict[str, float]:
    """Selectors that find the guessed body of a page, and what speaks against each."""
    costs: dict[str, float] = {}
    for page in pages:
        for wider, node in enumerate(page.boxes()):
            for rank, selector in enumerate(islice(candidates(page.markup, node), _EACH)):
                cost = _LATER * rank + _WIDER * wider
                costs[selector] = min(costs.get(selector, cost), cost)
    return costs


def _merit(selector: str, pages: Sequence[Weighed]) -> float:
    merit = 0.0
    for page in pages:
        nodes = _found([selector], page)
        if nodes is None:
            merit -= _SEVERAL
        elif nodes:
            merit += max(min(page.share(nodes), 1.0), 0.0) if page.is_right(nodes) else -_WRONG
    return merit


def _found(body: Sequence[str], page: Weighed) -> list[Tag] | None:
    """What selectors find, as a reader of pages takes it; ``None`` if one finds several places."""
    nodes: dict[int, Tag] = {}
    for selector in body:
        here = page.markup.outermost(selector)
        if len(here) > 1:
            return None
        nodes |= {id(node): node for node in here}
    return [node for node in nodes.values() if not any(id(up) in nodes for up in node.parents)]


def _fits(selector: str, page: Weighed) -> bool:
    """Whether a selector finds a page's body, and this looks like that of a report."""
    nodes = _found([selector], page)
    if not nodes or not page.is_right(nodes):
        return False
    removed = {id(node) for node in clutter_of(page, nodes) if any(names(node))}
    lines = [line for node in nodes for line in lines_of(node, without=removed)]
    return complaint(page.specimen.text, page.markup, nodes, lines) is None


def _in_order(found: Sequence[Template]) -> list[Template]:
    """A template whose selectors find something on another's pages is tried after that one."""
    ordered: list[Template] = []
    for template in found:
        before = (
            number
            for number, other in enumerate(ordered)
            if any(_found(other.body, page) != [] for page in template.pages)
        )
        ordered.insert(next(before, len(ordered)), template)
    return ordered


def _is_read_by(template: Template, page: Weighed, ordered: Sequence[Template]) -> bool:
    """Whether no template that is tried before finds something on a page."""
    first = next(each for each in ordered if each is template or _found(each.body, page) != [])
    return first is template


def _add_lead(template: Template) -> None:
    """Look for a lead in a box of its own before the body."""
    bodies = list(zip(template.pages, template.bodies, strict=True))
    for page, body in bodies:
        if (lead := page.lead(body[0])) is None:
            continue
        for selector in islice(candidates(page.markup, lead), _EACH):
            if all(_leads(selector, each, nodes[0]) for each, nodes in bodies):
                template.body.insert(0, selector)
                return


def _leads(selector: str, page: Weighed, body: Tag) -> bool:
    """Whether a selector finds the lead on a page, or nothing."""
    found = page.markup.outermost(selector)
    if not found:
        return True
    lead = page.lead(body)
    return len(found) == 1 and lead is not None and page.share(found) >= page.share([lead])
