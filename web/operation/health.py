"""Whether the process lives, whether the archive can answer, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from apiflask import APIBlueprint
from flask import Response, current_app
from pydantic import BaseModel, Field

from archive.errors import JianbaoError
from archive.words import N_
from web.api.description import problem_answers
from web.holdings import holdings
from web.operation.metrics import exposition, of

blueprint = APIBlueprint("operation", __name__, tag="operation")

_NUMBERS: dict[int | str, Any] = {
    200: {
        "description": "Prometheus' text format, or OpenMetrics.",
        "content": {
            "text/plain": {"schema": {"type": "string"}},
            "application/openmetrics-text": {"schema": {"type": "string"}},
        },
    }
}


@dataclass(eq=False)
class IndexBehind(JianbaoError):
    """The index does not follow the store."""

    code = "index-behind"
    message = N_(
        "The search index answers for revision %(index)s, the article store is at revision "
        "%(store)s. Wait a little; if it stays so, read the server's log and run "
        "“jianbao index rebuild”."
    )
    index: int
    store: int


@dataclass(eq=False)
class IndexDiffers(JianbaoError):
    """The index does not hold what the store holds."""

    code = "index-differs"
    message = N_(
        "The search index holds %(index)s reports, the article store %(store)s. "
        "Run “jianbao index rebuild”."
    )
    index: int
    store: int


class Alive(BaseModel):
    """The process answers."""

    status: str = Field(description="`ok`")


class Ready(BaseModel):
    """Store and index are open and agree."""

    status: str = Field(description="`ready`")
    revision: int = Field(description="Of the article store; the index answers for it.")
    articles: int = Field(description="Articles that can be found.")


@blueprint.get("/healthz")
@blueprint.output(Alive)
@blueprint.doc(summary="Health", description="Whether the process answers; it looks at nothing.")
def healthz() -> dict[str, str]:
    """Whether the process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@blueprint.output(Ready)
@blueprint.doc(
    summary="Readiness",
    description="Whether store and index can be read and agree; otherwise what is wrong.",
    responses=problem_answers(503),
)
def readyz() -> dict[str, str | int]:
    """Whether the archive can answer."""
    held = holdings()
    revision = held.store.revision
    held.follow()
    index = held.index.status()
    if index.revision < revision:
        raise IndexBehind(index=index.revision, store=revision)
    articles = held.store.count()
    # Between two looks a crawl may have gone on; then the next visit compares.
    if index.revision == held.store.revision and index.documents != articles:
        raise IndexDiffers(index=index.documents, store=articles)
    return {"status": "ready", "revision": index.revision, "articles": index.documents}


@blueprint.get("/metrics")
@blueprint.doc(
    summary="Metrics",
    description="Numbers for Prometheus: requests, times, revisions.",
    responses=_NUMBERS,
)
def metrics() -> Response:
    """The numbers."""
    return exposition(of(current_app))
