"""The parts of the OpenAPI description that are read from our own models."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter

from web.citations.formats import ALIASES, DEFAULT_FORMAT, formats
from web.exports.formats import DEFAULT_EXPORT, export_formats
from web.params import SearchParameters, SuggestParameters
from web.problems import MEDIA_TYPE, Problem

PAGING = ("page", "limit", "cursor", "facet")
"""Parameters of a search that mean nothing where every hit is given."""

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
    paths["/api/v1/search"]["get"]["parameters"] = _parameters(SearchParameters, schemas)
    paths["/api/v1/suggest"]["get"]["parameters"] = _parameters(SuggestParameters, schemas)
    everything = [
        each for each in _parameters(SearchParameters, schemas) if each["name"] not in PAGING
    ]
    paths["/api/v1/export"]["get"]["parameters"] = [_EXPORT_FORMAT, *everything]
    citation = paths["/api/v1/articles/{article_id}/citation"]["get"]
    citation["parameters"] = [*citation.get("parameters", ()), _FORMAT, _SECTION]
    return specification


def _parameters(model: type[BaseModel], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """The query parameters of a model; shapes that they refer to are added to ``schemas``."""
    described = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(described.get("$defs", {}))
    parameters = []
    for name, schema in described["properties"].items():
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
_EXPORT_FORMAT = {
    "name": "format",
    "in": "query",
    "description": "Form of the file.",
    "schema": {"type": "string", "enum": [*export_formats], "default": DEFAULT_EXPORT},
}
_SECTION = {
    "name": "section",
    "in": "query",
    "description": "Anchor of one section of the article, which is cited instead of the whole.",
    "schema": {"type": "string", "pattern": "^s[0-9]+$", "examples": ["s1"]},
}
