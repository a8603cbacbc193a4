"""The tree made from lxml's events is the one that bs4 makes."""

from __future__ import annotations

import warnings

import pytest
from bs4 import BeautifulSoup
from bs4.element import PageElement, Tag
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.tree import DEEPEST, TooMuchMarkup, parse
from sample.site import pages

_NAMES = "p div span a table tr td ul li br img pre textarea b style script template ruby rt html"
_PIECES = st.one_of(
    st.sampled_from([f"<{name}>" for name in _NAMES.split()]),
    st.sampled_from([f"</{name}>" for name in _NAMES.split()]),
    st.sampled_from(
        [
            '<div class="a b" id=x>',
            '<a href="/报告.html" title>',
            '<meta charset="gbk">',
            "<o:p>",
            "<svg:path/>",
            "<!-- <p>说明</p> -->",
            "<!---->",
            "<!DOCTYPE html>",
            "<?php echo 1 ?>",
            "<![CDATA[甲]]>",
            "\n  ",
            " ",
            "&nbsp;&amp;",
            "工会",
            "<",
        ]
    ),
)


def told(root: BeautifulSoup) -> list[object]:
    """What is said of each element and string, and at which places its neighbours stand."""
    everything = [root, *root.descendants]
    places = {id(each): place for place, each in enumerate(everything)}
    return [
        (
            type(each).__name__,
            (each.name, dict(each.attrs), each.get_text()) if isinstance(each, Tag) else str(each),
            [places.get(id(other)) for other in _neighbours(each)],
        )
        for each in everything[1:]
    ]


def _neighbours(each: PageElement) -> tuple[PageElement | None, ...]:
    beside = (each.previous_sibling, each.next_sibling)
    return (each.parent, *beside, each.previous_element, each.next_element)


def check(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = BeautifulSoup(text, "lxml", multi_valued_attributes=None)
    root, tags = parse(text)
    assert told(root) == told(wanted)
    assert [id(tag) for tag in tags] == [id(tag) for tag in root.find_all(True)]


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_any_markup_gives_the_tree_of_bs4(text: str) -> None:
    check(text.replace("</br>", ""))


def test_real_markup_gives_the_tree_of_bs4() -> None:
    bodies = [page.body.decode("utf-8", "replace") for page in pages().values()][:20]
    assert len(bodies) == 20
    for body in bodies:
        check(body)


def test_what_would_be_parsed_for_minutes_is_refused() -> None:
    for text in ("<b>" * (DEEPEST + 1), "<b></b>" * 100_000, f"<p {'a ' * 110_000}>"):
        with pytest.raises(TooMuchMarkup):
            parse(text)
