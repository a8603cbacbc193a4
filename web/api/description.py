"""The parts of the OpenAPI description that are read from our own models, or hold everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask
from pydantic import BaseModel, TypeAdapter

from web.chronology.formats import DEFAULT_CHRONOLOGY, chronology_formats
from web.citations.formats import ALIASES, DEFAULT_FORMAT, formats
from web.exports.formats import DEFAULT_EXPORT, export_formats
from web.http.json_answers import PRETTY
from web.http.negotiation import JSON, PROBLEM
from web.problems import Problem

_View = TypeVar("_View", bound=Callable[..., Any])
_Json = dict[str, Any]

PAGING = ("page", "limit", "cursor", "facet")
"""Parameters of a search that mean nothing where every hit is given."""

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_MEANINGS = {
    400: "A parameter or the query cannot be used; `errors` says which and where.",
    401: "The key is not known.",
    404: "No such article.",
    410: "The article was withdrawn; `detail` says when and why.",
    414: "Path and parameters are too long.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    503: "The archive cannot answer now.",
}
EVERYWHERE = (401, 414, 429)
"""What every address may answer, whatever it is asked."""
_ASKED = "_asked"
_PLACEHOLDER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_PRETTY = {
    "name": PRETTY,
    "in": "query",
    "description": "Indent the JSON; anything but `false` will do.",
    "schema": {"type": "string", "default": "false"},
}
FORMAT = {
    "name": "format",
    "in": "query",
    "description": "Form of the citation.",
    "schema": {
        "type": "string",
        "enum": [*formats, *ALIASES],
        "default": DEFAULT_FORMAT,
        "examples": ["csl-json"],
    },
}
CHRONOLOGY_FORMAT = {
    "name": "format",
    "in": "query",
    "description": "Form of the document.",
    "schema": {"type": "string", "enum": [*chronology_formats], "default": DEFAULT_CHRONOLOGY},
}
EXPORT_FORMAT = {
    "name": "format",
    "in": "query",
    "description": "Form of the file.",
    "schema": {"type": "string", "enum": [*export_formats], "default": DEFAULT_EXPORT},
}
LIST_FORMAT = {
    **EXPORT_FORMAT,
    "schema": {"type": "string", "enum": [*export_formats], "default": DEFAULT_FORMAT},
}
SECTION = {
    "name": "section",
    "in": "query",
    "description": "Anchor of one section of the article, which is cited instead of the whole.",
    "schema": {"type": "string", "pattern": "^s[0-9]+$", "examples": ["s1"]},
}
"""Parameters that choose the form of a citation or of a file, and what is cited."""


def problem_answers(*statuses: int) -> dict[int, Any]:
    """Descriptions of the errors an operation may answer."""
    return {
        status: {
            "description": _MEANINGS[HTTPStatus(status)],
            "content": {PROBLEM: {"schema": _PROBLEM}},
        }
        for status in statuses
    }


def asks(
    *parameters: type[BaseModel] | _Json, without: Collection[str] = ()
) -> Callable[[_View], _View]:
    """Say which parameters a view reads: the fields of a model, or one as OpenAPI has it.

    ``without`` names fields that it does not read. Stands directly above the function, below what
    registers it.
    """

    def note(view: _View) -> _View:
        setattr(view, _ASKED, (parameters, without))
        return view

    return note


def describe(specification: _Json, app: Flask) -> _Json:
    """Add to a description what APIFlask does not know."""
    components = specification["components"]
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = TypeAdapter(Problem).json_schema()
    components["securitySchemes"] = _SECURITY
    components["responses"] = {str(each): one for each, one in problem_answers(*EVERYWHERE).items()}
    specification["security"] = [{}, {"bearer": []}, {"header": []}]
    for rule in app.url_map.iter_rules():
        path = specification["paths"].get(_PLACEHOLDER.sub(r"{\1}", rule.rule), {})
        for operation in path.values():
            asked, without = getattr(app.view_functions[rule.endpoint], _ASKED, ((), ()))
            _complete(operation, asked, schemas)
            operation["parameters"] = [
                each for each in operation["parameters"] if each["name"] not in without
            ]
    return specification


def _complete(operation: _Json, asked: tuple[type[BaseModel] | _Json, ...], schemas: _Json) -> None:
    """Add parameters, and the answers that every operation may give."""
    parameters = operation.setdefault("parameters", [])
    for each in asked:
        parameters += [each] if isinstance(each, dict) else _parameters(each, schemas)
    for parameter in parameters:
        if parameter["in"] == "query" and parameter["schema"].get("type") != "array":
            parameter["allowEmptyValue"] = True  # it counts as absent
    responses = operation["responses"]
    if JSON in responses.get("200", {}).get("content", {}):
        parameters.append(_PRETTY)
    for status in EVERYWHERE:
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{status}"})


def _parameters(model: type[BaseModel], schemas: _Json) -> list[_Json]:
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
