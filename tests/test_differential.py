"""Our evaluation against two others: a scan of the texts, and stock Whoosh's own searcher.

Both read the same articles, real bulletins in several segments with deleted documents. Whoosh
reads them through our codec, with its own matchers and its own weighting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from whoosh import query, scoring

from archive.article import Article
from archive.errors import QueryError
from search.analysis import fold, words
from search.arrays.document import index_document
from search.evaluation.answering import answer_tree
from search.evaluation.periods import day_number
from search.index import Facet, SearchPage, SearchQuery, Sort
from search.indexing.toc import ArrayIndex
from search.indexing.whoosh_index import WhooshIndex
from search.query.tree import (
    And,
    Chunk,
    Days,
    Exact,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Text,
    Together,
    Widened,
    Word,
)
from tests.builders import an_article
from tests.search_oracle import holds
from tests.search_support import STORE_ID, bulletins, changes

ARTICLES = 300
SITES = ("ftqgh", "bjzgh", "acftu")
GROUPS = 200
"""Fewer than articles: some are reprints of each other."""


class Held:
    """An index in five segments, and the articles that are live in it."""

    def __init__(self, folder: Path) -> None:
        random = Random(5)
        made = [
            self._article(random, number, bulletin)
            for number, bulletin in enumerate(bulletins(ARTICLES + ARTICLES // 5))
        ]
        first = made[:ARTICLES]
        again = [
            replace(new, id=old.id, url=old.url)
            for old, new in zip(first[::5], made[ARTICLES:], strict=True)
        ]
        self.articles = {article.id: article for article in [*first, *again]}
        self.groups = {key: f"group {random.randrange(GROUPS)}" for key in self.articles}
        index = WhooshIndex(folder, STORE_ID)
        journal = changes([*first, *again])
        for start in range(0, len(journal), 72):
            index.apply(journal[start : start + 72], self.groups)
        self.snapshot = index.snapshot()
        assert len(self.snapshot.segments) == 5
        assert self.snapshot.live_count == len(self.articles) < self.snapshot.count
        path = self.snapshot.segments[0].path.parent
        self.searcher = ArrayIndex(path).searcher(weighting=scoring.TF_IDF())
        self.words = sorted({word for one in first for word in index_document(one).words})

    def _article(self, random: Random, number: int, bulletin: dict[str, str]) -> Article:
        return an_article(
            *filter(None, bulletin["body"].split("\n")),
            title=bulletin["title"],
            url=f"https://www.ftqgh.example/{number}.html",
            published=random.choice([None, *[date.fromisoformat(bulletin["date"])] * 9]),
            site=random.choice(SITES),
            authors=tuple(random.sample(["王芳", "李强", "张伟", "刘洋"], random.randint(0, 3))),
            container_title=random.choice([None, "工人日报", "新华社"]),
        )

    def ask(self, tree: Node, **given: Any) -> SearchPage:
        asked = SearchQuery(**{"limit": ARTICLES, "facets": tuple(Facet), **given})
        return answer_tree(tree, asked, self.snapshot)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    made = Held(tmp_path_factory.mktemp("differential") / "index")
    yield made
    made.searcher.close()


def some_days(random: Random) -> Days:
    first = date(2012, 7, 1) + timedelta(days=random.randrange(60))
    last = first + timedelta(days=random.randrange(40))
    return Days(random.choice([None, first]), random.choice([None, last]))


def word_tree(held: Held, random: Random, depth: int) -> Node:
    kind = random.choice(("word", "and", "and", "or", "or", "not") if depth else ("word",))
    if kind == "word":
        frequent = random.choice(("的", "中国", "在", "新闻联播", "了", "是", "建设", "不在"))
        return Word(random.choice([frequent, random.choice(held.words)]))
    nodes = [word_tree(held, random, depth - 1) for _ in range(random.randint(2, 3))]
    if kind == "or":
        return Or(tuple(nodes))
    if kind == "not":
        nodes[-1] = Not(nodes[-1])
    if random.random() < 0.3:
        nodes.append(some_days(random))
    return And(tuple(nodes))


def in_whoosh(node: Node) -> query.Query:
    match node:
        case Word(text):
            return query.Term("words", text)
        case And(nodes):
            return query.And(list(map(in_whoosh, nodes)))
        case Or(nodes):
            return query.Or(list(map(in_whoosh, nodes)))
        case Not(child):
            return query.Not(in_whoosh(child))
        case Days(first, last):
            low = day_number(first) if first else 1
            high = day_number(last) if last else 99_999_999
            return query.NumericRange("day", low, high)
    raise AssertionError(node)


def ranked_words(node: Node) -> list[str]:
    if isinstance(node, Word):
        return [node.text]
    if isinstance(node, And | Or):
        return list(dict.fromkeys(word for one in node.nodes for word in ranked_words(one)))
    return []


def check_page(held: Held, tree: Node, expected: dict[str, float], **given: Any) -> None:
    """Totals, ids, order, scores, facets; and the same collapsed, and from both ends."""
    page = held.ask(tree, **given)
    assert page.total == len(page.hits) == len(expected)
    assert {hit.id for hit in page.hits} == expected.keys()
    for hit in page.hits:
        assert hit.score == pytest.approx(expected[hit.id], rel=1e-5)
    if ranked_words(tree):
        assert [*page.hits] == sorted(page.hits, key=lambda hit: (-hit.score, hit.id))
    check_facets(held, page)
    check_collapsed(held, tree, page)
    by_day = [hit.id for hit in held.ask(tree, sort=Sort.NEWEST).hits]
    assert by_day == sorted_by_day(held, expected, newest=True)
    few = held.ask(tree, sort=Sort.OLDEST, limit=7, offset=2).hits
    assert [hit.id for hit in few] == sorted_by_day(held, expected, newest=False)[2:9]
    best = held.ask(tree, limit=5).hits
    assert best == page.hits[:5]


def sorted_by_day(held: Held, ids: Any, *, newest: bool) -> list[str]:
    def place(key: str) -> tuple[date, str]:
        return held.articles[key].published or date.min, key

    ordered = sorted(ids, key=place, reverse=newest)
    return sorted(ordered, key=lambda key: held.articles[key].published is None)


def check_facets(held: Held, page: SearchPage) -> None:
    found = [held.articles[hit.id] for hit in page.hits]
    counts = {
        facet: {one.value: one.count for one in values} for facet, values in page.facets.items()
    }
    days = [article.published for article in found if article.published]
    assert counts == {
        Facet.YEAR: Counter(f"{day.year}" for day in days),
        Facet.MONTH: Counter(f"{day:%Y-%m}" for day in days),
        Facet.DAY: Counter(f"{day:%Y-%m-%d}" for day in days),
        Facet.SITE: Counter(article.site for article in found),
        Facet.CONTAINER: Counter(one.container_title for one in found if one.container_title),
        Facet.AUTHOR: Counter(author for article in found for author in article.authors),
        Facet.CHANNEL: Counter(article.channel for article in found if article.channel),
    }


def check_collapsed(held: Held, tree: Node, page: SearchPage) -> None:
    """Of each group the first stays where it was, and names the one published first."""
    sizes = Counter(held.groups[hit.id] for hit in page.hits)
    first: dict[str, Any] = {}
    earliest: dict[str, str] = {}
    for hit in page.hits:
        first.setdefault(held.groups[hit.id], hit)
    for key in sorted_by_day(held, [hit.id for hit in page.hits], newest=False):
        earliest.setdefault(held.groups[key], key)
    collapsed = held.ask(tree, collapse=True)
    assert (collapsed.total, collapsed.groups) == (page.total, len(first))
    assert collapsed.facets == page.facets
    assert list(collapsed.hits) == [
        hit._replace(
            reprints=sizes[group] - 1,
            earliest=None if earliest[group] == hit.id else earliest[group],
        )
        for group, hit in first.items()
    ]


@pytest.mark.parametrize("many", [200, pytest.param(10_000, marks=pytest.mark.prove)])
def test_words_booleans_days_and_scores_are_those_of_stock_whoosh(held: Held, many: int) -> None:
    random = Random(many)
    hits = 0
    for _ in range(many):
        tree = word_tree(held, random, random.randint(0, 3))
        words_asked = ranked_words(tree)
        scored = query.Or([query.Term("words", word) for word in words_asked])
        found = held.searcher.search(in_whoosh(tree), limit=None, scored=False)
        expected = dict.fromkeys((hit["id"] for hit in found), 0.0)
        for hit in held.searcher.search(scored, limit=None):
            if hit["id"] in expected:
                expected[hit["id"]] = hit.score
        check_page(held, tree, expected)
        hits += len(expected)
    assert hits > 20 * many


def a_string(held: Held, random: Random, longest: int = 8) -> str:
    """Cut from a text at random, folded."""
    article = held.articles[random.choice(sorted(held.articles))]
    texts = [article.title, *(text for one in article.sections for text in one.paragraphs)]
    text = fold(random.choice(texts))
    start = random.randrange(len(text))
    return text[start : start + random.randint(1, longest)]


def a_text(held: Held, random: Random) -> Text:
    field = random.choice([None, None, None, "title", "heading"])
    match random.randrange(6):
        case 0:
            return Exact(a_string(held, random), field)
        case 1:
            return Prefix(a_string(held, random, 3), field)
        case 2:
            parts = dict.fromkeys(a_string(held, random, 3) for _ in range(random.randint(2, 3)))
            return Near(tuple(parts), random.choice([0, 2, 10, 1000]), field)
        case 3:
            return Word(random.choice(held.words), field)
        case _:
            return Chunk(a_string(held, random), field)


def text_tree(held: Held, random: Random, depth: int) -> Node:
    kind = random.choice(("text", "and", "or", "not", "together", "wide") if depth else ("text",))
    if kind == "text":
        return a_text(held, random)
    if kind == "wide":
        chunk = Chunk(a_string(held, random))
        return Widened(chunk, (Chunk(a_string(held, random)), Word(random.choice(held.words))))
    if kind == "together":
        inside = [replace(a_text(held, random), field=None) for _ in range(2)]
        strings: list[Node] = [one for one in inside if not isinstance(one, Word)]
        return Together((*strings, Exact(a_string(held, random, 2))))
    nodes = tuple(text_tree(held, random, depth - 1) for _ in range(2))
    if kind == "or":
        return Or(nodes)
    if kind == "not":
        return And((nodes[0], Not(nodes[1]), *random.choice([(), (some_days(random),)])))
    return And(nodes)


@pytest.mark.parametrize("many", [150, pytest.param(10_000, marks=pytest.mark.prove)])
def test_strings_are_found_as_a_scan_of_the_texts_finds_them(held: Held, many: int) -> None:
    random = Random(many)
    hits = 0
    for _ in range(many):
        tree = text_tree(held, random, random.randint(0, 2))
        expected = {key for key, article in held.articles.items() if holds(tree, article)}
        page = held.ask(tree)
        assert {hit.id for hit in page.hits} == expected, tree
        assert page.total == len(expected)
        assert [*page.hits] == sorted(page.hits, key=lambda hit: (-hit.score, hit.id)) or not any(
            hit.score for hit in page.hits
        )
        check_facets(held, page)
        if random.random() < 0.2:
            check_collapsed(held, tree, page)
        hits += bool(expected)
    assert hits > many // 2


@pytest.mark.parametrize("many", [800, pytest.param(20_000, marks=pytest.mark.prove)])
def test_exact_strings_have_recall_and_precision_of_one(held: Held, many: int) -> None:
    random = Random(many)
    texts = {
        key: "\0".join(
            map(fold, [one.title, *(text for part in one.sections for text in part.paragraphs)])
        )
        for key, one in held.articles.items()
    }
    for _ in range(many):
        string = a_string(held, random)
        with suppress(QueryError):
            page = held.ask(Exact(string), facets=())
            assert {hit.id for hit in page.hits} == {
                key for key, text in texts.items() if string in text
            }, string


def test_a_word_of_the_oracle_is_a_word_of_the_index(held: Held) -> None:
    article = next(iter(held.articles.values()))
    assert {token.text for token in words(article.title)} <= index_document(article).words.keys()
