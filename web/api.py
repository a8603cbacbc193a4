"""The API: searching, articles and their citations, as JSON."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, request, url_for
from pydantic import BaseModel, Field, RootModel

from archive.article import Article, reference
from search.finding import Found, to_json
from search.index import Facet
from web.citation import csl_item
from web.citation_formats import DEFAULT_FORMAT, CitationFormat, find_format, formats
from web.description import problem_answers
from web.holdings import holdings
from web.params import (
    SearchParameters,
    page_out_of_range,
    read_search,
    read_suggest,
    unknown_format,
)

blueprint = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="archive")


class SectionFound(BaseModel):
    """The section in which the words of the snippet stand."""

    heading: str | None
    anchor: str = Field(description="Fragment of the article's page.")


class HitFound(BaseModel):
    """One article found."""

    id: str
    title: str
    published: str | None = Field(description="Day in China, as printed.")
    container_title: str | None
    site: str
    url: str = Field(description="Where it was published.")
    page_url: str = Field(description="Its page in the archive.")
    score: float
    snippet: str = Field(description="Plain text.")
    snippet_marks: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        description="Stretches of the snippet that answer the query: first character, end."
    )
    section: SectionFound | None
    reprints: int = Field(description="Matching reprints of it that `collapse` left out.")


class WideningFound(BaseModel):
    """A part of the query that was searched with its synonyms."""

    text: str
    others: list[str]


class FacetFound(BaseModel):
    """How many of all hits have a value."""

    value: str
    count: int


class SearchAnswer(BaseModel):
    """One page of hits, and what is true of all of them."""

    total: int = Field(description="Exact number of articles that match.")
    groups: int | None = Field(
        description="With `collapse`: exact number of hits, reprints counted once."
    )
    page: int
    limit: int
    with_all_words: int = Field(
        description="How many of `total` have all the words; they come first."
    )
    most_words: bool = Field(
        description="Whether too few articles had all the words; those with most of them follow."
    )
    widenings: list[WideningFound] = Field(description="Synonyms that were searched, too.")
    did_you_mean: list[str] = Field(
        description="Other texts of the query that have more hits, where this one has few."
    )
    hits: list[HitFound]
    facets: dict[Facet, list[FacetFound]] = Field(description="By `facet`.")
    next: str | None = Field(description="Address of the next page.")


class Suggestions(BaseModel):
    """What the words being typed may become."""

    suggestions: list[str] = Field(description="Words and titles, the likeliest first.")


class ReprintFound(BaseModel):
    """The same report elsewhere (转载)."""

    id: str
    title: str
    published: str | None = Field(description="Day in China, as printed.")
    container_title: str | None
    reprinted_from: str | None
    url: str = Field(description="Where it was published.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleShown(Article):
    """A report as read from its captures, with where else it stands."""

    reprints: tuple[ReprintFound, ...]
    """Earliest first."""


class ArticleAnswer(RootModel[ArticleShown]):
    """A report as read from its captures."""


@blueprint.get("/search")
@blueprint.output(SearchAnswer)
@blueprint.doc(
    summary="Search",
    description="Articles that match, with snippets and facets.",
    responses=problem_answers(400, 503),
)
def search() -> dict[str, Any]:
    """Articles that match."""
    parameters = read_search(request.args)
    found = holdings().find(parameters.query())
    check_page(parameters, found)
    answer = to_json(found)
    for hit in answer["hits"]:
        hit["page_url"] = f"{_public()}/articles/{hit['id']}"
    return {
        **answer,
        "page": parameters.page,
        "limit": parameters.limit,
        "next": _next_address(parameters, found.next) if found.next else None,
    }


def check_page(parameters: SearchParameters, found: Found) -> int:
    """The last page of what was found. Raises ``ParametersInvalid`` for a page behind it."""
    last_page = max(1, -(-found.shown_total // parameters.limit))
    if parameters.page > last_page and not parameters.cursor:
        raise page_out_of_range(last_page)
    return last_page


@blueprint.get("/suggest")
@blueprint.output(Suggestions)
@blueprint.doc(
    summary="Suggestions",
    description="Words and titles that what is being typed may become; pinyin will do.",
    responses=problem_answers(400, 503),
)
def suggest() -> dict[str, Any]:
    """What is being typed may become these."""
    parameters = read_suggest(request.args)
    return {"suggestions": list(holdings().index.complete(parameters.q, parameters.limit))}


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


def _public() -> str:
    return holdings().settings.public_url.rstrip("/")


def _next_address(parameters: SearchParameters, cursor: str) -> str:
    following = parameters.address(page=parameters.page + 1, cursor=cursor)
    return _public() + url_for("api.search", **following)
