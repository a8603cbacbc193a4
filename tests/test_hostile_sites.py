"""What servers do wrong, on purpose or not: every address still ends in one outcome."""

from __future__ import annotations

import gzip
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from archive.article import Article
from archive.warc import read
from tests.commands import Jianbao
from tests.scripted_site import (
    Answer,
    ScriptedSite,
    article,
    html,
    links,
    redirect,
    scripted,
    write_profile,
)


def crawl(folder: Path, site: ScriptedSite, more: str = "", exit_code: int = 0) -> Jianbao:
    jianbao = Jianbao(folder / "data", write_profile(folder / "sites", site.base, more=more))
    done = jianbao("crawl", "scripted")
    assert done.returncode == exit_code, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    jianbao.ok("verify")
    return jianbao


def outcomes(jianbao: Jianbao, site: ScriptedSite) -> dict[str, str]:
    """The outcome of every address of the last run, by path (whole, on other hosts)."""
    with closing(jianbao.open_store()) as store:
        found = store.outcomes(store.runs()[-1])
    return {outcome.url.removeprefix(site.base): outcome.kind.value for outcome in found}


def articles(jianbao: Jianbao) -> list[Article]:
    with closing(jianbao.open_store()) as store:
        return list(store.get_many(store.article_ids()).values())


def test_answers_of_every_kind(tmp_path: Path) -> None:
    script = {
        "/": links(
            "/a/good",
            "/a/waf",
            "/a/jsl",
            "/a/error",
            "/a/pdf",
            "/a/big",
            "/a/cut",
            "/a/slow",
            "/a/empty",
            "/a/script",
            "/a/nodate",
            "/a/zipped",
            "/a/damaged",
            "/a/gone",
        ),
        "/a/good": article("好"),
        "/a/waf": Answer(status=412),
        "/a/jsl": Answer(status=521),
        "/a/error": Answer(status=500),
        "/a/pdf": Answer(b"%PDF-1.4", headers={"Content-Type": "application/pdf"}),
        "/a/big": html("x" * 200_000),
        "/a/cut": Answer(b"<h1>", headers={"Content-Type": "text/html"}, promised=5000),
        "/a/slow": Answer(b"x", delay=6),
        "/a/empty": html(""),
        "/a/script": html("<body><script>render()</script><div id=app></div></body>"),
        "/a/nodate": html("<h1>题</h1><div class=body><p>文</p></div>"),
        "/a/zipped": Answer(
            gzip.compress(article("压").body),
            headers={"Content-Type": "text/html", "Content-Encoding": "gzip"},
        ),
        "/a/damaged": Answer(
            b"no gzip at all",
            headers={"Content-Type": "text/html", "Content-Encoding": "gzip"},
        ),
        "/a/gone": Answer(status=410),
    }
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site, exit_code=3)
    found = outcomes(jianbao, site)
    damaged = found.pop("/a/damaged")
    assert found == {
        "/robots.txt": "not_article",
        "/": "list_page",
        "/a/good": "new",
        "/a/waf": "refused_by_waf",
        "/a/jsl": "refused_by_waf",
        "/a/error": "fetch_failed",
        "/a/pdf": "not_article",
        "/a/big": "too_large",
        "/a/cut": "fetch_failed",
        "/a/slow": "fetch_failed",
        "/a/empty": "layout_not_recognised",
        "/a/script": "needs_javascript",
        "/a/nodate": "field_missing",
        "/a/zipped": "new",
        "/a/gone": "gone",
    }
    assert damaged in {"fetch_failed", "layout_not_recognised"}


def test_the_record_holds_the_bytes_as_they_came(tmp_path: Path) -> None:
    body = gzip.compress(article("压").body)
    script = {
        "/": links("/a/1"),
        "/a/1": Answer(body, headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}),
    }
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site)
    (held,) = articles(jianbao)
    recorded = read(jianbao.settings.warc_folder, held.captures[0])
    assert recorded.payload == body
    assert recorded.body == article("压").body
    assert recorded.headers.get_header("Content-Encoding") == "gzip"


