"""Adding a site by commands: writing a profile, trying it, and what goes wrong."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cli
from crawler.profile import load_profile
from crawler.sites.given import GivenPage, is_made_up, saved_page
from sample.report import Report
from sample.site import INTERNAL_PAGE, TOPIC_PAGE, load_reports, pages
from tests.commands import SAMPLE_SITES, Jianbao, write_sites
from tests.scripted_site import Answer, scripted

REPORTS = load_reports()


def of_layout(layout: str) -> list[Report]:
    return [report for report in REPORTS if report.layout == layout]


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str], str]:
    """Saves a page of the sample site as a file, byte for byte."""
    answers = pages()

    def save(path: str) -> str:
        file = tmp_path / "saved" / path.strip("/").replace("/", "_")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(answers[path].body)
        return str(file)

    return save


class Here:
    """``jianbao`` in this process, without network."""

    def __init__(self, sites: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.sites = sites
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        data = self.sites.parent / "data"
        code = cli.run(["--data", str(data), "--sites", str(self.sites), *words])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def tried(self, *words: str) -> list[dict[str, Any]]:
        """The lines of ``site try --json``."""
        _code, out, _err = self("site", "try", *words, "--json")
        return [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def here(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(tmp_path / "sites", capsys)


@pytest.fixture
def with_sample(here: Here) -> Here:
    """The same, with the profile of the sample site."""
    write_sites(here.sites, "http://127.0.0.1:8917")
    return here


@pytest.fixture
def new_site(tmp_path: Path) -> Jianbao:
    """The command in a process of its own, without any site."""
    return Jianbao(tmp_path / "data", tmp_path / "sites")


def test_a_profile_from_saved_files_reads_other_pages_of_both_layouts(
    here: Here, saved: Callable[[str], str]
) -> None:
    given = [saved(report.path) for report in (*of_layout("modern")[:3], *of_layout("table")[:3])]
    code, _out, err = here("site", "new", "anlan", *given, "--yes")
    assert code == 0, err
    others = [*of_layout("modern")[3:9], *of_layout("table")[3:9]]
    lines = here.tried("anlan", *[saved(report.path) for report in others])
    assert [line["outcome"] for line in lines] == ["new"] * len(others)
    read = [(line["article"]["title"], line["article"]["published"]) for line in lines]
    assert read == [(report.title, report.published.isoformat()) for report in others]


def test_the_same_files_give_the_same_profile_byte_for_byte(
    here: Here, saved: Callable[[str], str]
) -> None:
    given = [saved(report.path) for report in REPORTS[:4]]
    profile = here.sites / "anlan" / "profile.toml"
    here("site", "new", "anlan", *given, "--yes")
    first = profile.read_bytes()
    here("site", "new", "anlan", *given, "--yes", "--force")
    assert profile.read_bytes() == first


def test_a_new_profile_shows_its_evidence_and_says_what_to_do_next(
    here: Here, saved: Callable[[str], str]
) -> None:
    report = of_layout("modern")[0]
    _code, _out, err = here("site", "new", "anlan", saved(report.path), "--yes")
    assert "article-content" in err
    assert report.title in err.replace("\n", "")
    assert "jianbao site record anlan" in err
    assert "give three or more reports" in err
    assert load_profile(here.sites, "anlan").layouts


def test_a_profile_is_written_only_when_it_is_accepted(
    here: Here, saved: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    more = saved(REPORTS[1].path)
    monkeypatch.setattr(sys, "stdin", Terminal(f"{more}\n\nn\n"))
    code, _out, err = here("site", "new", "anlan", saved(REPORTS[0].path))
    assert code == 130
    assert "Write this profile?" in err
    assert not (here.sites / "anlan").exists()
    monkeypatch.setattr(sys, "stdin", Terminal(f"{more}\n\ny\n"))
    code, _out, err = here("site", "new", "anlan", saved(REPORTS[0].path))
    assert code == 0, err
    assert Path(more).name in (here.sites / "anlan" / "profile.toml").read_text("utf-8")


def test_a_profile_is_not_overwritten_unasked(
    with_sample: Here, saved: Callable[[str], str]
) -> None:
    before = (with_sample.sites / "sample" / "profile.toml").read_bytes()
    code, _out, err = with_sample("site", "new", "sample", saved(REPORTS[0].path), "--yes")
    assert code == 2
    assert "--force" in err
    assert (with_sample.sites / "sample" / "profile.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["new", "An Lan", "x.html", "--yes"], 2, "cannot be a folder's name"),
        (["new", "../anlan", "x.html", "--yes"], 2, "cannot be a folder's name"),
        (["new", "anlan", "nirgends.html", "--yes"], 2, "neither an address nor a file"),
        (["new", "anlan", "www.example.cn/", "--yes"], 2, "Begin an address with http://"),
        (["new", "anlan", "http://[::1", "--yes"], 2, "neither an address nor a file"),
        (["new", "anlan", "http://", "--yes"], 2, "neither an address nor a file"),
        (["new", "anlan", "http://a:99999/", "--yes"], 2, "neither an address nor a file"),
        (["new", "anlan"], 2, "Missing argument"),
        (["try", "nirgends", "x.html"], 2, "There is no site “nirgends”"),
        (["record", "nirgends", "x.html"], 2, "There is no site “nirgends”"),
        (["check", "nirgends"], 2, "There is no site “nirgends”"),
    ],
    ids=lambda value: "-".join(value[:3]) if isinstance(value, list) else None,
)
def test_errors_say_what_to_change(here: Here, words: list[str], code: int, says: str) -> None:
    got, _out, err = here("site", *words)
    assert got == code
    assert says in err


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"%PDF-1.7\n\x00\x01", "not HTML"), (b"%PDF-1.7\n<a>\x00", "not HTML")],
    ids=["empty", "pdf", "pdf with a tag"],
)
def test_a_file_that_is_no_page_is_named(
    here: Here, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "broken.html"
    path.write_bytes(content)
    code, _out, err = here("site", "new", "anlan", str(path), "--yes")
    assert code == 1
    assert f"broken.html is left out: no article {says}" in err
    assert "nothing to write a profile from" in err
    assert not (here.sites / "anlan").exists()


def test_trying_reports_each_file_in_the_order_given(
    with_sample: Here, saved: Callable[[str], str], tmp_path: Path
) -> None:
    other = tmp_path / "other.html"
    other.write_text(f"<html><title>别处</title><article>{'别处的文字。' * 40}</article>", "utf-8")
    names = [saved(REPORTS[0].path), str(other), saved(TOPIC_PAGE), saved(REPORTS[1].path)]
    code, out, _err = with_sample("site", "try", "sample", *names, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 3
    assert [line["name"] for line in lines] == names
    assert [line["outcome"] for line in lines] == [
        "new",
        "layout_not_recognised",
        "not_article",
        "new",
    ]
    assert lines[1]["article"] is None
    assert "div.article-content" in lines[1]["evidence"]["detail"]
    assert lines[0]["article"]["title"] == REPORTS[0].title
    assert lines[0]["evidence"]["found"]["title"] == "h1.title"
    days = {witness["day"] for witness in lines[0]["evidence"]["witnesses"]}
    assert days == {REPORTS[0].published.isoformat()}


def test_trying_exits_with_0_where_all_is_read(
    with_sample: Here, saved: Callable[[str], str]
) -> None:
    code, out, _err = with_sample("site", "try", "sample", saved(REPORTS[0].path))
    assert code == 0
    assert "h1.title" in out
    assert "div.article-content" in out


def test_trying_names_the_selector_that_failed_and_its_cure(
    with_sample: Here, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<h1 class=title></h1><div class=article-content><p>正文。</p></div>", "utf-8")
    code, out, _err = with_sample("site", "try", "sample", str(page))
    assert code == 3
    assert "field_missing" in out
    assert "modern.title: h1.title" in out
    assert "leave the field out of “required”" in out


def test_trying_shows_what_was_left_unread(with_sample: Here, tmp_path: Path) -> None:
    lost = "这一段文字站在正文的盒子外面，档案员应当看见它没有被读到，然后再决定要不要它。"
    page = tmp_path / "page.html"
    page.write_text(
        "<meta name=PubDate content=2024-05-06><h1 class=title>题目</h1>"
        f"<div class=article-content><p>正文。</p></div><div class=lead><p>{lost}</p></div>",
        "utf-8",
    )
    (line,) = with_sample.tried("sample", str(page))
    assert line["evidence"]["left_unread"] == [lost]
    _code, out, _err = with_sample("site", "try", "sample", str(page))
    assert "Left unread" in out
    assert lost[:10] in out


def page_of(path: Path, text: str) -> GivenPage:
    path.write_text(text, "utf-8")
    page = saved_page(path)
    assert isinstance(page, GivenPage)
    return page


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://www.example.cn/a/t1.html?x=1&amp;y=2">',
        "<meta content='https://www.example.cn/a/t1.html?x=1&amp;y=2' property='og:url'>",
        "<!-- saved from url=(0042)https://www.example.cn/a/t1.html?x=1&amp;y=2 -->",
    ],
    ids=["canonical", "og", "saved-from"],
)
def test_a_saved_page_may_say_its_address(tmp_path: Path, head: str) -> None:
    page = page_of(tmp_path / "x.html", f"{head}<title>x</title>")
    assert page.address == "https://www.example.cn/a/t1.html?x=1&y=2"


@pytest.mark.parametrize(
    "head",
    [
        "",
        '<link rel="canonical" href="https://www.example.cn/">',
        '<link rel="canonical" href="/a/t1.html">',
        '<link rel="canonical" href="http://[www.example.cn/t1.html">',
        '<link rel="canonical" href="http://www.example.cn:99999/t1.html">',
    ],
    ids=["none", "home", "relative", "broken-host", "broken-port"],
)
def test_a_saved_page_without_address_gets_a_stable_one_that_names_no_day(
    tmp_path: Path, head: str
) -> None:
    one = page_of(tmp_path / "20120117_x.html", f"{head}<title>x</title>")
    two = page_of(tmp_path / "20180908_y.html", f"{head}<title>x</title>")
    url = one.fetched.capture.url
    assert one.address == ""
    assert is_made_up(url)
    assert url == two.fetched.capture.url
    assert not set(url.removeprefix("http://")) & set("0189")


def test_saved_files_are_read_without_scrapy_and_without_network(
    with_sample: Here, saved: Callable[[str], str]
) -> None:
    words = ["--sites", str(with_sample.sites), "site", "try", "sample", saved(REPORTS[0].path)]
    code = (
        "import sys, cli\n"
        f"code = cli.run({words!r})\n"
        "sys.exit(9 if 'scrapy' in sys.modules or 'twisted' in sys.modules else code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_site_is_added_from_addresses_and_crawled(new_site: Jianbao, sample_base: str) -> None:
    given = [sample_base + report.path for report in (REPORTS[0], REPORTS[-1])]
    done = new_site("site", "new", "anlan", *given, "--list", f"{sample_base}/gzyw/", "--yes")
    assert done.returncode == 0, done.stderr
    profile = new_site.sites / "anlan" / "profile.toml"
    gentle = profile.read_text("utf-8").replace(
        "[[layouts]]", "[politeness]\ndelay = 0\n[[layouts]]", 1
    )
    profile.write_text(gentle, "utf-8")
    new_site("crawl", "anlan", "--limit", "6")
    kinds = {row["kind"]: row["count"] for row in new_site.json("report", "anlan")["outcomes"]}
    assert kinds["new"] >= 4


def test_robots_txt_is_obeyed_by_every_one_of_many_requests(
    new_site: Jianbao, sample_base: str
) -> None:
    write_sites(new_site.sites, sample_base)
    names = [f"{sample_base}{INTERNAL_PAGE}?{number}" for number in range(6)]
    done = new_site("site", "try", "sample", *names, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["name"] for line in lines] == names
    assert {line["outcome"] for line in lines} == {"forbidden_by_robots"}


def test_pages_that_cannot_be_had_are_named_and_the_others_used(new_site: Jianbao) -> None:
    report = pages()[of_layout("modern")[0].path].body
    answers = {
        "/a.html": Answer(report, headers={"Content-Type": "text/html; charset=utf-8"}),
        "/moved.html": Answer(status=302, headers={"Location": "/a.html"}),
        "/b.pdf": Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}),
    }
    with scripted(answers) as site:
        given = [site.base + path for path in ("/moved.html", "/b.pdf")]
        given += ["http://127.0.0.1:1/x", "http://10.9.8.7/"]
        done = new_site("site", "new", "anlan", *given, "--yes")
        assert done.returncode == 0, done.stderr
        said = " ".join(done.stderr.split())
        assert "b.pdf is left out: application/pdf" in said
        assert "http://127.0.0.1:1/x is left out: could not be fetched" in said
        assert "http://10.9.8.7/ is left out: a private or local address" in said
    profile = load_profile(new_site.sites, "anlan")
    assert "127.0.0.1" in profile.hosts[0]


def test_the_list_says_what_is_proven_and_how_the_last_crawl_went(
    crawled_once: Jianbao, tmp_path: Path
) -> None:
    write_sites(tmp_path / "sites", "http://127.0.0.1:1")
    (tmp_path / "sites" / "broken").mkdir()
    (tmp_path / "sites" / "broken" / "profile.toml").write_text("nmae = 1", "utf-8")
    command = Jianbao(crawled_once.data, tmp_path / "sites")
    sites = {each["key"]: each for each in command.json("site", "list")}
    broken, sample = sites["broken"], sites["sample"]
    assert "nmae" in broken["fault"]
    assert sample["last_crawl"]["unread"] == 0
    assert sample["last_crawl"]["read"] == len(REPORTS)
    assert {layout["name"] for layout in sample["layouts"]} == {"modern", "table"}
    assert all(layout["recorded_pages"] for layout in sample["layouts"])
    shown = command.ok("site", "list")
    assert "100%" in shown


def test_a_site_without_recorded_pages_is_called_unproven(with_sample: Here) -> None:
    for path in (SAMPLE_SITES / "sample" / "pages").rglob("*.json"):
        (with_sample.sites / path.relative_to(SAMPLE_SITES)).unlink()
    _code, out, _err = with_sample("site", "list", "--json")
    sample = next(each for each in json.loads(out) if each["key"] == "sample")
    assert {layout["recorded_pages"] for layout in sample["layouts"]} == {0}


def test_a_warc_file_gives_every_page_in_it_and_names_its_damage(
    with_sample: Here, tmp_path: Path
) -> None:
    recorded = sorted((SAMPLE_SITES / "sample" / "pages").rglob("*.warc.gz"))
    whole = tmp_path / "all.warc.gz"
    whole.write_bytes(b"".join(path.read_bytes() for path in recorded))
    lines = with_sample.tried("sample", str(whole))
    expected = [json.loads(path.with_name("article.json").read_text("utf-8")) for path in recorded]
    assert [line["article"]["title"] for line in lines] == [each["title"] for each in expected]
    whole.write_bytes(whole.read_bytes()[:-100])
    *_read, last = with_sample.tried("sample", str(whole))
    assert last["outcome"] == "fetch_failed"
    assert "damaged at byte" in last["evidence"]["detail"]
