"""What an index finds, against the definitions applied to one article after another."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from archive.article import Article, Figure, Section
from archive.errors import QueryError
from search.analysis import fold
from search.index import Facet, SearchIndex, SearchQuery, Sort
from search.query.grammar import parse
from search.query.tree import And, Days
from tests.builders import an_article
from tests.search_oracle import exact, holds
from tests.search_support import PIECES, SITES, an_index, ask, bulletins, random_articles
from tests.test_query import queries as hostile_queries


def found(index: SearchIndex, text: str = "", **given: object) -> list[str]:
    """Ids of the hits that have all the words, in order."""
    page = ask(index, text, synonyms=False, **given)
    return [hit.id for hit in page.hits[: page.with_all_words]]


ARTICLES = random_articles(120)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """In several segments, with replaced documents in them."""
    folder = tmp_path_factory.mktemp("index")
    opened = an_index(folder, *random_articles(20, seed=1), *ARTICLES, commits=4)
    yield opened
    opened.close()


def units_of(article: Article) -> list[str]:
    return [
        article.title,
        *(text for section in article.sections for text in section.paragraphs),
        *(figure.caption or "" for figure in article.figures),
    ]


@st.composite
def strings(draw: st.DrawFn) -> str:
    """A part of a unit as printed, or something that may stand nowhere."""
    if draw(st.booleans()):
        return "".join(draw(st.lists(st.sampled_from([*PIECES, " "]), min_size=1, max_size=4)))
    unit = draw(st.sampled_from([unit for article in ARTICLES for unit in units_of(article)]))
    start = draw(st.integers(0, max(0, len(unit) - 1)))
    return unit[start : start + draw(st.integers(1, 12))]


@settings(max_examples=300, deadline=None)
@given(strings())
def test_a_quoted_string_finds_exactly_the_articles_that_hold_it(
    index: SearchIndex, string: str
) -> None:
    assume(fold(string) and not set(string) & set('"“”'))
    expected = {article.id for article in ARTICLES if exact(string, article)}
    assert set(found(index, f'"{string}"')) == expected


def test_no_string_crosses_from_a_unit_to_the_next(tmp_path: Path) -> None:
    article = an_article(
        title="甲甲甲",
        sections=(
            Section(heading="乙乙乙", subheading="丙丙丙", paragraphs=("丁丁丁", "戊戊戊")),
            Section(heading="己己己", paragraphs=("庚庚庚",)),
        ),
        figures=(Figure(url=None, caption="辛辛辛"), Figure(url=None, caption="壬壬壬")),
    )
    index = an_index(tmp_path, article)
    signs = "甲乙丙丁戊己庚辛壬"
    for first in signs:
        assert found(index, f'"{first * 3}"') == [article.id]
        assert found(index, f'"{first * 4}"') == []
        for second in signs.replace(first, ""):
            assert found(index, f'"{first}{second}"') == []
            assert found(index, f'"{first}{first}{second}{second}"') == []
            assert found(index, f'"{first} {second}"~1000') == []


chunks = (
    strings()
    .map(lambda text: "".join(text.split()))
    .filter(lambda text: not set(text) & set('"“”()（）|-－*'))
)
text_parts = st.one_of(
    chunks,
    st.builds('"{}"'.format, chunks),
    st.builds("“{}”".format, chunks),
    st.builds("{}*".format, chunks),
    st.builds('"{} {}"~{}'.format, chunks, chunks, st.integers(0, 12)),
)
parts = st.one_of(
    text_parts,
    st.builds("{}:{}".format, st.sampled_from(["title", "标题", "heading", "图注"]), text_parts),
    st.builds(
        "{}:{}".format,
        st.sampled_from(["author", "媒体", "来源", "栏目", "tag"]),
        st.sampled_from(
            ["工会", "工*", '"工人 日报"~3', "新华社", "总工会网", "丰台*", "走廊"],
        ),
    ),
    st.builds("site:{}".format, st.sampled_from([*SITES, "ftq*", "gh"])),
    st.builds("date:{}".format, st.sampled_from(["2019", "2018-12", "2019-06..", "..2020-02-01"])),
)
queries = st.recursive(
    parts,
    lambda inner: st.one_of(
        st.builds("{} {}".format, inner, inner),
        st.builds("{} 或 {}".format, inner, inner),
        st.builds("-({})".format, inner),
        st.builds("({})".format, inner),
        st.builds("(同节 {} {})".format, text_parts, text_parts),
        st.builds("(within:section {} ({} | {}))".format, text_parts, text_parts, text_parts),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(queries)
def test_a_query_finds_what_its_definition_holds_of(index: SearchIndex, typed: str) -> None:
    try:
        tree = parse(typed)
    except QueryError:
        assume(False)
        raise
    expected = {article.id for article in ARTICLES if holds(tree, article)}
    page = ask(index, typed, synonyms=False)
    # By day those with all the words stand before the others, whatever was typed.
    by_day = ask(index, typed, synonyms=False, sort=Sort.NEWEST)
    assert {hit.id for hit in by_day.hits[: by_day.with_all_words]} == expected
    assert {hit.id for hit in by_day.hits} == {hit.id for hit in page.hits}
    assert page.with_all_words == len(expected)
    assert page.total == len(page.hits)
    assert page.most_words == (page.total > len(expected))


@settings(deadline=None)
@given(
    st.sampled_from(["", "工会", "-工会", "“会” 或 党建"]),
    st.none() | st.dates(date(2018, 12, 1), date(2021, 6, 1)),
    st.none() | st.dates(date(2018, 12, 1), date(2021, 6, 1)),
    st.lists(st.sampled_from([*SITES, "nowhere"]), max_size=2),
    st.sampled_from(Sort),
)
def test_filters_orders_and_facets(
    index: SearchIndex,
    typed: str,
    first: date | None,
    last: date | None,
    sites: list[str],
    sort: Sort,
) -> None:
    tree = parse(typed) if first is last is None else And((parse(typed), Days(first, last)))
    expected = [
        article
        for article in ARTICLES
        if holds(tree, article) and (not sites or article.site in sites)
    ]
    page = ask(
        index,
        typed,
        published_from=first,
        published_until=last,
        sites=tuple(sites),
        sort=sort,
        facets=(Facet.SITE, Facet.YEAR, Facet.DAY),
    )
    assert page.total == len(expected)
    if sort is Sort.RELEVANCE and typed not in {"", "-工会"}:
        assert list(page.hits) == sorted(page.hits, key=lambda hit: (-hit.score, hit.id))
    else:

        def place(article: Article) -> tuple[int, str]:
            return article.published.toordinal() if article.published else 0, article.id

        placed = sorted(expected, key=place, reverse=sort is not Sort.OLDEST)
        placed.sort(key=lambda article: article.published is None)
        assert [hit.id for hit in page.hits] == [article.id for article in placed]
    sites_found = Counter(article.site for article in expected)
    assert {one.value: one.count for one in page.facets[Facet.SITE]} == sites_found
    counts = [one.count for one in page.facets[Facet.SITE]]
    assert counts == sorted(counts, reverse=True)
    years = Counter(str(article.published.year) for article in expected if article.published)
    assert {one.value: one.count for one in page.facets[Facet.YEAR]} == years
    days = Counter(str(article.published) for article in expected if article.published)
    assert {one.value: one.count for one in page.facets[Facet.DAY]} == days
    values = [one.value for one in page.facets[Facet.YEAR]]
    assert values == sorted(values, reverse=True)


def test_the_commonest_values_are_enough_for_a_facet_that_is_not_limited(
    index: SearchIndex,
) -> None:
    facets = (Facet.SITE, Facet.YEAR)
    every = ask(index, "", facets=facets).facets
    fewer = ask(index, "", facets=facets, facet_values=1).facets
    assert len(every[Facet.SITE]) > 1
    assert fewer[Facet.SITE] == every[Facet.SITE][:1]
    assert fewer[Facet.YEAR] == every[Facet.YEAR]
    two = {one.value for one in every[Facet.SITE][:2]}
    chosen = ask(index, "", facets=facets, facet_values=1, sites=tuple(two)).facets
    assert {one.value for one in chosen[Facet.SITE]} == two


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("typed", ["", "工会 或 的", '"会"'])
def test_pages_join_to_the_whole(index: SearchIndex, sort: Sort, typed: str) -> None:
    whole = found(index, typed, sort=sort)
    paged = [
        hit.id
        for offset in range(0, len(whole) + 7, 7)
        for hit in index.search(SearchQuery(text=typed, sort=sort, limit=7, offset=offset)).hits
    ]
    assert paged == whole


def test_an_empty_query_matches_everything_without_a_score(index: SearchIndex) -> None:
    page = ask(index, " ")
    assert {hit.id for hit in page.hits} == {article.id for article in ARTICLES}
    assert {hit.score for hit in page.hits} == {0.0}
    assert page.strings == ()


@given(st.one_of(hostile_queries, st.text(max_size=1001), chunks.map(lambda text: text * 80)))
def test_nothing_that_is_typed_breaks_the_search_or_takes_long(
    index: SearchIndex, typed: str
) -> None:
    started = time.perf_counter()
    with suppress(QueryError):
        ask(index, typed)
    assert time.perf_counter() - started < 2


def test_hits_of_a_withdrawn_revision_are_gone(index: SearchIndex) -> None:
    """The first twenty addresses were indexed with other texts before."""
    replaced = random_articles(20, seed=1)
    for old in replaced:
        if len(fold(old.title)) > 1 and not set(old.title) & set('"“”'):
            held = {article.id for article in ARTICLES if exact(old.title, article)}
            assert set(found(index, f'"{old.title}"')) == held


@pytest.mark.parametrize(
    ("count", "strings_tried"),
    [(200, 300), pytest.param(3000, 1000, marks=pytest.mark.prove)],
)
def test_strings_of_real_bulletins(tmp_path: Path, count: int, strings_tried: int) -> None:
    articles = [
        an_article(
            *filter(None, bulletin["body"].split("\n")),
            title=bulletin["title"],
            url=bulletin["url"],
        )
        for bulletin in bulletins(count)
    ]
    folded = {article.id: "\0".join(map(fold, units_of(article))) for article in articles}
    index = an_index(tmp_path, *articles)
    random = Random(count)
    for _ in range(strings_tried):
        unit = random.choice(units_of(random.choice(articles)))
        start = random.randrange(len(unit))
        string = unit[start : start + random.randint(2, 8)]
        if set(string) & set('"“”') or not fold(string):
            continue
        expected = {key for key, text in folded.items() if fold(string) in text}
        assert set(found(index, f'"{string}"')) == expected
        if not set(string) & set("()（）|｜-－*＊:：") and fold(string).isalnum():
            assert expected <= set(found(index, string))
