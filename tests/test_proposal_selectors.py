"""A proposed selector finds its element alone, and goes by what does not change."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.markup import Markup
from crawler.proposal.selectors import candidates
from tests.proposal_pages import modern, old


def first(text: str, selector: str) -> str:
    markup = Markup(text, "")
    return next(candidates(markup, markup.select(selector)[0]))


def test_an_id_comes_before_a_class() -> None:
    assert first('<div id="zoom" class="text">x</div>', "div") == "div#zoom"


def test_a_class_that_stands_elsewhere_too_is_not_enough() -> None:
    text = '<div class="box">x</div><div id="main"><div class="box">y</div></div>'
    markup = Markup(text, "")
    node = markup.select("#main .box")[0]
    assert next(candidates(markup, node)) == "div#main div.box"


def test_an_id_that_counts_reports_is_not_used() -> None:
    assert first('<div id="article_201804267" class="text">x</div>', "div") == "div.text"


def test_a_class_made_by_a_build_is_not_used() -> None:
    text = '<div class="Article_body__3kF9s css-1x2y3z story">x</div>'
    assert first(text, "div") == "div.story"


def test_a_class_that_says_how_something_looks_comes_last() -> None:
    assert first('<p class="MsoNormal">x</p><p class="MsoNormal lede">y</p>', "p.lede") == "p.lede"


def test_an_element_without_names_is_found_by_the_way_to_it() -> None:
    text = '<table id="t"><tr><td>x</td></tr></table><table><tr><td>y</td></tr></table>'
    assert first(text, "table#t > tr > td") == "table#t > tr > td"


def test_a_name_that_needs_escaping_is_escaped() -> None:
    assert first('<div id="1-正文:a">x</div>', "div") == r"div#\31 -正文\:a"


def test_a_page_of_nameless_tables_gives_the_way_from_its_body() -> None:
    markup = Markup(old(), "")
    node = markup.select("span")[0].parent
    assert node is not None
    assert next(candidates(markup, node)).startswith("body > table")


def test_every_selector_ends_in_what_is_found_fast() -> None:
    markup = Markup(modern(), "")
    for node in markup.select("div, p, h1, li"):
        for selector in candidates(markup, node):
            assert not selector.split()[-1].startswith(("*", ":", "["))


names = st.lists(st.text("abAB19-_ 正:.#", max_size=6), max_size=4)
elements = st.recursive(
    st.tuples(st.sampled_from(["p", "span"]), names, st.just("")),
    lambda inner: st.tuples(
        st.sampled_from(["div", "table", "tr", "td"]),
        names,
        st.lists(inner, max_size=4).map(lambda parts: "".join(written(*part) for part in parts)),
    ),
    max_leaves=12,
)


def written(tag: str, classes: list[str], inside: str) -> str:
    return f'<{tag} class="{" ".join(classes)}" id="{"".join(classes)}">{inside}</{tag}>'


@settings(deadline=None, max_examples=60)
@given(st.lists(elements, min_size=1, max_size=5))
def test_every_selector_finds_its_element_and_no_other(
    parts: list[tuple[str, list[str], str]],
) -> None:
    markup = Markup("".join(written(*part) for part in parts), "")
    for node in markup.root.find_all(True):
        for selector in candidates(markup, node):
            assert [id(each) for each in markup.select(selector)] == [id(node)]
