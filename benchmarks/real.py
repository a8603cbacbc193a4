"""How well profiles read real pages: ``python -m benchmarks.real [--json FILE] [HOST...]``.

Crawls the saved pages of a few hosts from loopback with the command and the spider that crawl the
world, and compares what was filed with what people read in the pages.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from archive.article import Article
from archive.errors import ExitCode
from archive.outcome import Outcome, OutcomeKind
from benchmarks.saved_pages import PAGES, ROOT, SavedPage, saved_pages, serving
from tests.commands import Jianbao

PROFILES = ROOT / "tests" / "real"
BASE_IN_PROFILES = "http://127.0.0.1:8917"
HOSTS = {
    "chinanews": "waddle_daniel_zh/*_www.chinanews.com_*",
    "udn": "waddle_daniel_zh/*_udn.com_*",
    "sina-tw": "waddle_daniel_zh/*_news.sina.com.tw_*",
    "netease": "cx_extractor_netease2015/*",
}
"""Key of the profile to the saved pages of its host."""
_NEAR = range(-1, 8)
"""Days from publication to the save: news was fetched within a week; the save's day is in UTC."""
_GRAM = 4
_BAD = "\ufffd"
_ENDED = frozenset((ExitCode.OK, ExitCode.REVIEW))


class CrawlBroken(Exception):
    """The crawl ended in a way that measures nothing; says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    """What became of one saved page. ``None``: not read, or no truth to compare with."""

    file: str
    outcome: OutcomeKind
    detail: str
    layout: str | None
    is_title_exact: bool | None
    body_f1: float | None
    is_day_near: bool | None
    """Whether the day of publication lies within the week before the page was saved."""
    damaged: int
    """Characters in title and body that we could not decode; the page's own U+FFFD do not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostScore:
    """What became of the saved pages of one host."""

    host: str
    pages: tuple[PageScore, ...]

    @property
    def read(self) -> list[PageScore]:
        return [page for page in self.pages if page.outcome is OutcomeKind.NEW]

    @property
    def reported(self) -> Counter[str]:
        """How many pages were not read, by outcome."""
        return Counter(p.outcome.value for p in self.pages if p.outcome is not OutcomeKind.NEW)

    @property
    def titles(self) -> list[bool]:
        return [page.is_title_exact for page in self.pages if page.is_title_exact is not None]

    @property
    def days(self) -> list[bool]:
        return [page.is_day_near for page in self.pages if page.is_day_near is not None]

    @property
    def body_f1(self) -> float | None:
        """Mean over the pages that were read."""
        scores = [page.body_f1 for page in self.pages if page.body_f1 is not None]
        return statistics.fmean(scores) if scores else None

    @property
    def worst(self) -> PageScore | None:
        scored = [page for page in self.pages if page.body_f1 is not None]
        return min(scored, key=lambda page: page.body_f1 or 0.0, default=None)


def measure(host: str, folder: Path) -> HostScore:
    """Crawl a host's saved pages into ``folder`` and score what was filed.

    Raises ``CrawlBroken`` when the command fails or a page has no outcome.
    """
    saved = {f"/pages/{at:04}.html": page for at, page in enumerate(saved_pages(HOSTS[host]), 1)}
    with serving({path: page.content for path, page in saved.items()}) as base:
        jianbao = Jianbao(folder / "data", _write_profile(folder / "sites", host, base))
        done = jianbao("crawl", host)
    if done.returncode not in _ENDED:
        raise CrawlBroken(f"{host}: exit code {done.returncode}\n{done.stderr}")
    with closing(jianbao.open_store()) as store:
        (run,) = store.runs(host)
        outcomes = {each.url.removeprefix(base): each for each in store.outcomes(run)}
        held = store.get_many(store.article_ids())
    if missing := saved.keys() - outcomes.keys():
        raise CrawlBroken(f"{host}: no outcome for {', '.join(sorted(missing))}\n{done.stderr}")
    articles = {article.url.removeprefix(base): article for article in held.values()}
    return HostScore(
        host=host,
        pages=tuple(
            _score(page, outcomes[path], articles.get(path)) for path, page in saved.items()
        ),
    )


