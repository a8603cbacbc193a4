"""From words to printed hits: the shape that the command and the API share, and the commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from archive.article import Article, Section
from archive.errors import IndexMismatch, QueryError
from archive.opening import open_store
from archive.outcome import Withdrawal
from archive.settings import Settings
from archive.store import ArticleStore
from search.commands import COMMANDS
from search.finding import find, to_json
from search.index import SearchIndex, SearchQuery
from search.opening import open_index
from search.sync import sync
from tests.builders import an_article

Run = Callable[..., Result]

REPORT = an_article(
    url="https://www.ftqgh.example/report.html",
    title="【不忘初心】丰台区总工会党总支工作纪实",
    published=date(2019, 11, 29),
    container_title="丰台区总工会网站",
    sections=(
        Section(paragraphs=("今年以来，各项工作全面展开。",)),
        Section(
            heading="在党员教育上下功夫", paragraphs=("“打铁必须自身硬”。党建[red]工作亮点纷呈。",)
        ),
    ),
)
OTHERS = (
    an_article("全国劳模来到职工之家", title="要闻", published=date(2023, 5, 1), site="bjzgh"),
    an_article("职工运动会", title="要闻", published=None, site="acftu"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path)


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
    found = to_json(find(store, index, SearchQuery(text="党建")))
    [hit] = found["hits"]
    assert isinstance(hit.pop("score"), float)
    assert found == {
        "total": 1,
        "most_words": False,
        "hits": [
            {
                "id": REPORT.id,
                "title": REPORT.title,
                "published": "2019-11-29",
                "site": "ftqgh",
                "url": REPORT.url,
                "snippet": "“打铁必须自身硬”。党建[red]工作亮点纷呈。",
                "snippet_marks": [[10, 12]],
                "section": {"heading": "在党员教育上下功夫", "anchor": "s1"},
                "container_title": "丰台区总工会网站",
            }
        ],
        "facets": {
            "site": [{"value": "ftqgh", "count": 1}],
            "year": [{"value": "2019", "count": 1}],
        },
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
    assert "党建" in found.strings


def test_find_prints_hits_for_people(run: Run) -> None:
    result = run("find", "党建")
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines == [
        f"1. {REPORT.title}",
        f"2019-11-29 · 丰台区总工会网站 · {REPORT.id}",
        "在党员教育上下功夫 — “打铁必须自身硬”。党建[red]工作亮点纷呈。",
        "",
        "Reports found: 1",
        "Site: ftqgh 1",
        "Year: 2019 1",
    ]


def test_find_prints_json(run: Run, store: ArticleStore, index: SearchIndex) -> None:
    printed = json.loads(run("find", "--json", "劳模", "职工").stdout)
    assert printed == to_json(find(store, index, SearchQuery(text="劳模 职工")))


def test_find_follows_the_store_first(run: Run, store: ArticleStore) -> None:
    late = an_article("迟到的消息")
    store.put(late)
    assert late.id in run("find", "迟到").stdout
    withdraw(store, late)
    assert "Nothing was found." in run("find", "迟到").stdout


def test_find_says_when_no_report_has_all_words(run: Run) -> None:
    result = run("find", "劳模 火星")
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
    [[], ["  "], ["工会", "--from", "昨天"], ["工会", "--sort", "best"], ["x", "--limit", "0"]],
)
def test_find_refuses_what_it_cannot_read(run: Run, words: list[str]) -> None:
    result = run("find", *words)
    assert result.exit_code == 2
    assert result.stdout == ""


def test_a_query_that_cannot_be_read_reaches_the_edge_as_its_type(run: Run) -> None:
    assert isinstance(run("find", "“工会").exception, QueryError)


def test_index_commands(run: Run, settings: Settings, store: ArticleStore) -> None:
    assert "0 reports, revision 0 of 3." in run("index", "status").stdout
    assert "revision 3" in run("index", "sync").stdout
    facts = {"index": settings.index_url, "store_revision": 3, "revision": 3, "articles": 3}
    assert json.loads(run("index", "status", "--json").stdout) == {**facts, "problem": None}
    withdraw(store, REPORT)
    assert "3 reports, revision 3 of 4." in run("index", "status").stdout
    assert "revision 4" in run("index", "rebuild").stdout
    assert "2 reports, revision 4 of 4." in run("index", "status").stdout


def test_an_index_of_another_store_is_reported_and_cured(run: Run, settings: Settings) -> None:
    open_index(settings.index_url, "another store").revision()
    assert isinstance(run("find", "工会").exception, IndexMismatch)
    assert "run “jianbao index rebuild”" in run("index", "status").stdout
    assert "another article store" in json.loads(run("index", "status", "--json").stdout)["problem"]
    assert run("index", "rebuild").exit_code == 0
    assert REPORT.id in run("find", "党建").stdout
