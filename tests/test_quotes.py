"""If the characters are on the page, the search finds them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing

import pytest

from archive.article import Article
from search.analysis import fold
from search.index import SearchIndex, SearchQuery
from search.opening import open_index
from search.units import units
from tests.commands import Jianbao

COUNT = 500
QUOTES = set('"“”')


@pytest.fixture(scope="module")
def articles(crawled_once: Jianbao) -> list[Article]:
    with closing(crawled_once.open_store()) as store:
        return list(store.get_many(store.article_ids()).values())


@pytest.fixture(scope="module")
def index(crawled_once: Jianbao) -> Iterator[SearchIndex]:
    with closing(crawled_once.open_store()) as store:
        store_id = store.id
    with closing(open_index(crawled_once.settings.index_url, store_id)) as opened:
        yield opened


def quotable(articles: list[Article], count: int, seed: int) -> list[str]:
    """Random strings of 2 to 12 characters as they stand on the pages."""
    chance = random.Random(seed)
    texts = [unit.text for article in articles for unit in units(article) if len(unit.text) > 1]
    found: list[str] = []
    while len(found) < count:
        text = chance.choice(texts)
        start = chance.randrange(len(text) - 1)
        string = text[start : start + chance.randint(2, 12)]
        if len(fold(string)) > 1 and not QUOTES & set(string):
            found.append(string)
    return found


def scan(articles: list[Article], string: str) -> set[str]:
    """The definition itself: the folded string in a folded unit."""
    wanted = fold(string)
    return {a.id for a in articles if any(wanted in fold(unit.text) for unit in units(a))}


def expect_exactly_those_that_hold_it(
    index: SearchIndex, articles: list[Article], strings: list[str]
) -> None:
    for string in strings:
        page = index.search(SearchQuery(text=f"“{string}”", limit=len(articles)))
        assert {hit.id for hit in page.hits} == scan(articles, string), string
        assert page.total == len(page.hits)


def test_any_quoted_string_is_found(index: SearchIndex, articles: list[Article]) -> None:
    strings = quotable(articles, COUNT, seed=random.randrange(2**32))
    expect_exactly_those_that_hold_it(index, articles, strings)


@pytest.mark.prove
def test_any_quoted_string_is_found_always(index: SearchIndex, articles: list[Article]) -> None:
    expect_exactly_those_that_hold_it(index, articles, quotable(articles, 20_000, seed=1))
