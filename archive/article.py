"""What an article is. The field docstrings are the definitions that profiles must meet."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from pydantic import TypeAdapter

from archive.capture import Capture, canonical_url

CHINA = timezone(timedelta(hours=8), "+08:00")
"""Days are days in China, which has kept no summer time since 1991."""
ID_LENGTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture of the report."""

    url: str | None
    """Absolute address of the image file, ``None`` where the page names none."""
    caption: str | None
    """The words printed with it, as printed; ``None`` where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of the report under one heading. The lead has no heading."""

    heading: str | None = None
    """As printed, without the signs that only mark it as a heading (``■ … ■``)."""
    subheading: str | None = None
    """The line directly under the heading that says more of it, as printed."""
    paragraphs: tuple[str, ...] = ()
    """In order, as printed, without indentation; never empty strings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that the report hands out."""

    url: str
    """Absolute address of the file."""
    title: str | None
    """The words of its link, as printed; ``None`` where it is only shown in a frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One place on a page that speaks of the day of publication."""

    where: Literal["line", "meta", "url"]
    """A visible line, a meta element, or the page's address."""
    locator: str
    """The selector, the meta element's name, or the address pattern that found it."""
    text: str
    """The printed words the day was read from."""
    day: date
    """The day these words name, in China."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A report as read from its captures. Absent facts are ``None`` or empty, never guessed."""

    id: str
    """``article_id(site, url)``: stable, opaque, never a counter."""
    site: str
    """Key of the site's profile."""
    url: str
    """Where it was published, as first requested."""
    title: str
    """As printed on the page, column tag included, without the site's name."""
    pretitle: str | None = None
    """引题: the line above the title, as printed."""
    subtitle: str | None = None
    """副题: the line below the title, as printed."""
    column_tag: str | None = None
    """What stood in 【】 at the start of the title."""
    published: date | None = None
    """The calendar day in China as printed; never converted, never another date."""
    published_text: str | None = None
    """The printed words that ``published`` was read from."""
    published_evidence: tuple[Witness, ...] = ()
    """Every witness of the day; the first is the one believed."""
    container_title: str | None = None
    """The site or paper where it was published."""
    publisher: str | None = None
    """The body that publishes the container; cited when there is no author."""
    authors: tuple[str, ...] = ()
    """People or bodies named as writers, in printed order."""
    editor: str | None = None
    """责任编辑, as printed."""
    reprinted_from: str | None = None
    """来源, where that differs from ``container_title``."""
    channel: str | None = None
    """The site's channel (频道, 栏目) in which it stood."""
    sections: tuple[Section, ...] = ()
    figures: tuple[Figure, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    captures: tuple[Capture, ...] = ()
    """The evidence: the newest capture of each of its pages, in page order."""
    gone_since: datetime | None = None
    """When the site was first found not to have it any more, in UTC; ``None`` while it has."""
    layout: str = ""
    """Name of the profile's layout that read it."""

    @property
    def date_agrees(self) -> bool:
        """Whether every witness names the same day."""
        return len({witness.day for witness in self.published_evidence}) <= 1

    @property
    def days_named(self) -> str:
        """Who names which day, as ``line 2023-01-05, url 2023-01-06``; empty where all agree."""
        if self.date_agrees:
            return ""
        named = (f"{witness.where} {witness.day}" for witness in self.published_evidence)
        return ", ".join(dict.fromkeys(named))

    def without_captures(self) -> Article:
        """What the page said, apart from when it was captured, and when no more."""
        return replace(self, captures=(), gone_since=None)


def article_id(site: str, url: str) -> str:
    """The first 12 characters of the base32 SHA-256 of site key and canonical URL, lower case."""
    digest = hashlib.sha256(f"{site} {canonical_url(url)}".encode()).digest()
    return base64.b32encode(digest).decode("ascii")[:ID_LENGTH].lower()


_ARTICLE = TypeAdapter(Article)


def reference(article: Article) -> dict[str, str | None]:
    """As much of an article as names it elsewhere, for JSON."""
    return {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "container_title": article.container_title,
        "reprinted_from": article.reprinted_from,
        "url": article.url,
    }


def article_to_json(article: Article) -> str:
    """The article as one line of JSON with the field names above."""
    return _ARTICLE.dump_json(article).decode()


def article_from_json(text: str) -> Article:
    """The inverse of ``article_to_json``; raises ``pydantic.ValidationError``."""
    return _ARTICLE.validate_json(text)
