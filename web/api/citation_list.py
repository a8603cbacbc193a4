"""A list of articles as a file."""

from __future__ import annotations

from flask import Response, request

from web.api.blueprint import blueprint
from web.api.description import LIST_FORMAT, asks, file_answer, problem_answers
from web.api.export import export_asked, exported
from web.citation_list import ListParameters, read_list
from web.citations.formats import DEFAULT_FORMAT
from web.exports.formats import export_formats
from web.holdings import holdings


@blueprint.get("/list")
@blueprint.doc(
    summary="List",
    description="The articles with these ids, in their order, as a file.",
    responses={
        200: file_answer(form.media_type for form in export_formats.values()),
        **problem_answers(400, 404, 410, 503),
    },
)
@asks(LIST_FORMAT, ListParameters)
def citation_list() -> Response:
    """A list of articles."""
    form = export_asked(request.args.get("format") or DEFAULT_FORMAT)
    ids, store = read_list(request.args), holdings().store
    articles = store.get_many(ids)
    for article_id in ids:
        if article_id not in articles:
            store.get(article_id)  # says what became of it
    return exported(articles.values(), form)
