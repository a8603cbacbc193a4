"""The sample site as a pure function: every address and exactly what it answers.

安澜工会网, published by 安澜市总工会, is invented, and so is everyone in it. Its reports are the
truth that tests compare with; its pages are printed from them in two layouts, with the faults
that real union sites have (see the special addresses below).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from itertools import count
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from sample.pictures import picture
from sample.report import CHANNELS, Report, ReportSection, load_reports

__all__ = [
    "PUBLISHER",
    "SITE",
    "SamplePage",
    "answer",
    "environment",
    "load_reports",
    "not_found",
    "pages",
    "text_blocks",
]

SITE = "安澜工会网"
PUBLISHER = "安澜市总工会"
TODAY = date(2025, 1, 6)
"""The day in the head of old pages: false as a date of publication."""
ROWS_A_PAGE = 10

MISSING_PAGE = "/jcdt/202303/t20230315_9404.html"
"""Linked from a list, answers 404."""
OLD_ADDRESS = "/jcdt/202402/t20240201_9302.html"
"""Linked from a list, answers 301 to the report that moved."""
MOVED_REPORT = "t20240130_2111"
TOPIC_PAGE = "/gzyw/202405/t20240501_9100.html"
"""Its address is like an article's, but it holds links only."""
INTERNAL_PAGE = "/internal/notice.html"
"""Linked from the home page, forbidden by ``robots.txt``."""
ROBOTS = "User-agent: *\nDisallow: /internal/\n"

_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class SamplePage:
    """One answer of the site."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list."""

    path: str
    title: str
    day: date


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a report's body in printed order."""

    kind: Literal["heading", "subheading", "paragraph", "figure"]
    text: str
    image: str = ""


def pages(today: date = TODAY) -> dict[str, SamplePage]:
    """Every address of the site with its answer; any other is ``not_found()``."""
    reports = load_reports()
    templates = environment(today)
    found = {"/": _page(templates, "home.html", today, channels=_home(reports), topic=_topic_row())}
    for name in CHANNELS:
        rows = _rows(name, reports)
        found.update(_list_pages(templates, name, rows, today))
        of_channel = [report for report in reports if report.channel == name]
        for at, report in enumerate(of_channel):
            found[report.path] = _report_page(templates, report, _related(of_channel, at))
    for report in reports:
        for image in _images(report):
            found[image] = _answer("image/png", picture(image), report.published)
    chosen = [report for report in reports if "劳模" in report.title or "“五一”" in report.title]
    found[TOPIC_PAGE] = _page(templates, "topic.html", today, row=_topic_row(), reports=chosen)
    found[INTERNAL_PAGE] = _page(templates, "notice.html", today)
    found["/robots.txt"] = _answer("text/plain; charset=utf-8", ROBOTS.encode(), today)
    moved = next(report for report in reports if report.slug == MOVED_REPORT)
    found[OLD_ADDRESS] = SamplePage(
        301,
        (("Content-Type", _HTML), ("Location", moved.path)),
        templates.get_template("moved.html").render(path=moved.path).encode(),
    )
    return found


def not_found() -> SamplePage:
    """The answer for an address that the site does not have."""
    body = environment(TODAY).get_template("not_found.html").render()
    return SamplePage(404, (("Content-Type", _HTML),), body.encode())


def blocks(report: Report) -> tuple[Block, ...]:
    """The body as it is printed: figures at the top or spread over the paragraphs."""
    figures = [
        Block("figure", figure.caption, image)
        for figure, image in zip(report.figures, _images(report), strict=True)
    ]
    if report.marking.figures_at == "top":
        return (*figures, *text_blocks(report.sections))
    spread = len(report.paragraphs) / (len(figures) + 1)
    due = {max(1, round(spread * (at + 1))): figure for at, figure in enumerate(figures)}
    body: list[Block] = []
    printed = count(1)
    for block in text_blocks(report.sections):
        body.append(block)
        if block.kind == "paragraph" and (figure := due.get(next(printed))):
            body.append(figure)
    return tuple(body)


