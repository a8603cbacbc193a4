"""What one page of a report gave, and the article that its pages make together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from archive.article import Article, Attachment, Figure, Section, Witness, article_id
from archive.capture import Capture
from archive.reprints import Fingerprint

Unread = Literal[
    "not_article", "layout_not_recognised", "field_missing", "needs_javascript", "refused_by_waf"
]


class PageUnread(Exception):
    """A page that the profile does not read; the crawl turns it into an outcome."""

    def __init__(self, kind: Unread, detail: str) -> None:
        super().__init__(kind, detail)
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one page gave. The fields are those of ``Article``."""

    capture: Capture
    layout: str
    title: str
    pretitle: str | None
    subtitle: str | None
    column_tag: str | None
    published: date | None
    published_text: str | None
    published_evidence: tuple[Witness, ...]
    authors: tuple[str, ...]
    editor: str | None
    reprinted_from: str | None
    channel: str | None
    container_title: str
    publisher: str | None
    site: str
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    attachments: tuple[Attachment, ...]
    next_page: str | None
    """Absolute address of the report's next page."""
    fingerprint: Fingerprint | None
    """By which the text is known again, made here where other pages are read meanwhile."""
    found: dict[str, str]
    """For each field that was found, the locator or the label that found it."""


def fingerprint_in(pages: Sequence[Page]) -> Fingerprint | None:
    """A report's fingerprint where one page is all of it, else ``None``."""
    return pages[0].fingerprint if len(pages) == 1 else None


def join(pages: Sequence[Page]) -> Article:
    """One article from the pages of a report, in order; the first page names it."""
    first = pages[0]
    sections: list[Section] = []
    for page in pages:
        more = list(page.sections)
        if sections and more and more[0].heading is None and more[0].subheading is None:
            last, lead = sections.pop(), more.pop(0)
            sections.append(
                Section(
                    heading=last.heading,
                    subheading=last.subheading,
                    paragraphs=last.paragraphs + lead.paragraphs,
                )
            )
        sections.extend(more)
    return Article(
        id=article_id(first.site, first.capture.url),
        site=first.site,
        url=first.capture.url,
        title=first.title,
        pretitle=first.pretitle,
        subtitle=first.subtitle,
        column_tag=first.column_tag,
        published=first.published,
        published_text=first.published_text,
        published_evidence=first.published_evidence,
        container_title=first.container_title,
        publisher=first.publisher,
        authors=first.authors,
        editor=next((page.editor for page in pages if page.editor), None),
        reprinted_from=first.reprinted_from,
        channel=first.channel,
        sections=tuple(sections),
        figures=tuple(figure for page in pages for figure in page.figures),
        attachments=tuple(file for page in pages for file in page.attachments),
        captures=tuple(page.capture for page in pages),
        layout=first.layout,
    )
