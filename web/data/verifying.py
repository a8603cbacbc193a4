"""The data of a verification."""

from __future__ import annotations

from typing import Any

from archive.capture import Capture
from archive.fixity import Examined
from web.api.description import asks, problem_answers
from web.api.evidence_shapes import VerifyAnswer
from web.data.blueprint import blueprint
from web.evidence.addresses import capture_path, public
from web.evidence.cited import Cited
from web.evidence.verifying import verified
from web.holdings import holdings

_REVISION = {
    "name": "revision",
    "in": "query",
    "description": "Which the digest was cited with.",
    "schema": {"type": "string"},
}


@blueprint.get("/verify/<digest>.json")
@blueprint.output(VerifyAnswer)
@blueprint.doc(
    summary="Verify",
    description="The records with a payload digest, read again, and the reports that rest on them.",
    responses=problem_answers(400, 404, 410, 503),
)
@asks(_REVISION)
def verify(digest: str) -> dict[str, Any]:
    """The records with a payload digest."""
    found = verified(digest)
    return {
        "digest": found.digest,
        "is_intact": found.is_intact,
        "is_complete": found.is_complete,
        "records": [_record(each) for each in found.examined],
        "articles": [_article(each) for each in found.reports],
    }


def _record(examined: Examined) -> dict[str, Any]:
    return {
        "capture": _capture(examined.capture),
        "is_intact": not examined.faults,
        "faults": examined.faults,
        "payload_digest": examined.payload_digest,
        "warc_payload_digest": examined.payload,
        "warc_block_digest": examined.block,
    }


def _capture(capture: Capture) -> dict[str, Any]:
    return {
        "id": capture.id,
        "url": capture.url,
        "captured_at": capture.captured_at,
        "status": capture.status,
        "capture_url": public(capture_path(capture)),
        "warc_file": capture.warc_file,
        "warc_offset": capture.warc_offset,
    }


def _article(report: Cited) -> dict[str, Any]:
    return {
        "id": report.article.id,
        "title": report.article.title,
        "page_url": holdings().page_url(report.article),
        "revision": report.revision,
        "held_revision": report.held_revision,
        "is_current": report.is_current,
        "diff_url": None if report.is_current else public(report.diff_path),
    }
