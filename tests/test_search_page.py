"""The search page: bars by time, limits, words within words, and reprints under the earliest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from apiflask import APIFlask
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from archive.opening import open_store
from tests.builders import an_article
from tests.test_web import facet_links, one, read, texts
from tests.web_archive import held_by, settings_in
from web.app import create_app
from web.pages.coverage import gaps
from web.pages.histogram import percentage
from web.pages.parameters import narrowed

TOLD = (
    "三月九日，松渚区总工会在工地食堂开办夜校，泥瓦匠白天砌墙，晚上学看图纸。",
    "区总工会说，课桌是食堂的饭桌，黑板是一块门板，讲课的是退休的施工员。",
    "第一百堂课上，四十多名学员各自画出了一张梁柱配筋图，食堂师傅添了夜宵。",
)
FIRST = an_article(*TOLD, site="early", title="夜校第一百课", published=date(2021, 3, 9))
AGAIN = an_article(
    *TOLD, site="late", title="夜校第一百课 泥瓦匠学看图纸", published=date(2021, 5, 2)
)
UNDATED = an_article("夜校没有印日期的事。", site="late", title="夜校")
OTHERS = tuple(
    an_article(
        f"第{number}个车间的{'夜校' if number % 4 == 0 else '班组'}，各有各的事情。",
        site="late",
        title=f"车间（{number}）",
        published=date(2016 + number // 6, number % 6 * 2 + 1, 5),
        authors=(f"记者{number}",),
        container_title="临汐日报",
    )
    for number in range(40)
)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    settings = settings_in(tmp_path_factory.mktemp("search"))
    with closing(open_store(settings.store_url)) as store, store.batch():
        for article in (FIRST, AGAIN, UNDATED, *OTHERS):
            store.put(article)
    app = create_app(settings)
    with closing(held_by(app)):
        held_by(app).follow(patience=30)
        yield app


def asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


# -- reprints --------------------------------------------------------------------------------


def test_reprints_are_folded_under_the_earliest(client: FlaskClient) -> None:
    page = read(client, "/search?q=泥瓦匠学看图纸")
    assert one(page, "h1").get_text() == "Reports found: 2"
    assert texts(page, ".hits h2") == [FIRST.title], "the better match is the later one"
    assert one(page, ".hits .folded")["href"] == f"/articles/{FIRST.id}#reprints"
    assert "reprinted by 1 others" in one(page, ".hits .folded").get_text()
    assert "counted once: 1" in one(page, ".folding").get_text()
    every = read(client, str(one(page, ".folding a")["href"]))
    assert texts(every, ".hits h2") == [AGAIN.title, FIRST.title]
    assert texts(read(client, str(one(every, ".folding a")["href"])), ".hits h2") == [FIRST.title]


def test_only_what_matches_is_folded(client: FlaskClient) -> None:
    page = read(client, "/search?q=泥瓦匠&site=late")
    assert [str(link["href"]) for link in page.select(".hits h2 a")] == [f"/articles/{AGAIN.id}"]
    assert not page.select(".folded, .folding")


def test_by_day_the_newest_reprint_is_named(client: FlaskClient) -> None:
    page = read(client, "/search?q=泥瓦匠&sort=newest")
    assert "last on 2021-05-02" in one(page, ".hits .folded").get_text()


# -- bars ------------------------------------------------------------------------------------


def bars(page: BeautifulSoup) -> dict[str, str]:
    words = [str(bar["title"]) for bar in page.select(".bars a")]
    return dict(word.split(": ", 1) for word in words)


def height_of(page: BeautifulSoup, period: str) -> int:
    return int(str(one(page, f".bars a[title^='{period}'] rect")["height"]))


def test_bars_by_year_lead_to_the_year(client: FlaskClient) -> None:
    page = read(client, "/search?q=夜校")
    counted = bars(page)
    assert list(counted) == ["2016", "2017", "2018", "2019", "2020", "2021", "2022"]
    assert counted["2016"] == "2 of 6 reports held (33%)"
    assert counted["2021"] == "3 of 8 reports held (38%)"
    links = [asked(str(link["href"])) for link in page.select(".bars a")]
    assert links[0] == {"q": ["夜校"], "from": ["2016"], "until": ["2016"]}


def test_bars_of_a_year_are_months_and_say_what_is_not_held(client: FlaskClient) -> None:
    page = read(client, "/search?q=夜校&from=2021&until=2021")
    counted = bars(page)
    assert len(counted) == 12
    assert counted["2021-03"] == "1 of 2 reports held (50%)"
    assert counted["2021-02"] == "no report held"
    assert len(page.select(".bars .not-held")) == 12 - 6
    assert asked(str(page.select(".bars a")[2]["href"]))["until"] == ["2021-03"]
    assert [str(link["rel"][0]) for link in page.select(".neighbour")] == ["prev", "next"]
    assert asked(str(page.select(".neighbour")[0]["href"]))["from"] == ["2020"]


def test_bars_may_show_the_share_of_what_is_held(client: FlaskClient) -> None:
    page = read(client, "/search?q=夜校")
    share = read(client, str(one(page, ".switch a")["href"]))
    # 2016 has 2 hits among 6 reports held, 2021 3 among 8.
    assert [height_of(page, "2016"), height_of(share, "2016")] == [67, 89]
    assert height_of(page, "2021") == height_of(share, "2021") == 100
    assert texts(share, ".bars b")[0] == "33%"
    links = [asked(str(link["href"])) for link in share.select(".bars a, .facet a")]
    assert all(link["histogram"] == ["share"] for link in links)
    assert one(share, "form.search input[name=histogram]")["value"] == "share"
    assert "histogram" not in asked(str(one(share, ".switch a")["href"]))


def test_shares_are_of_the_chosen_sites(client: FlaskClient) -> None:
    page = read(client, "/search?q=夜校&site=early&site=late&from=2021-03&until=2021-05")
    assert bars(page)["2021-03"] == "1 of 2 reports held (50%)"
    page = read(client, "/search?q=夜校&site=late&from=2021-03&until=2021-05")
    assert bars(page)["2021-03"] == "0 of 1 reports held (0%)"


def test_one_month_needs_no_bars(client: FlaskClient) -> None:
    assert not read(client, "/search?q=夜校&from=2021-03&until=2021-03").select(".bars")
    assert not read(client, "/search?q=“没有的词”").select(".bars")


def test_percentages() -> None:
    assert [percentage(share) for share in (0.0, 0.004, 0.5, 1.0)] == ["0%", "0.4%", "50%", "100%"]


# -- limits ----------------------------------------------------------------------------------


def test_every_facet_adds_and_removes(client: FlaskClient) -> None:
    page = read(client, "/search?q=车间")
    titles = ["Sites", "Years", "Months", "Published in", "Author"]
    assert texts(page, ".facet > summary") == titles
    links = facet_links(page)
    assert links["记者0 1"] == {"q": ["车间"], "author": ["记者0"]}
    assert links["临汐日报 40"]["container"] == ["临汐日报"]
    month = facet_links(read(client, "/search?q=车间&from=2021-03&until=2021-03"))
    assert month["2021-03 × 1"] == {"q": ["车间"]}


def test_a_facet_of_many_values_shows_the_commonest(client: FlaskClient) -> None:
    page = read(client, "/search?q=车间&author=记者39")
    assert "记者39 × 1" in facet_links(page)
    assert len(facet_links(read(client, "/search?q=车间"))) < 40


def test_days_that_are_often_wanted(client: FlaskClient) -> None:
    page = read(client, "/search?q=夜校&site=late")
    links = [asked(str(link["href"])) for link in page.select(".shortcuts a")]
    assert [len(link["from"][0]) for link in links] == [7, 7, 4, 4]
    assert all(link["site"] == ["late"] and link["from"] == link["until"] for link in links)
    chosen = read(client, str(page.select(".shortcuts a")[2]["href"]))
    assert one(chosen, ".shortcuts [aria-current]").get_text() == "This year"


def test_words_are_added_to_a_search(client: FlaskClient) -> None:
    page = read(client, "/search?q=夜校&site=late&sort=oldest")
    form = one(page, "form.within")
    sent = {str(field["name"]): str(field["value"]) for field in form.select("[type=hidden]")}
    assert sent == {"q": "夜校", "site": "late", "sort": "oldest"}
    answer = client.get("/search", query_string={**sent, "within": "泥瓦匠"})
    assert answer.status_code == 302
    assert asked(answer.location) == {"q": ["夜校 泥瓦匠"], "site": ["late"], "sort": ["oldest"]}


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("", "工匠", "工匠"),
        ("劳模", "工匠", "劳模 工匠"),
        ("劳模 OR 骑手", "工匠", "(劳模 OR 骑手) (工匠)"),
        ("外卖 算法 同节", "工匠", "(外卖 算法 同节) (工匠)"),
        ("劳模", "-工匠", "劳模 -工匠"),
    ],
)
def test_both_queries_hold(text: str, more: str, expected: str) -> None:
    assert narrowed(text, more) == expected


# -- nothing found ---------------------------------------------------------------------------


def test_no_hits_say_of_which_months_nothing_is_held(client: FlaskClient) -> None:
    page = read(client, "/search?q=“没有的词”&site=late")
    missing = one(page, ".missing").get_text()
    assert missing.endswith("2022-04, 2022-06"), missing
    assert "2021-02" in missing
    assert "2021-05" not in missing


def test_gaps() -> None:
    held = {"2020-11": 1, "2021-02": 3, "2021-03": 1, "2021-05": 2}
    assert gaps(held) == [("2020-12", "2021-01"), ("2021-04", "2021-04")]
    assert gaps({}) == []


# -- weight ----------------------------------------------------------------------------------

PAGE_BYTES = 60_000


@pytest.mark.parametrize("length", [1, 50, 100, 200, 500, 999])
def test_a_long_query_makes_no_heavy_page(client: FlaskClient, length: int) -> None:
    text = ("车间班组夜校工会" * 200)[:length]
    answer = client.get("/search", query_string={"q": text, "limit": 20})
    assert answer.status_code == 200
    assert "hits" in answer.text
    assert len(answer.text.encode()) <= PAGE_BYTES


def test_the_counts_follow_the_archive(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    app = create_app(settings)
    with closing(held_by(app)) as held:
        client = app.test_client()
        days = (date(2020, 1, 1), date(2020, 3, 1))
        for number, day in enumerate((*days, *days)):
            held.store.put(an_article(f"第{number}场练兵比武。", published=day))
            held.follow(patience=30)
            page = read(client, "/search?q=练兵比武")
        assert bars(page)["2020-01"] == "2 of 2 reports held (100%)"
