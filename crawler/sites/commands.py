"""``jianbao site``: writing, trying and proving the profiles of sites."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from archive.errors import ExitCode, JianbaoError
from archive.opening import open_archive
from archive.settings import Settings
from archive.warc_writer import Exchange
from archive.words import N_, _
from crawler.pages.tree import TooMuchMarkup
from crawler.profile import KEY, PROFILE, Profile, load_profile, site_keys
from crawler.proposal.propose import Proposal, propose
from crawler.proposal.specimen import Specimen
from crawler.run import user_agent
from crawler.sites import recorded
from crawler.sites.gathering import fetch_named, leave_out, usable
from crawler.sites.given import (
    GivenPage,
    made_up_address,
    pages_named,
    refuse_unknown,
    saved_exchange,
)
from crawler.sites.showing import (
    console_for,
    show_checks,
    show_proposal,
    show_reading,
    show_standings,
    show_trial,
)
from crawler.sites.standing import checked, standings
from crawler.sites.trying import as_json, attempt

ENOUGH = 3
"""Pages from which the templates of a site can be told."""
NEXT_STEPS = N_(
    "Read it, then:\n"
    "  jianbao site try %(key)s URL…      shows what it reads on other pages\n"
    "  jianbao site record %(key)s URL    keeps a page that proves it\n"
    "  jianbao crawl %(key)s --limit 20   fetches the first reports"
)
_SHOWN = 12
"""Pages whose reading is shown with a proposal."""
_NAMES = "URL-OR-FILE..."


@dataclass(eq=False)
class KeyInvalid(JianbaoError):
    """A key is a folder's name, and a site's is part of every article's id."""

    code = "key-invalid"
    exit_code = ExitCode.USAGE
    message = N_(
        "“%(key)s” cannot be a folder's name here. Write small letters, digits and hyphens, "
        "such as “anlan-union”."
    )
    key: str


@dataclass(eq=False)
class ProfileExists(JianbaoError):
    """A profile that may hold a person's work."""

    code = "profile-exists"
    exit_code = ExitCode.USAGE
    message = N_("%(file)s exists. Choose another key, or replace it with --force.")
    file: str


@dataclass(eq=False)
class NothingToRead(JianbaoError):
    """No profile can be written from the pages that were given."""

    code = "nothing-to-read"
    message = N_(
        "None of the pages given holds the text of a report, so there is nothing to write a "
        "profile from. Name pages of single reports, not lists."
    )


@click.group(help=N_("Add sites, and prove that their profiles read them."))
def site() -> None:
    """Holds the subcommands."""


@site.command(help=N_("Write a site's profile from a few of its reports, for you to accept."))
@click.argument("key", metavar="KEY")
@click.argument("names", metavar=_NAMES, nargs=-1, required=True)
@click.option(
    "--list", "lists", multiple=True, metavar="URL-OR-FILE", help=N_("A page that lists reports.")
)
@click.option("--yes", is_flag=True, help=N_("Ask no questions."))
@click.option("--force", is_flag=True, help=N_("Replace the profile that exists."))
@click.pass_obj
def new(
    settings: Settings,
    key: str,
    names: tuple[str, ...],
    lists: tuple[str, ...],
    yes: bool,
    force: bool,
) -> None:
    path = settings.sites / key / PROFILE
    if not KEY.fullmatch(key):
        raise KeyInvalid(key=key)
    if path.exists() and not force:
        raise ProfileExists(file=str(path))
    console = console_for(stderr=True)
    may_ask = not yes and sys.stdin.isatty()
    names = _enough(names, console, may_ask=may_ask)
    refuse_unknown([*names, *lists])
    fetched = fetch_named([*names, *lists], settings, console)
    articles = list(usable(pages_named(names, fetched), console))
    list_pages = list(usable(pages_named(lists, fetched), console))
    if not articles:
        raise NothingToRead
    proposal = propose(key, _specimens(articles, console), _specimens(list_pages, console))
    if not proposal.layouts:
        raise NothingToRead
    profile = Profile.model_validate({**proposal.data, "key": key})
    show_proposal(console, proposal)
    show_reading(console, [attempt(page, profile) for page in articles[:_SHOWN]])
    if may_ask and not click.confirm(_("Write this profile?"), default=True, err=True):
        raise click.Abort
    _write(path, proposal)
    console.print(_("Written: %(file)s") % {"file": escape(str(path))}, style="bold green")
    console.print(_(NEXT_STEPS) % {"key": key})


def _enough(names: tuple[str, ...], console: Console, *, may_ask: bool) -> tuple[str, ...]:
    """The names, and those that are added on being asked for more."""
    if len(names) >= ENOUGH or any(name.endswith(".warc.gz") for name in names):
        return names
    console.print(
        _(
            "A site has several templates: give three or more reports from different channels, "
            "old ones and new ones."
        ),
        style="yellow",
    )
    while may_ask:
        more = click.prompt(
            _("Another report's address or file (Enter: go on)"),
            default="",
            show_default=False,
            err=True,
        )
        if not more.strip():
            break
        names = (*names, more.strip())
    return names


