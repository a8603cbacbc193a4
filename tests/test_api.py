"""The API: answers, errors in one shape, and its description."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from archive.errors import StoreUnreadable
from tests.web_archive import COURSES, PUBLIC, REPORT, WITHDRAWN, held_by
from web.citations.formats import formats

ENGLISH = {"Accept-Language": "en"}


def answer(client: FlaskClient, path: str, **arguments: Any) -> dict[str, Any]:
    response = client.get(path, query_string=arguments or None, headers=ENGLISH)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    value: dict[str, Any] = response.get_json()
    return value


# -- search ----------------------------------------------------------------------------------

SEARCH = "/api/v1/search"
PEOPLE = {
    *("pages." + name for name in "home search article browse newest_year".split()),
    *(
        "pages." + name
        for name in "browse_site browse_days on_this_day chronology citation_list".split()
    ),
    *("evidence." + name for name in "article_captures framed revisions diff verify".split()),
    *("reference.reference", "openapi.spec", "static"),
}
"""Endpoints that are only for people, or say what the others are."""
SUGGEST = "/api/v1/suggest"


def test_search_answers_hits_with_snippets_and_facets(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/search", q="党建 安全帽")
    assert found["total"] == 1
    assert found["most_words"] is False
    assert found["page"] == 1
    assert found["next"] is None
    hit = found["hits"][0]
    assert hit["id"] == REPORT.id
    assert hit["title"] == REPORT.title
    assert hit["published"] == "2019-11-29"
    assert hit["site"] == "ftqgh"
    assert hit["url"] == REPORT.url
    assert hit["page_url"] == f"{PUBLIC}/articles/{REPORT.id}"
    assert hit["container_title"] == "丰台区总工会网站"
    assert hit["section"] == {"heading": None, "anchor": "s0"}
    marked = {hit["snippet"][start:end] for start, end in hit["snippet_marks"]}
    assert {"党建", "安全帽"} <= marked
    assert found["facets"]["site"] == [{"value": "ftqgh", "count": 1}]
    assert found["facets"]["year"] == [{"value": "2019", "count": 1}]


def test_facets_are_those_asked_for(client: FlaskClient) -> None:
    found = answer(client, SEARCH, q="培训班", facet=["month", "container"], limit=1)
    assert found["facets"].keys() == {"month", "container"}
    assert found["facets"]["container"] == [{"value": "北京工会网", "count": 25}]
    assert found["facets"]["month"][0] == {"value": "2023-12", "count": 1}
    assert "facet=month&facet=container" in found["next"]


def test_containers_authors_and_channels_limit(client: FlaskClient) -> None:
    assert answer(client, SEARCH, container="北京工会网")["total"] == 25
    assert answer(client, SEARCH, container="北京")["total"] == 0, "the whole value is asked for"
    assert answer(client, SEARCH, author=["通讯员甲", "没有"])["total"] == 25
    assert answer(client, SEARCH, channel="党建", author="通讯员甲")["total"] == 0
    assert answer(client, SEARCH, channel="党建")["hits"][0]["id"] == REPORT.id


def test_synonyms_are_told_and_can_be_left_out(client: FlaskClient) -> None:
    found = answer(client, SEARCH, q="劳动模范")
    assert found["widenings"] == [{"text": "劳动模范", "others": ["劳模"]}]
    assert answer(client, SEARCH, q="劳动模范", synonyms="false")["widenings"] == []


def test_collapsed_hits_are_counted_in_groups(client: FlaskClient) -> None:
    found = answer(client, SEARCH, q="培训班", collapse="true", limit=1)
    assert found["total"] == 25
    assert (
        found["groups"]
        + sum(
            hit["reprints"]
            for page in range(1, found["groups"] + 1)
            for hit in answer(client, SEARCH, q="培训班", collapse="1", limit=1, page=page)["hits"]
        )
        == found["total"]
    )
    assert answer(client, SEARCH, q="培训班")["groups"] is None


def test_what_may_have_been_meant(
    client: FlaskClient, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_by(app).index, "did_you_mean", lambda _query, _hits: ("培训班",))
    assert answer(client, SEARCH, q="陪训班")["did_you_mean"] == ["培训班"]
    assert answer(client, SEARCH, q="培训班")["did_you_mean"] == []


def test_rare_characters_are_no_failure(client: FlaskClient) -> None:
    """Those outside of the basic plane, in a word of which others might have been meant."""
    for word in ("培𥳢", "𥳢班", "培训𥳢"):
        assert answer(client, SEARCH, q=word)["hits"] is not None


def test_suggestions(client: FlaskClient, app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    def complete(text: str, limit: int) -> tuple[str, ...]:
        return (text + "班", text + "会")[:limit]

    monkeypatch.setattr(held_by(app).index, "complete", complete)
    assert answer(client, SUGGEST, q="培训") == {"suggestions": ["培训班", "培训会"]}
    assert answer(client, SUGGEST, q="培训", limit=1) == {"suggestions": ["培训班"]}


def test_suggestions_come_from_the_index(client: FlaskClient) -> None:
    suggestions = answer(client, SUGGEST, q="培训")["suggestions"]
    assert suggestions
    assert all("培训" in suggestion for suggestion in suggestions)


def test_days_are_inclusive_and_may_be_months_or_years(client: FlaskClient) -> None:
    day = answer(client, "/api/v1/search", **{"from": "2019-11-29", "until": "2019-11-29"})
    month = answer(client, "/api/v1/search", **{"from": "2019-11", "until": "2019-11"})
    year = answer(client, "/api/v1/search", **{"from": "2019", "until": "2019"})
    assert [found["total"] for found in (day, month, year)] == [1, 1, 1]
    assert answer(client, "/api/v1/search", until="2019-11-28")["total"] == 0
    assert answer(client, "/api/v1/search", **{"from": "2019-11-30"})["total"] == 26


def test_sites_may_be_repeated(client: FlaskClient) -> None:
    assert answer(client, "/api/v1/search", site="bjzgh")["total"] == 25
    assert answer(client, "/api/v1/search", site=["bjzgh", "ftqgh"])["total"] == 28


def test_pages_follow_each_other_without_gap_or_overlap(client: FlaskClient) -> None:
    address, ids = "/api/v1/search?q=培训班&limit=10&sort=oldest", []
    while address:
        found = answer(client, address)
        ids += [hit["id"] for hit in found["hits"]]
        assert len(found["hits"]) == min(10, found["total"] - 10 * (found["page"] - 1))
        assert "cursor" in (found["next"] or "cursor")
        address = (found["next"] or "").removeprefix(PUBLIC)
    assert ids == [course.id for course in sorted(COURSES, key=lambda one: (one.published, one.id))]


def test_empty_parameters_count_as_absent(client: FlaskClient) -> None:
    everything = answer(client, "/api/v1/search")
    assert (
        answer(client, "/api/v1/search?q=&from=&until=&site=&sort=&page=")["total"]
        == (everything["total"])
    )
    days = [hit["published"] for hit in everything["hits"]]
    assert days == sorted(days, reverse=True)


# -- articles and citations -------------------------------------------------------------------


def test_an_article_with_its_captures(client: FlaskClient) -> None:
    record = answer(client, f"/api/v1/articles/{REPORT.id}")
    assert record["title"] == REPORT.title
    assert record["sections"][1]["subheading"] == "每周一堂露天课"
    assert len(record["captures"]) == 2
    assert record["captures"][0]["payload_digest"].startswith("sha256:")


@pytest.mark.parametrize("name", [*formats, "gbt7714"])
def test_a_citation_has_the_media_type_of_its_format(client: FlaskClient, name: str) -> None:
    response = client.get(f"/api/v1/articles/{REPORT.id}/citation?format={name}")
    assert response.status_code == 200
    assert "换个讲法" in response.text
    assert response.mimetype == {
        "bibtex": "application/x-bibtex",
        "ris": "application/x-research-info-systems",
        "csl-json": "application/vnd.citationstyles.csl+json",
    }.get(name, "text/plain")


def test_the_default_citation(client: FlaskClient) -> None:
    response = client.get(f"/api/v1/articles/{REPORT.id}/citation")
    assert response.text == (
        "丰台区总工会. 【先锋走廊】换个讲法 党建课开到塔吊下[EB/OL]. （2019-11-29）[2026-11-22]. "
        "https://www.ftqgh.example/2019/11/29/1.html.\n"
    )


# -- errors ----------------------------------------------------------------------------------

ARTICLE = f"/api/v1/articles/{REPORT.id}"
ERRORS = [
    (f"{SEARCH}?q=date:昨天", 400, "query-invalid", "q"),
    (f"{SEARCH}?q={'工' * 1001}", 400, "parameters-invalid", "q"),
    (f"{SEARCH}?from=2019-13", 400, "parameters-invalid", "from"),
    (f"{SEARCH}?until=昨天", 400, "parameters-invalid", "until"),
    (f"{SEARCH}?from=2020&until=2019", 400, "parameters-invalid", "from"),
    (f"{SEARCH}?q=党建&cursor=x", 400, "cursor-invalid", "cursor"),
    (f"{SEARCH}?cursor={'x' * 16_385}", 400, "parameters-invalid", "cursor"),
    (f"{SEARCH}?facet=title", 400, "parameters-invalid", "facet"),
    (f"{SEARCH}?collapse=perhaps", 400, "parameters-invalid", "collapse"),
    (f"{SEARCH}?synonyms=2", 400, "parameters-invalid", "synonyms"),
    (f"{SUGGEST}?q={'工' * 1001}", 400, "parameters-invalid", "q"),
    (f"{SUGGEST}?limit=0", 400, "parameters-invalid", "limit"),
    (f"{SEARCH}?sort=best", 400, "parameters-invalid", "sort"),
    (f"{SEARCH}?page=0", 400, "parameters-invalid", "page"),
    (f"{SEARCH}?page=x", 400, "parameters-invalid", "page"),
    (f"{SEARCH}?page={10**30}", 400, "parameters-invalid", "page"),
    (f"{SEARCH}?q=党建&page=2", 400, "parameters-invalid", "page"),
    (f"{SEARCH}?limit=101", 400, "parameters-invalid", "limit"),
    (f"{SEARCH}?{'&'.join(f'site=s{n}' for n in range(60))}", 400, "parameters-invalid", "site"),
    (f"{ARTICLE}/citation?format=apa", 400, "parameters-invalid", "format"),
    ("/api/v1/articles/nosuchreport", 404, "unknown-article", None),
    ("/api/v1/articles/nosuchreport/citation", 404, "unknown-article", None),
    (f"/api/v1/articles/{WITHDRAWN.id}", 410, "article-withdrawn", None),
    (f"/api/v1/articles/{WITHDRAWN.id}/citation", 410, "article-withdrawn", None),
    ("/api/v1/nothing", 404, "not-found", None),
]


@pytest.mark.parametrize(("path", "status", "code", "parameter"), ERRORS)
def test_every_error_has_one_shape(
    client: FlaskClient,
    caplog: pytest.LogCaptureFixture,
    path: str,
    status: int,
    code: str,
    parameter: str | None,
) -> None:
    response = client.get(path, headers=ENGLISH)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    problem = response.get_json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "errors"}
    assert problem["type"] == f"urn:jianbao:problem:{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"].startswith(path.partition("?")[0])
    for error in problem["errors"]:
        assert set(error) == {"parameter", "detail", "position"}
        assert error["detail"]
    assert [error["parameter"] for error in problem["errors"]] == ([parameter] if parameter else [])
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")]


def test_a_query_error_says_where(client: FlaskClient) -> None:
    problem = client.get(f"{SEARCH}?q=工会 date:昨天", headers=ENGLISH).get_json()
    assert problem["errors"][0]["position"] == 8


def test_all_faults_are_told_at_once(client: FlaskClient) -> None:
    problem = client.get(f"{SEARCH}?from=x&until=y&page=z", headers=ENGLISH).get_json()
    assert {error["parameter"] for error in problem["errors"]} == {"from", "until", "page"}


def test_a_withdrawn_report_says_when_and_why(client: FlaskClient) -> None:
    detail = client.get(f"/api/v1/articles/{WITHDRAWN.id}", headers=ENGLISH).get_json()["detail"]
    assert "2026-11-22" in detail
    assert "应作者要求" in detail


def test_writing_is_not_allowed(client: FlaskClient) -> None:
    response = client.post(SEARCH, headers=ENGLISH)
    assert response.status_code == 405
    assert response.mimetype == "application/problem+json"
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("error", "status"),
    [(StoreUnreadable(store="sqlite:///x", reason="gone"), 503), (RuntimeError("secret"), 500)],
)
def test_our_failures_are_logged_and_keep_the_shape(
    client: FlaskClient,
    app: APIFlask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(held_by(app), "find", fail)
    response = client.get(SEARCH, headers=ENGLISH)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert "secret" not in response.text
    assert "request=failed" in caplog.text
    assert ("Retry-After" in response.headers) is (status == 503)


# -- description -----------------------------------------------------------------------------


def test_the_description_is_openapi_31_and_complete(client: FlaskClient, app: APIFlask) -> None:
    description = answer(client, "/api/openapi.json")
    assert description["openapi"].startswith("3.1")
    paths = description["paths"]
    described = {re.sub(r"{(\w+)}", r"<\1>", path) for path in paths}
    rules = {
        re.sub(r"<\w+:", "<", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PEOPLE
    }
    assert described == rules
    search = paths["/api/v1/search"]["get"]
    names = [parameter["name"] for parameter in search["parameters"]]
    assert names == [
        *"q from until site container author channel sort".split(),
        *"page limit cursor facet collapse synonyms pretty".split(),
    ]
    assert all(parameter["description"] for parameter in search["parameters"])
    citation = paths["/api/v1/articles/{article_id}/citation"]["get"]
    names = [parameter["name"] for parameter in citation["parameters"]]
    assert names == ["article_id", "format", "section"]
    for path in (path for address, path in paths.items() if address.startswith("/api/")):
        for status, response in path["get"]["responses"].items():
            if status.startswith(("4", "5")):
                shared = response.get("$ref", "").rpartition("/")[2]
                meant = description["components"]["responses"].get(shared, response)
                assert set(meant["content"]) == {"application/problem+json"}


def test_every_reference_of_the_description_leads_somewhere(client: FlaskClient) -> None:
    description = answer(client, "/api/openapi.json")

    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
            for part in value.values():
                yield from references(part)
        if isinstance(value, list):
            for part in value:
                yield from references(part)

    for reference in references(description):
        target: Any = description
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        assert target


def test_other_origins_may_read_the_api(client: FlaskClient) -> None:
    assert client.get(SEARCH).headers["Access-Control-Allow-Origin"] == "*"
