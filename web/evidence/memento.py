"""Memento (RFC 7089): the capture nearest to an instant, and the list of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from flask import Response, request
from werkzeug.http import http_date
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from archive.capture import Capture
from archive.words import N_
from web.evidence.addresses import capture_path, original_address
from web.evidence.blueprint import blueprint
from web.evidence.held import captures_of, closest
from web.evidence.links import (
    LINK_FORMAT,
    memento_link,
    original_link,
    timegate_link,
    timemap_link,
)
from web.faults import Fault, ParametersInvalid

_ASKS = "Accept-Datetime"
_NOT_A_DATE = N_("“%(parameter)s” must be a date like Fri, 29 Nov 2019 02:00:00 GMT.")


@blueprint.get("/timegate/<path:url>")
def timegate(url: str) -> AnyResponse:
    """The way to the capture nearest to ``Accept-Datetime``, or to the newest."""
    address = original_address("/timegate/", url)
    wanted = _wanted()
    captures = captures_of(address)
    found = closest(captures, address, wanted)
    response = redirect(capture_path(found))
    response.headers["Link"] = ", ".join(
        (original_link(address), timemap_link(address), memento_link(found))
    )
    return response


@blueprint.get("/timemap/link/<path:url>")
def timemap(url: str) -> Response:
    """Every capture of an address, oldest first."""
    address = original_address("/timemap/link/", url)
    return link_list(address, captures_of(address))


@blueprint.after_request
def vary(response: Response) -> Response:
    """Say of every answer of the time gate, an error too, what it depends on."""
    if request.endpoint == "evidence.timegate":
        response.vary.add(_ASKS)
    return response


def link_list(address: str, captures: Sequence[Capture]) -> Response:
    """A list of captures in the form of links."""
    return Response(",\n".join(_links(address, captures)) + "\n", mimetype=LINK_FORMAT)


def _links(address: str, captures: Sequence[Capture]) -> Iterator[str]:
    yield original_link(address)
    yield timegate_link(address)
    if captures:
        first, last = (http_date(captures[place].captured_at) for place in (0, -1))
        yield f'{timemap_link(address, "self")}; from="{first}"; until="{last}"'
    for place, capture in enumerate(captures):
        ends = ("first",) * (place == 0) + ("last",) * (place == len(captures) - 1)
        yield memento_link(capture, " ".join((*ends, "memento")))


def _wanted() -> datetime:
    """The instant asked for; now, where none is. Raises ``ParametersInvalid``."""
    asked = request.headers.get(_ASKS)
    if asked is None:
        return datetime.now(UTC)
    try:
        instant = parsedate_to_datetime(asked)
        if asked.strip().endswith(" GMT"):
            return instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass
    raise ParametersInvalid((Fault(_ASKS, _NOT_A_DATE),))
