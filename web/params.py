"""What the address of a search says: one model for the page, the API and its description."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self, TypeVar

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

from search.index import Facet, SearchQuery, Sort
from search.query.days import first_day_words, last_day_words, parse_day
from search.query.grammar import MAX_LENGTH
from web.faults import FROM_AFTER_UNTIL, NOT_A_DAY, ParametersInvalid, fault_of

LIMIT = 20
LIMIT_MAX = 100
PAGE_MAX = 100_000
"""Far beyond any last page; it only keeps numbers small."""
VALUES_MAX = 50
"""Values of one parameter that may be repeated."""
CURSOR_MAX = 16_384
"""Characters; the cursor of a search for many words holds what each of them counts."""


def _first_day(value: object) -> object:
    return _days(value)[0] if isinstance(value, str) else value


def _last_day(value: object) -> object:
    return _days(value)[1] if isinstance(value, str) else value


def _days(text: str) -> tuple[date, date]:
    days = parse_day(text)
    if days is None:
        raise PydanticCustomError("not_a_day", NOT_A_DAY)
    return days


_DAY_SCHEMA = WithJsonSchema(
    {"type": "string", "pattern": r"^(\d{4}(-\d{1,2}(-\d{1,2})?)?)?$", "examples": ["2019-11"]}
)
FirstDay = Annotated[date, BeforeValidator(_first_day), _DAY_SCHEMA]
LastDay = Annotated[date, BeforeValidator(_last_day), _DAY_SCHEMA]


_Model = TypeVar("_Model", bound=BaseModel)

FILTERS = ("site", "container", "author", "channel")
"""Parameters that limit a search to values of a field."""
_REPEATED = {*FILTERS, "facet", "id"}


class Asked(BaseModel):
    """Which articles are asked for."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    q: str = Field(
        "",
        max_length=MAX_LENGTH,
        description="Words; “quoted strings” are found exactly. Empty: every article.",
        examples=["劳模"],
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
        (), max_length=VALUES_MAX, description="Key of a site; may be repeated."
    )
    container: tuple[str, ...] = Field(
        (),
        max_length=VALUES_MAX,
        description="Container title, whole, as facets give it; may be repeated.",
    )
    author: tuple[str, ...] = Field(
        (), max_length=VALUES_MAX, description="Name of an author, whole; may be repeated."
    )
    channel: tuple[str, ...] = Field(
        (), max_length=VALUES_MAX, description="Channel of a site, whole; may be repeated."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.first and self.until and self.first > self.until:
            raise PydanticCustomError("from_after_until", FROM_AFTER_UNTIL)
        return self

    def query(self, **more: Any) -> SearchQuery:
        """The same, as the search index is asked; and what else it is asked."""
        return SearchQuery(
            text=self.q,
            published_from=self.first,
            published_until=self.until,
            sites=self.site,
            containers=self.container,
            authors=self.author,
            channels=self.channel,
            **more,
        )


class SearchParameters(Asked):
    """What a search may be asked for."""

    sort: Literal["relevance", "newest", "oldest"] | None = Field(
        None, description="Default: relevance with words, otherwise newest."
    )
    page: int = Field(
        1,
        ge=1,
        le=PAGE_MAX,
        description="Page of the hits, from 1. With a cursor it is only told back.",
    )
    limit: int = Field(LIMIT, ge=1, le=LIMIT_MAX, description="Hits on a page.")
    cursor: str | None = Field(
        None,
        max_length=CURSOR_MAX,
        description="Where the page before ended, as its `next` says: stable while reports come.",
        json_schema_extra={"pattern": "^[A-Za-z0-9_-]*$"},
    )
    facet: tuple[Facet, ...] = Field(
        (Facet.SITE, Facet.YEAR),
        max_length=VALUES_MAX,
        description="What to count the hits by; may be repeated.",
    )
    collapse: bool = Field(False, description="Whether reprints are folded under the earliest.")
    synonyms: bool = Field(True, description="Whether known synonyms widen the search.")

    @property
    def order(self) -> Sort:
        """The order asked for, or the one that suits."""
        return Sort(self.sort or ("relevance" if self.q.strip() else "newest"))

    def days_asked(self) -> tuple[str, str]:
        """The bounds as a person writes them: ``2023`` for a whole year, empty for none."""
        return first_day_words(self.first), last_day_words(self.until)

    def query(self, **more: Any) -> SearchQuery:
        asked = {
            "sort": self.order,
            "limit": self.limit,
            "offset": 0 if self.cursor else (self.page - 1) * self.limit,
            "cursor": self.cursor,
            "facets": self.facet,
            "collapse": self.collapse,
            "synonyms": self.synonyms,
        }
        return super().query(**{**asked, **more})

    @cached_property
    def arguments(self) -> Mapping[str, Any]:
        """Query arguments of this search, from its first page; what is as usual goes unsaid."""
        return {name: value for name, value in self._asked().items() if value}

    def _asked(self) -> dict[str, Any]:
        first, until = self.days_asked()
        usual = type(self).model_fields
        return {
            "q": self.q,
            "from": first,
            "until": until,
            **{name: list(getattr(self, name)) for name in FILTERS},
            "sort": self.sort,
            "limit": None if self.limit == LIMIT else self.limit,
            "facet": None if self.facet == usual["facet"].default else list(map(str, self.facet)),
            **{
                name: str(getattr(self, name)).lower()
                for name in ("collapse", "synonyms")
                if getattr(self, name) != usual[name].default
            },
        }

    def address(self, **changes: Any) -> dict[str, Any]:
        """The same with some changed; page and cursor only where they are given."""
        return {name: value for name, value in {**self.arguments, **changes}.items() if value}


class FacetParameters(Asked):
    """What may be counted."""

    facet: tuple[Facet, ...] = Field(
        tuple(Facet),
        max_length=VALUES_MAX,
        description="What to count by; may be repeated. Default: everything.",
    )
    synonyms: bool = Field(True, description="Whether known synonyms widen the search.")

    def query(self, **more: Any) -> SearchQuery:
        asked = {"limit": 1, "facets": self.facet, "synonyms": self.synonyms}
        return super().query(sort=Sort.NEWEST, **asked, **more)


class SuggestParameters(BaseModel):
    """What suggestions may be asked for."""

    model_config = ConfigDict(frozen=True)

    q: str = Field(
        "", max_length=MAX_LENGTH, description="What has been typed so far.", examples=["laomo"]
    )
    limit: int = Field(10, ge=1, le=LIMIT_MAX, description="Suggestions, at most.")


def read_search(arguments: MultiDict[str, str]) -> SearchParameters:
    """The search that an address asks for. Raises ``ParametersInvalid``."""
    return read(SearchParameters, arguments)


def read_facets(arguments: MultiDict[str, str]) -> FacetParameters:
    """The same for counting."""
    return read(FacetParameters, arguments)


def read_suggest(arguments: MultiDict[str, str]) -> SuggestParameters:
    """The same for suggestions."""
    return read(SuggestParameters, arguments)


def read(model: type[_Model], arguments: MultiDict[str, str]) -> _Model:
    """What an address says of a model's fields; empty values count as absent.

    Raises ``ParametersInvalid``.
    """
    given: dict[str, Any] = {}
    for parameter, described in model.model_fields.items():
        name = described.alias or parameter
        all_values = arguments.getlist(name)
        values = [value for value in all_values if value]
        if name in _REPEATED and len(all_values) > VALUES_MAX:
            given[name] = tuple(all_values)  # however many of them are empty or alike
        elif values:
            given[name] = tuple(dict.fromkeys(values)) if name in _REPEATED else values[0]
    try:
        return model.model_validate(given)
    except ValidationError as error:
        faults = tuple(fault_of(details, model) for details in error.errors())
        raise ParametersInvalid(faults) from error
