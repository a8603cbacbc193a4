"""Where a page prints the day of publication, and the line under the title."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from archive.words import _
from crawler.pages.byline import words_of_day
from crawler.pages.dates import day_in_url, days_in
from crawler.pages.locators import COMMENT, META, URL, words_at, words_of
from crawler.pages.markup import Markup
from crawler.proposal.addresses import address_of
from crawler.proposal.agreeing import agreed
from crawler.proposal.specimen import Guess
from crawler.proposal.surroundings import Printed, Surroundings, is_kin, steadiest

_METAS = (
    "PubDate publishdate publish_date publish-date publishtime publish_time pubtime "
    "article:published_time article:publish_time og:published_time og:release_date og:pubdate "
    "firstpublishedtime pubtime_baidu datePublished DC.date.issued release_date"
).split()
_UNSEEN = [
    *(f"{META}{name}" for name in _METAS),
    *(f"{COMMENT}{name}" for name in ("founder-date", "date")),
]
"""Where pages name the day of publication without showing it."""
_LABEL = re.compile(
    r"(?:发布|发表|发稿|刊发|上传|新闻|文章|信息)?(?:时间|日期)|發布時間|[日时]期|来源|來源|稿源|出处"
)
_TODAY = re.compile(r"今天是|今日是|现在是|欢迎|歡迎|农历|更新至")
_WEEKDAY = re.compile(r"星期[一二三四五六日天]|週[一二三四五六日]")
_RIGHTS = re.compile(r"copyright|©|版权|版權|备案|ICP", re.I)
_WRITTEN = re.compile(r"""\s*[\w.]+\(\s*["'][^"'()]{8,60}["']\s*\)\s*;?\s*""")
"""A script that does nothing but show a day, such as ``showDate("2019-11-29 10:00")``."""
_TIME = re.compile(r"\d[:：]\d\d")
_LONGEST = 160
_SENTENCE = re.compile(r"[。；，]")
"""Headlines have none of these."""
_SHORT = 60
"""A longer line in the text belongs to it."""
_SURE = 8
"""A lower rate is that of a day in a list, a footer or the text."""
_UNSEEN_RATE, _URL_RATE = 15.0, 5.0


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """The day of a page with the places that name it."""

    day: date
    lines: tuple[Printed, ...]
    """The visible lines that name it, the likeliest first."""
    unseen: tuple[str, ...]
    """Locators of meta elements and comments that name it."""
    is_in_url: bool


def printed_day(page: Surroundings, title: Printed | None, latest: date) -> PrintedDay | None:
    """The day of publication that a page names; ``None`` if it names none.

    The day in a meta element, in the line near the title and in the address are witnesses; the
    one with the best of them wins. Days in the text, in lists and in footers are not heard.
    """
    unseen = {
        locator: found[0].day
        for locator in _UNSEEN
        if (found := days_in(words_at(page.markup, locator), latest=latest))
    }
    in_url = day_in_url(urlsplit(address_of(page.specimen)).path, latest=latest)
    lines = _lines(page, title, latest)
    scores: defaultdict[date, float] = defaultdict(float)
    for named in set(unseen.values()):
        scores[named] += _UNSEEN_RATE
    best = {named: rate for rate, named, _line in reversed(lines)}  # the best line comes last
    for named, rate in best.items():
        scores[named] += rate
    if in_url:
        scores[in_url.day] += _URL_RATE
    if not scores:
        return None
    day = max(scores, key=scores.__getitem__)
    return PrintedDay(
        day,
        tuple(each for rate, named, each in lines if named == day),
        tuple(locator for locator, named in unseen.items() if named == day),
        bool(in_url and in_url.day == day),
    )


def _lines(
    page: Surroundings, title: Printed | None, latest: date
) -> list[tuple[float, date, Printed]]:
    """The lines that may say the day, with their rates, the best first."""
    found: list[tuple[float, date, Printed]] = []
    for each in (*page.printed, *_written(page)):
        if len(each.text) > _LONGEST or _RIGHTS.search(each.text) or each.is_link:
            continue
        days = days_in(words_of_day(each.text), latest=latest)
        if days and (rate := _rate(page, each, title)) >= _SURE:
            found.append((rate, days[0].day, each))
    return sorted(found, key=lambda line: (-line[0], len(line[2].text)))


def _written(page: Surroundings) -> Iterator[Printed]:
    """The scripts that show a day where they stand."""
    for node in page.markup.named("script"):
        text = words_of(node)
        if _WRITTEN.fullmatch(text):
            place = page.markup.place(node) - page.starts
            yield Printed(node, text, place, page.is_inside(node))


def _rate(page: Surroundings, each: Printed, title: Printed | None) -> float:
    """How well a line with a day stands for the day of publication."""
    below = page.markup.place(each.node) - page.ends
    gap = each.place - title.place if title else -each.place
    if below > 0:
        score = 10.0 - below / 4
    elif each.is_inside:
        score = _inside(page, each, title)
    elif gap > 0:
        score = 20.0 - gap / 10
    else:
        score = 11.0 + gap / 5
    if score <= 0:
        return 0.0
    rest = _besides_the_day(each.text)
    score += 6 * bool(_LABEL.search(each.text)) + 3 * bool(_TIME.search(each.text))
    score -= 8 * bool(_TODAY.search(each.text)) + 3 * bool(_WEEKDAY.search(each.text))
    score -= len(rest) / 20
    if each.node.name == "li" or each.node.find_parent("li"):
        score -= 4
    return score


def _inside(page: Surroundings, each: Printed, title: Printed | None) -> float:
    """The same for a line in the body's box: above its first sentence, or a time at its end."""
    if len(each.text) > _SHORT or _SENTENCE.search(each.text):
        return 0.0
    if not _SENTENCE.search(page.said_before(each.node)):
        return 20.0 if title and title.is_inside and title.place < each.place else 14.0
    below = page.markup.place(each.node) - page.ends
    return 10.0 + below / 2 if _TIME.search(each.text) else 0.0  # without time: a signature


