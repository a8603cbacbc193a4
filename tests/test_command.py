"""The command line: help, languages, errors that cure, settings."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

import click
import pytest

import cli
from archive.errors import JianbaoError, SettingInvalid
from archive.settings import SETTINGS_FILE, load_settings
from archive.words import language_of, speak
from cli.subcommands import MODULES
from tests.commands import Jianbao

ROOT = Path(__file__).parent.parent
PACKAGES = ("archive", "cli", "crawler", "search", "web")


@pytest.fixture
def nowhere(tmp_path: Path) -> Jianbao:
    return Jianbao(tmp_path / "data", tmp_path / "sites")


def test_help_names_every_command(nowhere: Jianbao) -> None:
    words = nowhere.ok("--help")
    for name in (
        "crawl",
        "report",
        "find",
        "show",
        "cite",
        "verify",
        "withdraw",
        "extract",
        "index",
        "serve",
        "demo",
    ):
        assert f"\n  {name} " in words


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_command_follows_the_environment(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def test_help_and_errors_are_chinese_where_the_reader_is(nowhere: Jianbao) -> None:
    done = nowhere("--help", LC_ALL="zh_CN.UTF-8")
    assert "抓取" in done.stdout
    assert "用法" in done.stdout
    failed = nowhere("show", "nichtda", LC_ALL="zh_CN.UTF-8")
    assert failed.returncode == 1
    assert "没有编号为“nichtda”的文章" in failed.stderr


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["crawl", "nirgends"], 2, "There is no site “nirgends”"),
        (["crawl"], 2, "Missing argument"),
        (["show", "nichtda"], 1, "no article with the id “nichtda”"),
        (["withdraw", "nichtda", "--reason", "x"], 1, "no article with the id “nichtda”"),
        (["cite", "nichtda"], 1, "no article with the id “nichtda”"),
        (["find", "“offen"], 2, "character"),
        (["find"], 2, "words to search for"),
        (["find", "x", "--from", "gestern"], 2, "gestern"),
        (["report"], 1, "There has been no crawl yet"),
        (["report", "nirgends"], 1, "There has been no crawl of “nirgends”"),
        (["find", "x", "--nonsense"], 2, "No such option"),
        (["nonsense"], 2, "No such command"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else None,
)
def test_errors_say_what_to_change(
    nowhere: Jianbao, words: list[str], code: int, says: str
) -> None:
    done = nowhere(*words)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_is_named(nowhere: Jianbao) -> None:
    done = nowhere("report", JIANBAO_READERS="many")
    assert done.returncode == 2
    assert "The setting readers cannot be used" in done.stderr


def test_an_unknown_variable_is_named(nowhere: Jianbao) -> None:
    done = nowhere("report", JIANBAO_DATEN="x")
    assert done.returncode == 2
    assert "JIANBAO_DATEN" in done.stderr
    assert "there is no such setting" in done.stderr


def test_a_database_without_a_driver_is_a_wrong_setting(nowhere: Jianbao) -> None:
    done = nowhere("report", JIANBAO_STORE="postgresql://127.0.0.1/x")
    assert done.returncode == 2
    assert "The setting store cannot be used" in done.stderr


def test_words_can_be_left_out_and_days_alone_come_newest_first(crawled_once: Jianbao) -> None:
    with_it = crawled_once.json("find", "工会")["total"]
    without = crawled_once.json("find", "工会", "-劳模")["total"]
    assert 0 < without < with_it
    days = [hit["published"] for hit in crawled_once.json("find", "--from", "2023")["hits"]]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    ("line", "name"),
    [("readers = 0", "readers"), ("colour = 1", "colour"), ("data = [", SETTINGS_FILE)],
)
def test_a_wrong_settings_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(SETTINGS_FILE).write_text(line, "utf-8")
    with pytest.raises(SettingInvalid) as caught:
        load_settings()
    assert caught.value.name == name


def test_the_environment_wins_over_the_file_and_the_command_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(SETTINGS_FILE).write_text('data = "a"\nsites = "b"\ncontact = "c"\n', "utf-8")
    monkeypatch.setenv("JIANBAO_SITES", "d")
    monkeypatch.setenv("JIANBAO_ALLOW_ADDRESSES", "10.1.0.0/16 fd00::/8")
    settings = load_settings(data=Path("e"))
    assert (settings.data, settings.sites, settings.contact) == (Path("e"), Path("d"), "c")
    assert [str(network) for network in settings.allow_addresses] == ["10.1.0.0/16", "fd00::/8"]


def test_show_prints_the_fields_of_the_design(crawled_once: Jianbao) -> None:
    with closing(crawled_once.open_store()) as store:
        key = store.article_ids()[0]
    shown = crawled_once.json("show", key)
    assert list(shown) == [
        "id",
        "site",
        "url",
        "title",
        "pretitle",
        "subtitle",
        "column_tag",
        "published",
        "published_text",
        "published_evidence",
        "container_title",
        "publisher",
        "authors",
        "editor",
        "reprinted_from",
        "channel",
        "sections",
        "figures",
        "attachments",
        "captures",
        "gone_since",
        "layout",
        "reprints",
    ]
    assert shown["title"] in crawled_once.ok("show", key)


def test_withdrawing_hides_an_article_everywhere(crawled: Jianbao) -> None:
    before = crawled.json("find", "劳模")
    gone = before["hits"][0]["id"]
    crawled.ok("withdraw", gone, "--reason", "应作者要求")
    after = crawled.json("find", "劳模")
    assert after["total"] == before["total"] - 1
    assert gone not in [hit["id"] for hit in after["hits"]]
    for words in (["show", gone], ["cite", gone], ["withdraw", gone, "--reason", "again"]):
        done = crawled(*words)
        assert done.returncode == 1
        assert "应作者要求" in done.stderr
    lines = (crawled.data / "warc" / "withdrawals.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["article_id"] for line in lines] == [gone]


def test_verify_finds_a_damaged_archive(crawled: Jianbao) -> None:
    (path,) = crawled.data.rglob("*.warc.gz")
    path.write_bytes(path.read_bytes()[:-10])
    done = crawled("verify")
    assert done.returncode == 6
    assert path.name in done.stdout
    report = json.loads(crawled("verify", "--json").stdout)
    assert report["damages"]


def test_the_demo_checks_itself_and_can_be_repeated(tmp_path: Path) -> None:
    demo = Jianbao(tmp_path / "demo", tmp_path / "sites")
    first = demo.ok("demo")
    assert "[EB/OL]" in first
    assert "Checked over HTTP" in first
    assert "Checked over HTTP" not in demo.ok("demo", "--no-serve")


def test_the_demo_deletes_nothing_of_others(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    done = Jianbao(tmp_path, tmp_path / "sites")("demo", "--no-serve")
    assert done.returncode == 1
    assert "is not empty and not from a demo" in done.stderr
    assert (tmp_path / "mine.txt").read_text() == "keep"


def test_every_command_of_the_packages_is_there() -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    files = [path for path in files if "\nCOMMANDS" in path.read_text("utf-8")]
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in files]
    offered = {name: import_module(name).COMMANDS for name in modules}
    names = {name: {each.name for each in offered[name]} for name in modules}
    assert names == {name: set(words.split()) for name, words in MODULES.items()}


def test_a_command_imports_what_it_needs_and_no_more() -> None:
    code = "import cli, sys; cli.run(['show', '--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "sqlalchemy" in done.stdout.split()
    assert {"bs4", "flask", "numpy", "scrapy"}.isdisjoint(done.stdout.split())


def test_a_misspelt_command_is_told_from_all(nowhere: Jianbao) -> None:
    done = nowhere("craw")
    assert done.returncode == 2
    assert "Did you mean 'crawl'?" in done.stderr


def test_every_error_has_its_own_code_and_a_cure() -> None:
    for module in MODULES:
        import_module(module)
    errors = _subclasses(JianbaoError)
    codes = [error.code for error in errors]
    assert len(set(codes)) == len(codes)
    assert all(error.message and error.message.endswith((".", ")s")) for error in errors)


def _subclasses(kind: type[JianbaoError]) -> list[type[JianbaoError]]:
    return [each for direct in kind.__subclasses__() for each in (direct, *_subclasses(direct))]


def test_help_is_translated_without_changing_the_commands() -> None:
    speak("zh_CN")
    chinese = cli.build().get_help(click.Context(cli.build()))
    speak("en")
    english = cli.build().get_help(click.Context(cli.build()))
    assert "抓取" in chinese
    assert "Crawl sites" in english
