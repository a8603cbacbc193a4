"""Commands that find reports and look after the index."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click
from rich.console import Console

from archive.settings import Settings
from archive.site_names import site_name
from archive.words import N_, _
from search import sync as following
from search.finding import find as find_articles
from search.finding import to_json
from search.index import Facet, SearchQuery, Sort
from search.index_commands import index, opened, progress
from search.printing import print_found
from search.query.days import parse_day


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


def _facets(_context: object, _option: object, names: tuple[str, ...]) -> tuple[Facet, ...]:
    return tuple(dict.fromkeys(map(Facet, names)))


@click.command(
    help=N_("Find reports by words, by exact “strings” and by day."),
    context_settings={"ignore_unknown_options": True},  # so that -词 is part of the query
)
@click.argument("query", nargs=-1)
@click.option(
    "--from", "published_from", type=_Day(), help=N_("First day: 2019, 2019-11 or 2019-11-29.")
)
@click.option(
    "--until",
    "published_until",
    type=_Day(last=True),
    help=N_("Last day; 2023 means to the end of 2023."),
)
@click.option(
    "--site", "sites", multiple=True, metavar="KEY", help=N_("Only this site; repeatable.")
)
@click.option(
    "--container",
    "containers",
    multiple=True,
    metavar="TITLE",
    help=N_("Only what this site or paper published; repeatable."),
)
@click.option(
    "--author",
    "authors",
    multiple=True,
    metavar="NAME",
    help=N_("Only this author; repeatable."),
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="NAME",
    help=N_("Only this channel; repeatable."),
)
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    default=Sort.RELEVANCE.value,
    show_default=True,
    callback=lambda _context, _option, name: Sort(name),
    help=N_("Order of the reports."),
)
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help=N_("How many reports to show."),
)
@click.option("--cursor", help=N_("Go on where a page ended: what stood below it."))
@click.option(
    "--facet",
    "facets",
    multiple=True,
    type=click.Choice([facet.value for facet in Facet]),
    default=(Facet.SITE.value, Facet.YEAR.value),
    show_default=True,
    callback=_facets,
    help=N_("What to count the reports by; repeatable."),
)
@click.option("--collapse", is_flag=True, help=N_("Fold reprints under the earliest."))
@click.option(
    "--synonyms/--no-synonyms",
    default=True,
    help=N_("Search known synonyms of the words, too, or the words alone."),
)
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
@click.pass_obj
def find(settings: Settings, /, query: tuple[str, ...], as_json: bool, **given: Any) -> None:
    """Bring the index up to date, search, and print what was found.

    ``given`` are the other options, named as the members of ``SearchQuery``.
    """
    if unknown := next((word for word in query if word.startswith("--")), None):
        raise click.NoSuchOption(unknown)
    wanted = SearchQuery(text=" ".join(query), **given)
    if not wanted.text.strip() and not any(given[name] for name in _LIMITS):
        raise click.UsageError(_("Give words to search for, or a day with --from or --until."))
    with opened(settings) as (store, index):
        with progress(_("Following the archive")) as advance:
            following.sync(store, index, advance)
        found = find_articles(store, index, wanted)
    if as_json:
        click.echo(json.dumps(to_json(found), ensure_ascii=False, indent=2))
    else:
        print_found(
            found, Console(highlight=False), lambda key: site_name(settings.sites, key) or key
        )


_LIMITS = ("published_from", "published_until", "sites", "containers", "authors", "channels")
"""Any of these is enough to ask without words."""

COMMANDS: tuple[click.Command, ...] = (find, index)
