"""Pictures and attached files are kept beside the pages of a report where the profile asks."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from archive.article import Article
from archive.warc import read
from tests.commands import Jianbao
from tests.scripted_site import Answer, ScriptedSite, article, links, scripted, write_profile

PDF = Answer(b"%PDF-1.4 rules", headers={"Content-Type": "application/pdf"})
PNG = Answer(b"\x89PNG picture", headers={"Content-Type": "image/png"})
PAGE = (
    "职工之家今天开门。</p><p><img src=/f/door.png></p><p>附件：<a href=/f/rules.pdf>章程.pdf</a>"
    "<a href=http://elsewhere.example/x.pdf>别处.pdf</a>"
)


def script() -> dict[str, Answer]:
    return {
        "/": links("/a/1", "/a/2"),
        "/a/1": article("开门", PAGE),
        "/a/2": article("再开门", PAGE),
        "/f/door.png": PNG,
        "/f/rules.pdf": PDF,
    }


def crawled(folder: Path, site: ScriptedSite, capture: str) -> Jianbao:
    sites = write_profile(folder / "sites", site.base, more=f"capture = {capture}")
    jianbao = Jianbao(folder / "data", sites)
    jianbao.ok("crawl", "scripted")
    return jianbao


def outcomes(jianbao: Jianbao, site: ScriptedSite) -> dict[str, tuple[str, str]]:
    """The outcomes of the last run's files, by path."""
    with closing(jianbao.open_store()) as store:
        found = store.outcomes(store.runs()[-1])
    paths = {each.url.removeprefix(site.base): (each.kind.value, each.detail) for each in found}
    return {path: paths[path] for path in paths if path.startswith("/f/")}


def articles(jianbao: Jianbao) -> list[Article]:
    with closing(jianbao.open_store()) as store:
        return list(store.get_many(store.article_ids()).values())


@pytest.mark.parametrize(
    ("capture", "kept"),
    [
        ("[]", {}),
        ('"images"', {"/f/door.png": ("attachment", "image/png")}),
    ],
)
def test_what_the_profile_asks_for_is_kept_once(
    tmp_path: Path, capture: str, kept: dict[str, tuple[str, str]]
) -> None:
    with scripted(script()) as site:
        jianbao = crawled(tmp_path, site, capture)
        assert outcomes(jianbao, site) == kept
        assert sorted(path for path in site.asked if path.startswith("/f/")) == sorted(kept)
    for each in articles(jianbao):
        assert [(file.url.removeprefix(site.base), file.title) for file in each.attachments] == [
            ("/f/rules.pdf", "章程.pdf"),
            ("http://elsewhere.example/x.pdf", "别处.pdf"),
        ]


def test_the_record_holds_a_file_byte_for_byte_and_replay_says_the_same(tmp_path: Path) -> None:
    with scripted(script()) as site:
        jianbao = crawled(tmp_path, site, '["images", "attachments"]')
        before, held = outcomes(jianbao, site), articles(jianbao)
    with closing(jianbao.open_store()) as store:
        captures = {each.url.removeprefix(site.base): each for each in store.all_captures()}
    assert read(jianbao.settings.warc_folder, captures["/f/rules.pdf"]).body == PDF.body
    jianbao.ok("extract")
    assert (outcomes(jianbao, site), articles(jianbao)) == (before, held)


def test_a_file_that_is_held_is_not_asked_for_again_and_one_that_lacks_is(tmp_path: Path) -> None:
    answers = script()
    missing = answers.pop("/f/rules.pdf")
    with scripted(answers) as site:
        jianbao = crawled(tmp_path, site, '["images", "attachments"]')
        assert outcomes(jianbao, site)["/f/rules.pdf"] == ("gone", "404")
        answers["/f/rules.pdf"] = missing
        site.asked.clear()
        jianbao.ok("crawl", "scripted")
        assert [path for path in site.asked if path.startswith("/f/")] == ["/f/rules.pdf"]
        assert outcomes(jianbao, site)["/f/rules.pdf"] == ("attachment", "application/pdf")
        site.asked.clear()
        jianbao.ok("crawl", "scripted")
        assert not [path for path in site.asked if path.startswith("/f/")]
