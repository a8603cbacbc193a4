"""Every word that people see is in the Chinese catalogue."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from archive.words import CHINESE, TRANSLATIONS
from cli.click_words import CLICK_WORDS

ROOT = Path(__file__).parent.parent
PACKAGES = ("archive", "crawler", "search", "web", "cli")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def extracted() -> set[str]:
    """Message ids in code and templates; of plural forms the first."""
    found = set()
    for package in PACKAGES:
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / package,
            METHODS,
            keywords={"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)},
        ):
            found.add(message[0] if isinstance(message, tuple) else message)
    return found


def test_no_message_hides_in_an_f_string() -> None:
    """Babel does not look there."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.JoinedStr):
                    calls = [c for c in ast.walk(node) if isinstance(c, ast.Call)]
                    named = [c.func.id for c in calls if isinstance(c.func, ast.Name)]
                    assert not {"_", "N_", "gettext"} & set(named), f"{path}:{node.lineno}"


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (TRANSLATIONS / CHINESE / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=CHINESE)


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_nothing_is_missing_and_nothing_is_left_over(catalogue: Catalog) -> None:
    held = {m.id[0] if isinstance(m.id, tuple) else m.id for m in messages(catalogue)}
    assert extracted() - held == set(), "not in the catalogue; run “make messages” and translate"
    assert held - extracted() == set(), "in the catalogue but nowhere used"


def test_the_words_of_the_command_line_library_are_those_that_it_says() -> None:
    assert set(CLICK_WORDS) - click_messages() == set()


def click_messages() -> set[str]:
    found = set()
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="_" | "ngettext"), args=[ast.Constant(value=message), *_]
                ):
                    found.add(str(message))
    return found


def test_everything_is_translated(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), f"not translated: {message.id}"
        assert not message.fuzzy, f"to be read again: {message.id}"


def test_translations_keep_their_placeholders(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        english = message.id if isinstance(message.id, str) else message.id[-1]
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for chinese in map(str, strings):
            assert sorted(PLACEHOLDER.findall(chinese)) == sorted(PLACEHOLDER.findall(english)), (
                f"placeholders differ: {english}"
            )
