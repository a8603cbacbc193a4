"""What changed since a revision, so that others can keep a copy of the archive."""

from __future__ import annotations

from datetime import datetime

from flask import request, url_for
from pydantic import BaseModel, ConfigDict, Field

from archive.article import Article
from archive.last_changes import Window
from archive.words import N_
from web.api.blueprint import blueprint
from web.api.description import asks, problem_answers
from web.faults import Fault, ParametersInvalid
from web.holdings import holdings
from web.params import LIMIT_MAX, read

_OTHER_STORE = N_(
    "“%(parameter)s” is not the id of the store, which was made anew since; copy everything again."
)
_BEYOND = N_(
    "“%(parameter)s” goes beyond the newest revision, %(last)s: the store was made anew since; "
    "copy everything again."
)
_LARGEST = 2**53 - 1
"""Up to here every JSON reader has whole numbers."""


class ChangesParameters(BaseModel):
    """What changes may be asked for."""

    model_config = ConfigDict(frozen=True)

    since: int = Field(
        0, ge=0, le=_LARGEST, description="Revision that was reached before; 0: everything."
    )
    store: str | None = Field(
        None, description="Id of the store that counted `since`; refused if it was made anew."
    )
    limit: int = Field(LIMIT_MAX, ge=1, le=LIMIT_MAX, description="Changes in one answer.")


class ChangeFound(BaseModel):
    """The last change of one article."""

    revision: int
    changed_at: datetime = Field(description="When the change could first be seen, in UTC.")
    id: str
    site: str | None = Field(description="Null where the archive never had the article.")
    is_withdrawn: bool = Field(description="Whether nobody may see it any more.")
    article: Article | None = Field(description="As it is now; null where it was withdrawn.")


class ChangesAnswer(BaseModel):
    """Changes in the order of their revisions, each article once."""

    store: str = Field(description="Id of the store; another one counts anew.")
    revision: int = Field(description="Revision reached: `since` of the next visit.")
    changes: list[ChangeFound]
    next: str | None = Field(description="Address of the next changes, if there are more now.")


@blueprint.get("/changes")
@blueprint.output(ChangesAnswer)
@blueprint.doc(
    summary="Changes",
    description="What changed since a revision, withdrawals too: how to keep a copy.",
    responses=problem_answers(400, 503),
)
@asks(ChangesParameters)
def changes() -> ChangesAnswer:
    """The articles that changed last after a revision."""
    parameters = read(ChangesParameters, request.args)
    store = holdings().store
    if parameters.store not in (None, store.id):
        raise ParametersInvalid((Fault("store", _OTHER_STORE),))
    if parameters.since > (newest := store.revision):
        raise ParametersInvalid((Fault("since", _BEYOND, {"last": newest}),))
    # One more than is told says whether there are more.
    found = store.last_changes(Window(), since=parameters.since, limit=parameters.limit + 1)
    told = found[: parameters.limit]
    reached = told[-1].revision if told else parameters.since
    articles = store.get_many(change.article_id for change in told)
    return ChangesAnswer(
        store=store.id,
        revision=reached,
        changes=[
            ChangeFound(
                revision=change.revision,
                changed_at=change.at,
                id=change.article_id,
                site=change.site,
                is_withdrawn=change.article_id not in articles,
                article=articles.get(change.article_id),
            )
            for change in told
        ],
        next=_address(reached, parameters.limit) if len(found) > len(told) else None,
    )


def _address(since: int, limit: int) -> str:
    held = holdings()
    path = url_for("api.changes", since=since, store=held.store.id, limit=limit)
    return held.settings.public_url.rstrip("/") + path
