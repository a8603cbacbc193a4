"""``jianbao cite``: no other part of the web is needed for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, TextIO

import click

from archive.errors import JianbaoError
from archive.opening import open_archive
from archive.settings import Settings
from archive.words import N_, _
from web.citations.article_item import csl_item
from web.citations.csl import CslInvalid, CslItem, csl_fault
from web.citations.formats import ALIASES, DEFAULT_FORMAT, find_format, formats


@dataclass(eq=False)
class CslUnreadable(JianbaoError):
    """A file is not JSON."""

    code = "csl-unreadable"
    message = N_(
        "%(file)s cannot be read as CSL-JSON: %(reason)s. "
        "It must hold an item or a list of items of CSL-JSON, in UTF-8."
    )
    file: str
    reason: str


@click.command("cite", help=N_("Print the citation of a report, or of items of CSL-JSON."))
@click.argument("article_id", metavar="[ID]", required=False)
@click.option(
    "--csl-json",
    "file",
    type=click.File(encoding="utf-8"),
    help=N_("File of CSL-JSON to cite instead; one reference a line, in order. “-” reads input."),
)
@click.option(
    "--format",
    "form",
    type=click.Choice([*formats, *ALIASES]),
    default=DEFAULT_FORMAT,
    show_default=True,
    help=N_("Form of the citation."),
)
@click.pass_obj
def cite(settings: Settings, article_id: str | None, file: TextIO | None, form: str) -> None:
    """Print references; nothing is printed if one item is bad."""
    if (article_id is None) == (file is None):
        raise click.UsageError(_("Give either the id of a report or --csl-json FILE."))
    items = _read_items(file) if file else [_held_item(settings, str(article_id))]
    chosen = find_format(form)
    assert chosen is not None  # noqa: S101 - click has checked it
    for line in [chosen.render(item) for item in items]:
        click.echo(line)


def _held_item(settings: Settings, article_id: str) -> CslItem:
    store = open_archive(settings)
    try:
        article = store.get(article_id)
    finally:
        store.close()
    page_url = f"{settings.public_url.rstrip('/')}/articles/{article.id}"
    return csl_item(article, archive=settings.archive_name, archived_url=page_url)


def _read_items(file: TextIO) -> list[CslItem]:
    """The items of a file. Raises ``CslUnreadable`` and ``CslInvalid``."""
    try:
        value: Any = json.load(file)
    except (ValueError, RecursionError) as error:
        raise CslUnreadable(file=file.name, reason=str(error)) from error
    items = value if isinstance(value, list) else [value]
    for position, item in enumerate(items, 1):
        if fault := csl_fault(item):
            raise CslInvalid(file=file.name, position=position, fault=fault)
    return items


COMMANDS = (cite,)
