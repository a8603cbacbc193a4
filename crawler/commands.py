"""``jianbao crawl``, ``report`` and ``extract``."""

from __future__ import annotations

import json
import logging
from contextlib import ExitStack, closing
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings as ScrapySettings
from twisted.logger import globalLogBeginner

from archive.errors import ExitCode
from archive.outcome import Outcome, OutcomeKind
from archive.settings import Settings
from archive.store import open_archive
from archive.warc import OPEN
from archive.words import N_, _
from crawler.addresses import AddressRule
from crawler.middlewares import ADDRESS_RULE
from crawler.profile import load_profile
from crawler.replay import extract as extract_all
from crawler.report import NEEDS_REVIEW, USABLE, as_json, show
from crawler.run import CrawlRun
from crawler.spiders.news import NewsSpider
from crawler.workers import Workers


@click.command(help=N_("Crawl sites: fetch what is new, keep it, read it and file it."))
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(min=0), metavar="N", help=N_("At most N articles per site.")
)
@click.pass_context
def crawl(context: click.Context, keys: tuple[str, ...], limit: int | None) -> None:
    settings: Settings = context.obj
    console = Console(stderr=True)
    if not settings.contact:
        console.print(_("No contact address is set; tell servers who asks: JIANBAO_CONTACT."))
    with ExitStack() as stack:
        workers = stack.enter_context(closing(Workers(settings.readers)))
        addresses = AddressRule(settings.allow_addresses)
        runs = [
            stack.enter_context(
                closing(CrawlRun(settings, key, limit=limit, workers=workers, addresses=addresses))
            )
            for key in dict.fromkeys(keys)
        ]
        for run in runs:
            if run.replayed:
                words = _("%(site)s: %(count)s captures of a run that was killed came back.")
                console.print(words % {"site": run.profile.key, "count": run.replayed})
        _crawl(runs, console)
        for run in runs:
            if run.fault is not None:
                raise run.cannot_write()
    outcomes = {run.id: _outcomes(settings, run.id) for run in runs}
    for run_id, found in outcomes.items():
        show(console, run_id, found, _)
    context.exit(_exit_code(runs, list(outcomes.values())))


def _crawl(runs: list[CrawlRun], console: Console) -> None:
    """Run the spiders in one reactor until all are done or Ctrl-C is pressed."""
    scrapy_settings = ScrapySettings()
    scrapy_settings.setmodule("crawler.settings")
    scrapy_settings.set(ADDRESS_RULE, runs[0].addresses)
    process = CrawlerProcess(scrapy_settings)
    _silence_what_is_reported()
    with _progress(console) as progress:
        tasks: dict[str, TaskID] = {}
        for run in runs:
            tasks[run.id] = progress.add_task(run.profile.key, total=None, counts="", rate="")

        def tick(run: CrawlRun) -> None:
            counts = run.filing.counts
            done = sum(counts.values())
            elapsed = progress.tasks[tasks[run.id]].elapsed or 0
            progress.update(
                tasks[run.id],
                completed=done,
                total=done + run.pages_waiting(),
                counts=_("%(new)s new") % {"new": counts[OutcomeKind.NEW]},
                rate=_("%(rate).1f a second") % {"rate": done / elapsed if elapsed else 0.0},
            )

        for run in runs:
            process.crawl(NewsSpider, run=run, on_tick=tick)
        process.start()


_RETOLD = ("scrapy.downloadermiddlewares.retry", "scrapy.downloadermiddlewares.robotstxt")


def _silence_what_is_reported() -> None:
    """What these print of servers that cannot be reached is an outcome in our report."""
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)
    for name in ("twisted", *_RETOLD):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        console=console,
    )


def _outcomes(settings: Settings, run: str) -> tuple[Outcome, ...]:
    with closing(open_archive(settings)) as store:
        return store.outcomes(run)


def _exit_code(runs: list[CrawlRun], outcomes: list[tuple[Outcome, ...]]) -> ExitCode:
    """The gravest of the runs' endings."""
    if any(run.was_stopped for run in runs):
        return ExitCode.INTERRUPTED
    kinds = [{outcome.kind for outcome in found} for found in outcomes]
    if any(not found & USABLE for found in kinds):
        return ExitCode.NOTHING_FETCHED
    if any(found & NEEDS_REVIEW for found in kinds):
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


@click.command(help=N_("Rebuild the article store from the WARC files, without network."))
@click.option(
    "--skip-damaged", is_flag=True, help=N_("Leave out what cannot be read, instead of refusing.")
)
@click.pass_context
def extract(context: click.Context, skip_damaged: bool) -> None:
    settings: Settings = context.obj
    folder = settings.warc_folder
    files = [*folder.glob("*/*.warc.gz"), *folder.glob(f"*/*{OPEN}")]
    profiles = [load_profile(settings.sites, key) for key in sorted({f.parent.name for f in files})]
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console
    )
    with closing(Workers(settings.readers)) as workers, progress:
        task = progress.add_task(_("reading"), total=len(files))

        def advance(path: Path) -> None:
            progress.update(task, description=path.name)
            progress.advance(task)

        done = extract_all(
            folder, settings.store_url, profiles, workers, advance, skip_damaged=skip_damaged
        )
    for damage in done.damaged:
        console.print(_("skipped: %(file)s at byte %(offset)s") % vars(damage))
    words = _("%(count)s articles read from the WARC files. Now run “jianbao index rebuild”.")
    console.print(words % {"count": done.articles})
    context.exit(ExitCode.DAMAGED if done.damaged else ExitCode.OK)


COMMANDS = (crawl, report, extract)
