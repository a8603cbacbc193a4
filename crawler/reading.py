"""Reading a page by its site's profile. No guesses: what the profile does not find is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from bs4.element import Tag

from archive.article import CHINA, Article, Figure, Section, Witness, article_id
from archive.capture import Capture
from crawler.body import body_of
from crawler.byline import labelled, names_in
from crawler.dates import day_in_url, days_in
from crawler.lines import Line, clean, lines_of
from crawler.profile import META, URL, Layout, Profile

PARSER = "lxml"
_COLUMN_TAG = re.compile(r"^【\s*([^】]+?)\s*】")
_HERE = re.compile(r"^(?:正文|内容|详情|详细)(?![\u4e00-\u9fff])")
_OWN = re.compile(r"^(?:本站|本网|本报|本刊|原创|本站原创|本网站|网站|未知)$")


class PageUnread(Exception):
    """A page that the profile does not read; the crawl turns it into an outcome."""

    def __init__(
        self, kind: Literal["not_article", "layout_not_recognised", "field_missing"], detail: str
    ) -> None:
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
        self._soup = BeautifulSoup(text, PARSER)
        self._profile = profile
        self._capture = capture
        self._latest = capture.captured_at.astimezone(CHINA).date()
        base = self._soup.find("base", href=True)
        href = base["href"] if isinstance(base, Tag) else ""
        self._base = urljoin(capture.url, str(href))

    def read(self) -> Page:
        if found := next(self._matches(self._profile.not_articles), None):
            raise PageUnread("not_article", found[0])
        layout, body = self._layout()
        bylines = [line.text for _, node in self._matches(layout.byline) for line in lines_of(node)]
        labels: dict[str, str] = {}
        for line in bylines:
            labels = {**labelled(line), **labels}
        witnesses = self._witnesses(layout, bylines)
        believed = next((w for w in witnesses if w.where != "url" or URL in layout.date), None)
        title = self._title(layout)
        source = self._text(layout.source) or labels.get("source")
        editor = self._text(layout.editor)
        channel = self._text(layout.channel)
        next_page = self._next_page(layout)
        content = body_of(self._body_lines(layout, body), self._absolute)
        page = Page(
            capture=self._capture,
            layout=layout.name,
            title=title,
            column_tag=match[1] if (match := _COLUMN_TAG.match(title)) else None,
            published=believed.day if believed else None,
            published_text=believed.text if believed else None,
            published_evidence=witnesses,
            authors=names_in(self._text(layout.authors) or labels.get("authors", "")),
            editor=_value(editor) if editor else labels.get("editor"),
            reprinted_from=self._reprinted_from(source),
            channel=_last_crumb(channel) if channel else None,
            container_title=self._profile.name,
            publisher=self._profile.publisher or None,
            site=self._profile.key,
            sections=tuple(content.sections),
            figures=tuple(content.figures),
            next_page=next_page,
        )
        self._require(layout, page)
        return page

    def _layout(self) -> tuple[Layout, list[Tag]]:
        """The first layout whose body is on the page, and the body's nodes."""
        for layout in self._profile.layouts:
            nodes = [node for _, node in self._matches(layout.body)]
            outermost = [
                n for n in nodes if not any(n in o.descendants for o in nodes if o is not n)
            ]
            if len(outermost) > len(layout.body):
                detail = f"{layout.name}.body: {len(outermost)} places"
                raise PageUnread("field_missing", detail)
            if outermost:
                return layout, outermost
        tried = "; ".join(f"{each.name}: {', '.join(each.body)}" for each in self._profile.layouts)
        raise PageUnread("layout_not_recognised", tried)

    def _body_lines(self, layout: Layout, nodes: list[Tag]) -> list[Line]:
        lines: list[Line] = []
        for node in nodes:
            for selector in layout.remove:
                for unwanted in node.select(selector):
                    unwanted.decompose()
            lines.extend(lines_of(node))
        return lines

    def _title(self, layout: Layout) -> str:
        title = self._text(layout.title) or ""
        if layout.title_suffix:
            title = re.sub(f"(?:{layout.title_suffix})$", "", title)
        return title.strip()

    def _witnesses(self, layout: Layout, bylines: list[str]) -> tuple[Witness, ...]:
        """Who speaks of the day: the places of the profile in its order, then the address."""
        found: list[Witness] = []
        places = [(locator, text) for locator, text in self._texts(layout.date)]
        places += [
            (", ".join(layout.byline), labelled(line).get("published", line)) for line in bylines
        ]
        for locator, text in places:
            for printed in days_in(text, latest=self._latest)[:1]:
                where: Literal["line", "meta"] = "meta" if locator.startswith(META) else "line"
                witness = Witness(where=where, locator=locator, text=printed.text, day=printed.day)
                found.append(witness)
        path = urlsplit(self._capture.url).path
        if printed_url := day_in_url(path, latest=self._latest):
            found.append(
                Witness(where="url", locator="path", text=printed_url.text, day=printed_url.day)
            )
        return tuple(found)

    def _reprinted_from(self, source: str | None) -> str | None:
        name = _value(source) if source else ""
        own = {self._profile.name, self._profile.publisher, *self._profile.own_names}
        return None if not name or name in own or _OWN.match(name) else name

    def _next_page(self, layout: Layout) -> str | None:
        for _, node in self._matches(layout.next_page):
            href = node.get("href")
            if isinstance(href, str) and (target := self._absolute(href)) != self._capture.url:
                return target
        return None

    def _require(self, layout: Layout, page: Page) -> None:
        if not any(section.paragraphs for section in page.sections) and not page.figures:
            raise PageUnread("field_missing", f"{layout.name}.body: {', '.join(layout.body)}")
        for name in layout.required:
            if not getattr(page, name):
                locators = (
                    layout.date or layout.byline if name == "published" else getattr(layout, name)
                )
                raise PageUnread("field_missing", f"{layout.name}.{name}: {', '.join(locators)}")

    def _text(self, locators: Sequence[str]) -> str | None:
        return next((text for _, text in self._texts(locators)), None)

    def _texts(self, locators: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Each locator that finds text, with the text."""
        for locator in locators:
            if locator == URL:
                continue
            if locator.startswith(META):
                text = self._meta(locator.removeprefix(META))
            else:
                node = self._soup.select_one(locator)
                text = " ".join(line.text for line in lines_of(node)) if node else ""
            if text := clean(text):
                yield locator, text

    def _meta(self, name: str) -> str:
        wanted = name.lower()
        for meta in self._soup.find_all("meta"):
            given = meta.get("name") or meta.get("property")
            if isinstance(given, str) and given.strip().lower() == wanted:
                content = meta.get("content")
                if isinstance(content, str) and content.strip():
                    return content
        return ""

    def _matches(self, locators: Sequence[str]) -> Iterator[tuple[str, Tag]]:
        for locator in locators:
            for node in self._soup.select(locator):
                yield locator, node

    def _absolute(self, address: str) -> str:
        return urljoin(self._base, address.strip())


def _outermost(nodes: list[Tag]) -> list[Tag]:
    """The nodes that lie in no other of them (TRS sets an editor's box into another)."""
    marked = {id(node) for node in nodes}
    return [n for n in nodes if not any(id(parent) in marked for parent in n.parents)]


def _value(words: str) -> str:
    """What a line says after its label, or the line."""
    found = labelled(words)
    return next(iter(found.values()), words).strip()


def _last_crumb(words: str) -> str:
    """The channel in a breadcrumb (当前位置：首页 > 工会要闻)."""
    crumbs = [clean(crumb) for crumb in re.split(r"[>＞»›]|\s-\s|→", words)]
    named = [crumb for crumb in crumbs if crumb and not _HERE.match(crumb)]
    return named[-1] if named else words