def test_no_way_leads_into_the_house(tmp_path: Path) -> None:
    script = {
        "/": links("/a/literal", "/a/name", "/a/scheme", "/a/v6"),
        "/a/literal": redirect("http://10.0.0.1/a/secret"),
        "/a/name": redirect("http://localhost:1/a/secret"),
        "/a/scheme": redirect("file:///etc/passwd"),
        "/a/v6": redirect("http://[::ffff:192.168.0.1]/a/secret"),
    }
    hosts = 'hosts = ["127.0.0.1", "10.0.0.1", "localhost"]'
    with scripted(script) as site:
        sites = write_profile(tmp_path / "sites", site.base)
        profile = sites / "scripted" / "profile.toml"
        profile.write_text(profile.read_text("utf-8").replace('hosts = ["127.0.0.1"]', hosts))
        jianbao = Jianbao(tmp_path / "data", sites)
        done = jianbao("crawl", "scripted", JIANBAO_ALLOW_ADDRESSES="127.0.0.1/32")
        assert done.returncode == 0, done.stderr
    found = outcomes(jianbao, site)
    assert found["http://10.0.0.1/a/secret"] == "forbidden_address"
    assert found["file:///etc/passwd"] == "forbidden_address"
    assert found["http://[::ffff:192.168.0.1]/a/secret"] == "forbidden_address"
    assert all(kind != "new" for kind in found.values())


def test_loopback_is_forbidden_unless_a_setting_allows_it(tmp_path: Path) -> None:
    with scripted({"/": links("/a/1"), "/a/1": article("题")}) as site:
        sites = write_profile(tmp_path / "sites", site.base)
        jianbao = Jianbao(tmp_path / "data", sites)
        done = jianbao("crawl", "scripted", JIANBAO_ALLOW_ADDRESSES="")
        assert done.returncode == 4
        assert not site.asked
    assert outcomes(jianbao, site) == {"/": "forbidden_address"}


def test_another_host_is_beyond_the_limits(tmp_path: Path) -> None:
    with scripted({"/a/1": article("别家")}) as other:
        script = {
            "/": links("/a/1"),
            "/a/1": redirect(other.base.replace("127.0.0.1", "127.0.0.2")),
        }
        with scripted(script) as site:
            jianbao = crawl(tmp_path, site)
        assert not other.asked
    assert "beyond_limits" in outcomes(jianbao, site).values()


def test_redirects_end(tmp_path: Path) -> None:
    script = {
        "/": links("/a/loop", "/a/self", "/a/chain0"),
        "/a/loop": redirect("/a/pool"),
        "/a/pool": redirect("/a/loop"),
        "/a/self": redirect("/a/self"),
        **{f"/a/chain{n}": redirect(f"/a/chain{n + 1}") for n in range(8)},
        "/a/chain8": article("终点"),
    }
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site)
        assert len(site.asked) == len(set(site.asked))
    assert outcomes(jianbao, site)["/a/chain8"] == "new"
    assert outcomes(jianbao, site)["/a/loop"] == "redirect"


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        (Answer(status=404), "new"),
        (Answer(status=503), "fetch_failed"),
        (Answer(b"User-agent: jianbao\nDisallow: /a/"), "forbidden_by_robots"),
        (Answer(b"User-agent: other\nDisallow: /a/"), "new"),
        (redirect("/elsewhere.txt"), "forbidden_by_robots"),
    ],
    ids=["missing", "failing", "ours", "others", "moved"],
)
def test_robots(tmp_path: Path, robots: Answer, expected: str) -> None:
    script = {
        "/robots.txt": robots,
        "/elsewhere.txt": Answer(b"User-agent: *\nDisallow: /a/"),
        "/": links("/a/1"),
        "/a/1": article("题"),
    }
    with scripted(script) as site:
        sites = write_profile(tmp_path / "sites", site.base)
        jianbao = Jianbao(tmp_path / "data", sites)
        jianbao("crawl", "scripted")
    found = outcomes(jianbao, site)
    assert found.get("/a/1", found["/"]) == expected


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with scripted({}) as site:
        pass
    jianbao = crawl(tmp_path, site, exit_code=4)
    with closing(jianbao.open_store()) as store:
        (outcome,) = store.outcomes(store.runs()[-1])
    assert outcome.kind.value == "fetch_failed"
    assert "robots.txt" in outcome.detail


