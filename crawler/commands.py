"""``jianbao crawl`` and ``report``."""

from __future__ import annotations

import json
from contextlib import ExitStack, closing
from datetime import datetime
from functools import partial

import click
from rich.console import Console

from archive.errors import ExitCode
from archive.opening import open_archive
from archive.outcome import Outcome
from archive.settings import Settings
from archive.words import N_, _
from crawler.addresses import AddressRule
from crawler.report import USABLE, as_json, needs_review, show
from crawler.run import CrawlRun
from crawler.window import Window
from crawler.workers import Workers

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(help=N_("Crawl sites: fetch what is new, keep it, read it and file it."))
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", help=N_("At most N articles per site.")
)
@click.option("--from", "since", type=_DAY, help=N_("Only what may be from this day or later."))
@click.option("--until", type=_DAY, help=N_("Only what may be from this day or earlier."))
@click.option("--recheck", is_flag=True, help=N_("Ask again for the articles that are held."))
@click.pass_context
def crawl(
    context: click.Context,
    keys: tuple[str, ...],
    limit: int | None,
    since: datetime | None,
    until: datetime | None,
    recheck: bool,
) -> None:
    settings: Settings = context.obj
    console = Console(stderr=True)
    if not settings.contact:
        console.print(_("No contact address is set; tell servers who asks: JIANBAO_CONTACT."))
    with ExitStack() as stack:
        workers = stack.enter_context(closing(Workers(settings.readers)))
        addresses = AddressRule(settings.allow_addresses)
        begin = partial(
            CrawlRun,
            settings,
            limit=limit,
            recheck=recheck,
            window=_window(since, until),
            workers=workers,
            addresses=addresses,
        )
        runs = [stack.enter_context(closing(begin(key))) for key in dict.fromkeys(keys)]
        for run in runs:
            if run.replayed:
                words = _("%(site)s: %(count)s captures of a run that was killed came back.")
                console.print(words % {"site": run.profile.key, "count": run.replayed})
        # Scrapy takes as long to import as all the rest, and no other command needs it.
        from crawler.crawling import crawl_together

        crawl_together(runs, console)
        for run in runs:
            if run.fault is not None:
                raise run.cannot_write()
    outcomes = {run.id: _outcomes(settings, run.id) for run in runs}
    for run_id, found in outcomes.items():
        show(console, run_id, found, _)
    context.exit(_exit_code(runs, list(outcomes.values())))


def _window(since: datetime | None, until: datetime | None) -> Window:
    if since is not None and until is not None and since > until:
        raise click.UsageError(_("--from lies after --until; no day is between them."))
    return Window(since.date() if since else None, until.date() if until else None)


def _outcomes(settings: Settings, run: str) -> tuple[Outcome, ...]:
    with closing(open_archive(settings)) as store:
        return store.outcomes(run)


def _exit_code(runs: list[CrawlRun], outcomes: list[tuple[Outcome, ...]]) -> ExitCode:
    """The gravest of the runs' endings."""
    if any(run.was_stopped for run in runs):
        return ExitCode.INTERRUPTED
    if any(USABLE.isdisjoint(outcome.kind for outcome in found) for found in outcomes):
        return ExitCode.NOTHING_FETCHED
    if any(needs_review(found) for found in outcomes):
        return ExitCode.REVIEW
    return ExitCode.OK


@click.command(help=N_("Show what became of every address of a crawl; without KEY, of the last."))
@click.argument("key", required=False)
@click.option("--run", "run_id", metavar="RUN", help=N_("A run's id instead of the last one."))
@click.option("--json", "is_json", is_flag=True, help=N_("Print JSON."))
@click.pass_obj
def report(settings: Settings, key: str | None, run_id: str | None, is_json: bool) -> None:
    with closing(open_archive(settings)) as store:
        runs = store.runs(key)
        chosen = run_id or (runs[-1] if runs else None)
        if chosen is None and key is not None:
            raise click.ClickException(_("There has been no crawl of “%(site)s”.") % {"site": key})
        if chosen is None:
            raise click.ClickException(_("There has been no crawl yet."))
        outcomes = store.outcomes(chosen)
    if not outcomes:
        raise click.ClickException(_("There is no run “%(run)s”.") % {"run": chosen})
    if is_json:
        click.echo(json.dumps(as_json(chosen, outcomes), ensure_ascii=False, indent=1))
    else:
        show(Console(), chosen, outcomes, _)


COMMANDS = (crawl, report)
