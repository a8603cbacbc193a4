"""Coming back to a site: asking only for what may have changed, and what became of the rest."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from archive.article import Article
from archive.capture import Capture
from archive.fixity import Damage, verify
from archive.outcome import Outcome
from archive.warc import read
from tests.commands import Jianbao
from tests.scripted_site import (
    ARTICLE,
    Answer,
    ScriptedSite,
    article,
    html,
    links,
    redirect,
    scripted,
    write_profile,
)
from web.app import create_app
from web.holdings import EXTENSION


@dataclass(frozen=True)
class Revisited:
    """An archive of a site whose answers the test changes between crawls."""

    site: ScriptedSite
    script: dict[str, Answer]
    jianbao: Jianbao

    def crawl(self, *words: str, exit_code: int = 0) -> None:
        """Crawl, and see that every byte is there."""
        self.site.asked.clear()
        self.site.conditions.clear()
        done = self.jianbao("crawl", "scripted", *words)
        assert done.returncode == exit_code, done.stderr
        with closing(self.jianbao.open_store()) as store:
            found = verify(self.jianbao.settings.warc_folder, store)
            assert not [each for each in found if isinstance(each, Damage)]

    def rebuild(self) -> None:
        """See that the store is made again from the files alone, and is the same."""
        before = self.rings()
        for path in self.jianbao.data.glob("store.sqlite*"):
            path.unlink()
        self.jianbao.ok("extract")
        assert self.rings() == before

    def rings(self) -> tuple[dict[str, Article], tuple[Capture, ...], list[tuple[Outcome, ...]]]:
        with closing(self.jianbao.open_store()) as store:
            return (
                store.get_many(store.article_ids()),
                tuple(store.all_captures()),
                [store.outcomes(run) for run in store.runs()],
            )

    def outcome(self, path: str) -> Outcome:
        """What became of an address in the last run."""
        with closing(self.jianbao.open_store()) as store:
            outcomes = store.outcomes(store.runs()[-1])
        (found,) = (each for each in outcomes if each.url == self.site.base + path)
        return found

    def captures(self, path: str) -> list[Capture]:
        found = [each for each in self.rings()[1] if each.url == self.site.base + path]
        return sorted(found, key=lambda capture: capture.captured_at)

    def article(self, path: str) -> Article:
        (found,) = (each for each in self.rings()[0].values() if each.url.endswith(path))
        return found


def tagged(answer: Answer, tag: str) -> Answer:
    return replace(answer, headers={**answer.headers, "ETag": tag})


SCRIPT = {
    "/": tagged(links("/a/1", "/a/2", "/a/3", "/list2"), '"home"'),
    "/list2": tagged(links("/a/4", "/a/5", "/a/6"), '"list2"'),
    "/a/1": tagged(article("一"), 'W/"one"'),
    "/a/2": article("二"),
    "/a/3": html(
        ARTICLE.format(title="三", text="三。"),
        **{"Last-Modified": "Mon, 06 May 2024 01:02:03 GMT"},
    ),
    "/a/4": article("四"),
    "/a/5": article("五"),
    "/a/6": article("六"),
}


@pytest.fixture(scope="module")
def crawled_before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Revisited]:
    """The site above, crawled once. ``revisited`` may be changed."""
    script = dict(SCRIPT)
    folder = tmp_path_factory.mktemp("before")
    with scripted(script) as site:
        jianbao = Jianbao(folder / "data", write_profile(folder / "sites", site.base))
        revisited = Revisited(site, script, jianbao)
        revisited.crawl()
        yield revisited


@pytest.fixture
def revisited(crawled_before: Revisited, tmp_path: Path) -> Revisited:
    """A copy of that archive, and the site as it was then."""
    crawled_before.script.clear()
    crawled_before.script.update(SCRIPT)
    shutil.copytree(crawled_before.jianbao.data, tmp_path / "data")
    jianbao = Jianbao(tmp_path / "data", crawled_before.jianbao.sites)
    return replace(crawled_before, jianbao=jianbao)


def test_list_pages_are_asked_for_only_if_they_changed(revisited: Revisited) -> None:
    revisited.script["/a/7"] = article("七")
    revisited.script["/list2"] = tagged(links("/a/4", "/a/7"), '"newer"')
    revisited.crawl()
    assert revisited.site.conditions == {"/": '"home"', "/list2": '"list2"'}
    assert sorted(revisited.site.asked) == ["/", "/a/7", "/list2", "/robots.txt"]
    assert revisited.outcome("/").kind == "list_page"
    assert revisited.outcome("/a/7").kind == "new", "a list page behind an unchanged one"
    assert revisited.outcome("/a/4").detail == "held"
    first, again = revisited.captures("/")
    assert again.revisit_of == first.id
    assert [each.revisit_of for each in revisited.captures("/list2")] == [None, None]


def test_an_unchanged_report_is_confirmed_by_its_server_or_its_bytes(revisited: Revisited) -> None:
    for _ in range(2):
        revisited.crawl("--recheck")
    assert revisited.site.conditions["/a/1"] == 'W/"one"'
    assert revisited.site.conditions["/a/3"] == "Mon, 06 May 2024 01:02:03 GMT"
    assert "/a/2" not in revisited.site.conditions
    for path in ("/a/1", "/a/2", "/a/3"):
        first, *later = revisited.captures(path)
        assert [each.revisit_of for each in later] == [first.id, first.id], path
        assert revisited.outcome(path).kind == "unchanged"
        assert revisited.outcome(path).capture_id == later[-1].id
        assert revisited.article(path).captures == (first, *later)
        for capture in later:
            recorded = read(revisited.jianbao.settings.warc_folder, capture)
            assert recorded.body == revisited.script[path].body
            assert recorded.capture == capture
    with closing(revisited.jianbao.open_store()) as store:
        assert store.revision == len(store.article_ids())


def test_every_held_report_is_asked_for_once(revisited: Revisited) -> None:
    revisited.script["/"] = links("/a/1?utm_source=x", "/a/2", "/list2")
    revisited.crawl("--recheck")
    assert sorted(revisited.site.asked) == [
        "/",
        "/a/1",
        "/a/2",
        "/a/3",
        "/a/4",
        "/a/5",
        "/a/6",
        "/list2",
        "/robots.txt",
    ]


def test_a_changed_report_has_another_revision(revisited: Revisited) -> None:
    revisited.script["/a/1"] = tagged(article("一", "更正：职工之家明天开门。"), 'W/"other"')
    revisited.crawl("--recheck")
    assert revisited.outcome("/a/1").kind == "changed"
    changed = revisited.article("/a/1")
    assert changed.sections[0].paragraphs == ("更正：职工之家明天开门。",)
    with closing(revisited.jianbao.open_store()) as store:
        texts = [each.article.sections for each in store.revisions(changed.id) if each.article]
    assert len(texts) == 2
    assert texts[1] == changed.sections
    revisited.rebuild()


def test_the_same_text_packed_otherwise_is_unchanged(revisited: Revisited) -> None:
    page = revisited.script["/a/2"]
    packed = {**page.headers, "Content-Encoding": "gzip"}
    revisited.script["/a/2"] = replace(page, body=gzip.compress(page.body), headers=packed)
    revisited.crawl("--recheck")
    assert revisited.outcome("/a/2").kind == "unchanged"
    assert [each.revisit_of for each in revisited.captures("/a/2")] == [None, None]


def test_a_report_that_is_gone_is_kept_and_marked_until_it_comes_back(
    revisited: Revisited,
) -> None:
    page = revisited.script["/a/1"]
    key = revisited.article("/a/1").id
    revisited.script["/a/1"] = Answer(b"not here", status=404)
    revisited.crawl("--recheck")
    (_first, missing) = revisited.captures("/a/1")
    assert revisited.outcome("/a/1").kind == "gone"
    revisited.script["/a/1"] = Answer(status=410)
    revisited.crawl("--recheck")
    revisited.crawl()
    held = revisited.article("/a/1")
    assert held.title == "一"
    assert held.gone_since == missing.captured_at, "since the first time it was not there"
    assert "gone since" in revisited.jianbao.ok("show", key)
    revisited.rebuild()
    revisited.script["/a/1"] = page
    revisited.crawl("--recheck")
    assert revisited.outcome("/a/1").kind == "unchanged"
    assert revisited.article("/a/1").gone_since is None
    assert "gone since" not in revisited.jianbao.ok("show", key)


def test_page_and_api_say_that_a_report_is_gone(revisited: Revisited) -> None:
    revisited.script["/a/1"] = Answer(status=410)
    revisited.crawl("--recheck")
    held = revisited.article("/a/1")
    revisited.jianbao.ok("index", "rebuild")
    app = create_app(revisited.jianbao.settings)
    with closing(app.extensions[EXTENSION]):
        client = app.test_client()
        since = client.get(f"/api/v1/articles/{held.id}").get_json()["gone_since"]
        page = client.get(f"/articles/{held.id}?lang=en").get_data(as_text=True)
        other = client.get(f"/api/v1/articles/{revisited.article('/a/2').id}").get_json()
    assert held.gone_since is not None
    assert since == held.gone_since.isoformat().replace("+00:00", "Z")
    assert f'datetime="{held.gone_since:%Y-%m-%dT%H:%M:%SZ}"' in page
    assert other["gone_since"] is None


def test_what_is_no_report_any_more_is_reported_and_the_report_stays(revisited: Revisited) -> None:
    pdf = {"Content-Type": "application/pdf"}
    answers = {
        "/a/1": (html("<h1>您访问的页面不存在</h1>"), "layout_not_recognised"),
        "/a/2": (html("<h1>维护中</h1><div class=body><p>稍后再来。</p></div>"), "field_missing"),
        "/a/3": (redirect("/"), "redirect"),
        "/a/4": (redirect("/404.html"), "redirect"),
        "/a/5": (Answer(b"%PDF-1.4", headers=pdf), "not_article"),
        "/a/6": (Answer(status=503), "fetch_failed"),
    }
    before = {path: revisited.article(path) for path in answers}
    revisited.script["/404.html"] = html("<h1>页面不存在</h1>")
    revisited.script.update({path: answer for path, (answer, _kind) in answers.items()})
    revisited.crawl("--recheck", exit_code=3)
    shown = revisited.jianbao.ok("report")
    astray = {each["url"]: each["kind"] for each in revisited.jianbao.json("report")["astray"]}
    for path, (_answer, kind) in answers.items():
        outcome = revisited.outcome(path)
        assert (outcome.kind, outcome.article_id) == (kind, before[path].id)
        assert revisited.article(path) == before[path]
        is_astray = kind != "fetch_failed"
        assert (astray.get(outcome.url) == kind) is is_astray
        assert (f"{before[path].id} {kind} {outcome.url}" in shown) is is_astray
    revisited.rebuild()


def test_a_report_that_leads_elsewhere_wants_a_person(revisited: Revisited) -> None:
    revisited.script["/a/1"] = redirect("/")
    revisited.crawl("--recheck", exit_code=3)


def test_a_limit_takes_those_not_asked_for_longest(revisited: Revisited) -> None:
    asked = []
    for _ in range(2):
        revisited.crawl("--recheck", "--limit", "3")
        asked.append({path for path in revisited.site.asked if path.startswith("/a/")})
        assert len(asked[-1]) == 3
    assert asked[0] | asked[1] == {f"/a/{number}" for number in range(1, 7)}


def test_days_choose_among_held_reports(revisited: Revisited) -> None:
    revisited.crawl("--recheck", "--from", "2024-05-07")
    assert not [path for path in revisited.site.asked if path.startswith("/a/")]
    revisited.crawl("--recheck", "--from", "2024-05-06", "--until", "2024-05-06", "--limit", "1")
    assert len([path for path in revisited.site.asked if path.startswith("/a/")]) == 1


def test_a_withdrawn_report_is_not_asked_for(revisited: Revisited) -> None:
    revisited.jianbao.ok("withdraw", revisited.article("/a/1").id, "--reason", "误发")
    revisited.crawl("--recheck")
    assert "/a/1" not in revisited.site.asked
    assert "/a/2" in revisited.site.asked


def test_a_304_that_was_not_asked_for_is_no_answer(revisited: Revisited) -> None:
    revisited.script["/a/2"] = Answer(status=304)
    revisited.script["/a/7"] = Answer(status=304)
    revisited.script["/"] = links("/a/2", "/a/7")
    revisited.crawl("--recheck")
    for path in ("/a/2", "/a/7"):
        assert revisited.outcome(path).kind == "fetch_failed"
        assert revisited.outcome(path).detail == "HTTP 304"
        assert revisited.captures(path)[-1].revisit_of is None
    assert revisited.article("/a/2").title == "二"


def test_a_page_that_was_cut_short_is_asked_for_whole(revisited: Revisited) -> None:
    page = links("/a/1", "/a/7")
    tag = {**page.headers, "ETag": '"both"'}
    revisited.script["/"] = Answer(page.body[:20], headers=tag, promised=len(page.body))
    revisited.crawl(exit_code=4)
    revisited.script["/"] = replace(page, headers=tag)
    revisited.script["/a/7"] = article("七")
    revisited.crawl()
    assert revisited.site.conditions.get("/") != '"both"'
    assert revisited.outcome("/a/7").kind == "new"


def test_a_page_whose_bytes_are_lost_is_asked_for_whole(revisited: Revisited) -> None:
    folder = revisited.jianbao.settings.warc_folder
    (first,) = revisited.captures("/")
    (folder / first.warc_file).rename(folder / "scripted" / "elsewhere")
    assert revisited.jianbao("crawl", "scripted").returncode == 0
    (folder / "scripted" / "elsewhere").rename(folder / first.warc_file)
    assert not revisited.site.conditions
    assert [each.revisit_of for each in revisited.captures("/")] == [None, None]
    revisited.crawl()


def test_robots_txt_is_obeyed_when_it_is_confirmed(revisited: Revisited) -> None:
    rules = Answer(
        b"User-agent: *\nDisallow: /a/2\n", headers={"Content-Type": "text/plain", "ETag": '"r"'}
    )
    revisited.script["/robots.txt"] = rules
    for _ in range(2):
        revisited.crawl("--recheck")
        assert "/a/2" not in revisited.site.asked
        assert revisited.outcome("/a/2").kind == "forbidden_by_robots"
        assert revisited.outcome("/a/1").kind == "unchanged"
    assert revisited.site.conditions["/robots.txt"] == '"r"'
    assert revisited.captures("/robots.txt")[-1].revisit_of


def test_a_report_of_several_pages_is_confirmed_page_by_page(revisited: Revisited) -> None:
    page = article("八", "第一页。")
    more = page.body + b"<a class=next href=/a/8_2>next</a>"
    revisited.script["/a/8"] = tagged(replace(page, body=more), '"8-1"')
    revisited.script["/a/8_2"] = tagged(article("八", "第二页。"), '"8-2"')
    revisited.script["/"] = links("/a/8")
    revisited.crawl()
    whole = revisited.article("/a/8")
    revisited.crawl("--recheck")
    again = revisited.article("/a/8")
    assert again.without_captures() == whole.without_captures()
    assert [each.revisit_of for each in again.captures] == [
        None,
        None,
        *(each.id for each in whole.captures),
    ]
    assert revisited.outcome("/a/8_2").kind == "unchanged"
    revisited.rebuild()
