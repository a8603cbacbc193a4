"""One layout for each template, in an order in which each page is read by its own."""

from __future__ import annotations

from crawler.proposal.layouts import Template, templates
from tests.proposal_pages import (
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


def found(**pages: str) -> tuple[list[Template], list[str]]:
    templates_, unread = templates([specimen(text, name) for name, text in pages.items()])
    return templates_, [each.name for each in unread]


def names_in(template: Template) -> list[str]:
    return [each.name for each in template.specimens]


def test_pages_of_one_template_share_a_layout() -> None:
    layouts, unread = found(a=modern(), b=modern("大赛开幕", OTHER_PARAGRAPHS))
    assert [(each.body, names_in(each)) for each in layouts] == [(["div.article-text"], ["a", "b"])]
    assert unread == []


def test_tools_links_and_editor_in_the_body_are_removed() -> None:
    layouts, _ = found(a=modern(), b=modern("大赛开幕", OTHER_PARAGRAPHS))
    assert layouts[0].remove == ["div.share", "div.related", "p.duty"]


def test_each_template_has_a_layout_and_list_pages_have_none() -> None:
    layouts, unread = found(a=modern(), b=old(), c=list_page())
    assert sorted(names_in(each) for each in layouts) == [["a"], ["b"]]
    assert unread == ["c"]


def test_a_lead_is_the_first_of_two_nodes() -> None:
    layouts, _ = found(a=with_lead(), b=with_lead("大赛开幕", OTHER_PARAGRAPHS))
    texts = [[node.get_text() for node in body] for body in layouts[0].bodies]
    assert texts == [
        [PARAGRAPHS[0], "".join(PARAGRAPHS[1:])],
        [OTHER_PARAGRAPHS[0], "".join(OTHER_PARAGRAPHS[1:])],
    ]


def test_a_class_that_is_another_box_elsewhere_is_passed_over() -> None:
    text = page("夏送清凉", f'<div class="box" id="story">{paragraphs()}</div>')
    other = page(
        "大赛开幕",
        f'<div class="box">{links()}</div><div id="story">{paragraphs(OTHER_PARAGRAPHS)}</div>',
    )
    layouts, _ = found(a=text, b=other)
    assert [each.body for each in layouts] == [["div#story"]]


def test_a_template_whose_box_means_another_thing_elsewhere_is_tried_later() -> None:
    """``div.box`` is the text on two pages, and a list on a third that has a box of its own."""
    one = page("夏送清凉", f'<div class="box">{paragraphs()}</div>')
    two = page("慰问职工", f'<div class="box">{paragraphs(PARAGRAPHS[::-1])}</div>')
    long = (
        *OTHER_PARAGRAPHS,
        *(f"{name}车间的选手说，备赛三个月，收获很大。" for name in "甲乙丙丁"),
    )
    three = page(
        "大赛开幕", f'<div class="box">{links()}</div><div class="text">{paragraphs(long)}</div>'
    )
    layouts, unread = found(one=one, two=two, three=three)
    assert [names_in(each) for each in layouts] == [["three"], ["one", "two"]]
    assert unread == []


def test_the_lines_of_a_picture_are_not_removed() -> None:
    caption = '<div class="pic"><img src="/a.jpg"><p>慰问现场 图片来源：工会</p></div>'
    layouts, _ = found(a=page("夏送清凉", f'<div class="txt">{caption}{paragraphs()}</div>'))
    assert layouts[0].remove == []
