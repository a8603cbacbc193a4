"""The parts of the OpenAPI description that are read from our own models, or hold everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask
from pydantic import BaseModel, TypeAdapter

from web.chronology.formats import DEFAULT_CHRONOLOGY, chronology_formats
from web.citations.formats import ALIASES, DEFAULT_FORMAT, formats
from web.exports.formats import DEFAULT_EXPORT, export_formats
from web.http.json_answers import PRETTY
from web.http.negotiation import HTML, JSON, PROBLEM
from web.problems import Problem

_View = TypeVar("_View", bound=Callable[..., Any])
_Json = dict[str, Any]

PAGING = ("page", "limit", "cursor", "facet")
"""Parameters of a search that mean nothing where every hit is given."""

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_MEANINGS = {
    400: "A parameter or the query cannot be used; `errors` says which and where.",
    401: "The key is not known.",
    404: "Nothing of that name or address is held.",
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
_FORM = {
    "requestBody": {
        "content": {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    }
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


def file_answer(media_types: Iterable[str]) -> _Json:
    """The description of a file that is given in several forms."""
    shapes = {each: "array" if each.endswith("+json") else "string" for each in media_types}
    content = {media_type: {"schema": {"type": shape}} for media_type, shape in shapes.items()}
    return {"description": "The file, in the form asked for.", "content": content}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """An address that APIFlask tells nothing of."""

    tag: str
    summary: str
    description: str
    media_types: tuple[str, ...]
    status: str = "200"
    """Of a good answer; ``default`` where it may have any."""
    errors: tuple[int, ...] = ()
    parameters: tuple[type[BaseModel] | _Json, ...] = ()
    without: tuple[str, ...] = ()
    """Fields of the parameters' models that it does not read."""
    takes_posts: bool = False
    """Whether the parameters may be sent as a form."""

    def operations(self, arguments: Iterable[str]) -> _Json:
        """As OpenAPI has it, without the parameters of the query."""
        content: _Json = {media_type: {"schema": {}} for media_type in self.media_types}
        problems = problem_answers(*self.errors, *EVERYWHERE)
        for problem in problems.values():
            problem["content"][HTML] = {"schema": {"type": "string"}}  # for people
        operation = {
            "tags": [self.tag],
            "summary": self.summary,
            "description": self.description,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in sorted(arguments)
            ],
            "responses": {
                self.status: {"description": "As its standard says.", "content": content},
                **{str(each): answer for each, answer in problems.items()},
            },
        }
        return {"get": operation, **({"post": {**operation, **_FORM}} if self.takes_posts else {})}


def describe(specification: _Json, app: Flask, others: Mapping[str, Described]) -> _Json:
    """Add to a description what APIFlask does not know; ``others`` are addresses by endpoint."""
    components = specification["components"]
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = TypeAdapter(Problem).json_schema()
    components["securitySchemes"] = _SECURITY
    components["responses"] = {str(each): one for each, one in problem_answers(*EVERYWHERE).items()}
    specification["security"] = [{}, {"bearer": []}, {"header": []}]
    paths = specification["paths"]
    for rule in app.url_map.iter_rules():
        address = _PLACEHOLDER.sub(r"{\1}", rule.rule)
        asked, without = getattr(app.view_functions[rule.endpoint], _ASKED, ((), ()))
        if other := others.get(rule.endpoint):
            paths[address] = other.operations(rule.arguments - {"form"})
            asked, without = other.parameters, other.without
        if operation := paths.get(address, {}).get("get"):
            _complete(operation, asked, schemas)
            operation["parameters"] = [
                each for each in operation["parameters"] if each["name"] not in without
            ]
    return specification


def _complete(operation: _Json, asked: tuple[type[BaseModel] | _Json, ...], schemas: _Json) -> None:
    """Add parameters, and the answers that every operation may give."""
    parameters = operation["parameters"] = [*operation.get("parameters", ())]
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
