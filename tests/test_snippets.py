"""The passage shown with a hit."""

from __future__ import annotations

from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from archive.article import Figure, Section
from search.analysis import fold
from search.snippets import ELLIPSIS, LENGTH, Snippet, Span, snippet
from tests.builders import an_article
from tests.search_support import random_article

FILLER = "本报讯记者昨日从有关部门获悉，这项工作已经全面展开。"


def marked(passage: Snippet) -> list[str]:
    return [passage.text[start:end] for start, end in passage.marks]


def marks(title: str, strings: tuple[str, ...]) -> tuple[Span, ...]:
    return snippet(an_article(title=title), strings).title_marks


def test_the_passage_with_most_of_the_strings_is_shown() -> None:
    article = an_article(
        sections=(
            Section(paragraphs=(f"{FILLER}劳模{FILLER}",)),
            Section(heading="第二节", paragraphs=(FILLER * 8 + "劳模与党建" + FILLER * 8,)),
            Section(heading="第三节", paragraphs=("党建",)),
        )
    )
    passage = snippet(article, ("劳模", "党建"))
    assert marked(passage) == ["劳模", "党建"]
    assert (passage.heading, passage.anchor) == ("第二节", "s1")
    assert passage.text.startswith(ELLIPSIS)
    assert passage.text.endswith(ELLIPSIS)
    assert len(passage.text) <= LENGTH + 2


def test_far_apart_strings_are_shown_one_at_a_time() -> None:
    article = an_article("劳模" + FILLER * 9 + "党建与业务" + FILLER * 9)
    assert marked(snippet(article, ("劳模", "党建", "业务"))) == ["党建", "业务"]


def test_a_chunk_as_it_was_typed_is_shown_before_its_scattered_words() -> None:
    article = an_article("职工在家。" + "之家、服务、中心。" * 3, FILLER, "办好职工之家。")
    strings = ("职工之家", "服务中心", "职工", "之家", "服务", "中心")
    assert marked(snippet(article, strings)) == ["职工之家"]


def test_running_text_is_shown_before_a_heading() -> None:
    article = an_article(
        sections=(Section(heading="劳模风采", paragraphs=(FILLER, "这是劳模。")),),
    )
    assert snippet(article, ("劳模",)).text == "这是劳模。"


def test_the_best_passage_may_stand_far_behind() -> None:
    article = an_article(*["劳模。"] * 20, "劳模与党建。", *["党建。"] * 20)
    assert marked(snippet(article, ("劳模", "党建", "没有"))) == ["劳模", "党建"]


def test_a_passage_begins_with_its_sentence_where_there_is_room() -> None:
    article = an_article(FILLER * 9 + "这是劳模。" + FILLER * 9)
    assert snippet(article, ("劳模",)).text.startswith("…这是劳模。")


def test_a_match_in_a_caption_or_heading_is_shown() -> None:
    article = an_article(
        sections=(Section(heading="劳模风采", paragraphs=(FILLER,)),),
        figures=(Figure(url=None, caption="职工合影"),),
    )
    assert snippet(article, ("劳模",)) == Snippet("劳模风采", ((0, 2),), "劳模风采", "s0")
    assert snippet(article, ("合影",)) == Snippet("职工合影", ((2, 4),), None, None)


def test_without_a_match_the_body_begins() -> None:
    article = an_article(sections=(Section(heading="导语", paragraphs=(FILLER * 9,)),))
    passage = snippet(article, ("没有",))
    assert passage == snippet(article, ())
    assert passage.text == (FILLER * 9)[:LENGTH] + ELLIPSIS
    assert (passage.marks, passage.heading, passage.anchor) == ((), "导语", "s0")


def test_an_article_of_a_title_only_has_an_empty_passage() -> None:
    assert snippet(an_article(title="标题"), ("职工",)) == Snippet("", (), None, None)


def test_matches_are_marked_as_printed() -> None:
    text = "豐臺區總 工會、ＰＭ２．５、工\u200b会与ﾊﾟ"
    strings = ("丰台区总工会", "pm2.5", "工会", "パ")
    assert [text[start:end] for start, end in marks(text, strings)] == [
        "豐臺區總 工會",
        "ＰＭ２．５",
        "工\u200b会",
        "ﾊﾟ",
    ]


def test_marks_that_overlap_or_touch_are_one() -> None:
    assert marks("总工会会议", ("总工会", "工会", "会议")) == ((0, 5),)
    assert marks("会会会", ("会会",)) == ((0, 3),)
    assert marks("会", ("", "议")) == ()


def test_a_match_longer_than_the_passage_is_not_broken() -> None:
    long = FILLER * 9
    article = an_article(FILLER + long + FILLER)
    assert marked(snippet(article, (fold(long),))) == [FILLER * 11]


@given(
    st.integers(0, 300),
    st.lists(
        st.sampled_from(["工会", "总工会", "会", "pm2.5", "5", "党建,", "北京", "x"]), max_size=4
    ),
    st.integers(1, 130),
)
@example(0, [], 1)
def test_a_passage_is_a_stretch_of_a_unit_with_whole_marks(
    seed: int, strings: list[str], length: int
) -> None:
    article = random_article(Random(seed), seed)
    passage = snippet(article, strings, length)
    units = [
        text
        for section in article.sections
        for text in (section.heading, section.subheading, *section.paragraphs)
    ] + [figure.caption for figure in article.figures]
    stretch = passage.text.removeprefix(ELLIPSIS).removesuffix(ELLIPSIS)
    assert any(unit is not None and stretch in unit for unit in units) or not any(units)
    longest = max((end - start for start, end in passage.marks), default=0)
    assert len(stretch) <= max(length, longest)
    assert list(passage.marks) == sorted(passage.marks)
    for start, end in passage.marks:
        assert 0 <= start < end <= len(passage.text)
        assert any(string in fold(passage.text[start:end]) for string in strings)
    anywhere = any(string in fold(unit) for unit in units if unit for string in strings)
    assert bool(passage.marks) == anywhere
    if passage.anchor:
        assert passage.heading == article.sections[int(passage.anchor[1:])].heading
