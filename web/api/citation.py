"""Articles as references, in every form of citation."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from archive.article import Article
from web.api.blueprint import blueprint
from web.api.description import problem_answers
from web.citations.article_item import csl_item
from web.citations.formats import DEFAULT_FORMAT, CitationFormat, find_format, formats
from web.holdings import holdings
from web.params import unknown_format


@blueprint.get("/articles/<article_id>/citation")
@blueprint.doc(
    summary="Citation",
    description="The reference to an article, as text or CSL-JSON.",
    responses={
        200: {
            "description": "The reference in the form asked for.",
            "content": {
                form.media_type: {"schema": {"type": "object" if "json" in form.key else "string"}}
                for form in formats.values()
            },
        },
        **problem_answers(400, 404, 410, 503),
    },
)
def citation(article_id: str) -> Response:
    """The reference to an article."""
    form = format_asked(request.args.get("format"))
    text = form.render(item_of(holdings().store.get(article_id)))
    response = Response(text + "\n", mimetype=form.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{article_id}{form.suffix}"'
    return response


def format_asked(name: str | None) -> CitationFormat:
    """The form of citation with a name. Raises ``ParametersInvalid``."""
    form = find_format(name or DEFAULT_FORMAT)
    if form is None:
        raise unknown_format(str(name), ", ".join(formats))
    return form


def item_of(article: Article) -> dict[str, Any]:
    """The item of CSL-JSON for an article of this archive."""
    held = holdings()
    archive = held.settings.archive_name
    return csl_item(article, archive=archive, archived_url=held.page_url(article))
