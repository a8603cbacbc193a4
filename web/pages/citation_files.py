"""A report's citation as a file: at its address with a suffix, or where ``Accept`` asks for it."""

from __future__ import annotations

from flask import Response, request, url_for

from web.api.citation import citation_file
from web.citations.formats import FILES, CitationFormat
from web.holdings import holdings
from web.pages.blueprint import blueprint

_PAGE = ("text/html", "application/json")
"""What is answered elsewhere, and rather: of several types liked as well, the first one wins."""
_BY_TYPE = {form.media_type: form for form in FILES.values()}


def _file(article_id: str, form: CitationFormat) -> Response:
    return citation_file(holdings().store.get(article_id), form)


for _suffix, _form in FILES.items():
    blueprint.add_url_rule(
        f"/articles/<article_id>{_suffix}",
        f"citation{_suffix.replace('.', '_')}",
        _file,
        defaults={"form": _form},
    )


@blueprint.before_app_request  # APIFlask stumbles over those of plain blueprints
def _negotiate() -> Response | None:
    """Answer with a citation instead of a report's page where the client prefers that."""
    if request.endpoint != "pages.article":
        return None
    form = _BY_TYPE.get(request.accept_mimetypes.best_match((*_PAGE, *_BY_TYPE)) or "")
    if form is None:
        return None
    article_id = (request.view_args or {})["article_id"]
    response = _file(article_id, form)
    response.headers["Content-Location"] = url_for("pages.article", article_id=article_id) + (
        form.suffix
    )
    response.vary.add("Accept")
    return response
