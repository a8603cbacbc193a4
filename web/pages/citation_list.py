"""The page of a citation list (引文清单): its references, their order, and its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from archive.article import Article
from web.api.citation import item_of
from web.api.export import export_asked
from web.citation_list import LIST, MOST, by_date, carried, list_address, moved, named_in, read_list
from web.citations.formats import DEFAULT_FORMAT, CitationFormat, formats
from web.exports.formats import ExportFormat, export_formats
from web.faults import not_one_of, too_many_reports
from web.holdings import holdings
from web.pages.blueprint import blueprint

_Ids = tuple[str, ...]
CHANGES: Mapping[str, Callable[[_Ids, str], _Ids]] = MappingProxyType(
    {
        "up": lambda ids, one: moved(ids, one, -1),
        "down": lambda ids, one: moved(ids, one, +1),
        "remove": lambda ids, one: tuple(each for each in ids if each != one),
        "add": lambda ids, text: tuple(dict.fromkeys((*ids, *named_in(text)))),
        "order": lambda ids, order: _by_date(ids, order),
    }
)
"""What buttons of the page do to its list, by the parameter that they send."""


class ListHeld(NamedTuple):
    """A list as the archive holds it."""

    articles: list[Article]
    references: list[str]
    """One for each article."""
    missing: list[str]
    """Ids of what is not held, or withdrawn."""
    shown: CitationFormat
    """The form of the references."""


@blueprint.get(LIST)
def citation_list() -> Response | str:
    """The references of a list, in its order."""
    ids = read_list(request.args)
    form = export_asked(request.args.get("format") or DEFAULT_FORMAT)
    chosen = None if form.key == DEFAULT_FORMAT else form.key
    for parameter, change in CHANGES.items():
        if given := request.args.get(parameter):
            changed = change(ids, given)
            if len(changed) > MOST:
                raise too_many_reports(MOST)
            return redirect(list_address(changed, chosen), code=303)
    held = list_held(ids, form)
    marked = tuple(article.id for article in held.articles)
    return render_template(
        "list.html",
        **held._asdict(),
        form=form,
        forms=export_formats,
        most=MOST,
        marked=marked,
        carried=carried(marked),
    )


def list_held(ids: _Ids, form: ExportFormat) -> ListHeld:
    """The reports of a list; a file that is no list of citations is shown as one by default."""
    articles = _held(ids)
    shown = formats.get(form.key, formats[DEFAULT_FORMAT])
    return ListHeld(
        articles=list(articles.values()),
        references=[shown.render(item_of(article)) for article in articles.values()],
        missing=[each for each in ids if each not in articles],
        shown=shown,
    )


def _by_date(ids: _Ids, order: str) -> _Ids:
    if order not in ("oldest", "newest"):
        raise not_one_of("order", "oldest, newest")
    return by_date(ids, _held(ids), newest_first=order == "newest")


def _held(ids: _Ids) -> dict[str, Article]:
    return holdings().store.get_many(ids)
