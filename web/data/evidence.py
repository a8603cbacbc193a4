"""The data of a report's captures and revisions, and of how two of them differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from web.api import evidence
from web.api.description import asks, problem_answers
from web.api.evidence import capture_facts
from web.api.evidence_shapes import CaptureRead, CaptureReadAnswer, DiffAnswer
from web.data.blueprint import ELSEWHERE, blueprint, leads_to
from web.evidence.captures import capture_examined
from web.evidence.differences import differences, sides_asked

_captures: Callable[..., Any] = evidence.captures
_revisions: Callable[..., Any] = evidence.revisions
_PAGE = "/articles/<article_id>"
blueprint.add_url_rule(f"{_PAGE}/captures.json", "captures", _captures, methods=["GET"])
blueprint.add_url_rule(f"{_PAGE}/revisions.json", "revisions", _revisions, methods=["GET"])


def _revision(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "integer"}
    return {"name": name, "in": "query", "description": description, "schema": schema}


@blueprint.get("/articles/<article_id>/captures/<capture_id>.json")
@blueprint.output(CaptureReadAnswer)
@blueprint.doc(
    summary="Capture",
    description="One capture of an article, and what its record says.",
    responses=problem_answers(404, 410, 503),
)
def capture(article_id: str, capture_id: str) -> CaptureReadAnswer:
    """One capture."""
    found = capture_examined(article_id, capture_id)
    return CaptureReadAnswer(
        CaptureRead(
            **capture_facts(found.capture, found.revision),
            is_readable=found.is_readable,
            truncated=found.truncated,
            target=found.target,
        )
    )


@blueprint.get("/articles/<article_id>/diff.json")
@blueprint.output(DiffAnswer)
@blueprint.doc(
    summary="Differences",
    description="How two revisions of an article differ; without numbers the way to the last two.",
    responses={**ELSEWHERE, **problem_answers(400, 404, 410, 503)},
)
@asks(_revision("from", "The earlier revision."), _revision("to", "The later revision."))
def diff(article_id: str) -> dict[str, Any] | Response:
    """How two revisions differ."""
    sides = sides_asked(article_id)
    if not sides.are_named:
        numbers = {"from": sides.old, "to": sides.new}
        return leads_to("data.diff", article_id=article_id, **numbers)
    found = differences(sides)
    times = {revision: event.at for revision, event in found.times.items()}
    return {
        "old": {"revision": found.old, "at": times.get(found.old)},
        "new": {"revision": found.new, "at": times.get(found.new)},
        "fields": {change.field: {"old": change.old, "new": change.new} for change in found.facts},
        "lines": [{"sign": line.sign, "stretches": line.stretches} for line in found.lines],
        "revisions": found.choices,
    }
