"""All hits of a search as a file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from itertools import chain

from flask import Response, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from archive.article import CHINA, Article
from web.api.blueprint import blueprint
from web.api.description import EXPORT_FORMAT, PAGING, asks, file_answer, problem_answers
from web.exports.formats import DEFAULT_EXPORT, ExportFormat, Source, export_formats
from web.exports.hits import articles_found
from web.faults import unknown_format
from web.holdings import holdings
from web.params import SearchParameters, read_search


@blueprint.get("/export")
@blueprint.doc(
    summary="Export",
    description="All articles that match, in order, as a file.",
    responses={
        200: file_answer(form.media_type for form in export_formats.values()),
        **problem_answers(400, 503),
    },
)
@asks(EXPORT_FORMAT, SearchParameters, without=PAGING)
def export() -> Response:
    """All hits of a search."""
    form = export_asked(request.args.get("format"))
    found = articles_found(holdings(), read_everything(request.args).query())
    return exported(found, form)


def read_everything(
    arguments: MultiDict[str, str], without: Collection[str] = PAGING
) -> SearchParameters:
    """A search without what it says of pages. Raises ``ParametersInvalid``."""
    kept = [each for each in arguments.items(multi=True) if each[0] not in without]
    return read_search(MultiDict(kept))


def export_asked(name: str | None) -> ExportFormat:
    """The form of export with a name. Raises ``ParametersInvalid``."""
    form = export_formats.get(name or DEFAULT_EXPORT)
    if form is None:
        raise unknown_format(str(name), ", ".join(export_formats))
    return form


def exported(articles: Iterable[Article], form: ExportFormat) -> Response:
    """A file of articles, sent while it is written."""
    held = holdings()
    source = Source(
        archive_name=held.settings.archive_name,
        warc_folder=held.settings.warc_folder,
        page_url=held.page_url,
        translate=gettext,
    )
    response = as_file(form.write(articles, source), form.media_type, form.suffix)
    response.vary.add("Accept-Language")
    return response


def as_file(pieces: Iterator[bytes], media_type: str, suffix: str) -> Response:
    """A file to be saved. An error before its first piece is answered as every error is.

    After that there is no way to say what went wrong but to break off, as the server then does.
    """
    started = chain([next(pieces, b"")], pieces)
    response = Response(started, mimetype=media_type)
    name = f"jianbao-{datetime.now(CHINA):%Y%m%d-%H%M%S}{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
