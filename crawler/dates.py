"""Days as Chinese pages print them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

EARLIEST = date(1990, 1, 1)
"""No union site is older; what names an earlier day is not a day of publication."""

_WIDE = str.maketrans("０１２３４５６７８９：－／．", "0123456789:-/.")
_NUMERALS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0, "０": 0}
_TIME = r"(?:\s*T?\s*(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)?"
_PRINTED = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)\s*(?:"
    r"(?P<sign>[-/.])\s*(?P<month>\d{1,2})\s*(?P=sign)\s*(?P<day>\d{1,2})(?!\d)"
    r"|年\s*(?P<cn_month>\d{1,2})\s*月\s*(?P<cn_day>\d{1,2})\s*日)" + _TIME
)
_SPELLED = re.compile(
    r"(?P<year>[一二][〇○零一二三四五六七八九]{3})年(?P<month>[一二三四五六七八九十]{1,2})月"
    r"(?P<day>[一二三四五六七八九十]{1,3})日"
)
_IN_URL = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:"
    r"(?P<sign>[-/]?)(?P<month>0[1-9]|1[0-2])[-/]?(?P<day>0[1-9]|[12]\d|3[01])"
    r"|/(?P<loose_month>\d{1,2})/(?P<loose_day>\d{1,2}))(?!\d{1,5}(?:\D|$))"
)


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
    found: list[tuple[int, PrintedDay]] = []
    plain = text.translate(_WIDE)
    for match in _PRINTED.finditer(plain):
        numbers = (
            match["year"],
            match["month"] or match["cn_month"],
            match["day"] or match["cn_day"],
        )
        printed = text[match.start() : match.end()].strip()
        _keep(found, match.start(), printed, [int(number) for number in numbers], latest)
    for match in _SPELLED.finditer(plain):
        year = int("".join(str(_NUMERALS[c]) for c in match["year"]))
        spelled = [year, _spelled(match["month"]), _spelled(match["day"])]
        _keep(found, match.start(), match[0], spelled, latest)
    return [printed for _, printed in sorted(found, key=lambda pair: pair[0])]


def day_in_url(url: str, *, latest: date) -> PrintedDay | None:
    """The last whole day named in an address, such as ``/201911/t20191129_1.html``."""
    found: list[tuple[int, PrintedDay]] = []
    for match in _IN_URL.finditer(url):
        numbers = [
            int(match["year"]),
            int(match["month"] or match["loose_month"]),
            int(match["day"] or match["loose_day"]),
        ]
        _keep(found, match.start(), match[0], numbers, latest)
    return found[-1][1] if found else None


def _keep(
    found: list[tuple[int, PrintedDay]], at: int, text: str, numbers: list[int], latest: date
) -> None:
    try:
        day = date(*numbers)
    except ValueError:
        return
    if EARLIEST <= day <= latest:
        found.append((at, PrintedDay(day, text)))


def _spelled(numeral: str) -> int:
    """十二 is 12, 二十九 is 29, 三 is 3."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _NUMERALS.get(numeral, 0)
    return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)
