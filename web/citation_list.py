"""A citation list (引文清单): reports in an order of somebody's own, which its address carries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.datastructures import MultiDict

from archive.article import ID_LENGTH, Article
from web.faults import names_no_report
from web.params import read

MOST = 500
"""Reports that a list may have; its address is then some 8,000 characters long."""
LIST = "/list"
_ID = re.compile(rf"[a-z2-7]{{{ID_LENGTH}}}")
_NAMED = re.compile(rf"(?:/articles/|(?<![^\s,，;；]))({_ID.pattern})(?![a-z0-9])")
_BETWEEN = "."


class ListParameters(BaseModel):
    """What a list holds."""

    model_config = ConfigDict(frozen=True)

    id: tuple[str, ...] = Field(
        (),
        max_length=MOST,
        description="Id of a report, in the order of the list; may be repeated.",
    )


def read_list(arguments: MultiDict[str, str]) -> tuple[str, ...]:
    """The reports that an address lists, each once. Raises ``ParametersInvalid``."""
    return tuple(dict.fromkeys(filter(None, read(ListParameters, arguments).id)))


def list_address(ids: Iterable[str], form: str | None = None) -> str:
    """The address of a list."""
    asked = [*(("id", each) for each in ids), *([("format", form)] if form else [])]
    return f"{LIST}?{urlencode(asked)}" if asked else LIST


def carried(ids: Iterable[str]) -> str:
    """A list as one value, for addresses of searches that take it along."""
    return _BETWEEN.join(ids)


def carried_ids(text: str) -> tuple[str, ...]:
    """The list in such a value; what is no id is left out."""
    return tuple(dict.fromkeys(filter(_ID.fullmatch, text.split(_BETWEEN))))[:MOST]


def named_in(text: str) -> tuple[str, ...]:
    """The reports whose ids or addresses stand in a text. Raises ``ParametersInvalid``."""
    ids = tuple(dict.fromkeys(_NAMED.findall(text)))
    if not ids:
        raise names_no_report("add")
    return ids


def moved(ids: Sequence[str], one: str, by: int) -> tuple[str, ...]:
    """The list with one of it moved; at the ends, and of what is not in it, nothing moves."""
    if one not in ids:
        return tuple(ids)
    others = [each for each in ids if each != one]
    place = max(0, ids.index(one) + by)
    return (*others[:place], one, *others[place:])


def by_date(
    ids: Sequence[str], articles: Mapping[str, Article], *, newest_first: bool
) -> tuple[str, ...]:
    """The list by day of publication, equal days as they stand; those without a day come last."""
    dated = [each for each in ids if _day(articles, each)]
    undated = [each for each in ids if not _day(articles, each)]
    dated.sort(key=lambda each: _day(articles, each) or date.max, reverse=newest_first)
    return (*dated, *undated)


def _day(articles: Mapping[str, Article], article_id: str) -> date | None:
    article = articles.get(article_id)
    return article.published if article else None
