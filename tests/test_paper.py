"""The sample's paper: a pager written by a script, a report in pages, and reprints."""

from __future__ import annotations

import re
from dataclasses import astuple
from difflib import SequenceMatcher

import pytest

from archive.article import Article
from sample.paper import PAPER, Story, load_stories, paper_pages
from sample.report import load_reports
from tests.commands import Jianbao
from tests.test_hostile_sites import articles

STORIES = load_stories()
PAGES = paper_pages()


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory, crawled_once: Jianbao) -> dict[str, Article]:
    """What a crawl of the paper holds, by slug."""
    paper = Jianbao(tmp_path_factory.mktemp("paper"), crawled_once.sites)
    paper.ok("crawl", "sample-paper")
    return {each.url.rpartition("/")[2].removesuffix(".html"): each for each in articles(paper)}


def test_every_story_is_held_and_no_page_of_one_is_a_story(held: dict[str, Article]) -> None:
    assert sorted(held) == sorted(story.slug for story in STORIES)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.slug)
def test_a_story_is_read_as_it_is_printed(story: Story, held: dict[str, Article]) -> None:
    article = held[story.slug]
    assert (article.title, article.published) == (story.title, story.published)
    assert (article.container_title, article.reprinted_from) == (PAPER, story.reprinted_from)
    assert article.authors == story.authors
    assert [(each.heading, each.paragraphs) for each in article.sections] == [
        (each.heading, each.paragraphs) for each in story.sections
    ]
    assert len(article.captures) == len(story.pages)


def test_the_list_goes_on_by_a_script_only() -> None:
    text = PAGES["/paper/news/"].body.decode()
    assert "createPageHTML(2, 0" in text
    assert not re.search(r'href="[^"+]*index', text)
    assert "/paper/news/index_1.html" in PAGES


def test_a_reprint_has_another_headline_and_nearly_the_same_words() -> None:
    reports = {report.slug: report for report in load_reports()}
    reprints = [story for story in STORIES if story.reprints]
    assert len(reprints) >= 4
    for story in reprints:
        original = reports[story.reprints or ""]
        assert story.title != original.title
        assert story.published >= original.published
        words = "".join(words for section in story.sections for words in section.paragraphs)
        printed = "".join(original.paragraphs)
        assert words != printed
        assert SequenceMatcher(None, words, printed, autojunk=False).ratio() > 0.8


def test_one_story_has_three_pages() -> None:
    (long,) = [story for story in STORIES if len(story.pages) > 1]
    assert len(long.addresses) == 3
    texts = [PAGES[address].body.decode() for address in long.addresses]
    assert all(long.title in text for text in texts)
    printed = [astuple(section) for section in long.sections]
    assert len(printed) == sum(long.pages)
    assert long.sections[-1].paragraphs[0] not in texts[0]
