"""Exports: each form read back by a program of its own, at any length, and errors before them."""

from __future__ import annotations

import csv
import hashlib
import json
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from flask.testing import FlaskClient
from warcio.archiveiterator import ArchiveIterator

from archive.article import Article, article_to_json
from archive.capture import Capture
from archive.members import members
from archive.opening import open_store
from archive.settings import Settings
from archive.warc import read, sha1
from archive.warc_writer import Exchange, WarcWriter
from search.index import SearchQuery, Sort
from tests.builders import an_article
from tests.commands import Jianbao
from tests.web_archive import (
    ARTICLES,
    COURSES,
    HOSTILE,
    PUBLIC,
    REPORT,
    UNDATED,
    WITHDRAWN,
    an_app,
    held_by,
)
from web.app import create_app
from web.exports.formats import export_formats
from web.exports.hits import articles_found
from web.exports.tables import csv_lines, guarded
from web.holdings import EXTENSION, Holdings

EXPORT = "/api/v1/export"
SHOWN = [article for article in ARTICLES if article is not WITHDRAWN]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with an_app(tmp_path_factory.mktemp("export")) as app:
        held_by(app).follow(patience=30)
        yield app.test_client()


def exported(client: FlaskClient, form: str, **asked: Any) -> str:
    response = client.get(EXPORT, query_string={"format": form, **asked})
    assert response.status_code == 200, response.text
    assert response.mimetype == export_formats[form].media_type
    name = response.headers["Content-Disposition"]
    assert name.startswith('attachment; filename="jianbao-')
    assert name.endswith(f'{export_formats[form].suffix}"')
    return response.text


# -- each form -------------------------------------------------------------------------------


def table(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff"), "Excel takes it for something else without"
    assert text.endswith("\r\n")
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))


def test_csv_has_a_row_for_every_hit(client: FlaskClient) -> None:
    header, *rows = table(exported(client, "csv", q="", sort="oldest"))
    assert header[:3] == ["标识", "标题", "作者"]
    assert len(rows) == len(SHOWN)
    row = next(dict(zip(header, row, strict=True)) for row in rows if row[0] == REPORT.id)
    assert row["标题"] == REPORT.title
    assert row["发布日期"] == "2019-11-29"
    assert row["原网址"] == REPORT.url
    assert row["馆藏网址"] == f"{PUBLIC}/articles/{REPORT.id}"
    assert row["采集时间"] == "2026-11-22 00:30:00"
    assert row["引文"].startswith(f"丰台区总工会. {REPORT.title}[EB/OL].")


