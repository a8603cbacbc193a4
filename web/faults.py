"""What can be wrong with the parameters of an address, in words that name the cure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotated_types import Ge, Le
from pydantic import BaseModel

from archive.errors import JianbaoError
from archive.words import N_
from search.index import Facet


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


NOT_A_DAY = N_("“%(parameter)s” must be a day like 2023-01-05, a month 2023-01 or a year 2023.")


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
    return ParametersInvalid((Fault(parameter, NOT_A_DAY),))


def not_a_day_of_the_year(parameter: str) -> ParametersInvalid:
    """The error for what is no day that every year may have."""
    return ParametersInvalid((Fault(parameter, _NOT_A_DAY_OF_THE_YEAR),))


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


_NOT_A_DAY_OF_THE_YEAR = N_("“%(parameter)s” must be a month and a day like 01-05.")
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
FROM_AFTER_UNTIL = N_("“%(parameter)s” must not be later than the last day.")
_TOO_LONG = N_("“%(parameter)s” is too long; at most %(max_length)s are allowed.")
_NOT_A_SORT = N_("“%(parameter)s” must be relevance, newest or oldest.")
_NOT_ONE_OF = N_("“%(parameter)s” must be one of %(known)s.")
_NOT_A_SWITCH = N_("“%(parameter)s” must be true or false.")
_NOT_IN_RANGE = N_("“%(parameter)s” must be a whole number from %(min)s to %(max)s.")


def fault_of(details: Any, model: type[BaseModel]) -> Fault:
    """One error of pydantic, of such a model, in our own words."""
    kind = details["type"]
    if kind == "from_after_until":
        return Fault("from", FROM_AFTER_UNTIL)
    name = str(details["loc"][0])
    if kind == "not_a_day":
        return Fault(name, NOT_A_DAY)
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
