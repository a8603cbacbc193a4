"""The small archive that tests of pages and API read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

from apiflask import APIFlask

from archive.article import Article, Figure, Section, Witness
from archive.opening import open_store
from archive.outcome import Withdrawal
from archive.settings import Settings
from tests.builders import a_capture, an_article
from web.app import create_app
from web.holdings import EXTENSION, Holdings

PUBLIC = "https://archive.example"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"

REPORT = an_article(
    url="https://www.ftqgh.example/2019/11/29/1.html",
    title="【先锋走廊】换个讲法 党建课开到塔吊下",
    column_tag="先锋走廊",
    published=date(2019, 11, 29),
    published_evidence=(
        Witness(
            where="line", locator="div.info", text="2019年11月29日 09:30", day=date(2019, 11, 29)
        ),
        Witness(where="url", locator="path", text="2019/11/29", day=date(2019, 11, 29)),
    ),
    container_title="丰台区总工会网站",
    publisher="丰台区总工会",
    editor="责编甲",
    reprinted_from="安澜晚报",
    channel="党建",
    sections=(
        Section(paragraphs=("塔吊下面开党课，是这个月党建工作的新办法，工友戴着安全帽来听。",)),
        Section(
            heading="把讲台搬到工地",
            subheading="每周一堂露天课",
            paragraphs=("老班长讲业务，新工友讲心得。",),
        ),
        Section(
            heading="把讲台搬到工地",
            subheading="走进工地",
            paragraphs=("党课开到了塔吊下面。",),
        ),
    ),
    figures=(
        Figure(url="https://www.ftqgh.example/1.jpg", caption="露天课堂一角"),
        Figure(url="javascript:alert(3)", caption=None),
    ),
    captures=(
        a_capture(captured_at=datetime(2026, 11, 20, 1, 0, tzinfo=UTC)),
        a_capture(captured_at=datetime(2026, 11, 21, 16, 30, tzinfo=UTC)),
    ),
)
HOSTILE = an_article(
    url="javascript:alert(4)",
    title=f"标题{MARKUP}</title>",
    published=date(2021, 5, 1),
    published_evidence=(
        Witness(where="meta", locator=f"meta:{MARKUP}", text=MARKUP, day=date(2021, 5, 1)),
        Witness(where="url", locator="path", text="20210502", day=date(2021, 5, 2)),
    ),
    container_title=f"媒体{MARKUP}",
    publisher='单位" onmouseover="alert(5)',
    sections=(Section(heading=f"小标题{MARKUP}", paragraphs=(f"恶意正文{MARKUP}",)),),
    figures=(Figure(url=None, caption=f"图注{MARKUP}"),),
)
UNDATED = an_article("没有印日期的报道。", title="未印日期")
WITHDRAWN = an_article("撤下的内容。", title="撤下的报道", published=date(2020, 1, 1))
COURSES = tuple(
    an_article(
        f"第{number}期职工技能培训班开班。",
        url=f"https://www.bjzgh.example/{number}.html",
        site="bjzgh",
        title=f"培训班开班（{number}）",
        published=date(2022 + number // 13, number % 12 + 1, 5),
        container_title="北京工会网",
        publisher="某市总工会",
        authors=("通讯员甲", "通讯员乙"),
    )
    for number in range(1, 26)
)
ARTICLES: tuple[Article, ...] = (REPORT, HOSTILE, UNDATED, WITHDRAWN, *COURSES)


def settings_in(folder: Path) -> Settings:
    profile = folder / "sites" / "bjzgh" / "profile.toml"
    profile.parent.mkdir(parents=True, exist_ok=True)
    profile.write_text('name = "北京工会网"\n', encoding="utf-8")
    return Settings(data=folder / "data", sites=folder / "sites", public_url=PUBLIC)


def fill(settings: Settings) -> None:
    store = open_store(settings.store_url)
    with store.batch():
        for article in ARTICLES:
            store.put(article)
        at = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
        withdrawal = Withdrawal(article_id=WITHDRAWN.id, reason="应作者要求", at=at)
        store.withdraw(withdrawal)
    store.close()


@contextmanager
def an_app(folder: Path) -> Iterator[APIFlask]:
    """The application over the archive above, closed at the end."""
    settings = settings_in(folder)
    fill(settings)
    app = create_app(settings)
    try:
        yield app
    finally:
        held_by(app).close()


def held_by(app: APIFlask) -> Holdings:
    return cast(Holdings, app.extensions[EXTENSION])
