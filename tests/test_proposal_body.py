"""The body is guessed as what holds the most prose for the least else."""

from __future__ import annotations

from bs4.element import Tag
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.lines import lines_of
from crawler.proposal.weighed import Weighed, weigh
from tests.proposal_pages import (
    BULLETIN,
    HEADLINES,
    OTHER_PARAGRAPHS,
    PARAGRAPHS,
    links,
    list_page,
    modern,
    old,
    page,
    paragraphs,
    specimen,
    with_lead,
)


def weighed(text: str) -> Weighed:
    return weigh([specimen(text)])[0]


def guessed(text: str) -> Tag:
    return weighed(text).boxes()[0]


def texts_of(node: Tag) -> list[str]:
    return [line.text for line in lines_of(node)]


def test_the_body_is_the_box_of_the_text_with_what_else_is_in_it() -> None:
    assert guessed(modern())["class"] == "article-text"


def test_a_body_in_nameless_tables_is_found() -> None:
    assert texts_of(guessed(old())) == list(OTHER_PARAGRAPHS)


def test_a_body_in_a_single_link_is_found() -> None:
    text = "<br>".join(PARAGRAPHS)
    node = guessed(page("夏送清凉", f'<div class="box"><a href="/x.html">{text}</a></div>'))
    assert texts_of(node) == list(PARAGRAPHS)


def test_headlines_that_are_links_are_no_body() -> None:
    assert not weighed(list_page()).is_telling


def test_a_short_bulletin_beats_a_long_list_of_links() -> None:
    node = guessed(page("慰问环卫职工", f'<div id="zoom">{paragraphs(BULLETIN)}</div>'))
    assert texts_of(node) == list(BULLETIN)


def test_a_notice_of_rights_is_no_body() -> None:
    notice = (
        "<p>本站声明：未经授权，不得转载、摘编，违者将依法追究责任，欢迎监督，举报电话：12345。</p>"
    )
    node = guessed(page("慰问环卫职工", f"<div>{paragraphs(BULLETIN)}</div>", side=notice * 3))
    assert texts_of(node) == list(BULLETIN)


def test_a_summary_that_the_text_repeats_is_no_part_of_it() -> None:
    main = f'<div class="sum"><p>{PARAGRAPHS[0]}</p></div><div class="txt">{paragraphs()}</div>'
    assert guessed(page("夏送清凉", main))["class"] == "txt"


def test_related_links_within_the_text_do_not_cut_it() -> None:
    halves = paragraphs(PARAGRAPHS[:2]), paragraphs(PARAGRAPHS[2:])
    related = f'<div class="more">{links(HEADLINES * 2)}</div>'
    node = guessed(page("夏送清凉", f'<div class="txt">{related.join(halves)}</div>'))
    assert node["class"] == "txt"


def test_a_list_of_names_does_not_cut_the_text_before_it() -> None:
    names = "".join(f"<p>第{at}班组</p>" for at in range(60))
    node = guessed(page("关于表彰的决定", f'<div class="txt">{paragraphs(BULLETIN)}{names}</div>'))
    assert node["class"] == "txt"


def test_files_that_a_report_hands_out_are_no_links_to_read_on() -> None:
    files = "".join(f'<p><a href="/f/{at}.docx">{at}号决定全文</a></p>' for at in range(9))
    node = guessed(page("关于表彰的决定", f'<div class="txt">{paragraphs(BULLETIN)}{files}</div>'))
    assert texts_of(node)[-1] == "8号决定全文"


def test_a_lead_in_a_box_of_its_own_is_found() -> None:
    page = weighed(with_lead())
    lead = page.lead(page.text.tags[page.best])
    assert lead is not None
    assert texts_of(lead) == [PARAGRAPHS[0]]


def test_tools_before_the_text_are_no_lead() -> None:
    page = weighed(modern())
    assert page.lead(page.text.tags[page.best]) is None


def test_lines_of_several_pages_count_against_themselves() -> None:
    appeal = "<p>安澜工会提醒广大职工：遇到欠薪，请拨打12351热线，工会为您提供免费的法律援助。</p>"
    pages = [
        page(
            title, f'<div class="txt">{paragraphs(texts)}</div><div class="add">{appeal * 3}</div>'
        )
        for title, texts in (("慰问环卫职工", BULLETIN), ("大赛开幕", OTHER_PARAGRAPHS))
    ]
    bodies = [each.boxes()[0] for each in weigh([specimen(text) for text in pages])]
    assert [body["class"] for body in bodies] == ["txt", "txt"]


def test_the_same_report_given_twice_is_still_a_report() -> None:
    twice = weigh([specimen(modern()), specimen(modern())])
    assert [each.text.tags[each.best]["class"] for each in twice] == ["article-text"] * 2


tags = "<p> </p> <div> </div> <a> </a> <br> <td> <table> <title> <select> <!-- -->".split()
pieces = st.sampled_from(
    [*tags, *"<>/ &;，。", PARAGRAPHS[0], BULLETIN[0], "工会", "<div class=a>"]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(pieces, max_size=40).map("".join))
def test_any_page_is_weighed_and_each_line_lies_in_the_element_named(text: str) -> None:
    page = weighed(text)
    for line in page.text.stretches:
        assert line in page.text.within(line.place)
        assert line.linked <= len(line.text) + 1
    assert len(page.weights) == len(page.text.tags)


@settings(deadline=None, max_examples=60)
@given(st.lists(pieces, max_size=40).map("".join))
def test_a_guess_is_the_same_every_time(text: str) -> None:
    assert weighed(text).best == weighed(text).best
