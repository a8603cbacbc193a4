"""Articles as they were read from their captures."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from archive.article import reference
from search.units import section_anchor
from web.api.blueprint import blueprint
from web.api.description import problem_answers
from web.api.shapes import ArticleAnswer, ArticleShown, ReprintFound, SectionsAnswer
from web.holdings import holdings
from web.http.caching import of_record


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
    others = [each for each in store.reprints(article_id) if each.id != article_id]
    reprints = tuple(ReprintFound.model_validate(reference(each)) for each in others)
    of_record(record, others)
    facts = {field.name: getattr(record, field.name) for field in fields(record)}
    return ArticleAnswer(ArticleShown(**facts, reprints=reprints))


@blueprint.get("/articles/<article_id>/sections")
@blueprint.output(SectionsAnswer)
@blueprint.doc(
    summary="Sections",
    description="The text of an article by sections, each with its place on the article's page.",
    responses=problem_answers(404, 410, 503),
)
def sections(article_id: str) -> dict[str, Any]:
    """The sections of one article."""
    held = holdings()
    record = held.store.get(article_id)
    of_record(record)
    page_url = held.page_url(record)
    return {
        "id": record.id,
        "title": record.title,
        "published": record.published.isoformat() if record.published else None,
        "sections": [
            {
                "number": number,
                "anchor": section_anchor(number),
                "url": f"{page_url}#{section_anchor(number)}",
                "heading": section.heading,
                "subheading": section.subheading,
                "paragraphs": list(section.paragraphs),
            }
            for number, section in enumerate(record.sections)
        ],
    }
