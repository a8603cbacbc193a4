"""The reports of the sample site, read from ``reports/*.toml``: what a page must be read as."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

REPORTS = Path(__file__).with_name("reports")
CHANNELS = {"工会要闻": "gzyw", "维权帮扶": "wqbf", "基层动态": "jcdt"}
"""Channels in the order of the site's menu, with their folders."""

LayoutName = Literal["modern", "table"]


class ReportInvalid(ValueError):
    """A report's file breaks a rule of the sample; the message names the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFigure:
    """A picture and the words printed with it."""

    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """Paragraphs under one heading; the lead has none.

    A second subheading under one heading is a section of its own that repeats the heading: the
    page prints it once.
    """

    heading: str | None = None
    subheading: str | None = None
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """How the page is marked up: nothing here is part of the truth."""

    headings: Literal["h2", "strong", "square"]
    figures: Literal["figure", "centred"]
    figures_at: Literal["top", "between"]
    paragraphs: Literal["plain", "font", "nbsp"] = "plain"
    """In the table layout: bare, in a font element, or indented with ``&nbsp;``."""
    source_line: bool = True
    """Whether the table layout prints 来源 beside the date."""
    byline: str | None = None
    """What 作者： prints where it says more than the names."""
    updated: str | None = None
    """A false date in the byline."""
    notice: str | None = None
    """A line between title and body that carries a false date."""
    closing_twice: bool = False
    """Whether the page ends in two ``</html>``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report, with every value as its page prints it."""

    slug: str
    channel: str
    layout: LayoutName
    title: str
    published: date
    authors: tuple[str, ...] = ()
    editor: str | None = None
    reprinted_from: str | None = None
    figures: tuple[ReportFigure, ...] = ()
    sections: tuple[ReportSection, ...]
    marking: Marking

    @property
    def path(self) -> str:
        """The address on the site, such as ``/gzyw/202301/t20230105_1021.html``."""
        return f"/{CHANNELS[self.channel]}/{self.published:%Y%m}/{self.slug}.html"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """All paragraphs in printed order."""
        return tuple(words for section in self.sections for words in section.paragraphs)


def load_reports(folder: Path = REPORTS) -> tuple[Report, ...]:
    """All reports, newest first. Raises ``ReportInvalid``."""
    reports = [_report(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(reports, key=lambda each: (each.published, each.slug), reverse=True))


def _report(path: Path) -> Report:
    data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    defaults: dict[str, Any] = (
        {"headings": "square", "figures": "centred", "figures_at": "top"}
        if data["layout"] == "table"
        else {"headings": "h2", "figures": "figure", "figures_at": "between"}
    )
    report = Report(
        **{
            **data,
            "authors": tuple(data.get("authors", ())),
            "figures": tuple(ReportFigure(**each) for each in data.get("figures", ())),
            "sections": tuple(_section(each) for each in data["sections"]),
            "marking": Marking(**{**defaults, **data.get("marking", {})}),
        }
    )
    if fault := _fault(report, path.stem):
        raise ReportInvalid(f"{path}: {fault}")
    return report


def _section(data: dict[str, Any]) -> ReportSection:
    return ReportSection(**{**data, "paragraphs": tuple(data["paragraphs"])})


def _fault(report: Report, stem: str) -> str | None:
    """What no page could show, or ``None``."""
    if report.slug != stem:
        return f"the slug {report.slug} is not the file's name"
    if report.slug[1:9] != f"{report.published:%Y%m%d}":
        return f"the slug {report.slug} names another day than {report.published}"
    if report.channel not in CHANNELS:
        return f"there is no channel {report.channel}"
    if any(not section.heading for section in report.sections[1:]):
        return "only the lead may lack a heading"
    if not all(section.paragraphs for section in report.sections):
        return "a section has no paragraphs"
    return None
