"""What a layout matched is a report, or the page is reported with the reason."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.likeness import complaint
from crawler.pages.lines import lines_of
from crawler.pages.markup import Markup
from tests.proposal_pages import (
    BULLETIN,
    HEADLINES,
    PARAGRAPHS,
    links,
    list_page,
    modern,
    page,
    paragraphs,
)


def said_of(text: str, selector: str, remove: str = "script") -> str | None:
    markup = Markup(text, "")
    nodes = markup.outermost(selector)
    without = {id(node) for node in markup.select(remove)}
    lines = [line for node in nodes for line in lines_of(node, without=without)]
    return complaint(text, markup, nodes, lines)


def test_a_report_passes() -> None:
    assert said_of(modern(), "div.article-text", "div.related") is None


def test_two_sentences_and_a_picture_pass_on_a_page_full_of_links() -> None:
    body = f'<div id="zoom"><img src="/a.jpg">{paragraphs(BULLETIN)}</div>'
    assert said_of(page("慰问环卫职工", body, side=links(HEADLINES * 9)), "div#zoom") is None


def test_a_picture_with_a_few_words_passes() -> None:
    body = '<div id="zoom"><img src="/a.jpg"><p>图为慰问现场</p></div>'
    assert said_of(page("慰问环卫职工", body), "div#zoom") is None


def test_a_list_of_names_passes() -> None:
    names = "".join(f"<tr><td>第{at}车间</td></tr>" for at in range(60))
    assert said_of(page("先进班组名单", f'<table id="t">{names}</table>'), "table#t") is None


def test_files_that_are_handed_out_pass() -> None:
    files = "".join(f'<p><a href="/f/{at}.pdf">附件{at}</a></p>' for at in range(9))
    assert said_of(page("关于表彰的决定", f'<div id="zoom">{files}</div>'), "div#zoom") is None


def test_a_list_of_headlines_is_told() -> None:
    assert said_of(list_page(), "div.article-text") == "24 of its 24 lines are links"


def test_a_box_beside_the_text_is_told_with_the_place_of_the_text() -> None:
    reason = said_of(modern(), "p.from")
    assert reason is not None
    assert reason.endswith(" in div.article-text")


def test_the_first_paragraph_alone_is_told() -> None:
    text = page("夏送清凉", f'<div class="txt">{paragraphs(PARAGRAPHS * 2)}</div>')
    lead = text.replace("<p>", '<p class="first">', 1)
    assert said_of(lead, "p.first") is not None


def test_links_that_the_profile_removes_do_not_count() -> None:
    body = (
        f'<div id="zoom">{paragraphs(BULLETIN)}<div class="more">{links(HEADLINES * 3)}</div></div>'
    )
    text = page("慰问环卫职工", body)
    assert said_of(text, "div#zoom") is not None
    assert said_of(text, "div#zoom", "div.more") is None


@settings(deadline=None)
@given(st.lists(st.sampled_from(["<p>", "</p>", "<a>", "<div>", *BULLETIN, "工会"]), max_size=30))
def test_no_page_and_no_match_raise(parts: list[str]) -> None:
    text = "".join(parts)
    for selector in ("p", "div", "a", "body", "html"):
        said_of(text, selector)
