"""Whether the bytes that are cited are those that lie in the archive."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, current_app, render_template, request

from archive.capture import Capture
from archive.errors import UnknownDigest
from archive.fixity import Digest, Examined, examine
from archive.words import N_
from web.evidence.addresses import capture_path, public
from web.evidence.blueprint import blueprint
from web.evidence.cited import Cited, cited
from web.evidence.held import shown_only
from web.faults import Fault, ParametersInvalid
from web.holdings import holdings
from web.http.negotiation import HTML, JSON, TWIN_SUFFIX, wants_json

MOST = 50
"""Records that are read again for one answer."""
_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.IGNORECASE)
_NOT_A_DIGEST = N_(
    "“%(parameter)s” must be a SHA-256 digest: 64 digits 0 to f, with or without “sha256:”."
)


@blueprint.get("/verify/<digest>")
def verify(digest: str) -> Response:
    """The records with a payload digest, read again, and the reports that rest on them."""
    named = _DIGEST.fullmatch(digest.removesuffix(TWIN_SUFFIX).strip())
    if named is None:
        raise ParametersInvalid((Fault("digest", _NOT_A_DIGEST),))
    wanted = "sha256:" + named[1].lower()
    captures = holdings().store.captures_with_digest(wanted, MOST + 1)
    if not captures:
        raise UnknownDigest(digest=wanted)
    shown = shown_only(captures)
    folder = holdings().settings.warc_folder
    examined = [examine(folder, capture) for capture in shown[:MOST]]
    reports = cited(shown[:MOST], request.args.get("revision"))
    is_intact = not any(each.faults for each in examined)
    if wants_json():
        answer = {
            "digest": wanted,
            "is_intact": is_intact,
            "is_complete": len(captures) <= MOST,
            "records": [_record(each) for each in examined],
            "articles": [_article(each) for each in reports],
        }
        text = current_app.json.dumps(answer)
        response = Response(text, mimetype=JSON)
    else:
        page = render_template(
            "verify.html",
            digest=wanted,
            is_intact=is_intact,
            is_complete=len(captures) <= MOST,
            most=MOST,
            examined=examined,
            reports=reports,
        )
        response = Response(page, mimetype=HTML)
    return response


def _record(examined: Examined) -> dict[str, Any]:
    capture = examined.capture
    return {
        "capture": _capture(capture),
        "is_intact": not examined.faults,
        "faults": list(examined.faults),
        "payload_digest": examined.payload_digest,
        "warc_payload_digest": _digest(examined.payload),
        "warc_block_digest": _digest(examined.block),
    }


def _capture(capture: Capture) -> dict[str, Any]:
    return {
        "id": capture.id,
        "url": capture.url,
        "captured_at": capture.captured_at.isoformat().replace("+00:00", "Z"),
        "status": capture.status,
        "capture_url": public(capture_path(capture)),
        "warc_file": capture.warc_file,
        "warc_offset": capture.warc_offset,
    }


def _digest(digest: Digest | None) -> dict[str, Any] | None:
    if digest is None:
        return None
    return {"named": digest.named, "computed": digest.computed, "agrees": digest.agrees}


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
