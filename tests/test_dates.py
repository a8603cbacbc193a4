"""Days as pages print them and addresses name them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.dates import EARLIEST, day_in_url, days_in

LATEST = date(2030, 1, 1)
DAY = date(2012, 1, 2)


@pytest.mark.parametrize(
    "printed",
    [
        "2012-01-02",
        "2012-01-02 08:18",
        "2012-01-02 08:18:59",
        "2012-01-02T08:18:59",
        "2012-01-02-23:59:59",
        "2012/01/02",
        "2012/1/2 8:18",
        "2012年01月02日",
        "2012年01月02日 08:18",
        "2012年01月02日08:18",
        "2012年1月2日",
        "2012年1月2号",
        "2012 年 1 月 2 日",
        "2012.01.02",
        "2012.1.2 08:18",
        "2012-1-2",
        "2012-01-02 08：18",
        "２０１２年１月２日　０８：１８",
        "２０１２－０１－０２",
        "二〇一二年一月二日",
        "二○一二年一月二日",
        "二零一二年一月二日",
        "二0一二年一月二日",
    ],
)
def test_a_day_is_read_with_the_words_that_print_it(printed: str) -> None:
    for around in ("{}", "时间：{} 来源", "时间:{}来源：2", "　{}|"):
        (found,) = days_in(around.format(printed), latest=LATEST)
        assert (found.day, found.text) == (DAY, printed)


@pytest.mark.parametrize(
    ("spelled", "day"),
    [
        ("二〇一九年十一月二十九日", date(2019, 11, 29)),
        ("二〇一九年十二月三十一日", date(2019, 12, 31)),
        ("一九九九年十月十日", date(1999, 10, 10)),
        ("二〇二〇年二月二十日", date(2020, 2, 20)),
    ],
)
def test_numerals_are_read(spelled: str, day: date) -> None:
    assert [found.day for found in days_in(spelled, latest=LATEST)] == [day]


@pytest.mark.parametrize(
    "words",
    [
        "2030-01-02",
        "1989-12-31",
        "2012-02-30",
        "2012-13-01",
        "2012-00-10",
        "2012-01/02",
        "2012-01-023",
        "12012-01-02",
        "2012年1月",
        "2005-2012",
        "2012",
        "二〇一二年十十月二日",
        "二〇一二年十三月二日",
        "二〇一二年二月三十日",
        "第2012期",
        "",
    ],
)
def test_no_day_is_made_of_what_names_none(words: str) -> None:
    assert days_in(words, latest=LATEST) == []


def test_days_come_in_the_order_of_the_text() -> None:
    text = "二〇一二年一月三日起，2012年1月2日至2012.01.04，2031-01-01"
    assert [found.day.day for found in days_in(text, latest=LATEST)] == [3, 2, 4]


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/n1/2019/1129/c1001-31234567.html", date(2019, 11, 29)),
        ("/politics/2019-11/29/c_1125290000.htm", date(2019, 11, 29)),
        ("/10930/201911/29/191129092830870.shtml", date(2019, 11, 29)),
        ("/xw/201911/t20191129_547180.html", date(2019, 11, 29)),
        ("/xw/201911/t20191105_547180.html", date(2019, 11, 5)),
        ("/202009/20200929/x.html", date(2020, 9, 29)),
        ("/200809/20080901_x.html", date(2008, 9, 1)),
        ("/20191129/1.html", date(2019, 11, 29)),
        ("/art/2019/11/29/art_1_2.html", date(2019, 11, 29)),
        ("/art/2019/1/9/art_1_2.html", date(2019, 1, 9)),
        ("/content/2019-11/29/content_547180.htm", date(2019, 11, 29)),
        ("/c/2019-11-29/6712345.shtml", date(2019, 11, 29)),
        ("/201808/20180815/j_2018081510315000017363232416500332.html", date(2018, 8, 15)),
        ("/2018/0101/t20191129_1.html", date(2019, 11, 29)),
        ("/c_1125327450.htm", None),
        ("/info/1019/2168.htm", None),
        ("/201911/1.html", None),
        ("/2019/1329/1.html", None),
        ("/t20311129_1.html", None),
        ("/t19891129_1.html", None),
        ("/x/2019112912.html", None),
        ("/", None),
    ],
)
def test_a_day_in_an_address(path: str, day: date | None) -> None:
    found = day_in_url(path, latest=LATEST)
    assert (found.day if found else None) == day
    assert found is None or found.text in path


@given(st.dates(EARLIEST, LATEST), st.sampled_from(["{}-{}-{}", "{}年{}月{}日", "{}/{}/{}"]))
def test_every_day_is_read_back(day: date, form: str) -> None:
    for month, number in ((day.month, day.day), (f"{day.month:02}", f"{day.day:02}")):
        (found,) = days_in(form.format(day.year, month, number), latest=LATEST)
        assert found.day == day


@given(st.text(alphabet="0123456789一二三〇十年月日号-/.:： 　T", max_size=80))
def test_whatever_is_found_is_a_possible_day_and_stands_in_the_text(text: str) -> None:
    for found in days_in(text, latest=LATEST):
        assert EARLIEST <= found.day <= LATEST
        assert found.text in text
    named = day_in_url(text, latest=LATEST)
    assert named is None or EARLIEST <= named.day <= LATEST
