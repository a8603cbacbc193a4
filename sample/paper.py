"""汀州劳动报, an invented paper of a neighbouring city, below ``/paper/`` on the sample's server.

It reprints reports of the sample site under headlines of its own and with small edits, and has a
report in three pages. The files in ``paper/*.toml`` are the truth, as those of the reports are.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sample.report import Report, ReportInvalid, ReportSection, load_reports
from sample.site import SITE, TODAY, SamplePage, answer, environment, text_blocks

PAPER = "汀州劳动报"
STORIES = Path(__file__).with_name("paper")
FOLDER = "/paper/news"
ROWS_A_PAGE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One report as the paper prints it."""

    slug: str
    title: str
    published: date
    authors: tuple[str, ...]
    reprints: str | None
    """The slug of the report that it was taken from."""
    sections: tuple[ReportSection, ...]
    pages: tuple[int, ...]
    """How many sections each page has."""

    @property
    def reprinted_from(self) -> str | None:
        """What 来源 names where it is not the paper."""
        return SITE if self.reprints else None

    @property
    def path(self) -> str:
        """The address of the first page."""
        return f"{FOLDER}/{self.published:%Y%m}/{self.slug}.html"

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of all pages; the second ends in ``_1``."""
        stem = self.path.removesuffix(".html")
        return (self.path, *(f"{stem}_{at}.html" for at in range(1, len(self.pages))))


def load_stories(folder: Path = STORIES) -> tuple[Story, ...]:
    """All stories, newest first. Raises ``ReportInvalid``."""
    reports = {report.slug: report for report in load_reports()}
    stories = [_story(path, reports) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(stories, key=lambda each: each.published, reverse=True))


def paper_pages() -> dict[str, SamplePage]:
    """Every address of the paper with its answer."""
    templates = environment(TODAY)
    stories = load_stories()
    found: dict[str, SamplePage] = {}
    starts = range(0, len(stories), ROWS_A_PAGE)
    for at, start in enumerate(starts):
        text = templates.get_template("paper_list.html").render(
            paper=PAPER,
            folder=FOLDER,
            stories=stories[start : start + ROWS_A_PAGE],
            total=len(starts),
            current=at,
        )
        newest = stories[0].published
        found[f"{FOLDER}/index_{at}.html" if at else f"{FOLDER}/"] = answer(text, newest)
    for story in stories:
        first = 0
        for at, (address, count) in enumerate(zip(story.addresses, story.pages, strict=True)):
            text = templates.get_template("paper.html").render(
                paper=PAPER,
                story=story,
                blocks=text_blocks(story.sections[first : first + count]),
                addresses=story.addresses,
                at=at,
            )
            found[address] = answer(text, story.published)
            first += count
    return found


def _story(path: Path, reports: dict[str, Report]) -> Story:
    data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    original = reports.get(data.get("reprints", ""))
    sections = (
        _edited(path, original, data)
        if original
        else tuple(
            ReportSection(**{**each, "paragraphs": tuple(each["paragraphs"])})
            for each in data["sections"]
        )
    )
    pages = tuple(data.get("pages", ())) or (len(sections),)
    if sum(pages) != len(sections):
        raise ReportInvalid(f"{path}: the pages have {sum(pages)} of {len(sections)} sections")
    return Story(
        slug=data["slug"],
        title=data["title"],
        published=data["published"],
        authors=original.authors if original else tuple(data["authors"]),
        reprints=original.slug if original else None,
        sections=sections,
        pages=pages,
    )


def _edited(path: Path, original: Report, data: dict[str, Any]) -> tuple[ReportSection, ...]:
    """A report's sections without some paragraphs (counted from 1) and with words changed."""
    changes = [(str(old), str(new)) for old, new in data.get("changes", ())]
    printed = "".join(original.paragraphs)
    if missing := next((old for old, _ in changes if old not in printed), None):
        raise ReportInvalid(f"{path}: the report does not say {missing}")
    left_out, number = set(data.get("left_out", ())), 0
    edited: list[ReportSection] = []
    for section in original.sections:
        kept: list[str] = []
        for words in section.paragraphs:
            number += 1
            if number in left_out:
                continue
            for old, new in changes:
                words = words.replace(old, new)
            kept.append(words)
        if kept:
            edited.append(replace(section, paragraphs=tuple(kept)))
    return tuple(edited)
