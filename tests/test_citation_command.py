"""``jianbao cite``: held reports, files of CSL-JSON, and errors that say where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from archive.errors import JianbaoError, UnknownArticle
from archive.settings import Settings
from tests.references import OWN, STYLES
from tests.web_archive import REPORT, fill, settings_in
from web.citations.commands import CslUnreadable, cite
from web.citations.csl import CslInvalid


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def run(settings: Settings, *words: str, **given: Any) -> Result:
    return CliRunner().invoke(cite, [*words], obj=settings, **given)


def refused(settings: Settings, *words: str, **given: Any) -> JianbaoError:
    result = run(settings, *words, **given)
    assert isinstance(result.exception, JianbaoError), result.output
    assert not result.stdout
    return result.exception


def test_a_held_report_is_cited(settings: Settings) -> None:
    fill(settings)
    result = run(settings, REPORT.id)
    assert result.exit_code == 0
    assert result.stdout == (
        "丰台区总工会. 【先锋走廊】换个讲法 党建课开到塔吊下[EB/OL]. （2019-11-29）[2026-11-22]. "
        "https://www.ftqgh.example/2019/11/29/1.html.\n"
    )
    item = json.loads(run(settings, REPORT.id, "--format", "csl-json").stdout)
    assert item["title"] == REPORT.title


def test_an_unknown_report_is_named(settings: Settings) -> None:
    error = refused(settings, "nosuchreport")
    assert isinstance(error, UnknownArticle)
    assert "nosuchreport" in str(error)


@pytest.mark.parametrize("style", STYLES)
def test_a_file_gives_one_line_an_item_in_order(
    settings: Settings, tmp_path: Path, style: str
) -> None:
    file = tmp_path / "items.json"
    file.write_text(json.dumps([case["csl"] for case in OWN], ensure_ascii=False), "utf-8")
    result = run(settings, "--csl-json", str(file), "--format", f"gbt7714-{style}")
    assert result.stdout.splitlines() == [case["expected"][style] for case in OWN]


def test_a_single_item_may_come_from_standard_input(settings: Settings) -> None:
    text = json.dumps(OWN[0]["csl"], ensure_ascii=False)
    result = run(settings, "--csl-json", "-", input=text.encode())
    assert result.stdout.splitlines() == [OWN[0]["expected"]["2025-numeric"]]


def test_a_bad_item_is_named_with_its_file_and_position(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "items.json"
    file.write_text(json.dumps([OWN[0]["csl"], {"title": "无类型"}]), "utf-8")
    error = refused(settings, "--csl-json", str(file))
    assert isinstance(error, CslInvalid)
    assert "Item 2 of" in str(error)
    assert "items.json" in str(error)
    assert "no “type”" in str(error)


@pytest.mark.parametrize("content", [b"{", b"", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_json_is_named(
    settings: Settings, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "items.json"
    file.write_bytes(content)
    error = refused(settings, "--csl-json", str(file))
    assert isinstance(error, CslUnreadable)
    assert "items.json" in str(error)


@pytest.mark.parametrize(
    "words",
    [(), ("someid", "--csl-json", "-"), ("someid", "--format", "apa"), ("--csl-json", "no/file")],
)
def test_wrong_words_are_a_usage_error(settings: Settings, words: tuple[str, ...]) -> None:
    result = run(settings, *words)
    assert result.exit_code == click.UsageError.exit_code
    assert not result.stdout
