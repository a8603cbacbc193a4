"""Days as Chinese pages print them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

EARLIEST = date(1990, 1, 1)
"""No union site is older; what names an earlier day is not a day of publication."""

_WIDE = str.maketrans("０１２３４５６７８９：－／．", "0123456789:-/.")
_ZERO = "〇○零0OoОоΟο◯"
"""二〇一九 is typed with whatever looks like a ring."""
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | dict.fromkeys(_ZERO, 0)
_SMALL = {
    tens + ones: 10 * at_ten + at_one
    for at_ten, tens in enumerate(("", "十", "二十", "三十"))
    for at_one, ones in enumerate(("", *"一二三四五六七八九"))
}
_TIME = r"(?:(?:\s*T?\s*|-)(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s?[AaPp]\.?[Mm]\b)?)?"
_PRINTED = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*(?:"
    r"(?P<sign>[-/.])\s*(?P<month>\d{1,2})\s*(?P=sign)\s*(?P<day>\d{1,2})(?!\d)"
    r"|年\s*(?P<cn_month>\d{1,2})\s*月\s*(?P<cn_day>\d{1,2})\s*[日号])" + _TIME
)
_SPELLED = re.compile(
    rf"(?P<year>[一二][{_ZERO}一二三四五六七八九]{{3}})年(?P<month>[一二三四五六七八九十]{{1,2}})月"
    r"(?P<day>[一二三四五六七八九十]{1,3})[日号]"
)
_IN_URL = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:"
    r"(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d{1,5}(?!\d))"
    r"|[-_/]?(?P<cut_month>0[1-9]|1[0-2])[-_/]?(?P<cut_day>0[1-9]|[12]\d|3[01])(?!\d)"
    r"|/(?P<loose_month>\d{1,2})/(?P<loose_day>\d{1,2})(?!\d))",
    re.ASCII,
)
"""A day written in eight digits may go on as a time, which has six digits or more."""


@dataclass(frozen=True, slots=True)
class PrintedDay:
    """A day and the words that name it."""

    day: date
    text: str


def days_in(text: str, *, latest: date) -> list[PrintedDay]:
    """Every day printed in a text, in order; nothing before 1990 or after ``latest``.

    Reads ``2019-11-29``, ``/`` and ``.``, ``2019年11月29日``, full-width digits, spelled numerals
    (二〇一九年十一月二十九日), with the time where one follows.
    """
    plain = text.translate(_WIDE)
    matches = [*_PRINTED.finditer(plain), *_SPELLED.finditer(plain)]
    matches.sort(key=re.Match.start)
    return [
        PrintedDay(day, text[match.start() : match.end()])
        for match in matches
        if (day := _day(match, latest))
    ]


def day_in_url(url: str, *, latest: date) -> PrintedDay | None:
    """The last whole day named in an address, such as ``/201911/t20191129_1.html``."""
    found: PrintedDay | None = None
    for match in _IN_URL.finditer(url):
        if day := _day(match, latest):
            found = PrintedDay(day, match[0])
    return found


def _day(match: re.Match[str], latest: date) -> date | None:
    """The day whose year, month and day a match holds, in whichever of its groups."""
    words = [words for name, words in match.groupdict().items() if words and name != "sign"]
    year, month, day = (_number(each) for each in words)
    try:
        named = date(year, month, day)
    except ValueError:
        return None
    return named if EARLIEST <= named <= latest else None


def _number(words: str) -> int:
    """A number in digits, a year in characters (二〇一九), a small number (二十九); 0 if none."""
    if words.isdecimal():
        return int(words)
    if len(words) == 4:
        return int("".join(str(_DIGITS[character]) for character in words))
    return _SMALL.get(words, 0)
