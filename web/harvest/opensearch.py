"""OpenSearch 1.1: how browsers and other programs ask this archive, and complete what is typed."""

from __future__ import annotations

from flask import Response, json, request

from web.harvest.blueprint import blueprint, public
from web.harvest.xml_answers import xml_answer
from web.holdings import holdings
from web.params import read_suggest

DESCRIPTION = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
_SHORT_NAME = 16
_LONG_NAME = 48
"""Characters that the format allows."""


@blueprint.get("/opensearch.xml")
def description() -> Response:
    """What the archive is called and how it is asked."""
    name = holdings().settings.archive_name
    return xml_answer(
        "opensearch.xml",
        DESCRIPTION,
        short_name=name[:_SHORT_NAME],
        long_name=name[:_LONG_NAME],
        search=public("pages.search"),
        feed=public("harvest.feed"),
        suggest=public("harvest.suggest"),
        own=public("harvest.description"),
        icon=public("static", filename="seal.svg"),
    )


@blueprint.get("/suggest")
def suggest() -> Response:
    """What was typed and what it may become, in the form that browsers read."""
    parameters = read_suggest(request.args)
    found = holdings().index.complete(parameters.q, parameters.limit)
    answer = json.dumps([parameters.q, list(found)])
    return Response(answer, mimetype=SUGGESTIONS)
