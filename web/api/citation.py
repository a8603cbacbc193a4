"""Articles as references, in every form of citation."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from archive.article import Article
from web.api.blueprint import blueprint
from web.api.description import FORMAT, SECTION, asks, problem_answers
from web.citations.article_item import csl_item
from web.citations.formats import DEFAULT_FORMAT, CitationFormat, find_format, formats
from web.citations.sections import CitedSection, find_section, sections_of
from web.faults import unknown_format, unknown_section
from web.holdings import holdings
from web.http.caching import of_record


@blueprint.get("/articles/<article_id>/citation")
@blueprint.doc(
    summary="Citation",
    description="The reference to an article, or to one section of it.",
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
@asks(FORMAT, SECTION)
def citation(article_id: str) -> Response:
    """The reference to an article."""
    form = format_asked(request.args.get("format"))
    return citation_file(holdings().store.get(article_id), form)


def citation_file(article: Article, form: CitationFormat) -> Response:
    """A file with the reference to an article, or to the section that the request names."""
    of_record(article)
    section = section_asked(article, request.args.get("section"))
    response = Response(form.file(item_of(article, section)), mimetype=form.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{article.id}{form.suffix}"'
    return response


def format_asked(name: str | None) -> CitationFormat:
    """The form of citation with a name. Raises ``ParametersInvalid``."""
    form = find_format(name or DEFAULT_FORMAT)
    if form is None:
        raise unknown_format(str(name), ", ".join(formats))
    return form


def section_asked(article: Article, anchor: str | None) -> CitedSection | None:
    """The section of an article at an anchor, if one is named. Raises ``ParametersInvalid``."""
    if not anchor:
        return None
    section = find_section(article, anchor)
    if section is None:
        raise unknown_section(anchor, [each.anchor for each in sections_of(article)])
    return section


def item_of(article: Article, section: CitedSection | None = None) -> dict[str, Any]:
    """The item of CSL-JSON for an article of this archive, or for a section of it."""
    held = holdings()
    return csl_item(
        article,
        archive=held.settings.archive_name,
        archived_url=held.page_url(article),
        section=section,
    )
