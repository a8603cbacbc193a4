"""Families of sites: layouts that many sites share, shipped as data in ``families/*.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from archive.words import N_
from crawler.pages.markup import Markup
from crawler.profile_errors import fault

_SITE_KEYS = ("articles", "list_pages", "pagers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What sites made by the same program have in common."""

    name: str
    selectors: tuple[str, ...]
    """Any of these on a page is a sign of the family."""
    texts: tuple[str, ...]
    """So is any of these expressions in its source."""
    metas: tuple[str, ...]
    """So are these meta elements, all together."""
    layouts: tuple[Mapping[str, Any], ...]
    """Keys of a profile's layouts."""
    site: Mapping[str, Any]
    """Keys of a profile: ``articles``, ``list_pages``, ``pagers``."""

    def is_on(self, markup: Markup, text: str) -> bool:
        """Whether a page shows a sign of the family."""
        return (
            any(markup.select(each) for each in self.selectors)
            or any(re.search(each, text) for each in self.texts)
            or (bool(self.metas) and all(markup.meta(each) for each in self.metas))
        )


def families() -> tuple[Family, ...]:
    """All families that are known, by name."""
    return tuple(_families().values())


def family_called(name: str) -> Family:
    """A family by its name. Raises a validation error for a profile to show."""
    if name not in _families():
        raise fault(
            N_("there is no family “%(family)s”. Known families: %(known)s."),
            family=name,
            known=", ".join(_families()),
        )
    return _families()[name]


def with_family(layout: Mapping[str, Any]) -> dict[str, Any]:
    """A layout's keys, completed by those of the family that it names; its own keys win.

    ``people`` means the family's first layout, ``people/people-2015`` the one of that name.
    """
    words = layout.get("family", "")
    if not isinstance(words, str) or not words:
        return dict(layout)
    name, _, wanted = words.partition("/")
    known = {each["name"]: each for each in family_called(name).layouts}
    if wanted and wanted not in known:
        raise fault(
            N_("the family “%(family)s” has no layout “%(layout)s”. Its layouts: %(known)s."),
            family=name,
            layout=wanted,
            known=", ".join(known),
        )
    given = known[wanted] if wanted else next(iter(known.values()))
    return {**given, **layout}


def site_with_family(profile: Mapping[str, Any]) -> dict[str, Any]:
    """A profile's keys, completed by those of the family that it names; its own keys win."""
    name = profile.get("family", "")
    if not isinstance(name, str) or not name:
        return dict(profile)
    family = family_called(name)
    layouts = [{**each, "family": f"{name}/{each['name']}"} for each in family.layouts]
    return {**family.site, "layouts": layouts, **profile}


@cache
def _families() -> dict[str, Family]:
    folder = resources.files("crawler") / "families"
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=str)
    read = (_family(each.name.removesuffix(".toml"), each.read_text("utf-8")) for each in files)
    return {family.name: family for family in read}


def _family(name: str, text: str) -> Family:
    data = tomllib.loads(text)
    signs = data["signs"]
    return Family(
        name=name,
        selectors=tuple(signs.get("selectors", ())),
        texts=tuple(signs.get("texts", ())),
        metas=tuple(signs.get("metas", ())),
        layouts=tuple(data["layouts"]),
        site={key: data[key] for key in _SITE_KEYS if key in data},
    )
