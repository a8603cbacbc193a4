"""Gathering the pages that an archivist names, and saying which cannot be had."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from archive.outcome import MEANINGS
from archive.settings import Settings
from archive.words import _
from crawler.profile import Profile
from crawler.run import MOST_PAGES
from crawler.sites.given import Given, GivenPage, complaint, is_address, judge_given


def fetch_named(
    names: Iterable[str],
    settings: Settings,
    console: Console,
    profile: Profile | None = None,
    *,
    is_joined: bool = False,
) -> dict[str, list[Given]]:
    """The pages of those names that are addresses; with ``is_joined`` all pages of a report."""
    addresses = list(dict.fromkeys(name for name in names if is_address(name)))
    if not addresses:
        return {}
    if not settings.contact:
        console.print(_("No contact address is set; tell servers who asks: JIANBAO_CONTACT."))
    # Scrapy takes as long to import as all the rest; saved files do without it.
    from crawler.sites.fetching import fetch

    seen: set[str] = set()

    def next_page(page: GivenPage) -> str | None:
        """Where the report goes on, unless it goes round in a circle."""
        seen.add(page.fetched.capture.url)
        verdict = judge_given(page, profile) if profile and is_joined else None
        following = verdict.page.next_page if verdict and verdict.page else None
        return None if following in seen or len(seen) >= MOST_PAGES else following

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    is_silent = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=is_silent) as progress:
        task = progress.add_task(_("fetching"), total=len(addresses))
        return fetch(
            addresses,
            settings,
            politeness=profile.politeness if profile else None,
            verify_tls=not (profile and profile.unverified_tls),
            follow=next_page,
            on_page=lambda _given: progress.advance(task),
        )


def usable(pages: Iterable[Given], console: Console) -> Iterator[GivenPage]:
    """The pages that can be looked at; of the others it is said why not."""
    for page in pages:
        if isinstance(page, GivenPage):
            reason = complaint(page)
        else:
            reason = " ".join(filter(None, (_(MEANINGS[page.kind]), page.detail)))
        if reason:
            leave_out(console, page.name, reason)
        elif isinstance(page, GivenPage):
            yield page


def leave_out(console: Console, name: str, reason: str) -> None:
    """Say why a page is not used."""
    words = _("%(name)s is left out: %(reason)s") % {"name": name, "reason": reason}
    console.print(escape(words), style="yellow", soft_wrap=True)