def _write_profile(sites: Path, host: str, base: str) -> Path:
    """The host's profile for the address its pages are served at; returns the sites' folder."""
    words = (PROFILES / host / "profile.toml").read_text("utf-8")
    (sites / host).mkdir(parents=True)
    (sites / host / "profile.toml").write_text(words.replace(BASE_IN_PROFILES, base), "utf-8")
    return sites


def _score(page: SavedPage, outcome: Outcome, article: Article | None) -> PageScore:
    body = body_text(article) if article else ""
    text = article.title + body if article else ""
    return PageScore(
        file=page.file,
        outcome=outcome.kind,
        detail=outcome.detail,
        layout=article.layout if article else None,
        is_title_exact=article.title == page.title if article and page.title else None,
        body_f1=f1(page.body, body) if article and page.body else None,
        is_day_near=_is_near(article.published, page.saved_on) if article else None,
        damaged=max(0, text.count(_BAD) - page.content.count(_BAD.encode())),
    )


def _is_near(published: date | None, saved_on: date | None) -> bool | None:
    if saved_on is None:
        return None
    return published is not None and (saved_on - published).days in _NEAR


def body_text(article: Article) -> str:
    """Headings and paragraphs in printed order, a line each; without the captions of figures."""
    lines: list[str] = []
    for section in article.sections:
        lines += [words for words in (section.heading, section.subheading) if words]
        lines += section.paragraphs
    return "\n".join(lines)


def f1(truth: str, text: str) -> float:
    """The harmonic mean of precision and recall over runs of four characters, with their counts.

    White space and the width of characters do not count.
    """
    wanted, found = _grams(truth), _grams(text)
    return 2 * (wanted & found).total() / (wanted.total() + found.total() or 1)


def _grams(text: str) -> Counter[str]:
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    return Counter(plain[at : at + _GRAM] for at in range(max(1, len(plain) - _GRAM + 1)))


def as_json(scores: Sequence[HostScore]) -> dict[str, Any]:
    """The scores for programs; no text of any page."""
    return {
        "cores": os.cpu_count(),
        "hosts": {
            score.host: {
                "pages": len(score.pages),
                "read": len(score.read),
                "reported": dict(score.reported),
                "titles_exact": sum(score.titles),
                "titles": len(score.titles),
                "days_near": sum(score.days),
                "days": len(score.days),
                "damaged": sum(page.damaged for page in score.pages),
                "body_f1": score.body_f1,
                "each": [asdict(page) for page in score.pages],
            }
            for score in scores
        },
    }


def show(score: HostScore) -> None:
    """The scores of one host for people."""
    reported = ", ".join(f"{count} {kind}" for kind, count in score.reported.items()) or "none"
    mean = "no truth" if score.body_f1 is None else f"{score.body_f1:.4f}"
    print(f"{score.host}: {len(score.pages)} pages, {len(score.read)} read, reported: {reported}")
    print(f"  title exact {_share(score.titles)}, day near {_share(score.days)}, body F1 {mean}")
    if score.worst is not None:
        print(f"  worst page {score.worst.body_f1:.4f} {score.worst.file}")
    if damaged := sum(page.damaged for page in score.pages):
        print(f"  {damaged} characters could not be decoded")


def _share(facts: list[bool]) -> str:
    return f"{sum(facts)}/{len(facts)}" if facts else "no truth"


def main() -> None:
    """Measure the hosts that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real")
    parser.add_argument("hosts", nargs="*", metavar="HOST", help=", ".join(HOSTS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the scores of each page")
    given = parser.parse_args()
    if unknown := set(given.hosts) - HOSTS.keys():
        parser.error(f"no such host: {', '.join(sorted(unknown))}")
    if not PAGES.is_dir():
        parser.exit(1, f"The saved pages are not there: {PAGES}\n")
    scores = []
    for host in given.hosts or HOSTS:
        with tempfile.TemporaryDirectory(prefix="jianbao-real-") as folder:
            scores.append(measure(host, Path(folder)))
        show(scores[-1])
    if given.json:
        words = json.dumps(as_json(scores), ensure_ascii=False, indent=1)
        given.json.write_text(words + "\n", "utf-8")


if __name__ == "__main__":
    main()
