"""A site is data: ``sites/<key>/profile.toml``, its fields, and what is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
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
    StringConstraints,
    ValidationError,
    model_validator,
)
from w3lib.url import safe_url_string

from archive.errors import ExitCode, JianbaoError
from archive.words import N_
from crawler.expressions import Pattern, compiles
from crawler.family import site_with_family, with_family
from crawler.lists.pagers import PAGERS, DatedPager, Pager
from crawler.pages.locators import META, UNSEEN, URL
from crawler.profile_errors import ProfileInvalid, fault, reason_of

__all__ = ["META", "PROFILE", "URL", "Layout", "Profile", "ProfileInvalid", "UnknownSite"]
PROFILE = "profile.toml"
ALT, TITLE = "@alt", "@title"
"""As places of captions: the image's own attribute."""
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d+)?")
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


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


def _selector(words: str) -> str:
    if words.startswith(UNSEEN):
        raise fault(
            N_("“%(words)s” names no place on the page; write a CSS selector."), words=words
        )
    try:
        soupsieve.compile(words)
    except soupsieve.SelectorSyntaxError as error:
        raise fault(
            N_("“%(words)s” is no CSS selector (%(why)s); correct it."),
            words=words,
            why=str(error).splitlines()[0].rstrip("."),
        ) from error
    return words


def _locator(words: str) -> str:
    if not words.startswith(UNSEEN):
        return _selector(words)
    kind, _, name = words.partition(":")
    if not name.strip():
        raise fault(
            N_("“%(kind)s:” lacks a name; write for instance “%(kind)s:PubDate”."), kind=kind
        )
    return words


def _caption(words: str) -> str:
    return words if words in (ALT, TITLE) else _selector(words)


def _address_pattern(words: str) -> str:
    if not words.strip():
        raise fault(N_("an empty expression fits every address; remove it or fill it in."))
    return compiles(words)


def _host(words: str) -> str:
    if not _HOST.fullmatch(words):
        raise fault(
            N_("“%(words)s” is no host; write its bare name, such as “www.example.cn”."),
            words=words,
        )
    return words.lower()


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Patterns = Annotated[
    tuple[Annotated[str, AfterValidator(_address_pattern)], ...], BeforeValidator(_one_or_more)
]
Selectors = Annotated[
    tuple[Annotated[str, AfterValidator(_selector)], ...], BeforeValidator(_one_or_more)
]
"""CSS selectors; all of them are looked for."""
Locators = Annotated[
    tuple[Annotated[str, AfterValidator(_locator)], ...], BeforeValidator(_one_or_more)
]
"""Places to look in, the first that speaks wins: CSS selectors, ``meta:`` or ``comment:NAME``."""
Captions = Annotated[
    tuple[Annotated[str, AfterValidator(_caption)], ...], BeforeValidator(_one_or_more)
]
"""CSS selectors, ``@alt`` or ``@title``."""


def _escaped(url: str) -> str:
    """An address as it is requested; one that is broken is reported as no seed."""
    try:
        return safe_url_string(url)
    except ValueError:
        return url


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Layout(_Table):
    """Where the fields stand on one template of the site."""

    family: str = ""
    """A family whose layout says what this one does not: ``trs``, ``people/people-2015``."""
    name: Text
    title: Locators = Field(min_length=1)
    body: Selectors = Field(min_length=1)
    """Every selector is read, in order: a lead may have a box of its own."""
    date: Locators = ()
    """Where the day stands; ``url`` among them believes the day in the page's address."""
    byline: Selectors = ()
    """The line that says 来源、作者、时间; fields without a locator are read from its labels."""
    source: Locators = ()
    authors: Locators = ()
    editor: Locators = ()
    channel: Locators = ()
    pretitle: Locators = ()
    """The line above the title (引题)."""
    subtitle: Locators = ()
    """The line below the title (副题)."""
    caption: Captions = ()
    """What is printed with a picture; ``@alt`` and ``@title`` believe the image's attribute."""
    attachments: Selectors = ()
    """Boxes outside the body whose links to files belong to the report."""
    next_page: Selectors = ()
    pages: Selectors = ()
    """What says how many pages the report has, where no link leads on: ``…_2.shtml`` follows."""
    remove: Selectors = ()
    """What stands in the body but does not belong to the report."""
    title_suffix: Pattern = ""
    """What to cut off the end of the title, such as the site's name."""
    required: tuple[Literal["title", "published"], ...] = ("title", "published")
    """Fields without which a page is reported instead of filed. The body always is."""

    @model_validator(mode="before")
    @classmethod
    def _family_says_the_rest(cls, data: Any) -> Any:
        return with_family(data) if isinstance(data, Mapping) else data


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
    barren_lists: int = Field(default=20, ge=1)
    """List pages in a row that name no article which the one before had not named."""
    page_bytes: int = Field(default=32 * 1024 * 1024, ge=1024)


