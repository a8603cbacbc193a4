"""What an OAI-PMH request asks for, and what may be wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from types import MappingProxyType

from werkzeug.datastructures import MultiDict

from archive.last_changes import Window

PREFIX = "oai_dc"
"""The one metadata format: Dublin Core, which every harvester reads."""
TOKEN = "resumptionToken"  # noqa: S105  the name of an argument

NOT_ECHOED = ("badVerb", "badArgument")
"""Errors whose answers must not repeat the arguments."""


@dataclass(eq=False)
class OaiError(Exception):
    """An error that the protocol names; the answer has status 200 all the same."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class _Arguments:
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


_LIST = _Arguments(frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"}))
_VERBS: Mapping[str, _Arguments] = MappingProxyType(
    {
        "Identify": _Arguments(),
        "ListMetadataFormats": _Arguments(optional=frozenset({"identifier"})),
        "ListSets": _Arguments(),
        "ListIdentifiers": _LIST,
        "ListRecords": _LIST,
        "GetRecord": _Arguments(frozenset({"identifier", "metadataPrefix"})),
    }
)
_BOUND = re.compile(r"\d{4}-\d\d-\d\d(?P<time>T\d\d:\d\d:\d\dZ)?", re.ASCII)
_RESUMED = frozenset({"ListSets", "ListIdentifiers", "ListRecords"})


def read_arguments(given: MultiDict[str, str]) -> dict[str, str]:
    """The arguments of a request, ``verb`` among them. Raises ``OaiError``."""
    verbs = given.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in _VERBS:
        raise OaiError("badVerb", f"verb must be given once, as one of {', '.join(_VERBS)}")
    verb = verbs[0]
    if repeated := [name for name in given if len(given.getlist(name)) > 1]:
        raise _bad_argument(f"{', '.join(repeated)} must not be repeated")
    arguments = given.to_dict()
    names = arguments.keys() - {"verb"}
    if verb in _RESUMED and TOKEN in names:
        if names != {TOKEN}:
            raise _bad_argument(f"{TOKEN} excludes every other argument")
        return arguments
    known = _VERBS[verb]
    if unknown := sorted(names - known.required - known.optional):
        raise _bad_argument(f"{verb} has no argument {', '.join(unknown)}")
    if missing := sorted(known.required - names):
        raise _bad_argument(f"{verb} needs {', '.join(missing)}")
    return arguments


def check_format(prefix: str) -> None:
    """Raise ``OaiError`` for a metadata format that there is not."""
    if prefix != PREFIX:
        raise OaiError("cannotDisseminateFormat", f"the one metadata format is {PREFIX}")


def read_window(arguments: Mapping[str, str]) -> Window:
    """The times and the set that a list is limited to. Raises ``OaiError``."""
    first, last = arguments.get("from"), arguments.get("until")
    if first is not None and last is not None and len(first) != len(last):
        raise _bad_argument("from and until must be both days or both times")
    window = Window(
        changed_from=None if first is None else _time("from", first, time.min),
        changed_until=None if last is None else _time("until", last, time.max),
        site=arguments.get("set"),
    )
    if window.changed_from and window.changed_until and window.changed_from > window.changed_until:
        raise _bad_argument("from must not be later than until")
    return window


def _time(name: str, text: str, of_day: time) -> datetime:
    """The instant that a bound names: the beginning or the end of its day or second."""
    try:
        form = _BOUND.fullmatch(text)
        given = datetime.fromisoformat(text if form else "")
    except ValueError:
        raise _bad_argument(f"{name} must be YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ") from None
    if form and form["time"]:
        return given.replace(microsecond=of_day.microsecond)
    return datetime.combine(given, of_day, UTC)


def _bad_argument(words: str) -> OaiError:
    return OaiError("badArgument", words)
