"""Reading a page by its site's profile. No guesses: what the profile does not find is reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bs4.element import Tag

from archive.article import CHINA, Attachment, Witness
from archive.capture import Capture
from archive.reprints import fingerprint
from crawler.pages.attachments import attachments_in
from crawler.pages.body import body_of
from crawler.pages.byline import joined, names_in, said, value_of
from crawler.pages.credits import credits_in
from crawler.pages.figures import picture_boxes
from crawler.pages.joined_pages import named_second_page, next_page, without_pager
from crawler.pages.likeness import complaint
from crawler.pages.lines import CELL, Line, clean, lines_of
from crawler.pages.locators import words_at
from crawler.pages.markup import Markup, uncollected
from crawler.pages.page import Page, PageUnread, join
from crawler.pages.shells import challenge_of, shell_of, shows_nothing
from crawler.pages.tree import TooMuchMarkup
from crawler.pages.witnesses import believed, witnesses
from crawler.profile import ALT, TITLE, Layout, Profile

__all__ = ["Page", "PageUnread", "join", "read_page"]
_COLUMN_TAG = re.compile(r"^【\s*([^】]+?)\s*】")
_WHERE = re.compile(
    r"^(?:您?(?:当前|现在|目前)?(?:所在|的)*位置|您所在的位置)(?:是|为)?\s*[:：]?\s*"
)
_CRUMB = re.compile(r"[>＞»›→]|\s[-/|]\s")
_HERE = re.compile(r"^(?:(?:网站)?首页|主页|正文|内容|详情|详细)(?![\u4e00-\u9fff])")
_LONGEST_TITLE = 500
"""Characters in which a suffix is looked for; its expression may take the cube of their number."""
_OWN = re.compile(r"(?:本站|本网|本报|本刊|原创|本站原创|本网站|网站|未知)")


def read_page(text: str, profile: Profile, capture: Capture) -> Page:
    """Read a page with the first layout whose body is there. Raises ``PageUnread``."""
    with uncollected():
        return PageReader(text, profile, capture).read()


class PageReader:
    """One parsed page; parsed once, and asked as little as possible."""

    def __init__(self, text: str, profile: Profile, capture: Capture) -> None:
        try:
            self._markup = Markup(text, capture.url)
        except TooMuchMarkup as error:
            raise PageUnread("layout_not_recognised", str(error)) from error
        self._html = text
        self._profile = profile
        self._capture = capture
        self._found: dict[str, str] = {}

    def read(self) -> Page:
        for selector in self._profile.not_articles:
            if self._markup.select(selector):
                raise PageUnread("not_article", selector)
        layout, nodes = self._layout()
        lines = self._body_lines(layout, nodes)
        content = body_of(lines, self._markup.absolute, _speaker(layout))
        bylines = self._bylines(layout)
        labels = _labels(bylines, [words for each in content.sections for words in each.paragraphs])
        days = self._days(layout, bylines)
        day = believed(days, layout)
        title = self._title(layout)
        source = self._said("reprinted_from", layout.source, "source", labels)
        page = Page(
            capture=self._capture,
            layout=layout.name,
            title=title,
            pretitle=self._text("pretitle", layout.pretitle),
            subtitle=self._text("subtitle", layout.subtitle),
            column_tag=match[1] if (match := _COLUMN_TAG.match(title)) else None,
            published=day.day if day else None,
            published_text=day.text if day else None,
            published_evidence=days,
            authors=names_in(self._said("authors", layout.authors, "authors", labels) or ""),
            editor=self._said("editor", layout.editor, "editor", labels),
            reprinted_from=self._reprinted_from(source),
            channel=_last_crumb(self._text("channel", layout.channel), title),
            container_title=self._profile.name,
            publisher=self._profile.publisher or None,
            site=self._profile.key,
            sections=tuple(content.sections),
            figures=tuple(content.figures),
            attachments=self._attachments(layout, nodes),
            next_page=self._next_page(layout),
            fingerprint=fingerprint(content.sections),
            found=self._found,
        )
        self._require(layout, page)
        if reason := complaint(self._html, self._markup, nodes, lines):
            raise PageUnread("layout_not_recognised", f"{layout.name}.body: {reason}")
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
        self._report_emptiness(tried)
        raise PageUnread("layout_not_recognised", tried)

    def _report_emptiness(self, tried: str) -> None:
        """Report a page without text for what it is: a firewall's answer, or a script's shell."""
        if not shows_nothing(self._markup):
            return
        if firewall := challenge_of(self._html):
            raise PageUnread("refused_by_waf", f"{self._capture.status} {firewall}")
        raise PageUnread("needs_javascript", f"{tried}; {shell_of(self._markup)}")

    def _body_lines(self, layout: Layout, nodes: list[Tag]) -> list[Line]:
        self._found["sections"] = ", ".join(layout.body)
        unwanted = {id(node) for node in self._nodes(layout.remove)}
        said = {id(node) for node in self._nodes(_selectors(layout.caption))}
        lines: list[Line] = []
        for node in nodes:
            lines += lines_of(node, unwanted, said | picture_boxes(node))
        return without_pager(lines) if layout.next_page or layout.pages else lines

    def _bylines(self, layout: Layout) -> list[str]:
        """The lines under the title, those of one element joined where a label ends a cell."""
        found: list[str] = []
        for node in self._nodes(layout.byline):
            texts = [text for line in lines_of(node) for text in line.text.split(CELL)]
            found += joined([text for text in texts if text])
        return found

    def _days(self, layout: Layout, bylines: list[str]) -> tuple[Witness, ...]:
        latest = self._capture.captured_at.astimezone(CHINA).date()
        found = witnesses(self._markup, layout, bylines, self._capture.url, latest)
        if day := believed(found, layout):
            self._found["published"] = day.locator
        return found

    def _attachments(self, layout: Layout, nodes: list[Tag]) -> tuple[Attachment, ...]:
        unwanted = {id(node) for node in self._nodes(layout.remove)}
        boxes = [*nodes, *self._nodes(layout.attachments)]
        found = attachments_in(boxes, self._markup, without=unwanted)
        if found:
            self._found["attachments"] = ", ".join((*layout.body, *layout.attachments))
        return found

    def _next_page(self, layout: Layout) -> str | None:
        following = next_page(self._markup, layout, self._capture.url)
        if following is None:
            self._report_further_page(layout)
            return None
        self._found["next_page"] = following.selector
        return following.url

    def _report_further_page(self, layout: Layout) -> None:
        """Report a page that links to a second one, rather than file a report in part."""
        if layout.next_page or layout.pages:
            return
        if second := named_second_page(self._html, self._capture.url):
            detail = f"{layout.name}.next_page: no selector leads to {second}"
            raise PageUnread("field_missing", detail)

    def _title(self, layout: Layout) -> str:
        title = self._text("title", layout.title) or ""
        if layout.title_suffix and len(title) <= _LONGEST_TITLE:
            title = re.sub(f"(?:{layout.title_suffix})$", "", title)
        return title.strip()

    def _said(
        self, field: str, locators: Sequence[str], label: str, labels: dict[str, tuple[str, str]]
    ) -> str | None:
        """A field by its locators, else by its label in the byline or at the ends of the body."""
        for locator in locators:
            if value := value_of(words_at(self._markup, locator), label):
                self._found[field] = locator
                return value
        if label not in labels:
            return None
        words, self._found[field] = labels[label]
        return words

    def _reprinted_from(self, source: str | None) -> str | None:
        own = {self._profile.name, self._profile.publisher, *self._profile.own_names}
        return None if not source or source in own or _OWN.fullmatch(source) else source

    def _text(self, field: str, locators: Sequence[str]) -> str | None:
        """What the first locator that says anything says."""
        for locator in locators:
            if text := words_at(self._markup, locator):
                self._found[field] = locator
                return text
        return None

    def _nodes(self, selectors: Sequence[str]) -> Iterator[Tag]:
        for selector in selectors:
            yield from self._markup.select(selector)

    def _require(self, layout: Layout, page: Page) -> None:
        """Report a page that lacks what the layout requires, and the places that were looked in."""
        has_text = any(section.paragraphs for section in page.sections)
        if not (has_text or page.figures or page.attachments):
            tried = f"{layout.name}.body: {', '.join(layout.body)}"
            self._report_emptiness(tried)
            raise PageUnread("field_missing", tried)
        for name in layout.required:
            if not getattr(page, name):
                places = (*layout.date, *layout.byline) if name == "published" else layout.title
                raise PageUnread("field_missing", f"{layout.name}.{name}: {', '.join(places)}")


def _labels(bylines: Sequence[str], paragraphs: Sequence[str]) -> dict[str, tuple[str, str]]:
    """What the byline says of each field, else the ends of the body; and the label that says it."""
    places = [("body", credits_in(paragraphs))]
    places += [("byline", said(line)) for line in reversed(bylines)]
    found: dict[str, tuple[str, str]] = {}
    for place, labels in places:
        found |= {field: (each.words, f"{place} {each.label}") for field, each in labels.items()}
    return found


def _selectors(places: Sequence[str]) -> list[str]:
    return [place for place in places if place not in (ALT, TITLE)]


def _speaker(layout: Layout) -> Callable[[Line], str]:
    """What an image's attributes say of it, as far as the layout believes them."""
    believed = [name for name in layout.caption if name in (ALT, TITLE)]

    def says(image: Line) -> str:
        said = {ALT: image.alt, TITLE: image.tooltip}
        return next((said[name] for name in believed if said[name]), "")

    return says


def _last_crumb(words: str | None, title: str) -> str | None:
    """The channel in a breadcrumb (当前位置：首页 > 工会要闻 > 正文)."""
    crumbs = [clean(crumb) for crumb in _CRUMB.split(_WHERE.sub("", words or ""))]
    named = [crumb for crumb in crumbs if crumb and crumb != title and not _HERE.match(crumb)]
    return named[-1] if named else None