def _besides_the_day(text: str) -> str:
    """A line without its numbers and signs: what is said besides the day."""
    return re.sub(r"[\d\s年月日:：/.\-()（）\[\]【】|]", "", text)


def propose_day(
    pages: Sequence[Surroundings], days: Sequence[PrintedDay | None], latest: date
) -> dict[str, Guess]:
    """``date``, and ``required`` without it where a page prints no day."""
    pairs = list(zip(pages, days, strict=True))
    found = [list(_locators(page, day)) if day else [] for page, day in pairs]
    locators = agreed(found, lambda at, locator: _verdict(pages[at], locator, days[at], latest))
    guesses: dict[str, Guess] = {}
    if locators:
        said, where = next((day.day, page.specimen.name) for page, day in pairs if day)
        evidence = _("%(day)s on %(page)s") % {"day": said, "page": where}
        guesses["date"] = Guess(locators=tuple(locators), evidence=evidence)
    if undated := ", ".join(page.specimen.name for page, day in pairs if day is None):
        evidence = _("no day of publication stands on %(pages)s") % {"pages": undated}
        guesses["required"] = Guess(locators=("title",), evidence=evidence)
    return guesses


def _locators(page: Surroundings, day: PrintedDay) -> Iterator[str]:
    yield from day.unseen
    nearest = [line for line in day.lines if is_kin(line.node, day.lines[0].node)]
    yield from steadiest(page.markup, [line.node for line in nearest])
    if day.is_in_url and not day.unseen and not day.lines:
        yield URL


def _verdict(page: Surroundings, locator: str, day: PrintedDay | None, latest: date) -> int:
    """Whether a locator names the page's day."""
    if locator == URL:
        named = day_in_url(urlsplit(address_of(page.specimen)).path, latest=latest)
        said = named.day if named else None
    else:
        said = said_day(page.markup, locator, latest)
    if said is None:
        return 0
    return 1 if day and said == day.day else -1


def said_day(markup: Markup, locator: str, latest: date) -> date | None:
    """The day that a locator gives, as reading takes it."""
    days = days_in(words_of_day(words_at(markup, locator)), latest=latest)
    return days[0].day if days else None