def test_csv_speaks_the_readers_language(client: FlaskClient) -> None:
    response = client.get(EXPORT, headers={"Accept-Language": "en"})
    assert table(response.text)[0][:3] == ["Id", "Title", "Author"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_is_a_formula(sign: str) -> None:
    title = f'{sign}HYPERLINK("http://evil.example","职工")'
    (_, row) = table(b"".join(csv_lines(["标题"], [[title]])).decode())
    assert row == [f"'{title}"]
    assert guarded("5-1") == "5-1"
    assert guarded(None) == ""


def test_json_lines_hold_whole_articles(client: FlaskClient) -> None:
    lines = exported(client, "jsonl", q="塔吊").splitlines()
    found = [json.loads(line) for line in lines]
    shown = {**json.loads(article_to_json(REPORT)), "page_url": f"{PUBLIC}/articles/{REPORT.id}"}
    assert found == [shown]


def test_ris_and_bibtex_are_read_back(client: FlaskClient) -> None:
    entries = rispy.loads(exported(client, "ris", sort="oldest"))
    library = parse_string(exported(client, "bibtex", sort="oldest"))
    assert library.failed_blocks == []
    wanted = sorted(article.title for article in SHOWN)
    assert sorted(entry["title"] for entry in entries) == wanted
    assert len({entry.key for entry in library.entries}) == len(SHOWN)
    items = json.loads(exported(client, "csl-json", sort="oldest"))
    assert [item["title"] for item in items] == [entry["title"] for entry in entries]


def test_the_order_and_the_limits_are_those_of_the_search(client: FlaskClient) -> None:
    asked = {"q": "培训班", "from": "2022-06", "until": "2023-06", "sort": "oldest"}
    found = [json.loads(line) for line in exported(client, "jsonl", **asked).splitlines()]
    wanted = [c for c in COURSES if c.published and "2022-06" <= str(c.published) < "2023-07"]
    wanted.sort(key=lambda each: (each.published, each.id))
    assert [each["id"] for each in found] == [article.id for article in wanted]


def test_pages_mean_nothing(client: FlaskClient) -> None:
    asked = {"limit": 1, "page": 99, "cursor": "x", "facet": "nothing"}
    assert len(exported(client, "jsonl", **asked).splitlines()) == len(SHOWN)


def test_nothing_found_is_an_empty_file(client: FlaskClient) -> None:
    assert exported(client, "jsonl", q="“没有这样的话”") == ""
    assert len(table(exported(client, "csv", q="“没有这样的话”"))) == 1
    assert json.loads(exported(client, "csl-json", q="“没有这样的话”")) == []


@pytest.mark.parametrize(
    ("asked", "code", "parameter"),
    [
        ({"q": '"abc'}, "query-invalid", "q"),
        ({"from": "昨天"}, "parameters-invalid", "from"),
        ({"format": "pdf"}, "parameters-invalid", "format"),
        ({"collapse": "perhaps"}, "parameters-invalid", "collapse"),
    ],
)
def test_errors_come_before_the_file(
    client: FlaskClient, asked: dict[str, str], code: str, parameter: str
) -> None:
    response = client.get(EXPORT, query_string=asked)
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    problem = response.get_json()
    assert problem["type"].endswith(code)
    assert problem["errors"][0]["parameter"] == parameter


# -- at any length ---------------------------------------------------------------------------

MANY = 2_000


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Holdings]:
    """An archive of a few thousand reports."""
    folder = tmp_path_factory.mktemp("many")
    settings = Settings(data=folder / "data", sites=folder / "sites", public_url=PUBLIC)
    store = open_store(settings.store_url)
    with closing(store), store.batch():
        for number in range(MANY):
            store.put(a_report(number))
    app = create_app(settings)
    held: Holdings = app.extensions[EXTENSION]
    with closing(held):
        held.follow(patience=120)
        yield held


def a_report(number: int) -> Article:
    own = "".join(chr(0x4E00 + (number * 7919 + place * 104_729) % 20_000) for place in range(40))
    return an_article(
        f"第{number}号通报：{own}。",
        url=f"https://www.ftqgh.example/many/{number}.html",
        title=f"工会通报第{number}号",
        published=date(2015, 1, 1) + timedelta(days=number % 700),
    )


def peak(held: Holdings, query: SearchQuery) -> tuple[int, int]:
    """Hits, and the most bytes that walking through them held at once."""
    articles = articles_found(held, query)
    next(articles)
    tracemalloc.start()
    try:
        hits = 1 + sum(1 for _ in articles)
        return hits, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_stays_flat(filled: Holdings) -> None:
    few, less = peak(filled, SearchQuery(text="通报", published_until=date(2015, 8, 1)))
    many, more = peak(filled, SearchQuery(text="通报"))
    assert 400 < few < MANY / 3
    assert many == MANY
    assert more < 2 * less, f"{few} hits took {less} bytes, {many} took {more}"


def test_hits_stay_in_place_while_reports_come_and_go(filled: Holdings) -> None:
    query = SearchQuery(text="通报", sort=Sort.NEWEST)
    before = [article.id for article in articles_found(filled, query)]
    walk = articles_found(filled, query)
    read = [next(walk).id for _ in range(300)]
    extra = [a_report(MANY + number) for number in range(20)]
    with filled.store.batch():
        for article in extra:
            filled.store.put(article)
    filled.follow(patience=60)
    read += [article.id for article in walk]
    assert len(read) == len(set(read)), "none twice"
    assert [each for each in read if each in set(before)] == before, "and none left out"


# -- WARC ------------------------------------------------------------------------------------


def test_warc_members_are_those_of_the_archive(crawled_once: Jianbao) -> None:
    app = create_app(crawled_once.settings)
    with closing(app.extensions[EXTENSION]) as held:
        response = app.test_client().get(f"{EXPORT}?format=warc&q=劳模")
        articles = list(articles_found(held, SearchQuery(text="劳模")))
    assert response.mimetype == "application/warc"
    files = [path.read_bytes() for path in crawled_once.settings.warc_folder.glob("*/*.warc.gz")]
    given = BytesIO(response.get_data())
    found = list(members(given))
    for member in found:
        raw = given.getvalue()[member.offset : member.end]
        assert any(raw in file for file in files), "not the bytes of the archive"
    records = list(ArchiveIterator(BytesIO(given.getvalue()), check_digests="raise"))
    kinds = [record.rec_type for record in ArchiveIterator(BytesIO(given.getvalue()))]
    assert kinds[0] == "warcinfo"
    assert kinds.count("response") == sum(len(article.captures) for article in articles) > 0
    assert kinds.count("request") == kinds.count("response")
    assert len(records) == len(kinds)
    assert digests(given.getvalue()) >= {
        capture.payload_digest for article in articles for capture in article.captures
    }


