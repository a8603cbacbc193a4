"""Reading one site again after its profile was mended: what changes is shown, then written."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from archive.filing import Filing
from archive.opening import open_store
from archive.settings import Settings
from archive.store import ArticleStore
from archive.warc_writer import Exchange
from crawler.profile import load_profile
from crawler.record.replay import mend
from crawler.record.rereading import Difference, Reread, reread
from crawler.workers import Workers
from tests.commands import Jianbao
from tests.foreign_warcs import BASE, Bundle, Visit
from tests.scripted_site import write_profile


@pytest.fixture
def jianbao(tmp_path: Path) -> Jianbao:
    """An archive into which three reports were imported; ``/b/`` is no article to the profile."""
    sites = write_profile(tmp_path / "sites", BASE)
    command = Jianbao(tmp_path / "data", sites)
    bundle = Bundle()
    bundle.response(Visit("/a/1", text="早先的话。", at="2024-06-01T00:00:00Z"))
    bundle.response(Visit("/a/1", text="后来的话。", at="2024-07-01T00:00:00Z"))
    bundle.response(Visit("/a/2", title="测试工会网 - 开门"))
    bundle.response(Visit("/b/3", title="没有读到的"))
    path = tmp_path / "foreign.warc.gz"
    path.write_bytes(bundle.to_bytes())
    command.ok("import", str(path))
    return command


def mended(jianbao: Jianbao, old: str, new: str) -> None:
    path = jianbao.sites / "scripted" / "profile.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def titles(jianbao: Jianbao) -> dict[str, str]:
    """Titles by address."""
    with closing(jianbao.open_store()) as store:
        held = store.get_many(store.article_ids()).values()
        return {each.url.removeprefix(BASE): each.title for each in held}


def differences(printed: str) -> list[tuple[str, str]]:
    return [(each["kind"], each["title"]) for each in map(json.loads, printed.splitlines())]


def test_an_unchanged_profile_changes_nothing(jianbao: Jianbao) -> None:
    with closing(jianbao.open_store()) as store:
        before = (store.id, store.revision)
    done = jianbao("extract", "--site", "scripted")
    assert (done.returncode, done.stdout) == (0, "")
    assert "2 read as before" in done.stderr
    with closing(jianbao.open_store()) as store:
        assert (store.id, store.revision) == before


def test_a_dry_run_shows_and_writes_nothing(jianbao: Jianbao) -> None:
    mended(jianbao, 'title = "h1"', 'title = "h1"\ntitle_suffix = "开门"')
    mended(jianbao, 'articles = "/a/"', 'articles = ["/a/", "/b/"]')
    before = titles(jianbao)
    done = jianbao("extract", "--site", "scripted", "--dry-run")
    assert "title: 测试工会网 - 开门 → 测试工会网 -" in done.stdout
    assert "没有读到的: read for the first time" in done.stdout
    assert "1 read for the first time" in done.stderr
    assert "2 read differently" in done.stderr
    assert "Nothing was written." in done.stderr
    assert titles(jianbao) == before
    applied = jianbao.ok("extract", "--site", "scripted")
    assert applied == done.stdout
    assert titles(jianbao) == {
        "/a/1": "职工之家",
        "/a/2": "测试工会网 -",
        "/b/3": "没有读到的",
    }
    assert jianbao.ok("extract", "--site", "scripted") == "", "once more changes nothing"


def test_the_past_is_read_again_too(jianbao: Jianbao) -> None:
    mended(jianbao, 'title = "h1"', 'title = "h1"\ntitle_suffix = "开门"')
    jianbao.ok("extract", "--site", "scripted")
    with closing(jianbao.open_store()) as store:
        said = {change.revision: change.article for change in store.revisions(_first(store))}
        read = [said[revision] for _, revision in store.readings(_first(store))]
    assert [each and (each.title, each.sections[0].paragraphs) for each in read] == [
        ("职工之家", ("早先的话。",)),
        ("职工之家", ("后来的话。",)),
    ]


def _first(store: ArticleStore) -> str:
    held = store.get_many(store.article_ids())
    return next(key for key, each in held.items() if each.url.endswith("/a/1"))


def test_what_is_no_longer_read_stays_and_is_said(jianbao: Jianbao) -> None:
    before = titles(jianbao)
    mended(jianbao, 'body = "div.body"', 'body = "div.elsewhere"')
    printed = jianbao.ok("extract", "--site", "scripted", "--json")
    assert sorted(differences(printed)) == [
        ("no_longer_read", "测试工会网 - 开门"),
        ("no_longer_read", "职工之家开门"),
    ]
    assert "div.elsewhere" in json.loads(printed.splitlines()[0])["detail"]
    assert titles(jianbao) == before


def test_a_withdrawn_article_is_passed_over(jianbao: Jianbao) -> None:
    with closing(jianbao.open_store()) as store:
        key = _first(store)
    jianbao.ok("withdraw", key, "--reason", "误发")
    mended(jianbao, 'title = "h1"', 'title = "h1"\ntitle_suffix = "开门"')
    printed = jianbao.ok("extract", "--site", "scripted", "--json")
    assert differences(printed) == [("changed", "测试工会网 -")]


def test_options_without_a_site_are_refused(jianbao: Jianbao) -> None:
    assert jianbao("extract", "--dry-run").returncode == 2
    assert jianbao("extract", "--site", "unknown").returncode == 2


def test_others_write_in_between(settings: Settings) -> None:
    """Reading happens outside of transactions: a writer that will not wait gets its turn."""
    write_profile(settings.sites, BASE)
    profile = load_profile(settings.sites, "scripted")
    with (
        closing(open_store(settings.store_url)) as store,
        closing(Workers(1)) as workers,
        closing(sqlite3.connect(settings.data / "store.sqlite", timeout=0)) as impatient,
    ):
        filing = Filing(settings.warc_folder, store, site="scripted", run="r", user_agent="t")
        for number in range(60):
            filing.exchange(_exchange(Visit(f"/a/{number}")))
        filing.close()
        mend(settings.warc_folder, profile, store, workers)
        written = 0

        def write() -> None:
            nonlocal written
            impatient.execute("UPDATE stamp SET revision = revision")
            impatient.commit()
            written += 1

        found: list[Difference] = []
        done = reread(settings.warc_folder, profile, store, workers, found.append, write)
    assert (written, done.counts, found) == (60, {Reread.UNCHANGED: 60}, [])


def _exchange(visit: Visit) -> Exchange:
    head = f"HTTP/1.1 {visit.status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n".encode()
    return Exchange(
        url=visit.url,
        at=datetime.fromisoformat(visit.at),
        request_head=b"",
        response_head=head,
        body=visit.body,
    )
