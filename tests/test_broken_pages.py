"""Broken pages: what is there is read, what is not is reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.pages.reading import PageUnread
from tests.sample_reading import HOST, read

BROKEN = Path(__file__).parent / "broken"
TWO_PARAGRAPHS = (
    "望潮区职工运动会昨日开幕，镕光机械厂的喆师傅点燃火炬。",
    "运动会持续三天，共有拔河、跳绳等九个项目。",
)
WHOLE = {
    "utf8_called_gb2312": {},
    "gb18030_called_gb2312": {},
    "gb18030_called_utf8": {},
    "two_dates": {"published_text": "2023-01-05 08:00"},
    "body_in_body": {},
    "deep_nesting": {},
    "two_html_ends": {},
    "mis_nested": {},
    "line_breaks": {},
    "word_markup": {},
    "stray_bytes": {},
    "self_closed_style": {},
    "control_characters": {},
    "image_in_sentence": {},
    "form_around": {},
    "cells_of_byline": {},
    "one_bad_byte": {"first": TWO_PARAGRAPHS[0].replace("火炬", "火炬\ufffd")},
    "truncated": {"second": "运动会持续三天，共有"},
}


@pytest.mark.parametrize(("name", "differs"), WHOLE.items(), ids=WHOLE)
def test_a_broken_page_loses_nothing_that_is_there(name: str, differs: dict[str, str]) -> None:
    page = read(BROKEN.joinpath(f"{name}.html").read_bytes())
    assert page.title == "望潮区职工运动会开幕"
    assert page.published == date(2023, 1, 5)
    assert page.published_text == differs.get("published_text", "2023-01-05")
    assert page.authors == ("林小满",)
    assert page.reprinted_from is None
    assert page.channel == "工会要闻"
    (section,) = page.sections
    first, second = TWO_PARAGRAPHS
    assert section.paragraphs == (differs.get("first", first), differs.get("second", second))


UNREAD = {
    "no_body": (
        "layout_not_recognised",
        "modern: div.article-content; table: td.nr div.TRS_Editor",
    ),
    "empty_body": ("field_missing", "table.body: td.nr div.TRS_Editor"),
    "two_bodies": ("field_missing", "table.body: td.nr div.TRS_Editor: 2 places"),
    "no_title": ("field_missing", "table.title: td.bt"),
    "only_a_change_date": ("field_missing", "table.published: td.sj"),
    "script_written": (
        "needs_javascript",
        "modern: div.article-content; table: td.nr div.TRS_Editor; div#app is empty",
    ),
}


@pytest.mark.parametrize(("name", "reason"), UNREAD.items(), ids=UNREAD)
def test_what_is_not_there_is_reported_and_not_guessed(name: str, reason: tuple[str, str]) -> None:
    with pytest.raises(PageUnread) as caught:
        read(BROKEN.joinpath(f"{name}.html").read_bytes())
    assert (caught.value.kind, caught.value.detail) == reason


def test_every_broken_page_is_tested() -> None:
    assert {path.stem for path in BROKEN.iterdir()} == {*WHOLE, *UNREAD, "only_pictures"}


def test_a_page_of_pictures_is_a_report() -> None:
    page = read(BROKEN.joinpath("only_pictures.html").read_bytes())
    assert page.sections == ()
    assert [(figure.url, figure.caption) for figure in page.figures] == [
        (f"{HOST}/gzyw/202301/a.jpg", "火炬手入场"),
        (None, None),
    ]