def text_blocks(sections: Iterable[ReportSection]) -> list[Block]:
    """Headings and paragraphs. A heading that stays the same is printed once."""
    body: list[Block] = []
    heading: str | None = None
    for section in sections:
        if section.heading and section.heading != heading:
            body.append(Block("heading", section.heading))
        heading = section.heading
        if section.subheading:
            body.append(Block("subheading", section.subheading))
        body.extend(Block("paragraph", words) for words in section.paragraphs)
    return body


def _images(report: Report) -> list[str]:
    return [f"/images/{report.slug}_{at}.png" for at in range(1, len(report.figures) + 1)]


def _report_page(templates: Environment, report: Report, related: list[Report]) -> SamplePage:
    text = templates.get_template(f"{report.layout}.html").render(
        report=report,
        marking=report.marking,
        folder=CHANNELS[report.channel],
        blocks=blocks(report),
        related=related,
        source=report.reprinted_from or SITE,
        byline=report.marking.byline or "、".join(report.authors),
        printed_at=_printed_at(report),
    )
    if report.layout == "table":
        return _answer("text/html", text.encode("gb18030"), report.published)
    return answer(text, report.published)


def _printed_at(report: Report) -> str:
    """The day with a time in office hours."""
    serial = int(report.slug[10:])
    return f"{report.published} {8 + serial % 10:02}:{serial % 60:02}"


def _related(reports: list[Report], at: int) -> list[Report]:
    """Up to four neighbours of a report in its channel: their dates are not its own."""
    return [*reports[max(0, at - 2) : at], *reports[at + 1 : at + 3]]


def _rows(channel: str, reports: tuple[Report, ...]) -> list[Row]:
    """What a channel lists, newest first, with its missing, moved and special pages."""
    rows = [Row(each.path, each.title, each.published) for each in reports]
    rows = [row for row in rows if row.path.startswith(f"/{CHANNELS[channel]}/")]
    if channel == "工会要闻":
        rows.append(_topic_row())
    if channel == "基层动态":
        rows.append(Row(MISSING_PAGE, "望潮区环卫工人运动会举行", date(2023, 3, 15)))
        rows.append(Row(OLD_ADDRESS, "恒渡船厂职工春晚开演", date(2024, 2, 1)))
    return sorted(rows, key=lambda row: row.day, reverse=True)


def _topic_row() -> Row:
    return Row(TOPIC_PAGE, "专题：致敬劳动者", date(2024, 5, 1))


def _home(reports: tuple[Report, ...]) -> list[tuple[str, str, list[Row]]]:
    """Each channel's name and folder with its newest reports."""
    return [(name, folder, _rows(name, reports)[:6]) for name, folder in CHANNELS.items()]


def _list_pages(
    templates: Environment, channel: str, rows: list[Row], today: date
) -> dict[str, SamplePage]:
    folder = CHANNELS[channel]
    starts = range(0, len(rows), ROWS_A_PAGE)
    names = ["./", *(f"./index_{at}.html" for at in range(1, len(starts)))]
    return {
        f"/{folder}/{name.removeprefix('./')}": _page(
            templates,
            "channel.html",
            today,
            channel=channel,
            folder=folder,
            rows=rows[start : start + ROWS_A_PAGE],
            pages=names,
            at=at,
        )
        for at, (name, start) in enumerate(zip(names, starts, strict=True))
    }


def _page(templates: Environment, template: str, day: date, **values: object) -> SamplePage:
    return answer(templates.get_template(template).render(**values), day)


def answer(html: str, day: date) -> SamplePage:
    """A page in UTF-8, last changed on a day."""
    return _answer(_HTML, html.encode(), day)


def _answer(media_type: str, body: bytes, day: date) -> SamplePage:
    modified = format_datetime(datetime.combine(day, time(10), UTC), usegmt=True)
    return SamplePage(200, (("Content-Type", media_type), ("Last-Modified", modified)), body)


def environment(today: date) -> Environment:
    """The templates, which all know the site's name and channels."""
    templates = Environment(
        loader=PackageLoader("sample"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals.update(site=SITE, publisher=PUBLISHER, channels_of_site=CHANNELS, today=today)
    return templates
