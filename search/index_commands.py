"""Commands that look after the index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, TimeRemainingColumn

from archive.errors import ExitCode, IndexMismatch
from archive.opening import open_archive
from archive.settings import Settings
from archive.store import ArticleStore
from archive.words import N_, _
from search import sync as following
from search.index import SearchIndex
from search.opening import open_index


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[ArticleStore, SearchIndex]]:
    """The store and the index that the settings name."""
    store = open_archive(settings)
    try:
        index = open_index(settings.index_url, store.id, settings.dictionary, settings.synonyms)
        try:
            yield store, index
        finally:
            index.close()
    finally:
        store.close()


@contextmanager
def progress(words: str) -> Iterator[following.Progress]:
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


@click.group(help=N_("Look after the search index."))
def index() -> None:
    """The commands below."""


@index.command(help=N_("Make the index anew; the old one answers until the new one is ready."))
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Works on an index of another store or version, too."""
    with opened(settings) as (store, index), progress(_("Making the index")) as advance:
        reached = following.rebuild(store, index, advance)
    click.echo(_("The index was made anew up to revision %(revision)s.") % {"revision": reached})


@index.command(help=N_("Bring the index up to date with the archive."))
@click.pass_obj
def sync(settings: Settings) -> None:
    """What ``find`` does first."""
    with opened(settings) as (store, index), progress(_("Following the archive")) as advance:
        reached = following.sync(store, index, advance)
    click.echo(_("The index has reached revision %(revision)s.") % {"revision": reached})


@index.command(help=N_("Say what the index holds, and whether it holds what the archive holds."))
@click.option("--json", "as_json", is_flag=True, help=N_("Print JSON."))
@click.pass_obj
def status(settings: Settings, as_json: bool) -> None:
    """An index that cannot answer is a fact to report here; the exit code says so, too."""
    with opened(settings) as (store, index):
        facts = {"index": settings.index_url, "store_revision": store.revision}
        try:
            facts |= _facts(store, index)
        except IndexMismatch as mismatch:
            facts |= {**dict.fromkeys(_FACTS), "problem": mismatch.words(_)}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _print(facts)
    if facts["problem"]:
        raise click.exceptions.Exit(ExitCode.ERROR)


_FACTS = "revision documents segments bytes fingerprint missing superfluous".split()


def _facts(store: ArticleStore, index: SearchIndex) -> dict[str, Any]:
    state = index.status()
    held, indexed = frozenset(store.article_ids()), index.article_ids()
    missing, superfluous = len(held - indexed), len(indexed - held)
    problem = None
    if (missing or superfluous) and state.revision == store.revision:
        problem = _(
            "The index does not hold what the archive holds: %(missing)s reports are missing, "
            "%(superfluous)s are too many. Nothing is lost; run “jianbao index rebuild”."
        ) % {"missing": missing, "superfluous": superfluous}
    return {
        "revision": state.revision,
        "documents": state.documents,
        "segments": state.segments,
        "bytes": state.size,
        "fingerprint": state.fingerprint,
        "missing": missing,
        "superfluous": superfluous,
        "problem": problem,
    }


def _print(facts: dict[str, Any]) -> None:
    click.echo(_("Index: %(index)s") % facts)
    if facts["revision"] is not None:
        click.echo(_("%(documents)s reports, revision %(revision)s of %(store_revision)s.") % facts)
        click.echo(_("Segments: %(segments)s; bytes: %(bytes)s") % facts)
        click.echo(_("Words were cut by: %(fingerprint)s") % facts)
        if facts["revision"] < facts["store_revision"]:
            click.echo(_("The archive has moved on; the next search follows it."))
        elif not facts["problem"]:
            click.echo(_("Every report of the archive is in the index, and no other."))
    if facts["problem"]:
        click.echo(facts["problem"])
