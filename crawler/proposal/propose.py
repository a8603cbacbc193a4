"""A site's profile, proposed from a few of its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.words import _
from crawler.pages.locators import UNSEEN, URL
from crawler.pages.tree import TooMuchMarkup
from crawler.proposal.addresses import propose_addresses
from crawler.proposal.clutter import takes_only_fields
from crawler.proposal.fields import propose_fields
from crawler.proposal.kinship import in_family
from crawler.proposal.layouts import Template, templates
from crawler.proposal.specimen import Guess, Specimen
from crawler.proposal.writing import as_toml

_IN_BODY = ("title", "byline", "date", "source", "editor", "channel")
"""Fields that may stand in the box of the body, and are no part of the text there."""
_OPENING = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A profile for an archivist to accept."""

    data: dict[str, Any]
    """Ready for ``Profile.model_validate`` once the site's key is added, if there is a layout."""
    toml: str
    """The same as a file, with the evidence as comments."""
    evidence: dict[str, str]
    """What speaks for each key, such as ``layouts.0.title``."""
    layouts: dict[str, tuple[str, ...]]
    """The name of each layout and those of the pages it reads."""
    unread: tuple[str, ...]
    """Names of the pages that no layout could be proposed for."""


def propose(key: str, articles: Sequence[Specimen], lists: Sequence[Specimen] = ()) -> Proposal:
    """Propose a profile from pages of articles and, where given, of lists. Raises nothing."""
    usable = [each for each in articles if _can_be_parsed(each)]
    found, unread = templates(usable)
    data, comments = propose_addresses(usable, [each for each in lists if _can_be_parsed(each)])
    data["layouts"] = []
    for number, template in enumerate(found):
        table, evidence = _layout(f"{key}-{number + 1}", template)
        data["layouts"].append(table)
        way = f"layouts.{number}"
        names = ", ".join(each.name for each in template.specimens)
        comments[way] = _("reads %(pages)s") % {"pages": names}
        comments |= {f"{way}.{name}": evidence[name] for name in table if name in evidence}
    left_out = [each for each in articles if each not in usable]
    return Proposal(
        data=data,
        toml=as_toml(data, comments),
        evidence=comments,
        layouts={
            table["name"]: tuple(each.name for each in template.specimens)
            for table, template in zip(data["layouts"], found, strict=True)
        },
        unread=tuple(each.name for each in (*unread, *left_out)),
    )


def _can_be_parsed(specimen: Specimen) -> bool:
    try:
        return specimen.markup is not None
    except TooMuchMarkup:
        return False


def _layout(name: str, template: Template) -> tuple[dict[str, Any], dict[str, str]]:
    """The layout of a template, and what its pages said for each of its keys."""
    fields = propose_fields(template.specimens, template.bodies)
    remove = dict.fromkeys([*template.remove, *_fields_in_bodies(template, fields)])
    locators = {"title": ("title",), "body": tuple(template.body)}
    locators |= {field: guess.locators for field, guess in fields.items()}
    locators |= {"remove": tuple(remove)} if remove else {}
    evidence = {"title": _("no title is printed near the text"), "body": _opening(template)}
    evidence |= {field: guess.evidence for field, guess in fields.items()}
    table: dict[str, Any] = {"name": name}
    for key, several in locators.items():
        table[key] = several[0] if len(several) == 1 and key != "required" else list(several)
    if (of_family := in_family(table, template.specimens)) is not None:
        table, evidence["family"] = of_family
    return table, evidence


def _opening(template: Template) -> str:
    """How the text begins and how long it is, page by page."""
    said: list[str] = []
    for page, body in zip(template.pages, template.bodies, strict=True):
        lines = [line.text for node in body for line in page.lines(node)]
        facts = {"words": lines[0][:_OPENING], "count": sum(map(len, lines))}
        words = _("“%(words)s…”, %(count)d characters in all, on %(page)s")
        said.append(words % {**facts, "page": page.specimen.name})
    return "\n".join(said)


def _fields_in_bodies(template: Template, fields: Mapping[str, Guess]) -> list[str]:
    """Selectors of fields that stand in a body, in an element without any of the text."""
    removed: list[str] = []
    for field in _IN_BODY:
        for locator in fields[field].locators if field in fields else ():
            is_steady = not locator.startswith(UNSEEN) and locator != URL and ":nth" not in locator
            if is_steady and takes_only_fields(
                locator, template.pages, template.bodies, [*template.remove, *removed]
            ):
                removed.append(locator)
    return removed