def test_a_page_that_could_not_be_read_is_reported_every_time(tmp_path: Path) -> None:
    script = {"/": links("/a/odd"), "/a/odd": html("<p>另一种版式，文字也不少。</p>")}
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site, exit_code=3)
        done = jianbao("crawl", "scripted")
        assert done.returncode == 3
        assert site.asked.count("/a/odd") == 1
    assert outcomes(jianbao, site)["/a/odd"] == "layout_not_recognised"


def test_addresses_as_pages_write_them(tmp_path: Path) -> None:
    page = "<h1>题</h1><p class=info>2024-05-06</p><div class=body><p>{}</p></div>{}"
    script = {
        "/": html(
            "<a href='http://127.0.0.1:99999/a/x'>1</a><a href='http://127.0.0.1:abc/a/x'>2</a>"
            "<a href='/list?q=新'>3</a><a href='/a/multi'>4</a><a href='/a/to'>5</a>"
        ),
        "/list?q=%E6%96%B0": links("/a/good"),
        "/a/good": article("好"),
        "/a/multi": html(page.format("上", "<a class=next href='?p=二'>下一页</a>")),
        "/a/multi?p=%E4%BA%8C": html(page.format("下", "")),
        "/a/to": html(page.format("上", "<a class=next href='/a/moved'>下一页</a>")),
        "/a/moved": redirect("/a/good"),
    }
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site)
        assert set(outcomes(jianbao, site)) == set(site.asked)
    assert set(outcomes(jianbao, site).values()) == {"new", "list_page", "redirect", "not_article"}
    before = articles(jianbao)
    (multi,) = [each for each in before if each.url.endswith("/a/multi")]
    assert multi.sections[0].paragraphs == ("上", "下")
    jianbao.ok("extract")
    assert articles(jianbao) == before


def test_a_body_that_unpacks_without_end(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<p>0</p>" * 200_000)
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    with scripted({"/": links("/a/1"), "/a/1": Answer(bomb, headers=headers)}) as site:
        jianbao = crawl(tmp_path, site)
    assert outcomes(jianbao, site)["/a/1"] == "too_large"
    jianbao.ok("extract")
    assert outcomes(jianbao, site)["/a/1"] == "too_large"
    assert articles(jianbao) == []


def test_pages_under_one_canonical_address(tmp_path: Path) -> None:
    page = "<h1>长篇</h1><p class=info>2024-05-06</p><div class=body><p>{}</p></div>{}"
    again = "<a class=next href=/a/180426092830870_2.shtml>下一页</a>"
    script = {
        "/": links("/a/180426092830870.shtml", "/a/180426092830871.shtml"),
        "/a/180426092830870.shtml": html(page.format("上", again)),
        "/a/180426092830870_2.shtml": html(page.format("下", "")),
        "/a/180426092830871.shtml": html(page.format("圈", "<a class=next href=?p=2>下</a>")),
        "/a/180426092830871.shtml?p=2": html(page.format("圈", "<a class=next href=?p=2>下</a>")),
    }
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site)
    found = {each.url.removeprefix(site.base): each for each in articles(jianbao)}
    whole = found["/a/180426092830870.shtml"]
    assert whole.sections[0].paragraphs == ("上", "下")
    assert len(whole.captures) == 2


