"""What was found, printed for people."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from archive.words import N_, _
from search.finding import Found, FoundArticle
from search.index import Facet, FacetCount

FACETS = {
    Facet.SITE: N_("Site"),
    Facet.YEAR: N_("Year"),
    Facet.MONTH: N_("Month"),
    Facet.DAY: N_("Day"),
    Facet.CONTAINER: N_("Published in"),
    Facet.AUTHOR: N_("Author"),
    Facet.CHANNEL: N_("Channel"),
}
"""What people call the facets; message ids."""
_SHOWN = 20
"""Values of a facet that are printed."""
_MATCH = "bold yellow"

SiteName = Callable[[str], str]


def print_found(found: Found, console: Console, site_name: SiteName = str) -> None:
    """Hits with their passages, then the numbers; first what people must know about them."""
    for widening in found.widenings:
        console.print(_widening(widening.text, widening.others), soft_wrap=True)
    if found.did_you_mean:
        texts = " · ".join(found.did_you_mean)
        console.print(Text(_("Did you mean: %(texts)s") % {"texts": texts}), soft_wrap=True)
    if not found.total:
        console.print(_("Nothing was found."))
        return
    if found.most_words:
        console.print(Text(_most_words(found), "italic"), soft_wrap=True)
    for number, hit in enumerate(found.hits, 1):
        console.print(_hit(number, hit), soft_wrap=True)
    console.print(Text(_total(found), "bold"))
    for facet, counts in found.facets.items():
        if counts:
            console.print(Text(_facet(facet, counts, site_name), "dim"), soft_wrap=True)
    if found.next:
        more = _("More: --cursor %(cursor)s") % {"cursor": found.next}
        console.print(Text(more, "dim"), soft_wrap=True)


def _widening(text: str, others: tuple[str, ...]) -> Text:
    words = _("Searched with synonyms: %(text)s = %(others)s (not with --no-synonyms)")
    return Text(words % {"text": text, "others": " = ".join(others)}, "dim")


def _most_words(found: Found) -> str:
    if not found.with_all_words:
        return _("No report has all the words; these have most of them.")
    words = _("Reports with all the words: %(count)s; the others have most of them.")
    return words % {"count": found.with_all_words}


def _total(found: Found) -> str:
    if found.groups is None:
        return _("Reports found: %(total)s") % {"total": found.total}
    facts = {"total": found.total, "groups": found.groups}
    return _("Reports found: %(total)s; with reprints counted once: %(groups)s") % facts


def _facet(facet: Facet, counts: tuple[FacetCount, ...], site_name: SiteName) -> str:
    named = site_name if facet is Facet.SITE else str
    values = [f"{named(one.value)} {one.count}" for one in counts[:_SHOWN]]
    more = ["…"] if len(counts) > _SHOWN else []
    return _(FACETS[facet]) + ": " + " · ".join([*values, *more])


def _hit(number: int, hit: FoundArticle) -> Text:
    article = hit.article
    lines = Text(f"{number}. ")
    lines.append(_marked(article.title, hit.snippet.title_marks, "bold"))
    facts = [
        article.published.isoformat() if article.published else _("no day"),
        article.container_title or article.site,
        article.id,
    ]
    if hit.reprints:
        facts.append(_("reprints: %(count)s") % {"count": hit.reprints})
    lines.append("\n   " + " · ".join(facts), "dim")
    if hit.snippet.text:
        lines.append("\n   ")
        if hit.snippet.heading and hit.snippet.heading not in hit.snippet.text:
            lines.append(f"{hit.snippet.heading} — ", "italic")
        lines.append(_marked(hit.snippet.text.replace("\n", " "), hit.snippet.marks, ""))
    return lines.append("\n")


def _marked(words: str, spans: tuple[tuple[int, int], ...], style: str) -> Text:
    text = Text(words, style)
    for start, end in spans:
        text.stylize(_MATCH, start, end)
    return text
