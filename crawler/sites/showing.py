"""What the site commands print for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from archive.history import FieldChange
from archive.outcome import MEANINGS
from archive.words import N_, _
from crawler.pages.page import Page
from crawler.proposal.propose import Proposal
from crawler.proposal.writing import as_toml
from crawler.sites.recorded import Failure
from crawler.sites.standing import Check, LastCrawl, Proven, Standing
from crawler.sites.trying import CURES, Trial

WIDTH = 140
"""Columns where no terminal says how wide it is."""
_LONGEST = 60
_TAIL = 40
UNPROVEN = N_("not verified against a recorded page")

FIELDS = {
    "title": N_("title"),
    "pretitle": N_("line above the title"),
    "subtitle": N_("line below the title"),
    "column_tag": N_("column tag"),
    "published": N_("published"),
    "authors": N_("authors"),
    "editor": N_("editor"),
    "reprinted_from": N_("reprinted from"),
    "channel": N_("channel"),
    "sections": N_("sections"),
    "figures": N_("figures"),
    "attachments": N_("attachments"),
}
_ALWAYS = frozenset(("title", "published", "authors", "reprinted_from", "sections"))
"""Fields that are shown also where the page does not have them."""


def console_for(*, stderr: bool = False) -> Console:
    """A console that is wide enough also where it is no terminal."""
    console = Console(stderr=stderr, highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    return console


def shortened(text: str, most: int = _LONGEST) -> str:
    """A text on one line, with its middle left out where it is long."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return f"{line[: most - most // 3]} … {line[-most // 3 :]}"


def show_trial(console: Console, trial: Trial) -> None:
    """A page as it was read, or why it was not."""
    if (page := trial.page) is None:
        _show_unread(console, trial)
        return
    table = Table(title=escape(trial.name), title_justify="left", title_style="bold")
    table.add_column(_("field"), no_wrap=True)
    table.add_column(_("value"), overflow="fold")
    table.add_column(_("found by"), overflow="fold", style="cyan")
    for field, label in FIELDS.items():
        value = _value(page, field)
        if value or field in _ALWAYS:
            table.add_row(_(label), escape(value or "–"), escape(page.found.get(field, "")))
    for line in _witnesses(page):
        table.add_row(_("day, witness"), *line)
    console.print(table)
    if page.next_page:
        console.print(_("It goes on at %(url)s") % {"url": escape(page.next_page)})
    if trial.left:
        console.print(_("Left unread on this page:"), style="yellow")
        for each in trial.left:
            console.print(f"  · {escape(shortened(each))}")
    console.print()


def _show_unread(console: Console, trial: Trial) -> None:
    meaning = _(MEANINGS[trial.outcome])
    console.print(f"[bold]{escape(trial.name)}[/]")
    console.print(f"  [red]{trial.outcome.value}[/] {meaning}")
    if trial.detail:
        console.print(f"  {escape(trial.detail)}")
    if cure := CURES.get(trial.outcome):
        console.print(" ", _(cure))
    console.print()


def _value(page: Page, field: str) -> str:
    """A field's value, short enough for a table."""
    if field == "sections":
        return _sections(page)
    value = getattr(page, field)
    if isinstance(value, tuple):
        words = [each if isinstance(each, str) else _thing(each) for each in value]
        return shortened("、".join(words)) if field == "authors" else _counted(words)
    return shortened(str(value)) if value else ""


def _thing(thing: object) -> str:
    """A figure by its caption, an attachment by its title; else by its address."""
    words = getattr(thing, "caption", None) or getattr(thing, "title", None)
    return str(words or getattr(thing, "url", "") or "")


def _counted(words: list[str]) -> str:
    return f"{len(words)}: {shortened('; '.join(words))}" if words else ""


def _sections(page: Page) -> str:
    """How much text there is, its headings, and how it begins and ends."""
    paragraphs = [each for section in page.sections for each in section.paragraphs]
    counts = _("%(sections)s sections, %(paragraphs)s paragraphs, %(characters)s characters") % {
        "sections": len(page.sections),
        "paragraphs": len(paragraphs),
        "characters": sum(map(len, paragraphs)),
    }
    headings = [section.heading for section in page.sections if section.heading]
    lines = [counts, *(f"■ {shortened(heading)}" for heading in headings)]
    ends = paragraphs[:1] + paragraphs[1:][-1:]
    return "\n".join([*lines, *map(shortened, ends)])


def _witnesses(page: Page) -> Iterator[tuple[str, str]]:
    """Who speaks of the day, and whether they agree with the one that is believed."""
    for witness in page.published_evidence:
        words = f"{witness.day} “{escape(shortened(witness.text, 40))}”"
        if page.published and witness.day != page.published:
            words = _("%(day)s, which disagrees") % {"day": f"[red]{words}[/]"}
        yield words, escape("url" if witness.where == "url" else witness.locator)


def show_proposal(console: Console, proposal: Proposal) -> None:
    """What a profile would say, and why."""
    _show_keys(console, _("The site"), proposal, "")
    for number, (name, pages) in enumerate(proposal.layouts.items()):
        title = _("Layout %(name)s, for %(count)s of the pages") % {
            "name": name,
            "count": len(pages),
        }
        _show_keys(console, title, proposal, f"layouts.{number}.")
    for name in proposal.unread:
        words = _("No layout could be proposed for %(name)s") % {"name": name}
        console.print(escape(words), style="yellow")


def show_reading(console: Console, trials: Sequence[Trial]) -> None:
    """What a profile reads on several pages, one line each."""
    table = Table(title=_("What it reads"), title_justify="left", title_style="bold")
    for label in (_("page"), _("title"), _("published"), _("reprinted from"), _("text")):
        table.add_column(label, overflow="fold")
    for trial in trials:
        if page := trial.page:
            size = sum(len(each) for section in page.sections for each in section.paragraphs)
            row = [page.title, page.published_text or "–", page.reprinted_from or "–", str(size)]
        else:
            row = [trial.outcome.value, "", "", ""]
        table.add_row(escape(_tail(trial.name)), *map(escape, row))
    console.print(table)


def _tail(name: str) -> str:
    """The end of an address or file name, which tells one from another."""
    return name if len(name) <= _TAIL else f"…{name[1 - _TAIL :]}"


def _show_keys(console: Console, title: str, proposal: Proposal, way: str) -> None:
    """The keys of the site or of one layout, each with its value and evidence."""
    data: Any = proposal.data
    for step in filter(None, way.split(".")):
        data = data[int(step)] if step.isdecimal() else data[step]
    table = Table(title=escape(title), title_justify="left", title_style="bold")
    table.add_column(_("key"), no_wrap=True)
    table.add_column(_("value"), overflow="fold", style="cyan")
    table.add_column(_("evidence"), overflow="fold")
    for key, value in data.items():
        if key != "layouts":
            evidence = proposal.evidence
            said = evidence.get(way + key) or evidence.get(f"{way}{key}.0", "")
            table.add_row(key, escape(_listed(value)), escape(said))
    console.print(table)


def _listed(value: Any) -> str:
    """A profile's value, one entry a line; a table as it stands in the file."""
    if isinstance(value, list):
        return "\n".join(map(_listed, value))
    return as_toml(value, {}).strip() if isinstance(value, Mapping) else str(value)


def show_checks(console: Console, checks: Sequence[Check]) -> None:
    """Which sites are read as expected, and every field that is not."""
    for each in checks:
        name = escape(each.site)
        if each.fault:
            console.print(f"[red]✗[/] {name}: {escape(each.fault)}", soft_wrap=True)
        elif not each.pages:
            console.print(f"[yellow]–[/] {name}:", _(UNPROVEN))
        elif not each.failures:
            words = _("recorded pages: %(count)s, all read as expected") % {"count": each.pages}
            console.print(f"[green]✓[/] {name}: {words}")
        for failure in each.failures:
            _show_failure(console, failure)


def _show_failure(console: Console, failure: Failure) -> None:
    """A field that is not as expected, both values cut to where they begin to differ."""
    place = f"{failure.site}/{failure.page}"
    console.print(f"[red]✗[/] {escape(place)}: [bold]{escape(failure.field)}[/]", soft_wrap=True)
    change = FieldChange(field=failure.field, old=failure.expected, new=failure.found)
    expected, found = change.shortened()
    for label, words in ((_("expected"), expected), (_("found"), found)):
        console.print(f"    {label}: {words}", markup=False, soft_wrap=True)


def show_standings(console: Console, standings: Sequence[Standing]) -> None:
    """Every site on a line of its own."""
    table = Table()
    for label in (_("key"), _("name"), _("layouts"), _("recorded pages"), _("last crawl")):
        table.add_column(label, overflow="fold")
    for each in standings:
        marks = [escape(layout.name) + _mark(layout) for layout in each.layouts]
        layouts, pages = "\n".join(marks), str(each.recorded_pages or _(UNPROVEN))
        if each.fault:
            layouts, pages = f"[red]{escape(each.fault)}[/]", ""
        name = escape(each.name or "")
        table.add_row(each.key, name, layouts, pages, _last_crawl(each.last_crawl))
    console.print(table)
    if any(_mark(layout) for each in standings for layout in each.layouts):
        console.print(_("? a layout that no recorded page proves"), style="dim")


def _mark(layout: Proven) -> str:
    return "" if layout.recorded_pages else " [yellow]?[/]"


def _last_crawl(last: LastCrawl | None) -> str:
    if last is None:
        return _("never")
    pages = last.read + last.unread
    share = f"{last.read / pages:.0%}" if pages else "–"
    words = _("%(day)s: %(share)s of %(count)s article pages read")
    return words % {"day": last.day, "share": share, "count": pages}
