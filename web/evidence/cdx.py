"""The CDX server: lists of captures, as replay programs and researchers ask for them."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from flask import Response, request

from archive.address_key import address_key
from archive.capture import Capture
from archive.lookup import REVISIT, UNKNOWN_TYPE
from web.evidence.addresses import public, stamp
from web.evidence.blueprint import blueprint
from web.evidence.cdx_parameters import Asked, Output, cursor_of, read_cdx
from web.evidence.memento import link_list
from web.holdings import holdings

_TYPES = {Output.CDXJ: "text/x-cdxj", Output.JSON: "application/x-ndjson"}


@blueprint.get("/cdx")
def cdx() -> Response:
    """The captures of an address, of all that begin with it, or of a host, one a line.

    Captures of withdrawn reports are left out.
    """
    asked = read_cdx(request.args)
    without = frozenset(holdings().store.withheld())
    asked = replace(asked, listing=replace(asked.listing, without=without))
    if asked.output is Output.LINK:
        captures = tuple(_captures(asked))
        response = link_list(asked.url, captures)
    else:
        write = _as_cdxj if asked.output is Output.CDXJ else _as_json
        lines = (write(capture) for capture in _captures(asked))
        response = Response(lines, mimetype=_TYPES[asked.output])
    if following := _next_address(asked):
        response.headers["Link"] = f'<{following}>; rel="next"'
    return response


def _captures(asked: Asked) -> Iterator[Capture]:
    store = holdings().store
    if asked.closest is None:
        return store.listed(asked.listing, asked.limit)
    wanted = asked.closest

    def distance(capture: Capture) -> timedelta:
        return abs(capture.captured_at - wanted)

    return iter(heapq.nsmallest(asked.limit, store.listed(asked.listing), key=distance))


def _next_address(asked: Asked) -> str | None:
    """Where the list goes on; ``None`` where it ends, or is ordered by nearness."""
    if asked.closest is not None:
        return None
    place = holdings().store.last_place(asked.listing, asked.limit)
    if place is None:
        return None
    following = request.args.copy()
    following["cursor"] = cursor_of(place)
    return public("/cdx?" + urlencode(list(following.items(multi=True))))


def _as_cdxj(capture: Capture) -> str:
    key, second = address_key(capture.url), stamp(capture.captured_at)
    return f"{key} {second} {json.dumps(_facts(capture), ensure_ascii=False)}\n"


def _as_json(capture: Capture) -> str:
    place = {"urlkey": address_key(capture.url), "timestamp": stamp(capture.captured_at)}
    return json.dumps({**place, **_facts(capture)}, ensure_ascii=False) + "\n"


def _facts(capture: Capture) -> dict[str, str]:
    """A capture as other archives' indexes describe it: all as text."""
    facts = {
        "url": capture.url,
        "mime": REVISIT if capture.revisit_of else capture.media_type or UNKNOWN_TYPE,
        "status": str(capture.status),
        "digest": capture.payload_digest,
        "length": None if capture.warc_length is None else str(capture.warc_length),
        "offset": str(capture.warc_offset),
        "filename": capture.warc_file,
    }
    return {name: value for name, value in facts.items() if value is not None}
