"""Reading items of CSL-JSON: text, names and dates as a citation prints them.

Source: the CSL 1.0.2 data schema (``csl-data.json``) and the name and date rules of CSL 1.0.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from archive.errors import JianbaoError
from archive.words import N_

CslItem = Mapping[str, Any]
"""One item of CSL-JSON: ``type``, ``title``, ``author``, ``issued`` and so on."""


@dataclass(frozen=True, slots=True)
class CslFault:
    """What is wrong with an item; ``message`` is a message id about ``variable``."""

    message: str
    variable: str = ""

    def words(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.message) % {"variable": self.variable}


@dataclass(eq=False)
class CslInvalid(JianbaoError):
    """An item cannot be cited. ``position`` counts items from 1."""

    code = "csl-invalid"
    message = N_(
        "Item %(position)s of %(file)s cannot be cited: %(reason)s. "
        "Correct it; an item is an object of CSL-JSON with a “type”."
    )
    file: str
    position: int
    fault: CslFault

    def words(self, translate: Callable[[str], str] = str) -> str:
        facts = {**vars(self), "reason": self.fault.words(translate)}
        return translate(self.message) % facts


_NAME_VARIABLES = (
    "author",
    "composer",
    "illustrator",
    "director",
    "host",
    "editor",
    "editorial-director",
    "compiler",
    "collection-editor",
    "container-author",
    "translator",
)
_DATE_VARIABLES = ("issued", "accessed", "available-date")
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_MARKUP = re.compile(r"</?(?:i|b|sub|sup|sc|span)\b[^>]*>")


def csl_fault(value: object) -> CslFault | None:
    """Why a value is no citable item of CSL-JSON; ``None`` where it is one."""
    if not isinstance(value, Mapping):
        return CslFault(N_("it is not an object"))
    if not isinstance(value.get("type"), str) or not value["type"]:
        return CslFault(N_("it has no “type”"))
    for variable in _NAME_VARIABLES:
        names = value.get(variable) or []
        if not isinstance(names, list) or not all(isinstance(name, Mapping) for name in names):
            return CslFault(N_("“%(variable)s” is not a list of names"), variable)
    for variable in _DATE_VARIABLES:
        if value.get(variable) is not None and not _is_date(value[variable]):
            return CslFault(N_("“%(variable)s” is not a date"), variable)
    return None


def text(item: CslItem, variable: str) -> str:
    """A variable as plain text, without CSL's markup; empty where it is absent."""
    value = item.get(variable)
    if value is None or isinstance(value, Mapping | list):
        return ""
    return _one_line(_MARKUP.sub("", str(value)))


def facts_of(item: CslItem) -> CslItem:
    """What this archive says of an item beyond CSL's variables; see ``csl_item``."""
    facts = item.get("custom")
    return facts if isinstance(facts, Mapping) else {}


def _one_line(words: str) -> str:
    """A reference is one line; spaces inside it stay as printed."""
    return _BREAKS.sub(" ", words).strip()


# -- names ---------------------------------------------------------------------------------

_ROMANESQUE = re.compile(r"[A-Za-zÀ-ɏͰ-ϿЀ-ӿ]")


def name_text(name: Mapping[str, Any], *, capitals: bool, hyphens: bool) -> str:
    """One name as GB/T 7714 prints it: family name first, initials without stops.

    Bodies (``literal``) stay as they are; Chinese, Japanese and Korean names close up.
    ``capitals`` is for the family name, ``hyphens`` for initials (``J-L``).
    """
    if literal := _part(name, "literal"):
        return literal
    family, given = _part(name, "family"), _part(name, "given")
    if not _ROMANESQUE.search(family + given):
        return family + given
    surname = " ".join(filter(None, (_part(name, "non-dropping-particle"), family)))
    parts = (
        surname.upper() if capitals else surname,
        _initials(given, hyphens),
        _part(name, "dropping-particle"),
        _part(name, "suffix").rstrip("."),
    )
    return " ".join(filter(None, parts))


def _part(name: Mapping[str, Any], part: str) -> str:
    return _one_line(str(name.get(part) or ""))


def _initials(given: str, hyphens: bool) -> str:
    """``Jean-Luc P.`` as ``J-L P``, or ``J L P`` without hyphens."""
    spaced = given.replace(".", ". ")
    words = (spaced if hyphens else spaced.replace("-", " ")).split()
    return " ".join(
        "-".join(part[0] if _ROMANESQUE.match(part) else part for part in word.split("-") if part)
        for word in (word.rstrip(".") for word in words)
    )


# -- dates ---------------------------------------------------------------------------------

_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:T.*)?")


@dataclass(frozen=True, slots=True)
class CslDate:
    """A date of CSL: one or two days of one to three parts, or printed words."""

    days: tuple[tuple[int, ...], ...]
    words: str = ""
    uncertain: bool = False

    @property
    def has_day(self) -> bool:
        return bool(self.days) and len(self.days[0]) == 3

    def year(self) -> str:
        """``2019``, ``1957/1990``, or the printed words."""
        return self.words or "/".join(str(day[0]) for day in self.days)

    def numeric(self) -> str:
        """``2019-11-29``, with as many parts as are known, or the printed words."""
        return self.words or "/".join(_numeric(day) for day in self.days)


def _numeric(day: tuple[int, ...]) -> str:
    return "-".join([str(day[0]), *(f"{part:02}" for part in day[1:])])


def date_of(item: CslItem, variable: str) -> CslDate | None:
    """A date variable, or ``None`` where it is absent or empty."""
    value = item.get(variable)
    if not isinstance(value, Mapping):
        return None
    uncertain = bool(value.get("circa"))
    if days := _days(value):
        return CslDate(days, uncertain=uncertain)
    words = str(value.get("literal") or value.get("raw") or "").strip()
    if match := _ISO.fullmatch(words):
        parts = tuple(int(part) for part in match.groups() if part)
        return CslDate((parts,), uncertain=uncertain)
    return CslDate((), words, uncertain) if words else None


def _days(value: Mapping[str, Any]) -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(int(part) for part in day if part not in (None, ""))
        for day in value.get("date-parts") or ()
        if day and day[0] not in (None, "")
    )


def _is_date(value: object) -> bool:
    if not isinstance(value, Mapping):
        return False
    try:
        days = _days(value)
    except (TypeError, ValueError):
        return False
    return all(1 <= len(day) <= 3 and _exists(day) for day in days)


def _exists(day: tuple[int, ...]) -> bool:
    """Whether month and day lie where months and days can (seasons are CSL's 13 to 24)."""
    return (len(day) < 2 or 1 <= day[1] <= 24) and (len(day) < 3 or 1 <= day[2] <= 31)
