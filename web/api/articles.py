"""Articles as they were read from their captures."""

from __future__ import annotations

from dataclasses import fields

from archive.article import reference
from web.api.blueprint import blueprint
from web.api.description import problem_answers
from web.api.shapes import ArticleAnswer, ArticleShown, ReprintFound
from web.holdings import holdings


@blueprint.get("/articles/<article_id>")
@blueprint.output(ArticleAnswer)
@blueprint.doc(
    summary="Article",
    description="One article with its text, its figures and the captures behind it.",
    responses=problem_answers(404, 410, 503),
)
def article(article_id: str) -> ArticleAnswer:
    """One article."""
    store = holdings().store
    record = store.get(article_id)
    reprints = tuple(
        ReprintFound.model_validate(reference(each))
        for each in store.reprints(article_id)
        if each.id != article_id
    )
    facts = {field.name: getattr(record, field.name) for field in fields(record)}
    return ArticleAnswer(ArticleShown(**facts, reprints=reprints))