class Profile(_Table):
    """Everything the crawler knows about a site."""

    key: str
    """The folder's name."""
    name: Text
    """Of the site or paper: the ``container_title`` of its articles."""
    publisher: str = ""
    """The body that publishes it."""
    own_names: tuple[str, ...] = ()
    """What the site calls itself in 来源; such a source is no reprint."""
    hosts: Annotated[
        tuple[Annotated[str, AfterValidator(_host)], ...],
        BeforeValidator(_one_or_more),
        Field(min_length=1),
    ]
    """Names of the servers that belong to the site, with a port where it is an odd one."""
    seeds: Annotated[
        tuple[Annotated[str, AfterValidator(_escaped)], ...],
        BeforeValidator(_one_or_more),
        Field(min_length=1),
    ]
    list_pages: Patterns
    """Regular expressions searched in addresses; seeds are always list pages."""
    articles: Patterns = Field(min_length=1)
    pagers: tuple[Pager, ...] = ()
    """How lists go on where no link says so."""
    not_articles: Selectors = ()
    """A page that has one of these is no article, although its address looks like one."""
    layouts: tuple[Layout, ...] = Field(min_length=1)
    capture: Annotated[
        tuple[Literal["images", "attachments"], ...], BeforeValidator(_one_or_more)
    ] = ()
    """Files of an article that are kept beside its pages."""
    politeness: Politeness = Politeness()
    limits: Limits = Limits()
    unverified_tls: str = ""
    """Why the site's certificate is not verified; empty: it is."""
    family: str = ""
    """A family that says addresses, pagers and layouts where the profile does not."""

    @model_validator(mode="before")
    @classmethod
    def _family_says_the_rest(cls, data: Any) -> Any:
        return site_with_family(data) if isinstance(data, Mapping) else data

    @model_validator(mode="after")
    def _seeds_lie_on_hosts(self) -> Profile:
        for seed in self.seeds:
            if not seed.startswith(("http://", "https://")):
                raise fault(
                    N_("the seed “%(seed)s” is no address; begin it with http:// or https://."),
                    seed=seed,
                )
            if not self.covers(seed):
                raise fault(
                    N_("the seed “%(seed)s” lies on none of the hosts; add its host to “hosts”."),
                    seed=seed,
                )
        return self

    @model_validator(mode="after")
    def _issues_lie_on_hosts(self) -> Profile:
        for pager in self.pagers:
            if isinstance(pager, DatedPager) and not self.covers(pager.address):
                raise fault(
                    N_("“%(address)s” lies on none of the hosts; add its host to “hosts”."),
                    address=pager.address,
                )
        return self

    @model_validator(mode="after")
    def _layouts_have_names_of_their_own(self) -> Profile:
        names = [layout.name for layout in self.layouts]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise fault(
                N_("two layouts are called “%(name)s”; give each a name of its own."), name=twice
            )
        return self

    def covers(self, url: str) -> bool:
        """Whether an address lies on one of the site's hosts."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        host = (parts.hostname or "").rstrip(".")
        return any(host == name or parts.netloc.lower() == name for name in self.hosts)

    def is_list_page(self, url: str) -> bool:
        return (
            url in self.seeds
            or any(re.search(each, url) for each in self.list_pages)
            or any(pager.names(url) for pager in self.pagers)
        )

    def is_article(self, url: str) -> bool:
        return any(re.search(each, url) for each in self.articles)


def load_profile(sites: Path, key: str) -> Profile:
    """The profile of a site. Raises ``UnknownSite`` or ``ProfileInvalid``."""
    path = sites / key / PROFILE
    if not path.is_file():
        known = ", ".join(site_keys(sites)) or "–"
        raise UnknownSite(site=key, file=str(path), known=known)
    if not KEY.fullmatch(key):
        reason = N_("the folder's name is no key; write it in small letters, digits and hyphens.")
        raise ProfileInvalid(file=str(path), key=key, reason=reason)
    data = _read(path)
    if "key" in data:
        reason = N_("a site is called by its folder's name; remove this line.")
        raise ProfileInvalid(file=str(path), key="key", reason=reason)
    try:
        return Profile.model_validate({**data, "key": key})
    except ValidationError as error:
        # A misspelled key leaves its right name missing: the misspelling is the fault to show.
        first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
        of_site = Profile.model_fields if len(first["loc"]) > 1 else ()
        reason, facts = reason_of(first, _known_keys(first["loc"]), of_site)
        where = _where(first["loc"])
        raise ProfileInvalid(file=str(path), key=where, reason=reason, facts=facts) from error


def _known_keys(steps: Sequence[int | str]) -> list[str]:
    """The keys of the table in which a fault lies; the kinds of pagers for one without kind."""
    table: type[BaseModel] = _TABLES.get(steps[0], Profile) if len(steps) > 1 else Profile
    if steps[:1] == ("pagers",):
        if len(steps) < 3:
            return [str(kind) for kind in PAGERS]
        table = PAGERS[steps[2]]
    return sorted(table.model_fields.keys() - {"key"})


_TABLES: dict[object, type[_Table]] = {
    "layouts": Layout,
    "politeness": Politeness,
    "limits": Limits,
}


def _read(path: Path) -> dict[str, Any]:
    """A TOML file; Windows editors may begin it with a byte-order mark."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        reason = N_("this line is not UTF-8; save the file again in the encoding UTF-8.")
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ProfileInvalid(str(path), f"line {line}", reason) from error
    except tomllib.TOMLDecodeError as error:
        reason = N_("the file cannot be read: %(why)s; correct that place.")
        raise ProfileInvalid(str(path), "TOML", reason, {"why": str(error)}) from error


def _where(steps: Sequence[int | str]) -> str:
    """The key as an archivist finds it: ``layouts 2, title`` is the second layout's title."""
    if steps[:1] == ("pagers",):  # the third step is the kind, which no archivist wrote as a key
        steps = (*steps[:2], *steps[3:])
    words = [f" {step + 1}" if isinstance(step, int) else f", {step}" for step in steps]
    return "".join(words).removeprefix(", ") or "profile"


def site_keys(sites: Path) -> list[str]:
    """Keys of all sites that have a profile, sorted."""
    return sorted(path.parent.name for path in sites.glob(f"*/{PROFILE}") if path.is_file())
