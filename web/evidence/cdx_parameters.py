"""What the CDX server may be asked for."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from archive.address_key import address_key
from archive.lookup import FILTERED, Filter, Listing, Place, keys_that_begin
from archive.words import N_
from web.evidence.instants import NOT_AN_INSTANT, instants
from web.faults import Fault, ParametersInvalid

LIMIT = 1000
LIMIT_MAX = 10_000
_FILTERS_MAX = 10
_LONGEST = 8192
_FILTER = re.compile(r"(?P<excluded>!?)(?P<exact>=?)(?P<field>[a-z]+):(?P<value>.+)", re.DOTALL)


class MatchType(StrEnum):
    """Which addresses an address stands for."""

    EXACT = "exact"
    PREFIX = "prefix"
    HOST = "host"
    DOMAIN = "domain"


class Order(StrEnum):
    """In which order captures are listed."""

    OLDEST = "default"
    REVERSE = "reverse"
    CLOSEST = "closest"


class Output(StrEnum):
    """The forms of a list."""

    CDXJ = "cdxj"
    JSON = "json"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A list of captures, as it was asked for."""

    url: str
    listing: Listing
    limit: int
    closest: datetime | None
    """The instant nearest to which captures come first; pywb asks for nearness without one."""
    output: Output


_MISSING = N_("“%(parameter)s” is missing; give the address that is asked about.")
_UNKNOWN = N_("“%(parameter)s” must be one of %(known)s.")
_NOT_A_NUMBER = N_("“%(parameter)s” must be a whole number from %(min)s to %(max)s.")
_TOO_LONG = N_("“%(parameter)s” is too long; at most %(max_length)s are allowed.")
_NOT_A_FILTER = N_(
    "“%(parameter)s” must be like status:200, =mime:text/html or !status:404, "
    "with one of the fields %(known)s; patterns are not taken."
)
_TOO_MANY = N_("“%(parameter)s” is repeated too often; at most %(max_length)s are allowed.")
_NOT_CLOSEST = N_("“%(parameter)s” can be closest only with matchType=exact.")
_NOT_LINKS = N_("“%(parameter)s” can be link only with matchType=exact.")
_NO_CURSOR = N_("“%(parameter)s” is none that this list has given; begin anew without it.")

_Choice = TypeVar("_Choice", bound=StrEnum)


def read_cdx(arguments: MultiDict[str, str]) -> Asked:
    """The list that an address asks for. Raises ``ParametersInvalid`` with every fault."""
    reading = _Reading(arguments)
    asked = reading.asked()
    if reading.faults:
        raise ParametersInvalid(tuple(reading.faults))
    return asked


def cursor_of(place: Place) -> str:
    """A place in a list as text that an address can carry."""
    key, instant, capture_id = place
    text = json.dumps([key, instant.isoformat(), capture_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class _Reading:
    """Reads parameters one by one and gathers what is wrong with them."""

    def __init__(self, arguments: MultiDict[str, str]) -> None:
        self._arguments = arguments
        self.faults: list[Fault] = []

    def asked(self) -> Asked:
        url = self._arguments.get("url", "").strip()
        if not url:
            self._fault("url", _MISSING)
        elif len(url) > _LONGEST:
            self._fault("url", _TOO_LONG, max_length=_LONGEST)
            url = ""
        match = self._choice("matchType", MatchType.EXACT)
        order = self._choice("sort", Order.OLDEST)
        output = self._choice("output", Output.CDXJ)
        closest = self._instants("closest")
        if order is Order.CLOSEST and closest and match is not MatchType.EXACT:
            self._fault("sort", _NOT_CLOSEST)
        if output is Output.LINK and match is not MatchType.EXACT:
            self._fault("output", _NOT_LINKS)
        captured_from, until = self._instants("from"), self._instants("to")
        listing = replace(
            _listing(address_key(url), match),
            captured_from=captured_from and captured_from[0],
            captured_before=until and until[1],
            filters=self._filters(),
            is_reversed=order is Order.REVERSE,
            after=self._cursor(),
        )
        return Asked(
            url=url,
            listing=listing,
            limit=self._limit(),
            closest=closest[0] if closest and order is Order.CLOSEST else None,
            output=output,
        )

    def _fault(self, parameter: str, message: str, **facts: object) -> None:
        self.faults.append(Fault(parameter, message, facts))

    def _choice(self, parameter: str, usual: _Choice) -> _Choice:
        kind = type(usual)
        try:
            return kind(self._arguments.get(parameter) or usual)
        except ValueError:
            self._fault(parameter, _UNKNOWN, known=", ".join(kind))
            return usual

    def _instants(self, parameter: str) -> tuple[datetime, datetime] | None:
        digits = self._arguments.get(parameter)
        found = instants(digits) if digits else None
        if digits and found is None:
            self._fault(parameter, NOT_AN_INSTANT)
        return found

    def _limit(self) -> int:
        given = self._arguments.get("limit") or str(LIMIT)
        is_number = given.isascii() and given.isdecimal() and len(given) < 9
        if is_number and 1 <= int(given) <= LIMIT_MAX:
            return int(given)
        self._fault("limit", _NOT_A_NUMBER, min=1, max=LIMIT_MAX)
        return LIMIT

    def _filters(self) -> tuple[Filter, ...]:
        given = [value for value in self._arguments.getlist("filter") if value]
        if len(given) > _FILTERS_MAX:
            self._fault("filter", _TOO_MANY, max_length=_FILTERS_MAX)
            return ()
        found = [_FILTER.fullmatch(value) for value in given]
        if not all(each and each["field"] in FILTERED for each in found):
            self._fault("filter", _NOT_A_FILTER, known=", ".join(FILTERED))
            return ()
        return tuple(
            Filter(
                field=each["field"],
                value=each["value"],
                is_exact=bool(each["exact"]),
                is_excluded=bool(each["excluded"]),
            )
            for each in found
            if each
        )

    def _cursor(self) -> Place | None:
        given = self._arguments.get("cursor")
        if not given:
            return None
        try:
            padded = given + "=" * (-len(given) % 4)
            key, instant, capture_id = json.loads(base64.urlsafe_b64decode(padded))
            f"{key}{capture_id}".encode()  # fails for half a character
            return str(key), datetime.fromisoformat(instant), str(capture_id)
        except (binascii.Error, ValueError, TypeError):
            self._fault("cursor", _NO_CURSOR)
            return None


def _listing(key: str, match: MatchType) -> Listing:
    """The keys that an address stands for."""
    host = key.partition(")")[0]
    if match is MatchType.EXACT:
        return Listing(first_key=key)
    if match is MatchType.DOMAIN:
        # Names of hosts hold no sign between “)”, which ends a host, and “,”, behind which come
        # the hosts below it.
        return Listing(first_key=f"{host})", end_key=f"{host}-")
    first, end = keys_that_begin(f"{host})/" if match is MatchType.HOST else key)
    return Listing(first_key=first, end_key=end)
