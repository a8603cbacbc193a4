"""The pages are safe, load nothing from elsewhere, and can be read in either language."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

import web
from tests.test_web import CHINESE, ENGLISH, one, read
from tests.web_archive import HOSTILE, MARKUP, REPORT

STATIC = Path(web.__file__).parent / "static"
STYLESHEET_BYTES = 20_000


# -- safety ----------------------------------------------------------------------------------

SCRIPTS = ("/static/copy.js", "/static/list.js", "/static/suggest.js")
EVENT_HANDLER = re.compile(r"^on", re.IGNORECASE)
PATHS = [
    "/",
    "/search?q=恶意正文",
    f"/search?q={MARKUP}",
    f'/search?q="><b>{MARKUP}&from=\'">{MARKUP}',
    f"/search?site={MARKUP}&q=zzz",
    f"/articles/{HOSTILE.id}",
    f"/articles/{HOSTILE.id}?format=csl-json",
    f"/articles/{HOSTILE.id}?format={MARKUP}",
    f"/articles/{MARKUP}",
]


@pytest.mark.parametrize("path", PATHS)
def test_what_sites_and_readers_write_stays_text(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=ENGLISH)
    page = BeautifulSoup(response.text, "lxml")
    for script in page.select("script"):
        own = str(script.get("src", "")).partition("?v=")[0] in SCRIPTS
        assert own or script["type"] == "application/ld+json"
    assert not page.select("img, style, b.attack")
    for element in page.find_all(True):
        assert not [name for name in element.attrs if EVENT_HANDLER.match(name)]
        assert not element.has_attr("style")
        for attribute in ("href", "src", "action"):
            assert not str(element.get(attribute, "")).lower().startswith("javascript:")


def test_a_hostile_report_is_shown_as_it_was_printed(client: FlaskClient) -> None:
    page = read(client, f"/articles/{HOSTILE.id}")
    assert one(page, "h1").get_text() == HOSTILE.title
    assert f"恶意正文{MARKUP}" in one(page, ".text").get_text()
    facts = json.loads(one(page, 'script[type="application/ld+json"]').get_text())
    assert facts["headline"] == HOSTILE.title


@pytest.mark.parametrize("path", ["/", "/search?q=x", "/nothing", "/api/v1/search", "/healthz"])
def test_every_answer_is_locked_down(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def test_large_requests_are_refused(client: FlaskClient) -> None:
    assert client.get("/search", query_string={"q": "工" * 1001}).status_code == 400
    assert client.post("/search", data=b"x" * 100_000).status_code in (405, 413)


def test_nothing_is_loaded_from_elsewhere() -> None:
    style = (STATIC / "jianbao.css").read_text(encoding="utf-8")
    assert len(style.encode()) <= STYLESHEET_BYTES
    assert "url(" not in style
    assert "@import" not in style


# -- language and structure ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (None, "zh-CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("fr", "zh-CN"),
    ],
)
def test_the_language_is_negotiated(client: FlaskClient, wanted: str | None, given: str) -> None:
    response = client.get("/", headers={"Accept-Language": wanted} if wanted else {})
    assert one(BeautifulSoup(response.text, "lxml"), "html")["lang"] == given
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize("path", ["/", "/search?q=培训班", f"/articles/{REPORT.id}", "/nothing"])
def test_pages_are_whole_without_eyes(client: FlaskClient, path: str) -> None:
    page = BeautifulSoup(client.get(path, headers=CHINESE).text, "lxml")
    assert one(page, "title").get_text()
    one(page, "h1")
    assert one(page, "a.skip")["href"] == f"#{one(page, 'main')['id']}"
    ids = [str(element["id"]) for element in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for field in page.select("input:not([type=hidden]), select"):
        assert page.select(f'label[for="{field["id"]}"]')
    for element in page.select("[aria-labelledby], [aria-describedby]"):
        target = element.get("aria-labelledby") or element.get("aria-describedby")
        assert target in ids
    levels = [int(heading.name[1]) for heading in page.select("h1, h2, h3")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
