"""``jianbao extract`` and ``import``: what lies in files, read without network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from archive.errors import ExitCode
from archive.filing import site_lock
from archive.opening import open_archive
from archive.outcome import MEANINGS
from archive.settings import Settings
from archive.warc import OPEN
from archive.words import N_, _
from crawler.profile import load_profile, site_keys
from crawler.record.importing import Imported, import_files, total_size
from crawler.record.replay import extract as extract_all
from crawler.record.replay import mend
from crawler.record.rereading import Difference, Reread, Rereading, reread
from crawler.report import NEEDS_REVIEW
from crawler.workers import Workers

_REREAD = {
    Reread.NEWLY_READ: N_("read for the first time"),
    Reread.CHANGED: N_("read differently"),
    Reread.UNCHANGED: N_("read as before"),
    Reread.NO_LONGER_READ: N_("no longer read, kept as it was"),
}


@click.command(help=N_("Rebuild the article store from the WARC files, without network."))
@click.option(
    "--site", "key", metavar="KEY", help=N_("Read one site again, into the store that is there.")
)
@click.option("--dry-run", "is_dry_run", is_flag=True, help=N_("With --site: write nothing."))
@click.option("--json", "is_json", is_flag=True, help=N_("With --site: print JSON."))
@click.option(
    "--skip-damaged", is_flag=True, help=N_("Leave out what cannot be read, instead of refusing.")
)
@click.pass_context
def extract(
    context: click.Context, key: str | None, is_dry_run: bool, is_json: bool, skip_damaged: bool
) -> None:
    settings: Settings = context.obj
    if key is not None:
        context.exit(_extract_site(settings, key, is_dry_run, is_json, skip_damaged))
    if is_dry_run or is_json:
        raise click.UsageError(_("--dry-run and --json go with --site KEY."))
    folder = settings.warc_folder
    files = [*folder.glob("*/*.warc.gz"), *folder.glob(f"*/*{OPEN}")]
    profiles = [load_profile(settings.sites, key) for key in sorted({f.parent.name for f in files})]
    console = Console(stderr=True)
    with closing(Workers(settings.readers)) as workers, _progress(console) as progress:
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


def _extract_site(
    settings: Settings, key: str, is_dry_run: bool, is_json: bool, skip_damaged: bool
) -> ExitCode:
    profile = load_profile(settings.sites, key)
    folder = settings.warc_folder
    console = Console(stderr=True)
    with ExitStack() as stack:
        stack.enter_context(site_lock(folder, key))
        store = stack.enter_context(closing(open_archive(settings)))
        workers = stack.enter_context(closing(Workers(settings.readers)))
        if not is_dry_run:
            mend(folder, profile, store, workers)
        progress = stack.enter_context(_progress(console))
        total = sum(1 for _capture in store.captures_of(key))
        task = progress.add_task(key, total=total)
        done = reread(
            folder,
            profile,
            store,
            workers,
            _print_as_json if is_json else _print_difference,
            lambda: progress.advance(task),
            is_dry_run=is_dry_run,
            skip_damaged=skip_damaged,
        )
    _print_rereading(console, done, is_dry_run)
    return ExitCode.DAMAGED if done.unreadable else ExitCode.OK


def _print_as_json(found: Difference) -> None:
    click.echo(json.dumps(asdict(found), ensure_ascii=False))


def _print_difference(found: Difference) -> None:
    became = _(_REREAD[found.kind])
    click.echo(f"{found.article_id} {found.title}: {became}")
    if found.detail:
        click.echo(f"  {found.detail}")
    for change in found.changes:
        old, new = change.shortened()
        click.echo(f"  {change.field}: {old or '–'} → {new or '–'}")


def _print_rereading(console: Console, done: Rereading, is_dry_run: bool) -> None:
    for error in done.unreadable:
        console.print(error.words(_), markup=False)
    for kind, meaning in _REREAD.items():
        console.print(f"{done.counts[kind]:>7}", _(meaning))
    if is_dry_run:
        console.print(_("Nothing was written."))


@click.command("import", help=N_("Take in WARC and WACZ files that other programs wrote."))
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--site", "key", metavar="KEY", help=N_("Take in what lies on this site only."))
@click.option(
    "--skip-damaged", is_flag=True, help=N_("Leave out what cannot be read, instead of stopping.")
)
@click.option("--json", "is_json", is_flag=True, help=N_("Print JSON."))
@click.pass_context
def import_(
    context: click.Context,
    files: tuple[Path, ...],
    key: str | None,
    skip_damaged: bool,
    is_json: bool,
) -> None:
    settings: Settings = context.obj
    keys = site_keys(settings.sites) if key is None else [key]
    profiles = [load_profile(settings.sites, each) for each in keys]
    console = Console(stderr=True)
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_archive(settings)))
        workers = stack.enter_context(closing(Workers(settings.readers)))
        total = total_size(files)
        progress = stack.enter_context(_progress(console, DownloadColumn(), TimeRemainingColumn()))
        task = progress.add_task("", total=total)

        def advance(name: str, before: int, read: int) -> None:
            progress.update(task, description=name, completed=before + read)

        done = import_files(
            files,
            settings.warc_folder,
            store,
            profiles,
            workers,
            advance,
            skip_damaged=skip_damaged,
        )
        progress.update(task, completed=total)
    if is_json:
        click.echo(json.dumps(_as_json(done), ensure_ascii=False, indent=1))
    else:
        _print_imported(Console(), done)
    context.exit(_import_code(done))


def _as_json(done: Imported) -> dict[str, object]:
    return {**vars(done), "damaged": [vars(each) for each in done.damaged]}


def _print_imported(console: Console, done: Imported) -> None:
    facts = [(count, _(MEANINGS[kind])) for kind, count in sorted(done.outcomes.items())]
    facts.append((done.held, _("held already, from an earlier import")))
    facts += [
        (count, _("on %(host)s, which no profile covers") % {"host": host})
        for host, count in done.elsewhere.most_common()
    ]
    facts += [
        (count, _("records of the kind “%(kind)s”, not taken in") % {"kind": kind})
        for kind, count in done.skipped.most_common()
    ]
    facts.append((done.without_original, _("revisits of what is in none of the files")))
    for count, meaning in facts:
        if count:
            console.print(f"{count:>7} {meaning}", markup=False, soft_wrap=True)
    for damage in done.damaged:
        words = _("skipped: %(file)s at byte %(offset)s: %(reason)s")
        console.print(words % vars(damage), markup=False, soft_wrap=True)
    if done.outcomes:
        words = _("Imported as run %(run)s; “jianbao report --run %(run)s” shows every address.")
        console.print(words % {"run": done.run}, markup=False, soft_wrap=True)


def _import_code(done: Imported) -> ExitCode:
    """The gravest of what happened."""
    if done.damaged:
        return ExitCode.DAMAGED
    if not done.outcomes and not done.held:
        return ExitCode.NOTHING_FETCHED
    if NEEDS_REVIEW & done.outcomes.keys():
        return ExitCode.REVIEW
    return ExitCode.OK


@contextmanager
def _progress(console: Console, *columns: ProgressColumn) -> Iterator[Progress]:
    chosen = columns or (MofNCompleteColumn(),)
    bar = Progress(TextColumn("{task.description}"), BarColumn(), *chosen, console=console)
    with bar:
        yield bar


COMMANDS = (extract, import_)
