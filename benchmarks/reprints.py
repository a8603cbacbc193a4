"""How well reprints are known again: ``python -m benchmarks.reprints BULLETINS.jsonl.xz``.

The file holds one bulletin a line with ``title``, ``date`` and ``body``. Some of them are edited
as editors do, by a seed, and put into a store that holds them all. *Recall* is the share of the
copies whose original is named. Every group among the bulletins themselves is printed, so that a
person sees whether it is one report: that is the *precision*.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from archive.article import Article, Section, article_id
from archive.opening import open_store
from archive.store import ArticleStore

SEED = 20240506
COPIES = 500
_BATCH = 100
_NOTES = (
    "编者按：下面这篇报道值得一读，现予转载。",
    "（转自兄弟单位网站，文字略有改动。责任编辑：小满 审核：立群）",
    "更多内容请关注我们的公众号。",
)


def shorter(text: list[str], _rng: random.Random) -> list[str]:
    """The last paragraph dropped."""
    return text[:-1] if len(text) > 2 else text


def noted(text: list[str], rng: random.Random) -> list[str]:
    """An editor's note before or behind it."""
    note = rng.choice(_NOTES)
    return [note, *text] if rng.random() < 0.5 else [*text, note]


def other_signs(text: list[str], _rng: random.Random) -> list[str]:
    """Other quotation marks and widths."""
    table = str.maketrans("“”，（）：", '"",():')
    return [line.translate(table) for line in text]


def begun_otherwise(text: list[str], _rng: random.Random) -> list[str]:
    """Another agency's name at the beginning."""
    _agency, colon, rest = text[0].partition("：")
    return [f"本网讯（记者 小满）{rest}" if colon else text[0], *text[1:]]


def reworded(text: list[str], rng: random.Random) -> list[str]:
    """Three words changed somewhere."""
    for _ in range(3):
        number = rng.randrange(len(text))
        old = text[number]
        place = rng.randrange(len(old) + 1)
        word = rng.choice(("有关", "同志", "进一步", ""))
        text = [*text[:number], old[:place] + word + old[place + 2 :], *text[number + 1 :]]
    return text


EDITS: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
    shorter,
    noted,
    other_signs,
    begun_otherwise,
    reworded,
)


def main() -> None:
    """Print cost, groups and recall."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("bulletins", type=Path)
    with lzma.open(parser.parse_args().bulletins, "rt", encoding="utf-8") as file:
        articles = [_article(number, json.loads(line)) for number, line in enumerate(file)]
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_store(f"sqlite:///{folder}/store.sqlite")) as store,
    ):
        took = _put(store, articles)
        print(f"{len(articles)} bulletins put, {took / len(articles) * 1000:.2f} ms each")
        _print_groups(store, articles)
        for count in (1, 2, 3):
            _print_recall(store, articles, count)


def _article(number: int, row: dict[str, str]) -> Article:
    url = f"https://bulletins.example/{number}"
    return Article(
        id=article_id("bulletins", url),
        site="bulletins",
        url=url,
        title=row["title"],
        published=date.fromisoformat(row["date"]),
        sections=(Section(paragraphs=tuple(filter(None, row["body"].split("\n")))),),
    )


def _put(store: ArticleStore, articles: list[Article]) -> float:
    began = time.process_time()
    for start in range(0, len(articles), _BATCH):
        with store.batch():
            for article in articles[start : start + _BATCH]:
                store.put(article)
    return time.process_time() - began


def _print_groups(store: ArticleStore, articles: list[Article]) -> None:
    groups: dict[str, list[str]] = {}
    titles = {article.id: f"{article.published} {article.title}" for article in articles}
    for key, group in store.reprint_groups(titles).items():
        groups.setdefault(group, []).append(titles[key])
    several = [group for group in groups.values() if len(group) > 1]
    print(f"{len(several)} groups of reprints among them:")
    for several_titles in several:
        print("   " + " | ".join(several_titles))


def _print_recall(store: ArticleStore, articles: list[Article], edits: int) -> None:
    """Put edited copies, see what they are taken for, and put them away again."""
    rng = random.Random(SEED + edits)
    found, wrong = 0, 0
    for original in rng.sample(articles, COPIES):
        text = list(original.sections[0].paragraphs)
        for edit in rng.sample(EDITS, edits):
            text = edit(text, rng)
        url = f"https://copies.example/{edits}/{original.id}"
        published = original.published and original.published + timedelta(days=rng.randrange(8))
        copy = replace(
            original,
            id=article_id("copies", url),
            url=url,
            published=published,
            sections=(Section(paragraphs=tuple(text)),),
        )
        with store.batch():
            before = {each.id for each in store.reprints(original.id)}
            store.put(copy)
            now = {each.id for each in store.reprints(copy.id)} - {copy.id}
            store.put(replace(copy, sections=()))
        found += original.id in now
        wrong += len(now - before)
    print(f"{edits} edits: recall {found / COPIES:.3f}, other reports named {wrong}")


if __name__ == "__main__":
    main()