def digests(warc: bytes) -> set[str]:
    found = set()
    for record in ArchiveIterator(BytesIO(warc), no_record_parse=False):
        if record.rec_type == "response":
            payload = record.raw_stream.read()
            assert record.rec_headers.get_header("WARC-Payload-Digest") == sha1(payload)
            found.add(f"sha256:{hashlib.sha256(payload).hexdigest()}")
    return found


def an_exchange(body: bytes, status: str, at: date) -> Exchange:
    return Exchange(
        url="https://www.ftqgh.example/a.html",
        at=datetime(at.year, at.month, at.day, tzinfo=UTC),
        request_head=b"GET /a.html HTTP/1.1\r\nHost: www.ftqgh.example\r\n\r\n",
        response_head=f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n\r\n".encode(),
        body=body,
    )


@pytest.fixture
def revisited(tmp_path: Path) -> Iterator[tuple[Holdings, list[Capture]]]:
    """A report whose newer capture, in a file of its own, only confirmed the first."""
    settings = Settings(data=tmp_path / "data", sites=tmp_path / "sites", public_url=PUBLIC)
    captures: list[Capture] = []
    for run, status in (("r1", "200 OK"), ("r2", "304 Not Modified")):
        writer = WarcWriter(settings.warc_folder, site="ftqgh", run=run, user_agent="jianbao")
        original = read(settings.warc_folder, captures[0]) if captures else None
        exchange = an_exchange(b"" if original else b"<p>", status, date(2020, 1, 1))
        captures.append(writer.write(exchange, original))
        writer.close()
    store = open_store(settings.store_url)
    with closing(store):
        store.put(an_article("甲。", title="确认过的报道", captures=tuple(captures[1:])))
    app = create_app(settings)
    held: Holdings = app.extensions[EXTENSION]
    with closing(held):
        held.follow(patience=30)
        yield held, captures


def test_a_revisit_comes_with_the_record_that_it_refers_to(
    revisited: tuple[Holdings, list[Capture]],
) -> None:
    held, captures = revisited
    app = create_app(held.settings)
    with closing(app.extensions[EXTENSION]):
        warc = app.test_client().get(f"{EXPORT}?format=warc").get_data()
    kinds = [
        (record.rec_type, record.rec_headers.get_header("WARC-Record-ID"))
        for record in ArchiveIterator(BytesIO(warc))
        if record.rec_type in ("warcinfo", "response", "revisit")
    ]
    assert [kind for kind, _ in kinds] == ["warcinfo", "response", "warcinfo", "revisit"]
    assert [kinds[1][1], kinds[3][1]] == [f"<urn:uuid:{each.id}>" for each in captures]


def test_another_archive_takes_the_warc_in(crawled_once: Jianbao, tmp_path: Path) -> None:
    app = create_app(crawled_once.settings)
    with closing(app.extensions[EXTENSION]):
        client = app.test_client()
        (tmp_path / "hits.warc.gz").write_bytes(client.get(f"{EXPORT}?format=warc&q=劳模").data)
        titles = [
            json.loads(line)["title"]
            for line in client.get(f"{EXPORT}?format=jsonl&q=劳模").text.splitlines()
        ]
    other = Jianbao(tmp_path / "data", crawled_once.sites)
    other.ok("import", str(tmp_path / "hits.warc.gz"), "--site", "sample")
    with closing(other.open_store()) as store:
        held = store.get_many(store.article_ids()).values()
        assert sorted(article.title for article in held) == sorted(titles)


def test_a_missing_warc_file_is_an_error_and_no_empty_file(client: FlaskClient) -> None:
    response = client.get(f"{EXPORT}?format=warc&q=塔吊")
    assert response.status_code == 503
    assert "capture-unreadable" in response.get_json()["type"]


def test_reports_without_captures_have_no_records(client: FlaskClient) -> None:
    assert HOSTILE.captures == UNDATED.captures == ()
    assert client.get(f"{EXPORT}?format=warc&q=培训班").get_data() == b""
