"""Recorded pages: what proves that a profile reads its site.

A recorded page is a folder ``sites/KEY/pages/SLUG`` with the bytes that the server sent and what
a person found to be right: ``page.warc.gz`` and ``article.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from archive.article import Article, article_from_json, article_to_json
from archive.errors import ExitCode, JianbaoError
from archive.outcome import OutcomeKind
from archive.warc import responses
from archive.warc_writer import Exchange, WarcWriter
from archive.words import N_
from crawler.judge import Verdict, judge
from crawler.pages.reading import Page, join
from crawler.profile import Profile
from crawler.record.replay import fetched
from crawler.sites.given import any_address, is_made_up

PAGES, PAGE, EXPECTED = "pages", "page.warc.gz", "article.json"
_UNSAFE = re.compile(r"[^a-z0-9]+")
_ENDING = re.compile(r"\.\w{2,5}$")
_NOT_COMPARED = frozenset(("captures",))


@dataclass(eq=False)
class PageRecorded(JianbaoError):
    """A recorded page would be overwritten."""

    code = "page-recorded"
    exit_code = ExitCode.USAGE
    message = N_(
        "%(folder)s holds a recorded page. Choose another name with --name, "
        "or remove that folder first."
    )
    folder: str


@dataclass(eq=False)
class PageNotRead(JianbaoError):
    """Only a page that is read can prove a profile."""

    code = "page-not-read"
    exit_code = ExitCode.REVIEW
    message = N_(
        "What would be recorded of %(url)s is not read by the profile: %(reason)s. A saved file "
        "that does not say its address lacks the day in it: record the page from its address."
    )
    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One field of a recorded page that is not read as expected."""

    site: str
    page: str
    """The recorded page's folder name."""
    field: str
    """Where in the article: ``sections 2, paragraphs 1``; or the file that is faulty."""
    expected: str
    found: str


def slug_of(url: str) -> str:
    """A folder's name made of an address."""
    path = _ENDING.sub("", urlsplit(url).path.rstrip("/"))
    words = [_UNSAFE.sub("-", step.lower()).strip("-") for step in path.split("/")]
    return next((word for word in reversed(words) if word and word != "index"), "page")


def record(
    folder: Path, slug: str, exchanges: Sequence[Exchange], profile: Profile, user_agent: str
) -> Article:
    """Keep the pages of one report in the site's folder, with the article they now give.

    Raises ``PageRecorded`` where the name is taken, ``PageNotRead`` where there is no article.
    """
    target = folder / PAGES / slug
    if target.exists():
        raise PageRecorded(folder=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=".") as temporary:
        staging = Path(temporary) / slug
        writer = WarcWriter(
            staging.parent, site=slug, run="record", user_agent=user_agent, name=PAGE
        )
        for exchange in exchanges:
            writer.write(exchange)
        writer.close()
        article = _read(staging, profile)
        if isinstance(article, Verdict):
            reason = f"{article.kind}: {article.detail}"
            raise PageNotRead(url=exchanges[0].url, reason=reason)
        text = json.dumps(_comparable(article), ensure_ascii=False, indent=1)
        (staging / EXPECTED).write_text(text + "\n", "utf-8")
        staging.rename(target)
    return article


def recorded_pages(folder: Path) -> list[Path]:
    """The folders of a site's recorded pages, by name."""
    return sorted(
        path for path in (folder / PAGES).glob("*") if path.is_dir() and path.name[0] != "."
    )


def proven_layouts(folder: Path) -> dict[str, int]:
    """How many recorded pages each layout has, as their expectations say."""
    counts: dict[str, int] = {}
    for page in recorded_pages(folder):
        try:
            layout = json.loads((page / EXPECTED).read_text("utf-8"))["layout"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        counts[layout] = counts.get(layout, 0) + 1
    return counts


def check(folder: Path, profile: Profile) -> Iterator[Failure]:
    """Read every recorded page again and compare it field by field."""
    for page in recorded_pages(folder):
        for field, expected, found in _differences(page, profile):
            yield Failure(
                site=profile.key, page=page.name, field=field, expected=expected, found=found
            )


def _differences(page: Path, profile: Profile) -> Iterator[tuple[str, str, str]]:
    """What is not as expected: where, what was expected, and what was found."""
    try:
        expected = _expectation(page / EXPECTED)
    except (OSError, ValueError) as error:
        yield EXPECTED, "", str(error)
        return
    try:
        article = _read(page, profile)
    except (OSError, ValueError) as error:
        yield PAGE, "", str(error)
        return
    if isinstance(article, Verdict):
        yield "outcome", OutcomeKind.NEW, f"{article.kind}: {article.detail}"
        return
    found = _comparable(article)
    for field in found:
        if "\ufffd" in str(expected[field]):
            yield field, str(expected[field]), "U+FFFD"
        elif difference := _first_difference(field, expected[field], found[field]):
            yield difference


def _expectation(path: Path) -> dict[str, Any]:
    """What a person expects of a page. Raises ``ValueError`` for anything but an article."""
    text = path.read_text("utf-8")
    try:
        article = article_from_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ", ".join(map(str, first["loc"]))
        raise ValueError(f"{place}: {first['msg']}") from error
    if unknown := json.loads(text).keys() - {each.name for each in fields(Article)}:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return _comparable(article)


def _comparable(article: Article) -> dict[str, Any]:
    fields_of: dict[str, Any] = json.loads(article_to_json(article))
    return {name: value for name, value in fields_of.items() if name not in _NOT_COMPARED}


def _first_difference(place: str, expected: Any, found: Any) -> tuple[str, str, str] | None:
    """The first place at which two JSON values differ."""
    if expected == found:
        return None
    if isinstance(expected, dict) and isinstance(found, dict):
        pairs = [(f"{place}, {name}", expected[name], found.get(name)) for name in expected]
    elif isinstance(expected, list) and isinstance(found, list):
        longest = range(max(len(expected), len(found)))
        pairs = [(f"{place} {at + 1}", _at(expected, at), _at(found, at)) for at in longest]
    else:
        return place, _words(expected), _words(found)
    return next(filter(None, (_first_difference(*pair) for pair in pairs)), None)


def _at(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def _words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read(page: Path, profile: Profile) -> Article | Verdict:
    """The article that a recorded page gives, or what became of it instead."""
    pages: list[Page] = []
    for recorded in responses(page.parent, page / PAGE):
        made_up = is_made_up(recorded.capture.url)
        verdict = judge(fetched(recorded, profile), any_address(profile) if made_up else profile)
        if verdict.page is None:
            return verdict
        pages.append(verdict.page)
    return join(pages) if pages else Verdict(kind=OutcomeKind.FETCH_FAILED, detail=PAGE)
