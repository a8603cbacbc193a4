"""From words to printed hits: the shape that the command and the API share, and the commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any, cast

import click
import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from archive.article import Article, Section
from archive.errors import IndexMismatch, QueryError, WordListInvalid
from archive.opening import open_store
from archive.outcome import Withdrawal
from archive.settings import Settings
from archive.store import ArticleStore, Change
from search.commands import COMMANDS
from search.finding import Found, FoundArticle, find, to_json
from search.index import Facet, FacetCount, SearchIndex, SearchPage, SearchQuery
from search.opening import open_index
from search.printing import print_found
from search.snippets import Snippet
from search.sync import sync
from tests.builders import an_article
from tests.test_reprints import REPORT as REPRINTED

Run = Callable[..., Result]

REPORT = an_article(
    url="https://www.ftqgh.example/report.html",
    title="【先锋走廊】丰台区总工会党支部工作手记",
    published=date(2019, 11, 29),
    container_title="丰台区总工会网站",
    authors=("陶镕",),
    sections=(
        Section(paragraphs=("今年以来，各项工作全面展开。",)),
        Section(heading="先把课备好", paragraphs=("“台上先坐得住”。党建[red]工作有了新样子。",)),
    ),
)
OTHERS = (
    an_article(
        "全国劳模来到职工之家",
        title="要闻",
        published=date(2023, 5, 1),
        site="bjzgh",
        channel="工会要闻",
    ),
    an_article("职工运动会", title="要闻", published=None, site="acftu"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    profile = tmp_path / "sites" / "ftqgh" / "profile.toml"
    profile.parent.mkdir(parents=True)
    profile.write_text('name = "丰台"', encoding="utf-8")
    return Settings(data=tmp_path / "data", sites=tmp_path / "sites")


@pytest.fixture
def store(settings: Settings) -> Iterator[ArticleStore]:
    opened = open_store(settings.store_url)
    for article in (REPORT, *OTHERS):
        opened.put(article)
    yield opened
    opened.close()


@pytest.fixture
def index(settings: Settings, store: ArticleStore) -> Iterator[SearchIndex]:
    opened = open_index(settings.index_url, store.id)
    sync(store, opened)
    yield opened
    opened.close()


@pytest.fixture
def run(settings: Settings, store: ArticleStore) -> Run:
    """The commands over a filled store."""
    assert store.revision
    main = click.Group(commands={str(command.name): command for command in COMMANDS})

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(main, words, obj=settings)

    return invoke


def withdraw(store: ArticleStore, article: Article) -> None:
    at = datetime(2024, 5, 1, tzinfo=UTC)
    store.withdraw(Withdrawal(article_id=article.id, reason="更正", at=at))


def test_the_shape_of_what_was_found(store: ArticleStore, index: SearchIndex) -> None:
    wanted = SearchQuery(text="党建", facets=(Facet.SITE, Facet.YEAR))
    found = to_json(find(store, index, wanted))
    [hit] = found["hits"]
    assert isinstance(hit.pop("score"), float)
    assert found == {
        "total": 1,
        "groups": None,
        "with_all_words": 1,
        "most_words": False,
        "widenings": [],
        "did_you_mean": [],
        "hits": [
            {
                "id": REPORT.id,
                "title": REPORT.title,
                "published": "2019-11-29",
                "site": "ftqgh",
                "url": REPORT.url,
                "snippet": "“台上先坐得住”。党建[red]工作有了新样子。",
                "snippet_marks": [[9, 11]],
                "section": {"heading": "先把课备好", "anchor": "s1"},
                "container_title": "丰台区总工会网站",
                "reprints": 0,
            }
        ],
        "facets": {
            "site": [{"value": "ftqgh", "count": 1}],
            "year": [{"value": "2019", "count": 1}],
        },
        "next": None,
    }
    assert json.loads(json.dumps(found)) == found


def test_hits_stand_in_the_order_of_the_index(store: ArticleStore, index: SearchIndex) -> None:
    found = find(store, index, SearchQuery())
    page = index.search(SearchQuery())
    assert [hit.article.id for hit in found.hits] == [hit.id for hit in page.hits]
    assert {hit.id for hit in page.hits} == set(store.article_ids())
    assert found.hits[0].article == store.get(found.hits[0].article.id)


def test_what_was_withdrawn_is_gone_before_the_index_knows(
    store: ArticleStore, index: SearchIndex
) -> None:
    withdraw(store, REPORT)
    found = find(store, index, SearchQuery(text="党建"))
    assert found.hits == ()
    assert found.total


def test_find_prints_hits_for_people(run: Run) -> None:
    result = run("find", "党建")
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines == [
        f"1. {REPORT.title}",
        f"2019-11-29 · 丰台区总工会网站 · {REPORT.id}",
        "先把课备好 — “台上先坐得住”。党建[red]工作有了新样子。",
        "",
        "Reports found: 1",
        "Site: 丰台 1",
        "Year: 2019 1",
    ]


def test_find_prints_json(run: Run, store: ArticleStore, index: SearchIndex) -> None:
    printed = json.loads(run("find", "--json", "劳模", "职工").stdout)
    wanted = SearchQuery(text="劳模 职工", facets=(Facet.SITE, Facet.YEAR))
    assert printed == to_json(find(store, index, wanted))


def test_find_says_what_else_it_searched(run: Run) -> None:
    shown = run("find", "劳动模范").stdout
    assert shown.startswith("Searched with synonyms: 劳动模范 = 劳模 (not with --no-synonyms)\n")
    assert OTHERS[0].id in shown
    assert "Nothing was found." in run("find", "--no-synonyms", "“劳动模范”").stdout
    assert OTHERS[0].id not in run("find", "--no-synonyms", "劳动模范").stdout


@pytest.mark.usefixtures("store")
def test_find_heeds_the_archivists_own_synonyms(settings: Settings) -> None:
    own = settings.data.parent / "own.toml"
    own.write_text('groups = [["体育比赛", "运动会"]]', encoding="utf-8")
    words = ["find", "体育比赛"]
    [command] = [each for each in COMMANDS if each.name == "find"]
    main = click.Group(commands={"find": command})
    with_own = settings.model_copy(update={"synonyms": own})
    assert OTHERS[1].id in CliRunner().invoke(main, words, obj=with_own).stdout
    assert OTHERS[1].id not in CliRunner().invoke(main, words, obj=settings).stdout
    own.write_text("groups = [[", encoding="utf-8")
    assert isinstance(CliRunner().invoke(main, words, obj=with_own).exception, WordListInvalid)


def test_find_shows_of_reprints_only_the_best(run: Run, store: ArticleStore) -> None:
    for site in ("ftqgh", "bjzgh"):
        url = f"https://www.{site}.example/reprint.html"
        store.put(an_article(*REPRINTED, url=url, site=site, published=date(2023, 5, 1)))
    everything = json.loads(run("find", "--json", "技能比武").stdout)
    assert (everything["total"], everything["groups"], len(everything["hits"])) == (2, None, 2)
    once = json.loads(run("find", "--json", "--collapse", "技能比武").stdout)
    assert (once["total"], once["groups"]) == (2, 1)
    assert [hit["reprints"] for hit in once["hits"]] == [1]


def test_find_asks_whether_something_else_was_meant(store: ArticleStore) -> None:
    index = TypedWrong()
    found = find(store, cast(SearchIndex, index), SearchQuery(text="宫会"))
    assert found.did_you_mean == ("工会",)
    assert "Did you mean: 工会\nNothing was found." in printed(found)
    assert find(store, cast(SearchIndex, index), SearchQuery()).did_you_mean == ()
    assert find(store, cast(SearchIndex, index), SearchQuery(text="工会")).did_you_mean == ()


class TypedWrong:
    """An index in which only one query has hits."""

    def search(self, query: SearchQuery) -> SearchPage:
        many = 5 if query.text == "工会" else 0
        return SearchPage(total=many, with_all_words=many, hits=())

    def did_you_mean(self, query: SearchQuery, hits: int) -> tuple[str, ...]:
        return ("工会",)


def printed(found: Found) -> str:
    console = Console(file=StringIO(), width=80)
    print_found(found, console)
    shown = console.file
    assert isinstance(shown, StringIO)
    return shown.getvalue()


def test_what_is_printed_of_many_hits() -> None:
    hit = FoundArticle(article=REPORT, score=1.0, snippet=Snippet("", (), None, None), reprints=2)
    counts = tuple(FacetCount(value=f"作者{number}", count=1) for number in range(30))
    found = Found(
        total=7,
        groups=5,
        hits=(hit,),
        next="abc",
        facets={Facet.AUTHOR: counts, Facet.CHANNEL: ()},
        with_all_words=2,
        most_words=True,
    )
    lines = printed(found).splitlines()
    assert lines[0].startswith("Reports with all the words: 2;")
    assert any(line.endswith(f"{REPORT.id} · reprints: 2") for line in lines)
    assert "Reports found: 7; with reprints counted once: 5" in lines
    [authors] = [line for line in lines if line.startswith("Author: ")]
    assert authors.endswith("作者19 1 · …")
    assert lines[-1] == "More: --cursor abc"


def test_find_follows_the_store_first(run: Run, store: ArticleStore) -> None:
    late = an_article("迟到的消息")
    store.put(late)
    assert late.id in run("find", "迟到").stdout
    withdraw(store, late)
    assert "Nothing was found." in run("find", "迟到").stdout


def test_find_says_when_no_report_has_all_words(run: Run) -> None:
    result = run("find", "来到 火星")
    assert result.stdout.startswith("No report has all the words")
    assert OTHERS[0].id in result.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--from", "2019"], {REPORT.id, OTHERS[0].id}),
        (["--until", "2019"], {REPORT.id}),
        (["--until", "2023"], {REPORT.id, OTHERS[0].id}),
        (["--from", "2019-12", "--until", "2023-05"], {OTHERS[0].id}),
        (["--from", "2019-11-29", "--until", "2019-11-29"], {REPORT.id}),
        (["职工", "--site", "bjzgh", "--site", "ftqgh"], {OTHERS[0].id}),
        (["--site", "acftu"], {OTHERS[1].id}),
        (["--container", "丰台区总工会网站"], {REPORT.id}),
        (["--author", "陶镕", "--author", "宁知夏"], {REPORT.id}),
        (["职工", "--channel", "工会要闻"], {OTHERS[0].id}),
        (["--collapse", "职工"], {OTHERS[0].id, OTHERS[1].id}),
        (["--", "-职工"], {REPORT.id}),
        (["--limit", "1", "--sort", "oldest", "--from", "2000"], {REPORT.id}),
        (["--limit", "1", "--sort", "newest", "--from", "2000"], {OTHERS[0].id}),
    ],
)
def test_find_heeds_its_options(run: Run, words: list[str], expected: set[str]) -> None:
    printed: dict[str, Any] = json.loads(run("find", "--json", *words).stdout)
    assert {hit["id"] for hit in printed["hits"]} == expected


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["  "],
        ["工会", "--from", "昨天"],
        ["工会", "--sort", "best"],
        ["x", "--limit", "0"],
        ["x", "--facet", "title"],
        ["x", "--unknown"],
    ],
)
def test_find_refuses_what_it_cannot_read(run: Run, words: list[str]) -> None:
    result = run("find", *words)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_query_that_cannot_be_read_reaches_the_edge_as_its_type(run: Run) -> None:
    assert isinstance(run("find", "“工会").exception, QueryError)


def test_find_counts_by_what_it_is_told(run: Run) -> None:
    printed = json.loads(
        run("find", "职工", "--json", "--facet", "month", "--facet", "site").stdout
    )
    assert printed["facets"] == {
        "month": [{"value": "2023-05", "count": 1}],
        "site": [{"value": "acftu", "count": 1}, {"value": "bjzgh", "count": 1}],
    }


def test_find_goes_on_where_a_page_ended(run: Run) -> None:
    words = ["find", "--json", "--from", "2000", "--sort", "oldest", "--limit", "1"]
    first = json.loads(run(*words).stdout)
    second = json.loads(run(*words, "--cursor", first["next"]).stdout)
    assert [page["hits"][0]["id"] for page in (first, second)] == [REPORT.id, OTHERS[0].id]
    assert second["next"] is None


def test_a_cursor_that_is_none_is_refused(run: Run) -> None:
    assert isinstance(run("find", "职工", "--cursor", "x").exception, QueryError)


def status(run: Run) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(run("index", "status", "--json").stdout)
    return facts


def test_index_commands(run: Run, settings: Settings, store: ArticleStore) -> None:
    assert "0 reports, revision 0 of 3." in run("index", "status").stdout
    assert "revision 3" in run("index", "sync").stdout
    facts = status(run)
    assert facts.pop("bytes") > 0
    assert "rjieba" in facts.pop("fingerprint")
    assert facts == {
        "index": settings.index_url,
        "store_revision": 3,
        "revision": 3,
        "documents": 3,
        "segments": 1,
        "missing": 0,
        "superfluous": 0,
        "problem": None,
    }
    assert "Every report of the archive is in the index" in run("index", "status").stdout
    withdraw(store, REPORT)
    shown = run("index", "status")
    assert "3 reports, revision 3 of 4." in shown.stdout
    assert "the next search follows" in shown.stdout
    assert shown.exit_code == 0
    assert "revision 4" in run("index", "rebuild").stdout
    assert "2 reports, revision 4 of 4." in run("index", "status").stdout


def test_an_index_that_holds_something_else_says_so(
    run: Run, store: ArticleStore, index: SearchIndex
) -> None:
    stranger = an_article("不在文章库里", url="https://www.ftqgh.example/stranger.html")
    index.apply(
        [
            Change(revision=4, article_id=stranger.id, article=stranger),
            Change(revision=4, article_id=REPORT.id, article=None),
        ]
    )
    store.put(an_article("新的报道"))
    result = run("index", "status")
    assert result.exit_code == 1
    assert "2 reports are missing, 1 are too many" in result.stdout
    assert "run “jianbao index rebuild”" in result.stdout
    assert (status(run)["missing"], status(run)["superfluous"]) == (2, 1)
    assert run("index", "rebuild").exit_code == 0
    assert status(run)["problem"] is None


def test_an_index_of_another_store_is_reported_and_cured(run: Run, settings: Settings) -> None:
    open_index(settings.index_url, "another store").revision()
    assert isinstance(run("find", "工会").exception, IndexMismatch)
    shown = run("index", "status")
    assert "run “jianbao index rebuild”" in shown.stdout
    assert shown.exit_code == 1
    assert "another article store" in json.loads(run("index", "status", "--json").stdout)["problem"]
    assert run("index", "rebuild").exit_code == 0
    assert REPORT.id in run("find", "党建").stdout
