"""Reading a page by its site's profile. No guesses: what the profile does not find is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urldefrag, urlsplit

from bs4.element import Tag

from archive.article import CHINA, Article, Figure, Section, Witness, article_id
from archive.capture import Capture
from crawler.body import body_of
from crawler.byline import labelled, names_in, value_of, words_of_day
from crawler.dates import day_in_url, days_in
from crawler.lines import Line, clean, lines_of
from crawler.markup import DEEPEST, Markup, TooDeep, attribute
from crawler.profile import META, URL, Layout, Profile

_COLUMN_TAG = re.compile(r"^【\s*([^】]+?)\s*】")
_WHERE = re.compile(
    r"^(?:您?(?:当前|现在|目前)?(?:所在|的)*位置|您所在的位置)(?:是|为)?\s*[:：]?\s*"
)
_CRUMB = re.compile(r"[>＞»›→]|\s[-/|]\s")
_HERE = re.compile(r"^(?:(?:网站)?首页|主页|正文|内容|详情|详细)(?![\u4e00-\u9fff])")
_OWN = re.compile(r"(?:本站|本网|本报|本刊|原创|本站原创|本网站|网站|未知)")
_FEW_CHARACTERS = 100
"""A page with scripts and less text than this shows nothing without JavaScript."""

Unread = Literal["not_article", "layout_not_recognised", "field_missing", "needs_javascript"]


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
    next_page: str | None
    """Absolute address of the report's next page."""


def read_page(text: str, profile: Profile, capture: Capture) -> Page:
    """Read a page with the first layout whose body is there. Raises ``PageUnread``."""
    return PageReader(text, profile, capture).read()


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
        captures=tuple(page.capture for page in pages),
        layout=first.layout,
    )


