"""The description of the API as a page: the same facts as ``/api/openapi.json``, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, render_template

from search.index import SearchQuery, Sort
from web.api.description import EVERYWHERE
from web.holdings import holdings

blueprint = Blueprint("reference", __name__)

_Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that an address may say."""

    name: str
    values: str
    """Its type, its values or its bounds."""
    default: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address, and what it answers."""

    anchor: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    """Those that no operation before it has."""
    known: tuple[tuple[str, str], ...]
    """The others: name, and the anchor of the operation that describes it."""
    answers: tuple[tuple[str, str, str], ...]
    """Status, media types and meaning, without what every address may answer."""
    example: str | None
    """An address to try."""


@blueprint.get("/api/")
def reference() -> Response:
    """Every address of the API."""
    specification = make_response(current_app.view_functions["openapi.spec"]()).get_json()
    groups: dict[str, list[Operation]] = {}
    for tag, operation in _operations(specification):
        groups.setdefault(tag, []).append(operation)
    everywhere = specification["components"]["responses"]
    page = render_template("reference.html", groups=groups, everywhere=everywhere)
    return Response(page, mimetype="text/html")


def _operations(specification: _Json) -> Iterator[tuple[str, Operation]]:
    article_id = _some_article()
    schemas = specification["components"]["schemas"]
    described: dict[str, str] = {}
    for path, methods in sorted(specification["paths"].items(), key=_rank):
        operation = methods["get"]
        anchor = path.strip("/").replace("/", "-").replace("{", "").replace("}", "") or "home"
        given = [each for each in operation["parameters"] if each["name"] != "pretty"]
        facts = [json.dumps(each, sort_keys=True) for each in given]
        new = [one for one, fact in zip(given, facts, strict=True) if fact not in described]
        known = [
            (one["name"], described[fact])
            for one, fact in zip(given, facts, strict=True)
            if fact in described
        ]
        described.update({fact: anchor for fact in facts if fact not in described})
        yield (
            operation["tags"][0],
            Operation(
                anchor=anchor,
                path=path,
                summary=operation["summary"],
                description=operation["description"],
                parameters=tuple(_parameter(each, schemas) for each in new),
                known=tuple(known),
                answers=tuple(_answers(operation["responses"])),
                example=_example(path, given, article_id),
            ),
        )


def _rank(path_and_methods: tuple[str, _Json]) -> tuple[bool, bool, str, str]:
    """The search first, because it describes what others share; the service last."""
    path, methods = path_and_methods
    tag = methods["get"]["tags"][0]
    return tag == "operation", path != "/api/v1/search", "" if tag == "archive" else tag, path


def _parameter(given: _Json, schemas: _Json) -> Parameter:
    schema = given["schema"]
    items = schema.get("items", schema)
    items = schemas.get(items.get("$ref", "").rpartition("/")[2], items)
    kind = " · ".join(items["enum"]) if "enum" in items else items.get("type", "string")
    bounds = [
        f"{sign} {schema[name]}"
        for name, sign in (("minimum", "≥"), ("maximum", "≤"), ("maxLength", "≤"))
        if name in schema
    ]
    default = schema.get("default")
    return Parameter(
        name=given["name"],
        values=" ".join([kind, *bounds]) + (" …" if schema.get("type") == "array" else ""),
        default="" if default in (None, "", []) else _value(default),
        meaning=given.get("description", ""),
    )


def _value(default: object) -> str:
    if isinstance(default, list):
        return " ".join(map(str, default))
    return str(default).lower() if isinstance(default, bool) else str(default)


def _answers(responses: _Json) -> Iterator[tuple[str, str, str]]:
    for status, answer in responses.items():
        if status not in map(str, EVERYWHERE):
            media_types = dict.fromkeys(answer.get("content", ()))
            yield status, ", ".join(media_types), answer["description"]


def _example(path: str, given: list[_Json], article_id: str | None) -> str | None:
    """The address with the first parameter that has an example, if that is all that it needs."""
    if any(each.get("required") and "examples" not in each["schema"] for each in _asked(given)):
        return None
    if "{" in path.replace("{article_id}", ""):
        return None
    if "{article_id}" in path:
        if article_id is None:
            return None
        path = path.replace("{article_id}", article_id)
    for parameter in _asked(given):
        if "examples" in parameter["schema"]:
            return f"{path}?{urlencode({parameter['name']: parameter['schema']['examples'][0]})}"
    return path


def _asked(given: list[_Json]) -> list[_Json]:
    """Those of the query."""
    return [each for each in given if each["in"] == "query"]


def _some_article() -> str | None:
    newest = holdings().find(SearchQuery(sort=Sort.NEWEST, limit=1)).hits
    return newest[0].article.id if newest else None
