"""A site is data: ``sites/<key>/profile.toml``, its fields, and what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import soupsieve
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from archive.errors import ExitCode, JianbaoError
from archive.words import N_

PROFILE = "profile.toml"
META = "meta:"
URL = "url"
"""As a locator of the date: believe the day in the page's address."""
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(eq=False)
class UnknownSite(JianbaoError):
    code = "unknown-site"
    exit_code = ExitCode.USAGE
    message = N_(
        "There is no site “%(site)s”: %(file)s does not exist. Known sites: %(known)s. "
        "Write that file, or name another folder with --sites."
    )
    site: str
    file: str
    known: str


@dataclass(eq=False)
class ProfileInvalid(JianbaoError):
    code = "profile-invalid"
    exit_code = ExitCode.USAGE
    message = N_("%(file)s: %(key)s: %(reason)s. See docs/profile.md for what may stand there.")
    file: str
    key: str
    reason: str


def _selector(words: str) -> str:
    if not words.startswith(META):
        try:
            soupsieve.compile(words)
        except soupsieve.SelectorSyntaxError as error:
            reason = str(error).splitlines()[0]
            raise ValueError(f"“{words}” is no CSS selector ({reason})") from error
    return words


def _pattern(words: str) -> str:
    try:
        re.compile(words)
    except re.error as error:
        raise ValueError(f"“{words}” is no regular expression ({error})") from error
    return words


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Selector = Annotated[str, AfterValidator(_selector)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Locators = Annotated[tuple[Selector, ...], BeforeValidator(_one_or_more)]
"""Places to look in, the first that speaks wins: CSS selectors, or ``meta:NAME``."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Layout(_Table):
    """Where the fields stand on one template of the site."""

    name: str
    title: Locators
    body: Locators
    """Every selector is read, in order: a lead may have a box of its own."""
    date: Locators = ()
    byline: Locators = ()
    """The line that says 来源、作者、时间; fields without a locator are read from its labels."""
    source: Locators = ()
    authors: Locators = ()
    editor: Locators = ()
    channel: Locators = ()
    next_page: Locators = ()
    remove: Locators = ()
    """What stands in the body but does not belong to the report."""
    title_suffix: Pattern = ""
    """What to cut off the end of the title, such as the site's name."""
    required: tuple[Literal["title", "published"], ...] = ("title", "published")
    """Fields without which a page is reported instead of filed. The body always is."""


class Politeness(_Table):
    """How gently the site is crawled."""

    delay: float = Field(default=1.0, ge=0)
    """Seconds between two requests to the same host, varied by half."""
    concurrency: int = Field(default=1, ge=1, le=16)
    """Requests under way at once to the same host."""
    timeout: float = Field(default=60.0, gt=0)
    """Seconds after which an answer is given up."""


class Limits(_Table):
    """Where a crawl of the site ends, whatever the site links to."""

    list_pages: int = Field(default=2000, ge=1)
    articles: int = Field(default=100_000, ge=1)
    depth: int = Field(default=500, ge=1)
    """Links from a seed."""
    page_bytes: int = Field(default=32 * 1024 * 1024, ge=1024)


class Profile(_Table):
    """Everything the crawler knows about a site."""

    key: str
    """The folder's name."""
    name: str
    """Of the site or paper: the ``container_title`` of its articles."""
    publisher: str = ""
    """The body that publishes it."""
    own_names: tuple[str, ...] = ()
    """What the site calls itself in 来源; such a source is no reprint."""
    hosts: tuple[str, ...]
    seeds: tuple[str, ...] = Field(min_length=1)
    list_pages: Annotated[tuple[Pattern, ...], BeforeValidator(_one_or_more)]
    """Regular expressions searched in addresses; seeds are always list pages."""
    articles: Annotated[tuple[Pattern, ...], BeforeValidator(_one_or_more)]
    not_articles: Locators = ()
    """A page that has one of these is no article, although its address looks like one."""
    layouts: tuple[Layout, ...] = Field(min_length=1)
    politeness: Politeness = Politeness()
    limits: Limits = Limits()
    unverified_tls: str = ""
    """Why the site's certificate is not verified; empty: it is."""

    @model_validator(mode="after")
    def _seeds_lie_on_hosts(self) -> Profile:
        for seed in self.seeds:
            if urlsplit(seed).scheme not in ("http", "https"):
                raise ValueError(f"the seed “{seed}” is no http or https address")
            if not self.covers(seed):
                raise ValueError(f"the seed “{seed}” lies on none of the hosts")
        return self

    def covers(self, url: str) -> bool:
        """Whether an address lies on one of the site's hosts."""
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        return any(host == name or parts.netloc.lower() == name for name in self.hosts)

    def is_list_page(self, url: str) -> bool:
        return url in self.seeds or any(re.search(each, url) for each in self.list_pages)

    def is_article(self, url: str) -> bool:
        return any(re.search(each, url) for each in self.articles)


def load_profile(sites: Path, key: str) -> Profile:
    """The profile of a site. Raises ``UnknownSite`` or ``ProfileInvalid``."""
    path = sites / key / PROFILE
    if not _KEY.fullmatch(key) or not path.is_file():
        known = ", ".join(site_keys(sites)) or "–"
        raise UnknownSite(site=key, file=str(path), known=known)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileInvalid(file=str(path), key="TOML", reason=str(error)) from error
    try:
        return Profile.model_validate({**data, "key": key})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "profile"
        reason = first["msg"].removeprefix("Value error, ")
        raise ProfileInvalid(file=str(path), key=where, reason=reason) from error


def site_keys(sites: Path) -> list[str]:
    """Keys of all sites that have a profile, sorted."""
    return sorted(path.parent.name for path in sites.glob(f"*/{PROFILE}"))
