"""A crawl of some days only: what is asked for, and what is said of the rest."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.lists.feeds import Entry
from crawler.lists.listing import Listing
from crawler.lists.turning import Turn
from crawler.walk import Trail, Walk
from crawler.window import Window
from tests.commands import Jianbao
from tests.scripted_site import article, html, links, scripted, write_profile
from tests.test_hostile_sites import articles, outcomes
from tests.test_list_crawl import details
from tests.test_pagers import SITE, a_profile

JANUARY = Window(date(2019, 1, 1), date(2019, 1, 31))


@pytest.mark.parametrize(
    ("path", "listed", "remark"),
    [
        ("/a/201901/t20190115_1.html", None, ""),
        ("/a/201812/t20181231_1.html", None, "published 2018-12-31, before --from"),
        ("/a/2019-02/01/content_1.htm", None, "published 2019-02-01, after --until"),
        ("/a/1.html", None, ""),
        ("/a/1.html", date(2018, 12, 31), "listed 2018-12-31, before --from"),
        ("/a/201901/t20190131_1.html", date(2019, 2, 1), ""),
    ],
)
def test_an_address_lies_in_the_window_or_the_report_says_why_not(
    path: str, listed: date | None, remark: str
) -> None:
    assert JANUARY.remark(SITE + path, listed) == remark
    assert Window().remark(SITE + path, listed) == ""


def test_the_days_of_a_window_are_counted_from_the_newest() -> None:
    today = date(2019, 1, 3)
    assert list(JANUARY.days(today, 7)) == [date(2019, 1, 3), date(2019, 1, 2), date(2019, 1, 1)]
    assert list(Window().days(today, 2)) == [date(2019, 1, 3), date(2019, 1, 2)]
    assert list(Window(until=date(2018, 5, 3)).days(today, 1)) == [date(2018, 5, 3)]
    assert list(Window(since=date(2020, 1, 1)).days(today, 7)) == []


@given(st.dates(), st.dates(), st.dates(), st.integers(1, 50))
def test_every_day_of_a_window_lies_in_it(since: date, until: date, today: date, most: int) -> None:
    days = list(zip(range(100), Window(since, until).days(today, most), strict=False))
    assert all(since <= day <= min(until, today) for _, day in days)


def a_walk(window: Window, *held: str) -> Walk:
    return Walk(a_profile(), window, (lambda url: url in held) if held else None)


def a_listing(*days: date | None, pages: int = 3, is_announced: bool = True) -> Listing:
    return Listing(
        rows=tuple(Entry(f"{SITE}/a/{n}", day) for n, day in enumerate(days)),
        lists=(f"{SITE}/news/b/",),
        turns=tuple(Turn(f"{SITE}/news/?p={n}", n, is_announced) for n in range(2, pages + 1)),
    )


def asked(walk: Walk, listing: Listing, trail: Trail | None = None) -> tuple[list[str], str]:
    onward = walk.onward(listing, trail or Trail())
    return [url.removeprefix(f"{SITE}/news/") for url, _ in onward.steps], onward.detail


def test_a_list_ends_where_it_is_older_than_the_window() -> None:
    old, new = date(2018, 5, 1), date(2019, 1, 5)
    assert asked(a_walk(JANUARY), a_listing(new, old))[0] == ["?p=2", "b/"]
    steps, detail = asked(a_walk(JANUARY), a_listing(old, old))
    assert steps == ["b/"]
    assert detail == "older than --from: its further pages were not asked for"
    assert asked(a_walk(JANUARY), a_listing(old, None))[0] == ["?p=2", "b/"]
    assert asked(a_walk(Window()), a_listing(old, old))[0] == ["?p=2", "?p=3", "b/"]


def test_a_list_ends_where_all_is_known() -> None:
    known = a_walk(Window(), f"{SITE}/a/0", f"{SITE}/a/1")
    assert asked(known, a_listing(None, None, None))[0] == ["?p=2", "b/"]
    steps, detail = asked(known, a_listing(None, None))
    assert (steps, detail) == (["b/"], "all known: its further pages were not asked for")


def test_a_tried_page_that_names_nothing_new_is_the_last() -> None:
    listing = a_listing(None, None, is_announced=False)
    onward = a_walk(Window()).onward(listing, Trail())
    trail = dict(onward.steps)[f"{SITE}/news/?p=2"]
    assert asked(a_walk(Window()), listing, trail)[0] == ["b/"]
    assert asked(a_walk(Window()), a_listing(None, None), trail)[0] == ["?p=2", "?p=3", "b/"]


def test_lists_in_a_row_that_name_nothing_end_the_way() -> None:
    trail = Trail()
    for _ in range(100):
        onward = a_walk(Window()).onward(a_listing(), trail)
        if not onward.steps:
            break
        trail = onward.steps[-1][1]
    assert (trail.barren, onward.detail) == (20, "barren_lists: 21 in a row")


def test_only_the_window_is_asked_for_and_the_rest_is_said(tmp_path: Path) -> None:
    def row(path: str, day: str = "") -> str:
        return f"<li><a href='{path}'>x</a> {day}</li>"

    days = [date(2018, 12, 30) + timedelta(days=n) for n in range(5)]
    issues = {f"/paper/{day:%Y-%m/%d}/node_1.htm": links(f"/a/{day:%Y%m%d}") for day in days}
    script = {
        "/": html(row("/a/201901/t20190101_1") + row("/a/201801/t20180101_2") + row("/list/x/")),
        **issues,
    }
    script["/list/x/"] = html(
        row("/a/3", "2019-01-02") + row("/a/4", "2018-01-02") + "<a href=index_1.html>2</a>"
    )
    script["/list/x/index_1.html"] = html(
        row("/a/5", "2018-01-01")
        + "<a href=index_2.html>3</a><a href='/paper/2018-05/03/list'>x</a>"
    )
    script |= {f"/a/{each}": article(str(each)) for each in (3, 4, 5, "201901/t20190101_1")}
    script |= {f"/a/{day:%Y%m%d}": article(str(day)) for day in days}
    pager = 'pagers = [{kind = "dated", address = "BASE/paper/{year}-{month}/{day}/node_1.htm"}]'
    with scripted(script) as site:
        sites = write_profile(tmp_path / "sites", site.base, more=pager.replace("BASE", site.base))
        jianbao = Jianbao(tmp_path / "data", sites)
        jianbao.ok("crawl", "scripted", "--from", "2019-01-01", "--until", "2019-01-02")
    assert sorted(each.title for each in articles(jianbao)) == [
        "2019-01-01", "2019-01-02", "201901/t20190101_1", "3",
    ]  # fmt: skip
    assert {path for path in site.asked if path.startswith("/paper/")} == {
        "/paper/2019-01/01/node_1.htm",
        "/paper/2019-01/02/node_1.htm",
    }
    assert "/list/x/index_2.html" not in site.asked
    found, said = outcomes(jianbao, site), details(jianbao)
    assert found["/a/201801/t20180101_2"] == found["/a/4"] == "beyond_limits"
    assert said["t20180101_2"] == "published 2018-01-01, before --from"
    assert said["4"] == "listed 2018-01-02, before --from"
    assert found["/paper/2018-05/03/list"] == "beyond_limits"
    assert said["index_1.html"] == "older than --from: its further pages were not asked for"


def test_a_window_without_a_day_is_refused(tmp_path: Path) -> None:
    jianbao = Jianbao(tmp_path / "data", write_profile(tmp_path / "sites", "http://127.0.0.1:1"))
    done = jianbao("crawl", "scripted", "--from", "2019-02-01", "--until", "2019-01-01")
    assert (done.returncode, "--until" in done.stderr) == (2, True)
    assert jianbao("crawl", "scripted", "--from", "yesterday").returncode == 2
