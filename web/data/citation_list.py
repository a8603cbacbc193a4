"""The data of a citation list (引文清单)."""

from __future__ import annotations

from typing import Any

from flask import request

from web.api.description import LIST_FORMAT, asks, problem_answers
from web.api.export import export_asked
from web.citation_list import ListParameters, read_list
from web.citations.formats import DEFAULT_FORMAT
from web.data.blueprint import blueprint
from web.data.named import named
from web.data.shapes import ListAnswer
from web.pages.citation_list import list_held


@blueprint.get("/list.json")
@blueprint.output(ListAnswer)
@blueprint.doc(
    summary="List page",
    description="The articles with these ids and their citations, and the ids that are missing.",
    responses=problem_answers(400, 503),
)
@asks(LIST_FORMAT, ListParameters)
def citation_list() -> dict[str, Any]:
    """The citations of a list, in its order."""
    form = export_asked(request.args.get("format") or DEFAULT_FORMAT)
    held = list_held(read_list(request.args), form)
    return {
        "format": held.shown.key,
        "articles": [
            {**named(article), "citation": citation}
            for article, citation in zip(held.articles, held.references, strict=True)
        ],
        "missing": held.missing,
    }
