"""The guides say what the program does: nothing is left out, and every example works."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from flask.testing import FlaskClient
from lxml import etree
from pydantic import BaseModel

from archive.errors import ExitCode, JianbaoError
from archive.outcome import OutcomeKind
from archive.settings import Settings, load_settings
from cli import build
from crawler.family import families
from crawler.lists.pagers import PAGERS
from crawler.lists.turning import PagerTable
from crawler.profile import Layout, Limits, Politeness, Profile
from sample.site import pages as sample_pages
from search import word_lists
from search.query import synonyms
from search.query.tokens import FIELDS
from tests.commands import SAMPLE_BASE, SAMPLE_SITES, Jianbao
from web.api import standards
from web.app import create_app
from web.citations.formats import ALIASES, formats
from web.holdings import EXTENSION
from web.problems import _HTTP

ROOT = Path(__file__).parent.parent
TWINS = ("README.md", "docs/archivist.md", "docs/profile.md", "docs/reader.md")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/*.md", "sites/*.md", "requirements/*.md")
    for path in ROOT.glob(pattern)
)
EXAMPLE_ID = "dc3uw3cws5cn"
EXAMPLE_CAPTURE = "221cc411-47c4-49fb-b429-bd79bf4346c4"
EXAMPLES = {
    EXAMPLE_ID: "开课了，讲台上站着一位做鞋楦的劳模",
    "wyhwioc5uz42": "一把没有锁的抽屉",
}
"""Reports that the guides show, by the ids that they have there and words of their titles."""
TWINS_OF_PAGES = ("/search.json", "/chronology.json", "/articles/{article_id}.json")
"""What they are asked is said where the API's own addresses are described."""
STANDARDS = {each.tag for each in standards.STANDARDS.values()}
"""What follows standards of its own is described by purpose, not by address."""
SAVED_PAGE = "/gzyw/202412/t20241224_2375.html"
OLD_CRAWL = SAMPLE_SITES / "sample" / "pages" / "t20241015-2315" / "page.warc.gz"
BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^ *```$", re.M | re.S)
COMMENT = re.compile(r"(?:^|\s+)# .*$", re.M)
EDITS = ("echo", "sed")
"""How the guides edit a file in their examples."""
EXIT_CODE = re.compile(r"# exit code (\d+)$")
LINK = re.compile(r"\]\((?!https?:)(?P<path>[^)#]*)(?:#(?P<anchor>[^)]*))?\)")
DAY_ACCESSED = re.compile(r"\[\d{4}-\d\d-\d\d\]")
ACCESSED = re.compile(r"\[\d{4}-\d\d-\d\d\]\. http.*", re.S)
HAN = re.compile("[\u4e00-\u9fff]")
ADDRESS = re.compile(r"http://[^,\s]+")
HEADING = re.compile(r"^(#+) (.+)$", re.M)


def read(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def twin(page: str) -> str:
    return page.replace(".md", ".zh-CN.md")


def both(page: str) -> tuple[str, str]:
    return page, twin(page)


def blocks(page: str, kind: str) -> list[str]:
    found = (match for match in BLOCK.finditer(read(page)) if match["kind"] == kind)
    return [re.sub(f"^{match['indent']}", "", match["text"], flags=re.M) for match in found]


def first_cells(page: str) -> list[str]:
    """The first cell of every row of every table."""
    return re.findall(r"^\| `?([^`|]+?)`? \|", read(page), re.M)


@dataclass(frozen=True)
class Step:
    """One line that a guide has people type, and lines that they will see."""

    line: str
    shown: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        said = EXIT_CODE.search(self.line)
        return int(said[1]) if said else 0


def steps(page: str) -> list[Step]:
    """What is typed after ``$``, in order; a Chinese twin has the same, so it is not run again."""
    text = "" if page.endswith(".zh-CN.md") else "".join(blocks(page, "console"))
    given = (step.splitlines() for step in re.split(r"^\$ ", text, flags=re.M)[1:])
    return [Step(line, tuple(filter(None, shown))) for line, *shown in given]


def missing(words: Iterable[str], text: str) -> list[str]:
    return [word for word in words if f"`{word}`" not in text]


# -- nothing is left out -----------------------------------------------------------------------


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from list(commands(command, f"{path} {name}"))[1:]
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize("page", both("docs/archivist.md"))
def test_every_command_with_every_option(page: str) -> None:
    rows = {
        line.split("`")[1]: line
        for line in read(page).splitlines()
        if line.startswith("| `jianbao")
    }
    described = {re.sub(r" [\[A-Z].*", "", words): row for words, row in rows.items()}
    assert described.keys() == {path for path, _ in commands(build(), "jianbao")}
    for path, command in commands(build(), "jianbao"):
        options = [p.opts[0] for p in command.params if isinstance(p, click.Option)]
        assert [each for each in options if each not in described[path]] == [], path


def test_every_setting() -> None:
    text = read("docs/operator.md")
    names = Settings.model_fields
    assert missing([*names, *(f"JIANBAO_{name.upper()}" for name in names)], text) == []


@pytest.mark.parametrize("page", both("docs/profile.md"))
@pytest.mark.parametrize("table", [Profile, Layout, Politeness, Limits])
def test_every_key_of_a_profile(page: str, table: type[BaseModel]) -> None:
    assert set(table.model_fields) - {"key"} <= set(first_cells(page))


@pytest.mark.parametrize("page", both("docs/profile.md"))
@pytest.mark.parametrize("table", [Politeness, Limits])
def test_defaults_of_a_profile(page: str, table: type[BaseModel]) -> None:
    for name, field in table.model_fields.items():
        assert re.search(rf"^\| `{name}` \| [^|]+ \| `{field.default}` \|", read(page), re.M), name


@pytest.mark.parametrize("page", both("docs/profile.md"))
def test_every_pager_with_every_key(page: str) -> None:
    rows = {row.split("`")[1]: row for row in read(page).splitlines() if row.startswith("| `")}
    shared = PagerTable.model_fields.keys() - {"kind"}
    assert missing(shared, read(page)) == []
    for kind, table in PAGERS.items():
        keys = table.model_fields.keys() - shared - {"kind"}
        assert missing(keys, rows[str(kind)]) == [], kind


@pytest.mark.parametrize("page", both("docs/profile.md"))
def test_every_family_with_every_layout(page: str) -> None:
    rows = {row.split("`")[1]: row for row in read(page).splitlines() if row.startswith("| `")}
    for family in families():
        assert missing([each["name"] for each in family.layouts], rows[family.name]) == []


@pytest.mark.parametrize("page", both("docs/archivist.md"))
def test_every_outcome_and_exit_code(page: str) -> None:
    described = first_cells(page)
    assert [kind for kind in described if kind in set(OutcomeKind)] == list(OutcomeKind)
    assert [code for code in described if code.isdecimal()] == [str(int(code)) for code in ExitCode]


def test_the_search_in_ten_lines() -> None:
    rows = read("docs/design.md").split("## The search in ten lines")[1].split("\n## ")[0]
    assert len(re.findall(r"^\| .* \|$", rows, re.M)) - 1 == 10
    modules = [path.stem for path in (ROOT / "search").rglob("*.py") if path.stem != "__init__"]
    assert missing(modules, rows) == []
    names = {path.stem for path in (ROOT / "search").rglob("*")}
    assert {Path(name).stem for name in re.findall(r"`([^`]+)`", rows)} <= names


def error_codes(kind: type[JianbaoError] = JianbaoError) -> Iterator[str]:
    for child in kind.__subclasses__():
        yield from (child.code, *error_codes(child))


def test_every_error_code() -> None:
    list(commands(build(), "jianbao"))  # imports whatever defines one
    codes = {code for code in error_codes() if code != JianbaoError.code}
    to_clients = {
        "query-invalid",
        "cursor-invalid",
        "parameters-invalid",
        "unknown-article",
        "article-withdrawn",
        "not-held",
        "unknown-digest",
    }
    to_both = {"unknown-key", "index-behind", "index-differs"}
    http = {code for code, _, _ in _HTTP.values()}
    assert missing(to_clients | to_both | http | {"failure"}, read("docs/api.md")) == []
    assert missing(codes - to_clients, read("docs/operator.md")) == []


@pytest.mark.parametrize("page", both("docs/reader.md"))
def test_every_field_and_form_of_citation(page: str) -> None:
    assert missing([*FIELDS, *formats, *ALIASES], read(page)) == []


@pytest.fixture
def client(crawled_once: Jianbao) -> Iterator[FlaskClient]:
    app = create_app(crawled_once.settings)
    with closing(app.extensions[EXTENSION]):
        yield app.test_client()


def test_every_address_and_parameter_of_the_api(client: FlaskClient) -> None:
    description = client.get("/api/openapi.json").get_json()
    text = read("docs/api.md")
    assert missing(["GET /api/openapi.json", "pretty"], text) == []
    for path, operations in description["paths"].items():
        if operations["get"]["tags"][0] in STANDARDS:
            assert path.partition("{")[0] in text or path.rpartition("}")[2] in text, path
            continue
        written = re.sub(r"{(\w+)}", r"<\1>", path.replace("{article_id}", "{id}"))
        section = text.split(f"`GET {written}`")[1].split("\n## ")[0]
        parameters = operations["get"].get("parameters", ())
        names = {each["name"] for each in parameters if each["in"] == "query"} - {"pretty"}
        assert path in TWINS_OF_PAGES or missing(names, section) == [], path


# -- every example works -----------------------------------------------------------------------


def example_ids(jianbao: Jianbao) -> dict[str, str]:
    """The ids of the reports that the guides show: they depend on the sample site's address."""
    with closing(jianbao.open_store()) as store:
        held = store.get_many(store.article_ids()).values()
    return {
        name: next(article.id for article in held if words in article.title)
        for name, words in EXAMPLES.items()
    }


@pytest.mark.parametrize("page", [page for page in PAGES if steps(page)])
def test_examples_of_commands(
    page: str, crawled: Jianbao, sample_base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one folder, in the order of the page; what a step is said to show, it shows."""
    folder = crawled.sites.parent
    monkeypatch.chdir(folder)
    (folder / "saved.html").write_bytes(sample_pages()[SAVED_PAGE].body)
    shutil.copy(OLD_CRAWL, folder / "old-crawl.warc.gz")
    here = {"my-sites/": f"{crawled.sites}/", SAMPLE_BASE: sample_base, **example_ids(crawled)}
    for step in steps(page):
        words = shlex.split(replaced(step.line, here), comments=True)
        if words[0] in EDITS:
            subprocess.run(replaced(step.line, here), shell=True, check=True)
        if not words[0].endswith("jianbao"):
            continue
        done = crawled(*words[1:])
        output = done.stdout + done.stderr
        assert done.returncode == step.exit_code, f"{step.line}\n{output}"
        seen = [spaced(line) for line in output.splitlines()]
        for line in step.shown:
            wanted = re.escape(spaced(replaced(line, here))).replace("…", ".*")
            assert any(re.search(wanted, each) for each in seen), f"{line}\n{output}"


def replaced(text: str, words: Mapping[str, str]) -> str:
    for old, new in words.items():
        text = text.replace(old, new)
    return text


def spaced(line: str) -> str:
    """A line without its widths and without the day of access."""
    return DAY_ACCESSED.sub("[]", " ".join(line.split()))


def test_examples_of_the_api(client: FlaskClient, crawled_once: Jianbao, sample_base: str) -> None:
    article_id = example_ids(crawled_once)[EXAMPLE_ID]
    with closing(crawled_once.open_store()) as store:
        capture = store.captures_of_report(article_id)[0].capture
    here = {EXAMPLE_ID: article_id, EXAMPLE_CAPTURE: capture.id, SAMPLE_BASE: sample_base}
    examples = re.findall(
        r"\$ curl ([^\n]+)\n```\n\n```(\w+)\n(.*?)\n```", read("docs/api.md"), re.S
    )
    assert len(examples) == read("docs/api.md").count("$ curl")
    for line, kind, shown in examples:
        words = shlex.split(replaced(line, here))
        path = next(each.split(":8000")[1] for each in words if ":8000/" in each)
        query = dict(each.split("=", 1) for each in words if re.match(r"\w+=", each))
        headers = {"Accept-Language": "en"}
        given = client.get(
            path, query_string=query or None, headers=headers, follow_redirects="-L" in words
        )
        if kind == "text":
            assert ACCESSED.sub("", given.text) == ACCESSED.sub("", shown), path
        elif kind == "csv":
            rows = given.text.removeprefix("\ufeff").splitlines()
            assert [ADDRESS.sub("", row) for row in rows] == ADDRESS.sub("", shown).splitlines(), (
                path
            )
        elif kind == "xml":
            assert xml_shape(given.data) == xml_shape(shown.encode()), path
        else:
            assert shape(json.loads(given.text)) == shape(json.loads(shown)), path


def shape(value: Any) -> Any:
    """A value without what differs from crawl to crawl; of lists only the first member."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items() if name not in _VARYING}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    return value


def xml_shape(text: bytes) -> list[tuple[str, list[str], str]]:
    """Every element with the names of its attributes, and its text where that is Chinese."""
    return [
        (str(element.tag), sorted(element.attrib), "".join(HAN.findall(element.text or "")))
        for element in etree.fromstring(text).iter()
    ]


_VARYING = frozenset(
    "id url page_url URL note archive accessed captured_at warc_file warc_offset run next "
    "payload_digest instance score original_url archived_url "
    "anchor href article store changed_at "
    "warc_length revision held_revision capture_url at urlkey timestamp length offset filename "
    "computed named revisions citation".split()
)


@pytest.mark.parametrize("page", PAGES)
def test_examples_of_toml(page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for text in blocks(page, "toml"):
        values = tomllib.loads(text)
        if "hosts" in values:
            Profile.model_validate({**values, "key": "example"})
        elif "groups" in values:
            own = tmp_path / "synonyms.toml"
            own.write_text(text, "utf-8")
            assert synonyms.load(own).words()
        else:
            assert load_from(text, monkeypatch, tmp_path).model_fields_set == values.keys()


def test_examples_of_word_lists(tmp_path: Path) -> None:
    (text,) = blocks("docs/operator.md", "text")
    own = tmp_path / "words.txt"
    own.write_text(text, "utf-8")
    assert word_lists.read(own)


def load_from(text: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Settings:
    """Settings from nothing but this ``jianbao.toml``."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"JIANBAO_{name.upper()}", raising=False)
    monkeypatch.chdir(folder)
    (folder / "jianbao.toml").write_text(text, "utf-8")
    return load_settings()


def test_the_example_file_holds_every_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = load_from(read("jianbao.example.toml"), monkeypatch, tmp_path)
    assert settings.model_fields_set == Settings.model_fields.keys()
    assert settings.model_dump() == {
        name: field.default for name, field in Settings.model_fields.items()
    }


def test_the_worked_example_is_the_sample_site() -> None:
    shown = tomllib.loads(blocks("docs/profile.md", "toml")[0])
    assert shown == tomllib.loads(read("sample/sites/sample/profile.toml"))


# -- the pages agree with each other -----------------------------------------------------------


@pytest.mark.parametrize("page", TWINS)
def test_a_chinese_twin_has_the_same_headings_and_code(page: str) -> None:
    english, chinese = (outline(read(each)) for each in both(page))
    assert chinese == english


def outline(text: str) -> tuple[list[int], list[str], int]:
    """Levels of the headings, code without its comments, and how many rows the tables have."""
    prose = BLOCK.sub("", text)
    levels = [len(signs) for signs, _ in HEADING.findall(prose)]
    code = [COMMENT.sub("", match[0]) for match in BLOCK.finditer(text)]
    return levels, code, len(re.findall(r"^ *\|", prose, re.M))


def anchor(heading: str) -> str:
    """The fragment under which a heading is found: small letters, digits, hyphens."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for match in LINK.finditer(BLOCK.sub("", read(page))):
        target = (ROOT / page).parent / match["path"] if match["path"] else ROOT / page
        assert target.exists(), match[0]
        if match["anchor"]:
            headings = [words for _, words in HEADING.findall(target.read_text("utf-8"))]
            assert match["anchor"] in map(anchor, headings), match[0]