def _specimens(pages: Sequence[GivenPage], console: Console) -> list[Specimen]:
    """What a profile is proposed from; files are called by their bare names where that is clear."""
    specimens = []
    files = Counter(Path(page.name).name for page in pages if page.is_saved)
    for page in pages:
        file = Path(page.name).name
        name = file if page.is_saved and files[file] == 1 else page.name
        specimen = Specimen(name=name, url=page.address, text=page.text)
        try:
            specimen.markup  # noqa: B018
        except TooMuchMarkup as error:
            leave_out(console, page.name, str(error))
            continue
        specimens.append(specimen)
    return specimens


def _write(path: Path, proposal: Proposal) -> None:
    """Write the profile whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    draft.write_text(proposal.toml, "utf-8")
    draft.replace(path)


@site.command("try", help=N_("Read pages with a site's profile: each field and what found it."))
@click.argument("key", metavar="KEY")
@click.argument("names", metavar=_NAMES, nargs=-1, required=True)
@click.option("--json", "is_json", is_flag=True, help=N_("Print one line of JSON a page."))
@click.pass_context
def try_(context: click.Context, key: str, names: tuple[str, ...], is_json: bool) -> None:
    settings: Settings = context.obj
    profile = load_profile(settings.sites, key)
    refuse_unknown(names)
    fetched = fetch_named(names, settings, console_for(stderr=True), profile)
    console = console_for()
    unread = 0
    for given in pages_named(names, fetched):
        trial = attempt(given, profile)
        unread += trial.page is None
        if is_json:
            click.echo(json.dumps(as_json(trial), ensure_ascii=False))
        else:
            show_trial(console, trial)
    context.exit(ExitCode.REVIEW if unread else ExitCode.OK)


@site.command("record", help=N_("Keep a page and what it gives, to prove the profile with it."))
@click.argument("key", metavar="KEY")
@click.argument("page_name", metavar="URL-OR-FILE")
@click.option("--name", "slug", metavar="NAME", help=N_("Name of the recorded page's folder."))
@click.pass_context
def record(context: click.Context, key: str, page_name: str, slug: str | None) -> None:
    settings: Settings = context.obj
    profile = load_profile(settings.sites, key)
    refuse_unknown([page_name])
    fetched = fetch_named([page_name], settings, console_for(stderr=True), profile, is_joined=True)
    given = list(pages_named([page_name], fetched))
    trials = [attempt(page, profile) for page in given]
    for trial in trials:
        show_trial(console_for(), trial)
    if any(trial.page is None for trial in trials):
        click.echo(_("Nothing was recorded: only what is read can prove a profile."), err=True)
        context.exit(ExitCode.REVIEW)
    pages = [page for page in given if isinstance(page, GivenPage)]
    exchanges = [_recordable(page, profile) for page in pages]
    slug = slug or recorded.slug_of(exchanges[0].url)
    if not KEY.fullmatch(slug):
        raise KeyInvalid(key=slug)
    folder = settings.sites / key
    recorded.record(folder, slug, exchanges, profile, user_agent(settings))
    words = _("Recorded. Read every value of %(file)s beside the page before you commit it.")
    click.echo(words % {"file": folder / recorded.PAGES / slug / recorded.EXPECTED})


def _recordable(page: GivenPage, profile: Profile) -> Exchange:
    """The exchange to keep; a saved page whose address proves nothing gets one that says so."""
    if not page.is_saved or profile.is_article(page.exchange.url):
        return page.exchange
    return saved_exchange(made_up_address(page.fetched.body), page.fetched.body)


@site.command("check", help=N_("Check profiles, and read their recorded pages field by field."))
@click.argument("keys", metavar="[KEY]...", nargs=-1)
@click.option("--json", "is_json", is_flag=True, help=N_("Print JSON."))
@click.pass_context
def check(context: click.Context, keys: tuple[str, ...], is_json: bool) -> None:
    settings: Settings = context.obj
    checks = [checked(settings, key) for key in keys or site_keys(settings.sites)]
    if is_json:
        click.echo(json.dumps(list(map(asdict, checks)), ensure_ascii=False, indent=1))
    else:
        show_checks(console_for(), checks)
    if any(each.fault for each in checks):
        context.exit(ExitCode.USAGE)
    context.exit(ExitCode.REVIEW if any(each.failures for each in checks) else ExitCode.OK)


@site.command("list", help=N_("List the sites, what proves them, and how their last crawl went."))
@click.option("--json", "is_json", is_flag=True, help=N_("Print JSON."))
@click.pass_obj
def list_(settings: Settings, is_json: bool) -> None:
    with closing(open_archive(settings)) as store:
        found = list(standings(settings, store))
    if is_json:
        click.echo(json.dumps(list(map(asdict, found)), ensure_ascii=False, indent=1))
    else:
        show_standings(console_for(), found)


COMMANDS = (site,)
