"""``jianbao show``, ``history``, ``withdraw`` and ``verify``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from archive.article import CHINA, Article, article_to_json, reference
from archive.errors import ExitCode
from archive.fixity import verify as verify_all
from archive.history import history as history_of
from archive.history_shown import as_json, show_history
from archive.ledger import withdrawals
from archive.opening import open_archive
from archive.outcome import Withdrawal
from archive.settings import Settings
from archive.words import N_, _


@click.command(help=N_("Print an article."))
@click.argument("article_id", metavar="ID")
@click.option("--json", "is_json", is_flag=True, help=N_("Print JSON."))
@click.pass_obj
def show(settings: Settings, article_id: str, is_json: bool) -> None:
    with closing(open_archive(settings)) as store:
        article = store.get(article_id)
        reprints = [each for each in store.reprints(article_id) if each.id != article_id]
    if is_json:
        shown = json.loads(article_to_json(article))
        shown["reprints"] = [reference(each) for each in reprints]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        console = Console(highlight=False, soft_wrap=True)
        _print(console, article)
        _print_reprints(console, reprints)


def _print(console: Console, article: Article) -> None:
    if article.pretitle:
        console.print(escape(article.pretitle))
    console.print(f"[bold]{escape(article.title)}[/]")
    if article.subtitle:
        console.print(escape(article.subtitle))
    facts = [
        (_("published"), article.published_text or _("no date")),
        (_("days disagree"), article.days_named),
        (_("in"), article.container_title),
        (_("reprinted from"), article.reprinted_from),
        (_("channel"), article.channel),
        (_("authors"), "、".join(article.authors)),
        (_("editor"), article.editor),
        (_("address"), article.url),
        (_("gone since"), _in_china(article.gone_since) if article.gone_since else None),
    ]
    for capture in article.captures:
        at = _in_china(capture.captured_at)
        facts.append((_("captured"), f"{at} {capture.payload_digest}"))
    for label, value in facts:
        if value:
            console.print(f"[dim]{label}[/] {escape(value)}")
    for section in article.sections:
        console.print()
        if section.heading:
            console.print(f"[bold]{escape(section.heading)}[/]")
        if section.subheading:
            console.print(f"[italic]{escape(section.subheading)}[/]")
        for paragraph in section.paragraphs:
            console.print(f"　　{escape(paragraph)}")
    label = _("figure")
    for number, figure in enumerate(article.figures, start=1):
        console.print(f"[dim]{label} {number}[/] {escape(figure.caption or '')}")
    label = _("attachment")
    for attachment in article.attachments:
        console.print(f"[dim]{label}[/] {escape(attachment.title or '')} {escape(attachment.url)}")


def _print_reprints(console: Console, reprints: Sequence[Article]) -> None:
    """Where else the same report stands, earliest first."""
    if reprints:
        console.print()
        console.print(_("The same report elsewhere"), style="bold")
    for each in reprints:
        day = each.published.isoformat() if each.published else _("no date")
        places = (each.container_title, each.reprinted_from and f"来源：{each.reprinted_from}")
        facts = " ".join(filter(None, (each.id, day, *places, each.title)))
        console.print(escape(facts), soft_wrap=True)


@click.command(help=N_("Show how an article changed over time."))
@click.argument("article_id", metavar="ID")
@click.option("--json", "is_json", is_flag=True, help=N_("Print JSON."))
@click.pass_obj
def history(settings: Settings, article_id: str, is_json: bool) -> None:
    with closing(open_archive(settings)) as store:
        events = history_of(store, article_id)
    if is_json:
        click.echo(json.dumps(as_json(events), ensure_ascii=False, indent=1))
    else:
        show_history(Console(highlight=False), events)


def _in_china(instant: datetime) -> str:
    return f"{instant.astimezone(CHINA):%Y-%m-%d %H:%M:%S} +08:00"


@click.command(help=N_("Hide an article from readers; its captures are kept."))
@click.argument("article_id", metavar="ID")
@click.option("--reason", required=True, metavar="TEXT", help=N_("Shown instead of the article."))
@click.pass_obj
def withdraw(settings: Settings, article_id: str, reason: str) -> None:
    with closing(open_archive(settings)) as store:
        store.get(article_id)
        withdrawal = Withdrawal(article_id=article_id, reason=reason, at=datetime.now(UTC))
        withdrawals(settings.warc_folder).append([withdrawal])
        store.withdraw(withdrawal)
    click.echo(_("Article %(id)s is withdrawn.") % {"id": article_id})


@click.command(help=N_("Re-read every record and report what is damaged or missing."))
@click.option("--json", "is_json", is_flag=True, help=N_("Print JSON."))
@click.pass_context
def verify(context: click.Context, is_json: bool) -> None:
    settings: Settings = context.obj
    files, damages = 0, []
    with closing(open_archive(settings)) as store:
        for found in verify_all(settings.warc_folder, store):
            if isinstance(found, Path):
                files += 1
                continue
            damages.append(found)
            if not is_json:
                place = found.file if found.offset is None else f"{found.file}:{found.offset}"
                click.echo(": ".join(filter(None, (place, _(found.fault), found.detail))))
        captures = sum(1 for _each in store.all_captures())
    if is_json:
        report = {
            "files": files,
            "captures": captures,
            "damages": [asdict(damage) for damage in damages],
        }
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        words = _("Files read: %(files)s, captures: %(captures)s, damaged places: %(damages)s.")
        click.echo(words % {"files": files, "captures": captures, "damages": len(damages)})
    context.exit(ExitCode.DAMAGED if damages else ExitCode.OK)


COMMANDS = (show, history, withdraw, verify)
