"""The history of a report: its readings in order of time, what changed, and that it was gone."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from archive.article import Article, Section
from archive.history import (
    EventKind,
    FieldChange,
    LineChange,
    field_changes,
    history,
    line_changes,
)
from archive.history_shown import show_history
from archive.outcome import Outcome, OutcomeKind, Withdrawal
from archive.store import ArticleStore
from tests.builders import a_capture, an_article
from tests.commands import Jianbao


def at(year: int) -> datetime:
    return datetime(year, 1, 2, tzinfo=UTC)


def said(article: Article, year: int, *paragraphs: str, **fields: object) -> Article:
    """What the article said in a year."""
    return replace(
        article,
        sections=(Section(paragraphs=paragraphs),),
        captures=(a_capture(captured_at=at(year), url=article.url),),
        **fields,  # type: ignore[arg-type]
    )


def gone(store: ArticleStore, article: Article, year: int) -> None:
    capture = a_capture(captured_at=at(year), url=article.url, status=404, run=f"run{year}")
    store.note_capture(capture)
    store.record(
        Outcome(
            run=capture.run,
            site=article.site,
            url=article.url,
            kind=OutcomeKind.GONE,
            at=datetime.now(UTC),
            capture_id=capture.id,
            article_id=article.id,
            detail="404",
        )
    )


def test_readings_come_in_order_of_time_and_equal_ones_are_one(store: ArticleStore) -> None:
    article = an_article()
    for year, text in ((2021, "甲"), (2022, "甲"), (2024, "乙"), (2019, "先"), (2023, "甲")):
        store.put(said(article, year, text))
    events = history(store, article.id)
    assert [(each.at.year, len(each.captures)) for each in events] == [
        (2019, 1),
        (2021, 3),
        (2024, 1),
    ]
    texts = [each.article.sections[0].paragraphs for each in events if each.article]
    assert texts == [("先",), ("甲",), ("乙",)]
    assert store.get(article.id).sections[0].paragraphs == ("乙",)


def test_a_text_that_comes_back_is_two_readings(store: ArticleStore) -> None:
    article = an_article()
    for year, text in ((2021, "甲"), (2022, "乙"), (2023, "甲")):
        store.put(said(article, year, text))
    assert [each.at.year for each in history(store, article.id)] == [2021, 2022, 2023]


def test_gone_and_withdrawn_are_events(store: ArticleStore) -> None:
    article = an_article()
    store.put(said(article, 2021, "甲"))
    gone(store, article, 2022)
    store.put(said(article, 2023, "甲"))
    store.withdraw(Withdrawal(article_id=article.id, reason="误发", at=at(2024)))
    events = history(store, article.id)
    assert [(each.kind, each.at.year, each.detail) for each in events] == [
        (EventKind.READ, 2021, ""),
        (EventKind.GONE, 2022, "404"),
        (EventKind.WITHDRAWN, 2024, "误发"),
    ]


def test_paragraphs_are_compared_word_by_word() -> None:
    old = an_article("今天有3人来到文化宫。", "第二段没有变化。", "第三段会被删掉。", title="开幕")
    new = replace(
        old,
        title="闭幕",
        sections=(
            Section(paragraphs=("今天有13人来到文化宫。", "第二段没有变化。", "新加的话！")),
        ),
    )
    assert line_changes(old, new) == (
        LineChange("~", (("-", "开"), ("+", "闭"), ("=", "幕"))),
        LineChange("~", (("=", "今天有"), ("-", "3"), ("+", "13"), ("=", "人来到文化宫。"))),
        LineChange("+", (("+", "新加的话！"),)),
        LineChange("-", (("-", "第三段会被删掉。"),)),
    )


def test_fields_are_compared_as_text() -> None:
    old = an_article("甲", published=date(2024, 5, 6), authors=("林小满",))
    new = replace(old, published=None, authors=("林小满", "周明"), editor="陈")
    assert field_changes(old, new) == (
        FieldChange(field="published", old="2024-05-06", new=""),
        FieldChange(field="authors", old="林小满", new="林小满\n周明"),
        FieldChange(field="editor", old="", new="陈"),
    )
    long = FieldChange(field="sections", old="一" * 100 + "甲", new="一" * 100 + "乙")
    assert long.shortened() == ("…" + "一" * 12 + "甲", "…" + "一" * 12 + "乙")


paragraphs = st.lists(st.text("甲乙丙ab1。 ", max_size=12).filter(str.strip), max_size=5).map(tuple)


@given(paragraphs, paragraphs)
def test_line_changes_hold_all_that_went_and_came(
    old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    before = an_article(sections=(Section(paragraphs=old),))
    changes = line_changes(before, replace(before, sections=(Section(paragraphs=new),)))
    went = ["".join(text for sign, text in each.stretches if sign != "+") for each in changes]
    came = ["".join(text for sign, text in each.stretches if sign != "-") for each in changes]
    kept = [line for line in old if went.count(line) < old.count(line)]
    assert set(filter(None, went)) <= set(old)
    assert set(filter(None, came)) <= set(new)
    assert set(kept) <= set(new)
    assert bool(changes) == (old != new)


def test_without_colours_changes_stand_in_brackets(store: ArticleStore) -> None:
    article = an_article()
    store.put(said(article, 2021, "今天有3人来。", published=date(2021, 1, 1)))
    store.put(said(article, 2022, "今天有4人来。", published=date(2021, 1, 2)))
    printed = StringIO()
    show_history(Console(file=printed, width=200), history(store, article.id))
    lines = printed.getvalue().splitlines()
    assert lines[0].startswith("2021-01-02 08:00:00 +08:00")
    assert "  published: [-2021-01-01-]{+2021-01-02+}" in lines
    assert "  ~ 今天有[-3-]{+4+}人来。" in lines
    coloured = StringIO()
    show_history(Console(file=coloured, force_terminal=True), history(store, article.id))
    assert "\x1b[" in coloured.getvalue()
    assert "[-" not in coloured.getvalue()


def test_the_command_shows_a_history(tmp_path: Path) -> None:
    jianbao = Jianbao(tmp_path / "data", tmp_path / "sites")
    article = an_article()
    with closing(jianbao.open_store()) as store:
        store.put(said(article, 2021, "秘密甲。"))
        store.put(said(article, 2022, "秘密乙。"))
        gone(store, article, 2023)
    printed = jianbao.ok("history", article.id)
    assert "[-甲-]{+乙+}" in printed
    assert "gone from the site: 404" in printed
    events = jianbao.json("history", article.id)
    assert [event["kind"] for event in events] == ["read", "read", "gone"]
    assert events[1]["lines"][0]["stretches"] == [
        ["=", "秘密"],
        ["-", "甲"],
        ["+", "乙"],
        ["=", "。"],
    ]
    unknown = jianbao("history", "nowhere")
    assert (unknown.returncode, "no article with the id" in unknown.stderr) == (1, True)
    jianbao.ok("withdraw", article.id, "--reason", "误发")
    printed = jianbao.ok("history", article.id)
    assert "withdrawn: 误发" in printed
    assert "甲" not in printed, "the text of a withdrawn report is not shown"
