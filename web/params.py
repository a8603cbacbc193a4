"""What the address of a search says: one model for the page, the API and its description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Literal, Self, TypeVar

from annotated_types import Ge, Le
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
from search.index import Facet, SearchQuery, Sort
from search.query.days import first_day_words, last_day_words, parse_day
from search.query.grammar import MAX_LENGTH

LIMIT = 20
LIMIT_MAX = 100
PAGE_MAX = 100_000
"""Far beyond any last page; it only keeps numbers small."""
VALUES_MAX = 50
"""Values of one parameter that may be repeated."""
CURSOR_MAX = 16_384
"""Characters; the cursor of a search for many words holds what each of them counts."""


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
    "container": N_("Published in"),
    "author": N_("Author"),
    "channel": N_("Channel"),
    "cursor": N_("Place in the hits"),
    "id": N_("Reports of the list"),
    "add": N_("Address or id of a report"),
    "day": N_("Day"),
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
            raise PydanticCustomError("from_after_until", _FROM_AFTER_UNTIL)
        return self

    def query(self) -> SearchQuery:
        """The same, as the search index is asked."""
        return SearchQuery(
            text=self.q,
            published_from=self.first,
            published_until=self.until,
            sites=self.site,
            containers=self.container,
            authors=self.author,
            channels=self.channel,
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

    def query(self) -> SearchQuery:
        return replace(
            super().query(),
            sort=self.order,
            limit=self.limit,
            offset=0 if self.cursor else (self.page - 1) * self.limit,
            cursor=self.cursor,
            facets=self.facet,
            collapse=self.collapse,
            synonyms=self.synonyms,
        )

    def address(self, **changes: Any) -> dict[str, Any]:
        """Query arguments of this search with some changed; back on page 1 unless given."""
        first, until = self.days_asked()
        usual = type(self).model_fields
        asked = {
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
        return {name: value for name, value in {**asked, **changes}.items() if value}


class FacetParameters(Asked):
    """What may be counted."""

    facet: tuple[Facet, ...] = Field(
        tuple(Facet),
        max_length=VALUES_MAX,
        description="What to count by; may be repeated. Default: everything.",
    )
    synonyms: bool = Field(True, description="Whether known synonyms widen the search.")

    def query(self) -> SearchQuery:
        return replace(
            super().query(), sort=Sort.NEWEST, limit=1, facets=self.facet, synonyms=self.synonyms
        )


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
        faults = tuple(_fault(details, model) for details in error.errors())
        raise ParametersInvalid(faults) from error


def page_out_of_range(last_page: int) -> ParametersInvalid:
    """The error for a page behind the last one."""
    return ParametersInvalid((Fault("page", _NO_SUCH_PAGE, {"last": last_page}),))


def unknown_format(name: str, known: str) -> ParametersInvalid:
    """The error for a form of citation that does not exist."""
    return ParametersInvalid((Fault("format", _NO_SUCH_FORMAT, {"name": name, "known": known}),))


def unknown_section(name: str, known: list[str]) -> ParametersInvalid:
    """The error for a section that an article does not have."""
    facts = {"name": name, "known": ", ".join(known)}
    return ParametersInvalid((Fault("section", _NO_SUCH_SECTION, facts),))


def not_a_day(parameter: str) -> ParametersInvalid:
    """The error for what is neither a day nor a month nor a year."""
    return ParametersInvalid((Fault(parameter, _NOT_A_DAY),))


def not_a_day_of_the_year(parameter: str) -> ParametersInvalid:
    """The error for what is no day that every year may have."""
    return ParametersInvalid((Fault(parameter, _NOT_A_DAY_OF_THE_YEAR),))


_NOT_A_DAY_OF_THE_YEAR = N_("“%(parameter)s” must be a month and a day like 01-05.")


def too_many_reports(most: int) -> ParametersInvalid:
    """The error for a list that would be too long."""
    return ParametersInvalid((Fault("id", _TOO_LONG, {"max_length": most}),))


def not_one_of(parameter: str, known: str) -> ParametersInvalid:
    """The error for a word that a parameter does not know."""
    return ParametersInvalid((Fault(parameter, _NOT_ONE_OF, {"known": known}),))


def names_no_report(parameter: str) -> ParametersInvalid:
    """The error for words in which no report is named."""
    return ParametersInvalid((Fault(parameter, _NAMES_NO_REPORT),))


def too_many_hits(form: str, total: int, most: int) -> ParametersInvalid:
    """The error for a form of file that cannot hold all hits."""
    facts = {"name": form, "total": total, "most": most}
    return ParametersInvalid((Fault("format", _TOO_MANY_HITS, facts),))


_NO_SUCH_PAGE = N_("“%(parameter)s” goes beyond the last one, which is %(last)s.")
_NO_SUCH_FORMAT = N_("“%(parameter)s” cannot be %(name)s; there are %(known)s.")
_NO_SUCH_SECTION = N_("“%(parameter)s” cannot be %(name)s; this report has %(known)s.")
_NAMES_NO_REPORT = N_(
    "“%(parameter)s” names no report; give the address of its page here, or its id."
)
_TOO_MANY_HITS = N_(
    "“%(parameter)s” %(name)s holds at most %(most)s reports, and %(total)s match. "
    "Narrow the days, or take another form."
)
_FROM_AFTER_UNTIL = N_("“%(parameter)s” must not be later than the last day.")
_TOO_LONG = N_("“%(parameter)s” is too long; at most %(max_length)s are allowed.")
_NOT_A_SORT = N_("“%(parameter)s” must be relevance, newest or oldest.")
_NOT_ONE_OF = N_("“%(parameter)s” must be one of %(known)s.")
_NOT_A_SWITCH = N_("“%(parameter)s” must be true or false.")
_NOT_IN_RANGE = N_("“%(parameter)s” must be a whole number from %(min)s to %(max)s.")


def _fault(details: Any, model: type[BaseModel]) -> Fault:
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
    if name == "facet":
        return Fault(name, _NOT_ONE_OF, {"known": ", ".join(Facet)})
    if kind == "literal_error":
        return Fault(name, _NOT_ONE_OF, {"known": details["ctx"]["expected"]})
    if name in ("collapse", "synonyms"):
        return Fault(name, _NOT_A_SWITCH)
    metadata = model.model_fields[name].metadata
    least = next(each.ge for each in metadata if isinstance(each, Ge))
    most = next(each.le for each in metadata if isinstance(each, Le))
    return Fault(name, _NOT_IN_RANGE, {"min": least, "max": most})
