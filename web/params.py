"""What the address of a search says: one model for the page, the API and its description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError
from werkzeug.datastructures import MultiDict

from archive.errors import JianbaoError
from archive.words import N_
from search.index import SearchQuery, Sort
from search.query.days import parse_day
from search.query.grammar import MAX_LENGTH

LIMIT = 20
LIMIT_MAX = 100
PAGE_MAX = 100_000
"""Far beyond any last page; it only keeps numbers small."""
SITES_MAX = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one parameter; ``message`` is a message id with ``facts``."""

    parameter: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    position: int | None = None
    """Character of the parameter, counted from 0, where it is known."""

    def words(self, translate: Callable[[str], str], *, to_people: bool = False) -> str:
        """What is wrong; people are told the words beside the field, not the parameter's name."""
        label = LABELS.get(self.parameter) if to_people else None
        named = translate(label) if label else self.parameter
        return translate(self.message) % {**self.facts, "parameter": named}


LABELS = {
    "q": N_("Words"),
    "from": N_("From day"),
    "until": N_("Until day"),
    "sort": N_("Order"),
    "site": N_("Sites"),
}
"""What the search form calls its parameters."""


@dataclass(eq=False)
class ParametersInvalid(JianbaoError):
    """An address asks for something that cannot be; every fault is listed."""

    code = "parameters-invalid"
    message = N_("The request cannot be answered as it stands: %(reasons)s")
    faults: tuple[Fault, ...]

    def words(self, translate: Callable[[str], str] = str) -> str:
        reasons = " ".join(fault.words(translate) for fault in self.faults)
        return translate(self.message) % {"reasons": reasons}


_NOT_A_DAY = N_("“%(parameter)s” must be a day like 2023-01-05, a month 2023-01 or a year 2023.")


def _first_day(value: object) -> object:
    return _days(value)[0] if isinstance(value, str) else value


def _last_day(value: object) -> object:
    return _days(value)[1] if isinstance(value, str) else value


def _days(text: str) -> tuple[date, date]:
    days = parse_day(text)
    if days is None:
        raise PydanticCustomError("not_a_day", _NOT_A_DAY)
    return days


_DAY_SCHEMA = WithJsonSchema(
    {"type": "string", "pattern": r"^\d{4}(-\d{1,2}(-\d{1,2})?)?$", "examples": ["2019-11"]}
)
FirstDay = Annotated[date, BeforeValidator(_first_day), _DAY_SCHEMA]
LastDay = Annotated[date, BeforeValidator(_last_day), _DAY_SCHEMA]


class SearchParameters(BaseModel):
    """What a search may be asked for."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    q: str = Field(
        "",
        max_length=MAX_LENGTH,
        description="Words; “quoted strings” are found exactly. Empty: every article.",
    )
    first: FirstDay | None = Field(
        None,
        alias="from",
        description="First day of publication, inclusive: YYYY, YYYY-MM or YYYY-MM-DD.",
    )
    until: LastDay | None = Field(
        None, description="Last day of publication, inclusive: YYYY, YYYY-MM or YYYY-MM-DD."
    )
    site: tuple[str, ...] = Field(
        (), max_length=SITES_MAX, description="Key of a site; may be repeated."
    )
    sort: Literal["relevance", "newest", "oldest"] | None = Field(
        None, description="Default: relevance with words, otherwise newest."
    )
    page: int = Field(1, ge=1, le=PAGE_MAX, description="Page of the hits, from 1.")
    limit: int = Field(LIMIT, ge=1, le=LIMIT_MAX, description="Hits on a page.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.until and self.first > self.until:
            raise PydanticCustomError("from_after_until", _FROM_AFTER_UNTIL)
        return self

    @property
    def order(self) -> Sort:
        """The order asked for, or the one that suits."""
        return Sort(self.sort or ("relevance" if self.q.strip() else "newest"))

    def query(self) -> SearchQuery:
        """The same, as the search index is asked."""
        return SearchQuery(
            text=self.q,
            published_from=self.first,
            published_until=self.until,
            sites=self.site,
            sort=self.order,
            limit=self.limit,
            offset=(self.page - 1) * self.limit,
        )

    def address(self, **changes: Any) -> dict[str, Any]:
        """Query arguments of this search with some changed; back on page 1 unless given."""
        asked = {
            "q": self.q,
            "from": self.first and self.first.isoformat(),
            "until": self.until and self.until.isoformat(),
            "site": list(self.site),
            "sort": self.sort,
            "limit": None if self.limit == LIMIT else self.limit,
        }
        return {name: value for name, value in {**asked, **changes}.items() if value}


def read_search(arguments: MultiDict[str, str]) -> SearchParameters:
    """The search that an address asks for; empty values count as absent.

    Raises ``ParametersInvalid``.
    """
    given: dict[str, Any] = {}
    for name in ("q", "from", "until", "site", "sort", "page", "limit"):
        values = [value for value in arguments.getlist(name) if value.strip()]
        if values:
            given[name] = tuple(dict.fromkeys(values)) if name == "site" else values[0]
    try:
        return SearchParameters.model_validate(given)
    except ValidationError as error:
        raise ParametersInvalid(tuple(_fault(details) for details in error.errors())) from error


def page_out_of_range(last_page: int) -> ParametersInvalid:
    """The error for a page behind the last one."""
    return ParametersInvalid((Fault("page", _NO_SUCH_PAGE, {"last": last_page}),))


def unknown_format(name: str, known: str) -> ParametersInvalid:
    """The error for a form of citation that does not exist."""
    return ParametersInvalid((Fault("format", _NO_SUCH_FORMAT, {"name": name, "known": known}),))


_NO_SUCH_PAGE = N_("“%(parameter)s” goes beyond the last one, which is %(last)s.")
_NO_SUCH_FORMAT = N_("“%(parameter)s” cannot be %(name)s; there are %(known)s.")
_FROM_AFTER_UNTIL = N_("“%(parameter)s” must not be later than the last day.")
_TOO_LONG = N_("“%(parameter)s” is too long; at most %(max_length)s are allowed.")
_NOT_A_SORT = N_("“%(parameter)s” must be relevance, newest or oldest.")
_NOT_IN_RANGE = N_("“%(parameter)s” must be a whole number from 1 to %(max)s.")


def _fault(details: Any) -> Fault:
    """One error of pydantic in our own words."""
    kind = details["type"]
    if kind == "from_after_until":
        return Fault("from", _FROM_AFTER_UNTIL)
    name = str(details["loc"][0])
    if kind == "not_a_day":
        return Fault(name, _NOT_A_DAY)
    if kind in ("string_too_long", "too_long"):
        return Fault(name, _TOO_LONG, {"max_length": details["ctx"]["max_length"]})
    if name == "sort":
        return Fault(name, _NOT_A_SORT)
    return Fault(name, _NOT_IN_RANGE, {"max": LIMIT_MAX if name == "limit" else PAGE_MAX})
