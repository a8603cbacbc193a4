"""What the data of all pages share: the blueprint, and how one address leads to another."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, url_for

from web.http.negotiation import JSON

blueprint = APIBlueprint("data", __name__, tag="pages as data")

ELSEWHERE = {302: {"description": "The data stand at another address; `Location` names it."}}
"""The answer of data that lead to others, as OpenAPI has it."""


def leads_to(endpoint: str, **values: Any) -> Response:
    """The way to other data, without a page in its body: scripts of other origins may go it."""
    location = url_for(endpoint, **values)
    return Response(status=302, headers={"Location": location}, mimetype=JSON)
