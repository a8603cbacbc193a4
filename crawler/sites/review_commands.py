"""``jianbao review``: the pages that could not be read, and whether they can be now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from itertools import groupby
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from archive.errors import ExitCode
from archive.filing import site_lock
from archive.opening import open_archive
from archive.outcome import MEANINGS
from archive.settings import Settings
from archive.store import ArticleStore
from archive.words import N_, _
from crawler.profile import load_profile, site_keys
from crawler.record.rereading import Difference, Reread, reread
from crawler.sites.review import Retried, Unread, retry, unread
from crawler.sites.showing import console_for, shortened
from crawler.sites.trying import CURES
from crawler.workers import Workers


@click.command(help=N_("List the pages that no crawl could read, and try the profiles on them."))
@click.argument("key", required=False)
@click.option("--try", "is_tried", is_flag=True, help=N_("Read them again with the profile."))
@click.option(
    "--held", "is_held", is_flag=True, help=N_("Read them again, and all articles that are held.")
)
@click.option("--json", "is_json", is_flag=True, help=N_("Print JSON."))
@click.pass_context
def review(
    context: click.Context, key: str | None, is_tried: bool, is_held: bool, is_json: bool
) -> None:
    settings: Settings = context.obj
    if key is not None:
        load_profile(settings.sites, key)
    with closing(open_archive(settings)) as store:
        pages = unread(store, key)
        if not (is_tried or is_held):
            _list(pages, is_json=is_json)
            context.exit(ExitCode.REVIEW if pages else ExitCode.OK)
        sites = [key] if key else site_keys(settings.sites)
        with closing(Workers(settings.readers)) as workers:
            retried = list(_retried(settings, pages, workers))
            held = [
                each
                for site in (sites if is_held else ())
                for each in _differences(settings, site, store, workers)
            ]
    if is_json:
        found = {"unread": list(map(_as_json, retried)), "held": list(map(asdict, held))}
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        _show(console_for(), retried, held)
    is_all_read = all(each.article for each in retried)
    is_all_read &= all(each.kind is not Reread.NO_LONGER_READ for each in held)
    context.exit(ExitCode.OK if is_all_read else ExitCode.REVIEW)


def _retried(settings: Settings, pages: list[Unread], workers: Workers) -> Iterator[Retried]:
    """Every unread page read again, site by site; how far it is, is shown on a terminal."""
    console = console_for(stderr=True)
    for site, of_site in groupby(pages, key=lambda page: page.outcome.site):
        waiting = list(of_site)
        found = retry(settings, site, waiting, workers)
        is_silent = not console.is_terminal
        yield from track(
            found, site, len(waiting), console=console, transient=True, disable=is_silent
        )


def _differences(
    settings: Settings, site: str, store: ArticleStore, workers: Workers
) -> list[Difference]:
    """What the profile would change in the articles that are held."""
    found: list[Difference] = []
    profile = load_profile(settings.sites, site)
    with site_lock(settings.warc_folder, site):
        reread(
            settings.warc_folder,
            profile,
            store,
            workers,
            found.append,
            lambda: None,
            is_dry_run=True,
        )
    return [each for each in found if each.kind is not Reread.NEWLY_READ]


def _list(pages: list[Unread], *, is_json: bool) -> None:
    if is_json:
        listed = [
            {
                "site": each.outcome.site,
                "url": each.outcome.url,
                "outcome": each.outcome.kind.value,
                "detail": each.outcome.detail,
                "run": each.outcome.run,
            }
            for each in pages
        ]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        return
    console = console_for()
    if not pages:
        console.print(_("Every page that was kept has been read."))
        return
    reasons: dict[tuple[str, str, str], list[Unread]] = {}
    for each in pages:
        outcome = each.outcome
        reasons.setdefault((outcome.site, outcome.kind, outcome.detail), []).append(each)
    for (site, _kind, detail), alike in sorted(reasons.items(), key=lambda item: -len(item[1])):
        kind = alike[0].outcome.kind
        head = f"[bold]{site}[/]  {len(alike)} × [red]{kind.value}[/]"
        console.print(head, _(MEANINGS[kind]))
        console.print(f"  {escape(shortened(detail, 400))}")
        for each in alike[:_SHOWN]:
            console.print(f"  {escape(each.outcome.url)}", soft_wrap=True)
        if len(alike) > _SHOWN:
            console.print(_("  … and %(count)s more") % {"count": len(alike) - _SHOWN})
        console.print(" ", _(CURES[kind]), style="dim", end="\n\n")
    console.print(_("When the profile is mended, “jianbao review --try” shows what it reads now."))


_SHOWN = 5
"""Addresses that are named for one reason."""


def _as_json(each: Retried) -> dict[str, Any]:
    return {
        "site": each.before.site,
        "url": each.before.url,
        "before": {"outcome": each.before.kind.value, "detail": each.before.detail},
        "after": {"outcome": each.kind.value, "detail": each.detail},
        "title": each.article and each.article.title,
    }


def _show(console: Console, retried: list[Retried], held: list[Difference]) -> None:
    """Before and after side by side."""
    table = Table(title=_("With the profile as it is now"), title_justify="left")
    for label in (_("address"), _("before"), _("after")):
        table.add_column(label, overflow="fold")
    for each in retried:
        before = f"{each.before.kind.value}\n{each.before.detail}"
        table.add_row(escape(each.before.url), escape(before), _after(each))
    for difference in held:
        table.add_row(escape(difference.url), *_sides(difference))
    if table.rows:
        console.print(table)
    counts = {"before": len(retried), "now": sum(1 for each in retried if each.article)}
    console.print(_("Of %(before)s unread pages, %(now)s are read now.") % counts)
    for site in sorted({each.before.site for each in retried if each.article}):
        words = _("Nothing was written. “jianbao extract --site %(site)s” files what is read now.")
        console.print(words % {"site": site})


def _sides(difference: Difference) -> tuple[str, str]:
    """A held article's changes: before and after."""
    if difference.kind is Reread.NO_LONGER_READ:
        return escape(difference.title), f"[red]{escape(difference.detail)}[/]"
    pairs = [(change.field, *change.shortened()) for change in difference.changes]
    old = "\n".join(f"{field}: {words or '–'}" for field, words, _new in pairs)
    new = "\n".join(f"{field}: {words or '–'}" for field, _old, words in pairs)
    return escape(old), escape(new)


def _after(each: Retried) -> str:
    if each.article is None:
        return f"[red]{each.kind.value}[/]\n{escape(each.detail)}"
    article = each.article
    size = sum(len(words) for section in article.sections for words in section.paragraphs)
    facts = [article.title, article.published_text or "–"]
    facts.append(_("%(count)s characters") % {"count": size})
    return "[green]" + "\n".join(map(escape, facts)) + "[/]"


COMMANDS = (review,)