class PageReader:
    """One parsed page; parsed once, and asked as little as possible."""

    def __init__(self, text: str, profile: Profile, capture: Capture) -> None:
        try:
            self._markup = Markup(text, capture.url)
        except TooDeep as error:
            detail = f"elements lie {DEEPEST} deep"
            raise PageUnread("layout_not_recognised", detail) from error
        self._profile = profile
        self._capture = capture
        self._latest = capture.captured_at.astimezone(CHINA).date()

    def read(self) -> Page:
        for selector in self._profile.not_articles:
            if self._markup.select(selector):
                raise PageUnread("not_article", selector)
        layout, body = self._layout()
        bylines = [line.text for node in self._nodes(layout.byline) for line in lines_of(node)]
        labels: dict[str, str] = {}
        for line in bylines:
            labels = {**labelled(line), **labels}
        witnesses = self._witnesses(layout, bylines)
        believed = next((w for w in witnesses if w.where != "url" or URL in layout.date), None)
        title = self._title(layout)
        authors = self._said(layout.authors, "authors", labels)
        content = body_of(self._body_lines(layout, body), self._markup.absolute)
        page = Page(
            capture=self._capture,
            layout=layout.name,
            title=title,
            column_tag=match[1] if (match := _COLUMN_TAG.match(title)) else None,
            published=believed.day if believed else None,
            published_text=believed.text if believed else None,
            published_evidence=witnesses,
            authors=names_in(authors or ""),
            editor=self._said(layout.editor, "editor", labels),
            reprinted_from=self._reprinted_from(self._said(layout.source, "source", labels)),
            channel=_last_crumb(self._text(layout.channel), title),
            container_title=self._profile.name,
            publisher=self._profile.publisher or None,
            site=self._profile.key,
            sections=tuple(content.sections),
            figures=tuple(content.figures),
            next_page=self._next_page(layout),
        )
        _require(layout, page)
        return page

    def _layout(self) -> tuple[Layout, list[Tag]]:
        """The first layout whose body is on the page, and the body's nodes."""
        for layout in self._profile.layouts:
            nodes: list[Tag] = []
            for selector in layout.body:
                found = self._markup.outermost(selector)
                if len(found) > 1:
                    detail = f"{layout.name}.body: {selector}: {len(found)} places"
                    raise PageUnread("field_missing", detail)
                nodes.extend(found)
            if nodes:
                ids = {id(node) for node in nodes}
                apart = [n for n in nodes if not any(id(parent) in ids for parent in n.parents)]
                return layout, list({id(node): node for node in apart}.values())
        tried = "; ".join(f"{each.name}: {', '.join(each.body)}" for each in self._profile.layouts)
        if self._is_empty_without_javascript():
            raise PageUnread("needs_javascript", tried)
        raise PageUnread("layout_not_recognised", tried)

    def _is_empty_without_javascript(self) -> bool:
        if not self._markup.named("script"):
            return False
        shown = sum(len(line.text) for line in lines_of(self._markup.root))
        return shown < _FEW_CHARACTERS

    def _body_lines(self, layout: Layout, nodes: list[Tag]) -> list[Line]:
        unwanted = {id(node) for node in self._nodes(layout.remove)}
        return [line for node in nodes for line in lines_of(node, without=unwanted)]

    def _title(self, layout: Layout) -> str:
        title = self._text(layout.title) or ""
        if layout.title_suffix:
            title = re.sub(f"(?:{layout.title_suffix})$", "", title)
        return title.strip()

    def _witnesses(self, layout: Layout, bylines: list[str]) -> tuple[Witness, ...]:
        """Who speaks of the day: the places of the profile in its order, then the address."""
        found: list[Witness] = []
        for locator in layout.date:
            if locator == URL:
                found += self._address_witness()
            elif locator.startswith(META):
                found += self._witness("meta", locator, self._markup.meta(locator[len(META) :]))
            else:
                text = " ".join(words_of_day(text) for text in self._texts([locator]))
                found += self._witness("line", locator, text)
        for line in bylines:
            found += self._witness("line", ", ".join(layout.byline), words_of_day(line))
        if URL not in layout.date:
            found += self._address_witness()
        return tuple(found)

    def _witness(self, where: Literal["line", "meta"], locator: str, text: str) -> list[Witness]:
        """The first day that a text names, as a witness."""
        return [
            Witness(where=where, locator=locator, text=printed.text, day=printed.day)
            for printed in days_in(text, latest=self._latest)[:1]
        ]

    def _address_witness(self) -> list[Witness]:
        printed = day_in_url(urlsplit(self._capture.url).path, latest=self._latest)
        if printed is None:
            return []
        return [Witness(where="url", locator="path", text=printed.text, day=printed.day)]

    def _said(self, locators: Sequence[str], field: str, labels: dict[str, str]) -> str | None:
        """A field by its locators, else by its label in the byline."""
        for text in self._texts(locators):
            if value := value_of(text, field):
                return value
        return labels.get(field)

    def _reprinted_from(self, source: str | None) -> str | None:
        own = {self._profile.name, self._profile.publisher, *self._profile.own_names}
        return None if not source or source in own or _OWN.fullmatch(source) else source

    def _next_page(self, layout: Layout) -> str | None:
        for node in self._nodes(layout.next_page):
            target = self._markup.absolute(attribute(node, "href"))
            if target and urldefrag(target).url != self._capture.url:
                return urldefrag(target).url
        return None

    def _text(self, locators: Sequence[str]) -> str | None:
        return next(self._texts(locators), None)

    def _texts(self, locators: Sequence[str]) -> Iterator[str]:
        """What the locators say, one text each: that of the first element that has any."""
        for locator in locators:
            if locator.startswith(META):
                texts = iter([clean(self._markup.meta(locator[len(META) :]))])
            else:
                nodes = self._markup.select(locator)
                texts = (" ".join(line.text for line in lines_of(node)).strip() for node in nodes)
            if text := next(filter(None, texts), ""):
                yield text

    def _nodes(self, selectors: Sequence[str]) -> Iterator[Tag]:
        for selector in selectors:
            yield from self._markup.select(selector)


def _require(layout: Layout, page: Page) -> None:
    """Report a page that lacks what the layout requires, with the places that were looked in."""
    if not any(section.paragraphs for section in page.sections) and not page.figures:
        raise PageUnread("field_missing", f"{layout.name}.body: {', '.join(layout.body)}")
    for name in layout.required:
        if not getattr(page, name):
            places = (*layout.date, *layout.byline) if name == "published" else layout.title
            raise PageUnread("field_missing", f"{layout.name}.{name}: {', '.join(places)}")


def _last_crumb(words: str | None, title: str) -> str | None:
    """The channel in a breadcrumb (当前位置：首页 > 工会要闻 > 正文)."""
    crumbs = [clean(crumb) for crumb in _CRUMB.split(_WHERE.sub("", words or ""))]
    named = [crumb for crumb in crumbs if crumb and crumb != title and not _HERE.match(crumb)]
    return named[-1] if named else None
