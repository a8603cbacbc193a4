"""BibTeX, RIS and CSL-JSON, read back by the programs of others, and how addresses give them."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares import LatexDecodingMiddleware
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Section
from tests.builders import an_article
from tests.references import JUDGED, OWN
from tests.web_archive import COURSES, PUBLIC, REPORT, UNDATED, WITHDRAWN, an_app
from web.citations import bibtex
from web.citations.article_item import csl_item
from web.citations.formats import FILES, formats
from web.citations.sections import find_section, sections_of

PERMALINK = f"{PUBLIC}/articles/{REPORT.id}"
NOTE = (
    f"原文地址：{REPORT.url}；存档地址：{PERMALINK}；"
    f"采集时间：2026-11-22 00:30:00（北京时间）；{REPORT.captures[1].payload_digest}"
)
SIGNS = st.text(alphabet="{}%&#_$\\~^@=, aé职工“”", min_size=1, max_size=30).map(str.strip)


def item_of(article: Any, anchor: str = "") -> dict[str, Any]:
    return csl_item(
        article,
        archive="剪报",
        archived_url=f"{PUBLIC}/articles/{article.id}",
        section=find_section(article, anchor),
    )


def read_bibtex(text: str, *, decoded: bool = False) -> list[tuple[str, str, dict[str, str]]]:
    library = parse_string(text, append_middleware=[LatexDecodingMiddleware()] if decoded else [])
    assert library.failed_blocks == []
    return [
        (entry.entry_type, entry.key, {field.key: field.value for field in entry.fields})
        for entry in library.entries
    ]


def read_ris(text: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = rispy.loads(text)
    return entries


# -- field for field -------------------------------------------------------------------------


def test_bibtex_is_read_field_for_field() -> None:
    text = "".join(formats["bibtex"].list([item_of(REPORT), item_of(COURSES[0])]))
    first, second = read_bibtex(text)
    assert first == (
        "online",
        f"ftqzgh20191129-{REPORT.id[:6]}",
        {
            "author": "{丰台区总工会}",
            "title": REPORT.title,
            "organization": "丰台区总工会网站",
            "date": "2019-11-29",
            "urldate": "2026-11-22",
            "url": REPORT.url,
            "langid": "chinese",
            "keywords": "先锋走廊, 党建",
            "annotation": NOTE,
        },
    )
    assert second[2]["author"] == "{通讯员甲} and {通讯员乙}"
    assert "author = {{通讯员甲} and {通讯员乙}}" in text
    assert all(each.isascii() for each in (first[1], second[1]))


def test_ris_is_read_field_for_field() -> None:
    text = "".join(formats["ris"].list([item_of(REPORT), item_of(COURSES[0])]))
    lines = text.split("\r\n")
    assert not [line for line in lines if "\n" in line]
    assert all(line[2:6] == "  - " for line in lines if line)
    assert lines[-2] == "ER  - "
    first, second = read_ris(text)
    assert first == {
        "type_of_reference": "ELEC",
        "title": REPORT.title,
        "authors": ["丰台区总工会"],
        "secondary_title": "丰台区总工会网站",
        "publisher": "丰台区总工会",
        "year": "2019",
        "date": "2019/11/29",
        "access_date": "2026/11/22",
        "keywords": ["先锋走廊", "党建"],
        "language": "zh-CN",
        "urls": [REPORT.url],
        "name_of_database": "剪报",
        "notes": [NOTE],
        "file_attachments2": PERMALINK,
        "accession_number": PERMALINK,
        "database_provider": "剪报",
    }
    assert second["authors"] == ["通讯员甲", "通讯员乙"]


def test_a_newspaper_with_its_page_keeps_its_kind() -> None:
    item = {
        "id": "n1",
        "type": "article-newspaper",
        "title": "数字革命",
        "author": [{"family": "Smith", "given": "Ann"}, {"literal": "某报"}],
        "container-title": "中国青年报",
        "issued": {"date-parts": [[2000, 11]]},
        "page": "15-16",
        "language": "zh-CN",
    }
    (ris,) = read_ris("".join(formats["ris"].list([item])))
    assert ris["type_of_reference"] == "NEWS"
    assert ris["authors"] == ["Smith, Ann", "某报"]
    assert (ris["start_page"], ris["end_page"]) == ("15", "16")
    assert (ris["year"], ris["date"]) == ("2000", "2000/11")
    ((kind, key, fields),) = read_bibtex(formats["bibtex"].render(item))
    assert (kind, key) == ("article", "smith200011-n1")
    assert fields["author"] == "Smith, Ann and {某报}"
    assert fields["journaltitle"] == "中国青年报"
    assert fields["pages"] == "15-16"


@given(title=SIGNS.filter(bool), author=SIGNS.filter(bool))
def test_signs_of_the_syntax_come_back(title: str, author: str) -> None:
    item = {"id": "x", "type": "webpage", "title": title, "author": [{"literal": author}]}
    (ris,) = read_ris("".join(formats["ris"].list([item])))
    assert (ris["title"], ris["authors"]) == (title, [author])
    text = formats["bibtex"].render(item)
    ((_, _, fields),) = read_bibtex(text, decoded=True)
    found = fields["title"].translate({ord("ˆ"): "^"})
    assert "".join(found.split()) == "".join(title.split())
    assert text.count("{") == text.count("}"), "BibTeX counts them"


@pytest.mark.parametrize("key", ["bibtex", "ris"])
def test_every_case_is_read_back_with_its_title(key: str) -> None:
    items = [case["csl"] for case in [*OWN, *JUDGED]]
    text = "".join(formats[key].list(items))
    titles = (
        [entry["title"] for entry in read_ris(text)]
        if key == "ris"
        else [fields["title"] for _, _, fields in read_bibtex(text)]
    )
    assert titles == [item["title"] for item in items]


def test_keys_are_ascii_and_differ() -> None:
    keys = [bibtex.key_of(item_of(article)) for article in (REPORT, UNDATED, *COURSES)]
    keys.append(bibtex.key_of(item_of(REPORT, "s1")))
    assert len(set(keys)) == len(keys)
    assert set("".join(keys)) <= set(string.ascii_lowercase + string.digits + "-")


def test_csl_json_of_several_is_one_list() -> None:
    items = [item_of(REPORT), item_of(UNDATED)]
    assert json.loads("".join(formats["csl-json"].list(items))) == items
    assert json.loads("".join(formats["csl-json"].list([]))) == []


@pytest.mark.filterwarnings("ignore:The following arguments for Reference are unsupported. custom")
def test_a_csl_processor_takes_our_items() -> None:
    citeproc = pytest.importorskip("citeproc", reason="citeproc-py is not installed")
    from citeproc.source.json import CiteProcJSON

    items = json.loads("".join(formats["csl-json"].list([item_of(REPORT), *map(item_of, COURSES)])))
    style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = citeproc.CitationStylesBibliography(
        style, CiteProcJSON(items), citeproc.formatter.plain
    )
    for item in items:
        cited = citeproc.Citation([citeproc.CitationItem(item["id"])])
        bibliography.register(cited)
    printed = "\n".join(str(entry) for entry in bibliography.bibliography())
    assert all(item["title"] in printed for item in items)


def test_numbered_forms_number_their_lists() -> None:
    lines = "".join(formats["gbt7714-2025-numeric"].list(map(item_of, COURSES[:3]))).splitlines()
    assert [line[:4] for line in lines] == ["[1] ", "[2] ", "[3] "]
    noted = "".join(formats["gbt7714-2025-note"].list(map(item_of, COURSES[:3]))).splitlines()
    assert noted == [line[4:] for line in lines]


# -- sections --------------------------------------------------------------------------------


def test_sections_are_named_so_that_one_tells_them_apart() -> None:
    assert [(each.anchor, each.name) for each in sections_of(REPORT)] == [
        ("s0", ""),
        ("s1", "把讲台搬到工地：每周一堂露天课"),
        ("s2", "把讲台搬到工地：走进工地"),
    ]
    plain = an_article(sections=(Section(heading="开班", subheading="副", paragraphs=("甲。",)),))
    assert sections_of(plain)[0].name == "开班"


def test_a_fragment_leads_to_words_that_the_page_prints() -> None:
    lead, first, second = (each.fragment for each in sections_of(REPORT))
    assert lead == "#s0:~:text=%E5%A1%94%E5%90%8A%E4%B8%8B%E9%9D%A2%E5%BC%80%E5%85%9A%E8%AF%BE"
    assert first.endswith("%E6%8A%8A%E8%AE%B2%E5%8F%B0%E6%90%AC%E5%88%B0%E5%B7%A5%E5%9C%B0")
    assert second.endswith("%E8%B5%B0%E8%BF%9B%E5%B7%A5%E5%9C%B0"), "its heading is printed once"
    signs = an_article(sections=(Section(heading="A-B, C&D"),))
    assert sections_of(signs)[0].fragment == "#s0:~:text=A%2DB%2C%20C%26D"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("gbt7714-2025-note", "[EB/OL]. “把讲台搬到工地：走进工地”（2019-11-29）[2026-11-22]. "),
        ("gbt7714-2025-author-date", "“把讲台搬到工地：走进工地”（2019-11-29）[2026-11-22]. "),
        ("gbt7714-2015-note", "[EB/OL]. “把讲台搬到工地：走进工地”(2019-11-29)[2026-11-22]. "),
    ],
)
def test_a_section_stands_where_a_locator_does(key: str, expected: str) -> None:
    assert formats[key].render(item_of(REPORT, "s2")).endswith(f"{expected}{PERMALINK}#s2.")


def test_plain_text_shows_the_evidence() -> None:
    assert formats["text"].render(item_of(REPORT, "s2")).splitlines()[-5:] == [
        "引用日期：2026-11-22",
        f"原文地址：{REPORT.url}",
        f"存档地址：{PERMALINK}#s2:~:text=%E8%B5%B0%E8%BF%9B%E5%B7%A5%E5%9C%B0",
        "采集时间：2026-11-22 00:30:00（北京时间）",
        f"载荷摘要：{REPORT.captures[1].payload_digest}",
    ]


# -- addresses -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    with an_app(tmp_path_factory.mktemp("citations")) as app:
        yield app.test_client()


@pytest.mark.parametrize(("suffix", "form"), FILES.items())
def test_a_suffix_and_the_accept_header_give_the_same_file(
    client: FlaskClient, suffix: str, form: Any
) -> None:
    address = f"/articles/{REPORT.id}"
    by_suffix = client.get(address + suffix)
    assert by_suffix.status_code == 200
    assert by_suffix.mimetype == form.media_type
    assert by_suffix.get_data() == form.file(item_of(REPORT)).encode()
    by_type = client.get(address, headers={"Accept": form.media_type})
    assert by_type.get_data() == by_suffix.get_data()
    assert by_type.headers["Content-Location"] == address + suffix
    assert "Accept" in by_type.vary


@pytest.mark.parametrize("accept", ["*/*", "text/html,application/xhtml+xml,*/*;q=0.8", ""])
def test_a_browser_gets_the_page(client: FlaskClient, accept: str) -> None:
    response = client.get(f"/articles/{REPORT.id}", headers={"Accept": accept})
    assert response.mimetype == "text/html"
    assert "Accept" in response.vary


def test_files_of_what_is_not_there(client: FlaskClient) -> None:
    assert client.get("/articles/nosuchreport.ris").status_code == 404
    assert client.get(f"/articles/{WITHDRAWN.id}.bib").status_code == 410


def test_the_api_cites_a_section(client: FlaskClient) -> None:
    address = f"/api/v1/articles/{REPORT.id}/citation"
    response = client.get(f"{address}?format=csl-json&section=s1")
    item = response.get_json(force=True)
    assert item["URL"] == f"{PERMALINK}#s1"
    assert item["custom"]["original_url"] == REPORT.url
    assert item["custom"]["section"] == "把讲台搬到工地：每周一堂露天课"
    refused = client.get(f"{address}?section=s9", headers={"Accept-Language": "en"})
    assert refused.status_code == 400
    (error,) = refused.get_json()["errors"]
    assert error["parameter"] == "section"
    assert "s0, s1, s2" in error["detail"]
