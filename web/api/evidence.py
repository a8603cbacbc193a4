"""The captures of a report, and what it said when."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import url_for

from archive.capture import Capture
from archive.history import history
from archive.history_shown import as_json
from web.api.blueprint import blueprint
from web.api.description import problem_answers
from web.api.evidence_shapes import CapturesAnswer, CaptureShown, RevisionsAnswer
from web.evidence.addresses import capture_path, public
from web.holdings import holdings


@blueprint.get("/articles/<article_id>/captures")
@blueprint.output(CapturesAnswer)
@blueprint.doc(
    summary="Captures",
    description="Every answer of the original server behind an article, errors too.",
    responses=problem_answers(404, 410, 503),
)
def captures(article_id: str) -> CapturesAnswer:
    """Every capture of an article."""
    store = holdings().store
    store.get(article_id)
    return CapturesAnswer(
        captures=[
            CaptureShown(**capture_facts(each.capture, each.revision))
            for each in store.captures_of_report(article_id)
        ]
    )


def capture_facts(capture: Capture, revision: int | None) -> dict[str, Any]:
    """A capture, what it was read as, and where it is shown and verified."""
    return {
        **asdict(capture),
        "revision": revision,
        "capture_url": public(capture_path(capture)),
        "verify_url": public(url_for("data.verify", digest=capture.payload_digest)),
    }


@blueprint.get("/articles/<article_id>/revisions")
@blueprint.output(RevisionsAnswer)
@blueprint.doc(
    summary="Revisions",
    description="What an article said when, how that differs, and when it was gone.",
    responses=problem_answers(404, 410, 503),
)
def revisions(article_id: str) -> dict[str, Any]:
    """Every revision of an article."""
    store = holdings().store
    store.get(article_id)
    events = as_json(history(store, article_id))
    return {"held_revision": store.held_revision(article_id), "events": events}
