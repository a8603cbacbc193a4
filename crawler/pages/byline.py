"""The line under a title: 来源、作者、责任编辑 by their labels, and the names in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.pages.dates import days_in

_LABELS = {
    "source": "(?:信息|文章|本文|稿件|新闻|新聞|内容|资料|資料)?[来來]源于?|"
    "稿源|转载自|转自|摘自|出处|出處",
    "authors": "作者|记者|記者|通讯员|撰稿人|撰稿|撰文|供稿单位|供稿人|供稿|"
    "文/图|图/文|文图|图文|文",
    "editor": "责任编辑|責任編輯|本文编辑|网络编辑|责编|責編|编辑|編輯",
    "published": "发布时间|发布日期|發布時間|發佈時間|发表时间|发表日期|发稿时间|日期时间|"
    "时间|時間|日期",
    "other": r"[\u4e00-\u9fff]{2,6}|图|摄",
}
"""Any other short word before a colon (更新时间、浏览次数、字号) ends what was said before it."""
_SPOKEN_FOR = "更新时间|更新日期|修改时间|修改日期|最后更新|最后修改"
_TODAY = re.compile(
    r"(?:今天|今日|现在|目前|当前)(?:是|为)?(?:北京)?(?:时间|日期)?\s*[:：]?\s*"
    r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?(?:\s*\d\d?:\d\d)?"
)
_BOUNDARY = r"(?:^|(?<=[\s\d|、，,;；/:：·　（(【\[）)】\]]))"
_AT_LABEL = re.compile(
    _BOUNDARY
    + f"(?:(?P<changed>{_SPOKEN_FOR})|"
    + "|".join(f"(?P<{field}>{words})" for field, words in _LABELS.items())
    + r")\s*[:：]"
)
_LABEL_ALONE = re.compile(
    "^[（(【\\[]?(?:(?:"
    + "|".join(_LABELS[f] for f in ("source", "authors", "editor"))
    + r")[\s:：]|转载自|转自|摘自|来源于)\s*"
)
_TOOLS = (
    "手机看新闻|打印|字号|字体|收藏|分享|我要评论|查看评论|评论|纠错|推荐|参与互动|原创|"
    r"【?大\s中\s小"
)
_NAME_END = re.compile(
    rf"\s{{2,}}|[|　]|\s(?={_TOOLS})|\s(?=[A-Z]{{1,4}}\d)|(?<!\d)(?=(?:19|20)\d\d[-年/.])"
)
_CODE = re.compile(r"(?<![\s_])[\s_]*[A-Z]{1,4}\d{2,}$")
"""What systems write behind an editor's name (SF183)."""
_LONGEST_SOURCE = 200
_ADDRESS = re.compile(r"https?://[!-~]+")
_OPENING, _CLOSING = "（(【[", "）)】]"
_WRAPPED = re.compile(
    rf"[{re.escape(_OPENING)}]\s*([^{re.escape(_OPENING + _CLOSING)}]*?)\s*[{re.escape(_CLOSING)}]"
)
_BETWEEN_NAMES = re.compile(r"[、,，;；/\s]+")
_SPACED_NAME = re.compile(
    r"(?<![\u4e00-\u9fff\d])([\u4e00-\u9fff])[ 　]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_ROLES = "记者|記者|通讯员|实习生|作者|撰稿人|评论员"
_ROLE = re.compile(
    rf"^(?:\S*(?:{_ROLES})$|(?:本报|本网|本站|本刊)?(?:首席|特约|实习|见习|驻站)?(?:{_ROLES})"
    r"(?!站|团|部|协会|联合会|俱乐部))[:：]?"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a label says, and the label."""

    words: str
    label: str


def said(line: str) -> dict[str, Said]:
    """What a line says of ``source``, ``authors``, ``editor``, ``published``; empty ones left out.

    ``来源： 发布时间：2018-05-17`` has an empty source, not one called 发布时间. 责任编辑 is the
    editor rather than 编辑.
    """
    line = _close_names(line)
    found: dict[str, Said] = {}
    for field, start, at, end in _stretches(line):
        label = line[start:at].rstrip(" 　:：")
        words = line[at:end]
        if field in ("source", "authors", "editor"):
            words = _name(words)
        if field == "editor":
            words = _CODE.sub("", words)
        words = words.strip(" 　|")
        if not words or field in ("other", "changed"):
            continue
        before = found.get(field)
        if before and field == "authors":
            found[field] = Said(f"{before.words}、{words}", before.label)
        elif before is None or (field == "editor" and label.startswith(("责", "責"))):
            found[field] = Said(words, label)
    return found


def labelled(line: str) -> dict[str, str]:
    """The words alone of what a line has ``said``."""
    return {field: each.words for field, each in said(line).items()}


def joined(lines: Sequence[str]) -> Iterator[str]:
    """Lines of a byline, each label with what it says although that stands in the next cell."""
    waiting = ""
    for line in lines:
        if waiting and _AT_LABEL.match(line):
            yield waiting
            waiting = ""
        waiting += line
        if not _ENDS_IN_LABEL.search(waiting):
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


_ENDS_IN_LABEL = re.compile(f"(?:^|[\\s|　])(?:{'|'.join(_LABELS.values())})\\s*[:：]\\s*$")


def words_of_day(line: str) -> str:
    """The part of a line in which the day of publication may stand.

    What 发布时间 says; without it the line, but never what 更新时间 or 今天是 says.
    """
    if published := labelled(line).get("published"):
        return published
    changed = [(at, end) for field, at, _, end in _stretches(line) if field == "changed"]
    for at, end in reversed(changed):
        line = line[:at] + line[end:]
    return _TODAY.sub("", line)


def value_of(words: str, field: str) -> str:
    """What a text that a profile points at says of a field, with or without a label.

    ``来源：新华社 作者：林小满`` says 新华社 of ``source``; ``来源：`` alone says nothing.
    """
    found = labelled(words)
    words = _close_names(words)
    known = [each for each in _stretches(words) if each[0] != "other"]
    if any(each[0] == field for each in known):
        return found.get(field, "")
    if known:
        return _name(words[: known[0][1]])
    if bare := _LABEL_ALONE.match(words):
        return _name(words[bare.end() :])
    if field == "source":
        return _source_alone(words)
    return _CODE.sub("", words.strip()) if field == "editor" else words.strip()


def _source_alone(words: str) -> str:
    """A source among days, addresses and page tools, out of its brackets."""
    words = _ADDRESS.sub("  ", words.strip())
    if len(words) > _LONGEST_SOURCE:
        return words
    for printed in days_in(words, latest=date.max):
        words = words.replace(printed.text, "  ")
    tools = [start for _, start, _, _ in _stretches(words) if start]
    words = words[: tools[0]] if tools else words
    return _name(_unwrapped(words.strip(" 　|")))


def names_in(words: str) -> tuple[str, ...]:
    """People or bodies in printed order, without their roles. A number is no name.

    >>> names_in("本报记者 周喆、通讯员 林小满")
    ('周喆', '林小满')
    """
    found: dict[str, None] = {}
    for part in _BETWEEN_NAMES.split(_close_names(words)):
        name = _ROLE.sub("", part)
        if name and not name.isdigit():
            found[name] = None
    return tuple(found)


def _stretches(line: str) -> list[tuple[str, int, int, int]]:
    """Each label's field, and where the label, what it says, and the next label begin."""
    marks = list(_AT_LABEL.finditer(line))
    ends = (*(mark.start() for mark in marks[1:]), len(line))
    return [
        (str(mark.lastgroup), mark.start(), mark.end(), end)
        for mark, end in zip(marks, ends, strict=False)
    ]


def _name(words: str) -> str:
    """What a label says up to a wide gap, a day, or the bracket that closes around both."""
    words = _NAME_END.split(words.strip(), maxsplit=1)[0]
    depth = 0
    for at, character in enumerate(words):
        depth += (character in _OPENING) - (character in _CLOSING)
        if depth < 0:
            words = words[:at]
            break
    return _unwrapped(words.rstrip(_OPENING + " 　|、，,;；/").lstrip())


def _unwrapped(words: str) -> str:
    """Words out of the one pair of brackets around all of them."""
    wrapped = _WRAPPED.fullmatch(words)
    return wrapped[1] if wrapped else words


def _close_names(words: str) -> str:
    """Two characters that were set with a space between them, closed (王　芳, 来　源)."""
    return _SPACED_NAME.sub(r"\1\2", words)
