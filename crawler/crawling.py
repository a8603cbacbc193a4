"""Running spiders until they are done: Scrapy's reactor, and what is shown meanwhile."""

from __future__ import annotations

import logging

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

from archive.outcome import OutcomeKind
from archive.words import _
from crawler.addresses import AddressRule
from crawler.middlewares import ADDRESS_RULE
from crawler.run import CrawlRun
from crawler.spiders.news import NewsSpider


def crawl_together(runs: list[CrawlRun], console: Console) -> None:
    """Run the spiders in one reactor until all are done or Ctrl-C is pressed."""
    process = quiet_process(runs[0].addresses)
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
                counts=_counts(run),
                rate=_("%(rate).1f a second") % {"rate": done / elapsed if elapsed else 0.0},
            )

        for run in runs:
            process.crawl(NewsSpider, run=run, on_tick=tick)
        process.start()


def _counts(run: CrawlRun) -> str:
    """What a crawl has found so far that is worth knowing at once."""
    counts = run.filing.counts
    if not run.is_recheck:
        return _("%(new)s new") % {"new": counts[OutcomeKind.NEW]}
    words = _("%(new)s new, %(changed)s changed, %(gone)s gone")
    return words % {
        "new": counts[OutcomeKind.NEW],
        "changed": counts[OutcomeKind.CHANGED],
        "gone": counts[OutcomeKind.GONE],
    }


_RETOLD = ("scrapy.downloadermiddlewares.retry", "scrapy.downloadermiddlewares.robotstxt")


def quiet_process(addresses: AddressRule) -> CrawlerProcess:
    """Scrapy with our settings, its reactor not yet running.

    What Scrapy prints of servers that cannot be reached is said by outcomes instead.
    """
    scrapy_settings = ScrapySettings()
    scrapy_settings.setmodule("crawler.settings")
    scrapy_settings.set(ADDRESS_RULE, addresses)
    process = CrawlerProcess(scrapy_settings)
    globalLogBeginner.beginLoggingTo([], redirectStandardIO=False)
    for name in ("twisted", *_RETOLD):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return process


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
