"""The parts of the OpenAPI description that are read from our own models."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from web.citation_formats import ALIASES, DEFAULT_FORMAT, formats
from web.params import SearchParameters
from web.problems import MEDIA_TYPE, Problem

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_MEANINGS = {
    400: "A parameter or the query cannot be used; `errors` says which and where.",
    404: "No such article.",
    410: "The article was withdrawn; `detail` says when and why.",
    503: "The archive cannot answer now.",
}


def problem_answers(*statuses: int) -> dict[int, Any]:
    """Descriptions of the errors an operation may answer."""
    return {
        status: {
            "description": _MEANINGS[HTTPStatus(status)],
            "content": {MEDIA_TYPE: {"schema": _PROBLEM}},
        }
        for status in statuses
    }


def describe(specification: dict[str, Any]) -> dict[str, Any]:
    """Add the query parameters and the shape of problems to a description."""
    paths, schemas = specification["paths"], specification["components"]["schemas"]
    schemas["Problem"] = TypeAdapter(Problem).json_schema()
    paths["/api/v1/search"]["get"]["parameters"] = _search_parameters()
    citation = paths["/api/v1/articles/{article_id}/citation"]["get"]
    citation["parameters"] = [*citation.get("parameters", ()), _FORMAT]
    return specification


def _search_parameters() -> list[dict[str, Any]]:
    parameters = []
    for name, schema in SearchParameters.model_json_schema()["properties"].items():
        description = schema["description"]
        # An absent parameter is left out, never null: of “a day or null” the day is described.
        plain = schema.get("anyOf", [schema])[0]
        shown = {key: value for key, value in plain.items() if key not in ("title", "description")}
        parameters.append(
            {"name": name, "in": "query", "description": description, "schema": shown}
        )
    return parameters


_FORMAT = {
    "name": "format",
    "in": "query",
    "description": "Form of the citation.",
    "schema": {"type": "string", "enum": [*formats, *ALIASES], "default": DEFAULT_FORMAT},
}
