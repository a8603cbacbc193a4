"""All captures of a report, and each of them in a frame that says what it is."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, render_template

from archive.article import Article
from archive.capture import Capture
from archive.errors import CaptureUnreadable, NotHeld
from archive.warc import Recorded, read
from web.evidence.addresses import capture_path
from web.evidence.blueprint import blueprint
from web.evidence.replay import redirect_target
from web.holdings import holdings
from web.policies import AROUND_CAPTURED_PAGES


class CaptureExamined(NamedTuple):
    """A capture of a report, and what its record says beyond that."""

    article: Article
    capture: Capture
    revision: int | None
    """What it was read as; ``None`` where it shows no report."""
    is_readable: bool
    truncated: str | None
    """Why the server's answer is cut short, where it is."""
    target: str | None
    """The address to which the server sent its visitors."""


@blueprint.get("/articles/<article_id>/captures")
def article_captures(article_id: str) -> str:
    """Every capture of the addresses under which a report was read."""
    store = holdings().store
    return render_template(
        "captures.html",
        article=store.get(article_id),
        captures=store.captures_of_report(article_id),
    )


@blueprint.get("/articles/<article_id>/captures/<capture_id>")
def framed(article_id: str, capture_id: str) -> Response:
    """One capture as it came, below a strip that says when and from where."""
    page = render_template("framed.html", **capture_examined(article_id, capture_id)._asdict())
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = AROUND_CAPTURED_PAGES
    return response


def capture_examined(article_id: str, capture_id: str) -> CaptureExamined:
    """A capture of a report. Raises ``NotHeld`` for one that is none of its."""
    store = holdings().store
    article = store.get(article_id)
    captures = {each.capture.id: each for each in store.captures_of_report(article_id)}
    found = captures.get(capture_id)
    if found is None:
        raise NotHeld(url=f"{article.url} ({capture_id})")
    recorded: Recorded | None
    try:
        recorded = read(holdings().settings.warc_folder, found.capture)
    except CaptureUnreadable:
        recorded = None
    return CaptureExamined(
        article=article,
        capture=found.capture,
        revision=found.revision,
        is_readable=recorded is not None,
        truncated=recorded.truncated if recorded else None,
        target=redirect_target(recorded) if recorded else None,
    )


blueprint.add_app_template_global(capture_path, "capture_path")