def test_a_report_in_pages_is_one_article(tmp_path: Path) -> None:
    page = "<h1>长篇</h1><p class=info>2024-05-06</p><div class=body><p>{}</p></div>{}"
    script = {
        "/": links("/a/1", "/a/broken"),
        "/a/1": html(page.format("上", "<a class=next href=/a/1p2>下一页</a>")),
        "/a/1p2": html(page.format("中", "<a class=next href=/a/1p3>下一页</a>")),
        "/a/1p3": html(page.format("下", "")),
        "/a/broken": html(page.format("上", "<a class=next href=/a/lost>下一页</a>")),
    }
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site, exit_code=3)
    (held,) = articles(jianbao)
    assert held.sections[0].paragraphs == ("上", "中", "下")
    assert [capture.url.removeprefix(site.base) for capture in held.captures] == [
        "/a/1",
        "/a/1p2",
        "/a/1p3",
    ]
    found = outcomes(jianbao, site)
    assert (found["/a/1p3"], found["/a/broken"], found["/a/lost"]) == (
        "new",
        "field_missing",
        "gone",
    )
    jianbao.ok("extract")
    assert articles(jianbao) == [held]


def test_a_report_whose_next_page_was_lost_is_asked_for_again(tmp_path: Path) -> None:
    page = "<h1>长篇</h1><p class=info>2024-05-06</p><div class=body><p>{}</p></div>{}"
    more = "<a class=next href=/a/1p2>下一页</a>"
    script = {"/": links("/a/1"), "/a/1": html(page.format("上", more))}
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site, exit_code=3)
        script["/a/1p2"] = html(page.format("下", ""))
        jianbao.ok("crawl", "scripted")
    (held,) = articles(jianbao)
    assert held.sections[0].paragraphs == ("上", "下")


def test_a_day_that_the_address_contradicts_is_reported(tmp_path: Path) -> None:
    answers = {"/": links("/a/20240506/1", "/a/20240507/2")}
    answers |= {path: article("题") for path in ("/a/20240506/1", "/a/20240507/2")}
    with scripted(answers) as site:
        jianbao = crawl(tmp_path, site)
    with closing(jianbao.open_store()) as store:
        found = {each.url[-1]: each for each in store.outcomes(store.runs()[-1])}
    assert found["1"].detail == ""
    assert found["2"].detail == "published: line 2024-05-06, url 2024-05-07"
    shown = jianbao.ok("show", found["2"].article_id or "")
    assert "line 2024-05-06, url 2024-05-07" in shown


def test_a_changed_report_keeps_both_revisions(tmp_path: Path) -> None:
    script = {"/": links("/a/1"), "/a/1": article("题", "初稿。")}
    with scripted(script) as site:
        jianbao = crawl(tmp_path, site)
        (held,) = articles(jianbao)
        with closing(jianbao.open_store()) as store, store.batch() as connection:
            connection.exec_driver_sql("UPDATE outcomes SET kind = 'fetch_failed'")
            connection.exec_driver_sql("DELETE FROM articles")
        script["/a/1"] = article("题", "改稿。")
        jianbao.ok("crawl", "scripted")
    with closing(jianbao.open_store()) as store:
        texts = [c.article and c.article.sections[0].paragraphs for c in store.revisions(held.id)]
    assert texts == [("初稿。",), ("改稿。",)]


@pytest.mark.parametrize(
    ("more", "kind"),
    [("", "fetch_failed"), ('unverified_tls = "a test has no authority"', "new")],
    ids=["verified", "unverified"],
)
def test_certificates(tmp_path: Path, more: str, kind: str) -> None:
    script = {"/": links("/a/1"), "/a/1": article("题")}
    with scripted(script, certificate=a_certificate(tmp_path)) as site:
        sites = write_profile(tmp_path / "sites", site.base, more=more)
        jianbao = Jianbao(tmp_path / "data", sites)
        done = jianbao("crawl", "scripted")
        assert "Traceback" not in done.stderr, done.stderr
    found = outcomes(jianbao, site)
    assert found.get("/a/1", found["/"]) == kind


def a_certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
