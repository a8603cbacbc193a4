"""Commands that find reports and look after the index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, TimeRemainingColumn
from rich.text import Text

from archive.errors import IndexMismatch
from archive.opening import open_archive
from archive.settings import Settings
from archive.store import ArticleStore
from archive.words import N_, _
from search import sync as following
from search.finding import Found, FoundArticle, to_json
from search.finding import find as find_articles
from search.index import SearchIndex, SearchQuery, Sort
from search.opening import open_index
from search.query.days import parse_day
from search.snippets import marks

_MATCH = "bold yellow"


class _Day(click.ParamType[date]):
    """A year, a month or a day; ``last`` takes the end of it."""

    name = "DAY"

    def __init__(self, *, last: bool = False) -> None:
        self._last = last

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        days = parse_day(value)
        if days is None:
            self.fail(
                _("“%(value)s” is not a day; write 2019, 2019-11 or 2019-11-29.")
                % {"value": value},
                param,
                ctx,
            )
        return days[1] if self._last else days[0]


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[ArticleStore, SearchIndex]]:
    store = open_archive(settings)
    try:
        index = open_index(settings.index_url, store.id)
        try:
            yield store, index
        finally:
            index.close()
    finally:
        store.close()


@contextmanager
def _progress(words: str) -> Iterator[following.Progress]:
    """A bar on stderr that disappears when done; nothing where stderr is no terminal."""
    console = Console(stderr=True)
    with Progress(
        *Progress.get_default_columns()[:-1],
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(words, total=None)
        yield lambda reached, wanted: bar.update(task, completed=reached, total=wanted)


@click.command(
    help=N_("Find reports by words, by exact “strings” and by day."),
    context_settings={"ignore_unknown_options": True},  # so that -词 is part of the query
)
@click.argument("query", nargs=-1)
@click.option("--from", "first", type=_Day(), help=N_("First day: 2019, 2019-11 or 2019-11-29."))
@click.option(
    "--until", "last", type=_Day(last=True), help=N_("Last day; 2023 means to the end of 2023.")
)
@click.option(
    "--site", "sites", multiple=True, metavar="KEY", help=N_("Only this site; repeatable.")
)
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    default=Sort.RELEVANCE.value,
    show_default=True,
    help=N_("Order of the reports."),
)
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help=N_("How many reports to show."),
)
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
@click.pass_obj
def find(
    settings: Settings,
    query: tuple[str, ...],
    first: date | None,
    last: date | None,
    sites: tuple[str, ...],
    sort: str,
    limit: int,
    as_json: bool,
) -> None:
    """Bring the index up to date, search, and print what was found."""
    if unknown := next((word for word in query if word.startswith("--")), None):
        raise click.NoSuchOption(unknown)
    text = " ".join(query)
    if not text.strip() and not (first or last or sites):
        raise click.UsageError(_("Give words to search for, or a day with --from or --until."))
    wanted = SearchQuery(
        text=text,
        published_from=first,
        published_until=last,
        sites=sites,
        sort=Sort(sort),
        limit=limit,
    )
    with _opened(settings) as (store, index):
        with _progress(_("Following the archive")) as progress:
            following.sync(store, index, progress)
        found = find_articles(store, index, wanted)
    if as_json:
        click.echo(json.dumps(to_json(found), ensure_ascii=False, indent=2))
    else:
        _print(found, Console(highlight=False))


def _print(found: Found, console: Console) -> None:
    if not found.total:
        console.print(_("Nothing was found."))
        return
    if found.most_words:
        console.print(_("No report has all the words; these have most of them."), style="italic")
    for number, hit in enumerate(found.hits, 1):
        console.print(_hit(number, hit, found.strings), soft_wrap=True)
    console.print(_("Reports found: %(total)s") % {"total": found.total}, style="bold")
    for name, label in (("site", _("Site")), ("year", _("Year"))):
        counts = " · ".join(f"{one.value} {one.count}" for one in found.facets.get(name, ()))
        if counts:
            console.print(Text(f"{label}: {counts}", style="dim"), soft_wrap=True)


def _hit(number: int, hit: FoundArticle, strings: tuple[str, ...]) -> Text:
    article = hit.article
    lines = Text(f"{number}. ")
    lines.append(_marked(article.title, marks(article.title, strings), "bold"))
    facts = [
        article.published.isoformat() if article.published else _("no day"),
        article.container_title or article.site,
        article.id,
    ]
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


@click.group(help=N_("Look after the search index."))
def index() -> None:
    """The commands below."""


@index.command(help=N_("Make the index anew; the old one answers until the new one is ready."))
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Works on an index of another store or version, too."""
    with _opened(settings) as (store, opened), _progress(_("Making the index")) as progress:
        reached = following.rebuild(store, opened, progress)
    click.echo(_("The index was made anew up to revision %(revision)s.") % {"revision": reached})


@index.command(help=N_("Bring the index up to date with the archive."))
@click.pass_obj
def sync(settings: Settings) -> None:
    """What ``find`` does first."""
    with _opened(settings) as (store, opened), _progress(_("Following the archive")) as progress:
        reached = following.sync(store, opened, progress)
    click.echo(_("The index has reached revision %(revision)s.") % {"revision": reached})


@index.command(help=N_("Say whether the index answers, and for which revision."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """An index that cannot answer is a fact to report here, not an error."""
    with _opened(settings) as (store, opened):
        facts: dict[str, Any] = {"index": settings.index_url, "store_revision": store.revision}
        try:
            facts |= {
                "revision": opened.revision(),
                "articles": len(opened.article_ids()),
                "problem": None,
            }
        except IndexMismatch as mismatch:
            facts |= {"revision": None, "articles": None, "problem": mismatch.words(_)}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    click.echo(_("Index: %(index)s") % facts)
    if facts["problem"]:
        click.echo(facts["problem"])
        return
    click.echo(_("%(articles)s reports, revision %(revision)s of %(store_revision)s.") % facts)


COMMANDS: tuple[click.Command, ...] = (find, index)
