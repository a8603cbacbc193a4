"""The line under a title: 来源、作者、责任编辑 by their labels, and the names in them."""

from __future__ import annotations

import re

_LABELS = {
    "source": "信息来源|文章来源|本文来源|稿件来源|新闻来源|内容来源|来源于|来源|稿源|转自",
    "authors": "作者|记者|通讯员|撰稿人|撰稿|撰文|供稿|文/图|图/文|文图|图文|文",
    "editor": "责任编辑|本文编辑|网络编辑|责编|编辑",
    "published": "发布时间|发布日期|发表时间|发表日期|发稿时间|时间|日期",
    "other": r"[\u4e00-\u9fff]{2,6}",
}
"""Any other short word before a colon (更新时间、浏览次数、字号) ends what was said before it."""
_SPOKEN_FOR = "更新时间|更新日期|修改时间|修改日期|最后更新|最后修改"
_BOUNDARY = r"(?:^|(?<=[\s\d|、，,;；/:：·　（(【\[）)】\]]))"
_AT_LABEL = re.compile(
    _BOUNDARY
    + f"(?:(?P<changed>{_SPOKEN_FOR})|"
    + "|".join(f"(?P<{field}>{words})" for field, words in _LABELS.items())
    + r")\s*[:：]"
)
_LABEL_ALONE = re.compile(
    "^[（(【\\[]?(?:"
    + "|".join(_LABELS[f] for f in ("source", "authors", "editor"))
    + r")[\s:：]\s*"
)
_NAME_END = re.compile(r"\s{2,}|[|　]|\s(?=[A-Z]{1,4}\d)|(?<!\d)(?=(?:19|20)\d\d[-年/.])")
_OPENING, _CLOSING = "（(【[", "）)】]"
_BETWEEN_NAMES = re.compile(r"[、,，;；/\s]+")
_SPACED_NAME = re.compile(
    r"(?<![\u4e00-\u9fff\d])([\u4e00-\u9fff])[ 　]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_ROLES = "记者|通讯员|实习生|作者|撰稿人|评论员"
_ROLE = re.compile(
    rf"^(?:\S*(?:{_ROLES})$|(?:本报|本网|本站|本刊)?(?:首席|特约|实习|见习|驻站)?(?:{_ROLES})"
    r"(?!站|团|部|协会|联合会|俱乐部))[:：]?"
)


def labelled(line: str) -> dict[str, str]:
    """What a line says of ``source``, ``authors``, ``editor``, ``published``; empty ones left out.

    ``来源： 发布时间：2018-05-17`` has an empty source, not one called 发布时间.
    """
    line = _close_names(line)
    found: dict[str, str] = {}
    for field, _, start, end in _stretches(line):
        words = line[start:end]
        if field in ("source", "authors", "editor"):
            words = _name(words)
        words = words.strip(" 　|")
        if field == "authors" and words and field in found:
            found[field] += f"、{words}"
        elif words and field not in ("other", "changed"):
            found.setdefault(field, words)
    return found


def words_of_day(line: str) -> str:
    """The part of a line in which the day of publication may stand.

    What 发布时间 says; without it the line, but never what 更新时间 says.
    """
    if published := labelled(line).get("published"):
        return published
    changed = [(at, end) for field, at, _, end in _stretches(line) if field == "changed"]
    for at, end in reversed(changed):
        line = line[:at] + line[end:]
    return line


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
    bare = _LABEL_ALONE.match(words)
    return _name(words[bare.end() :]) if bare else words.strip()


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
    return words.rstrip(_OPENING + " 　|、，,;；/").lstrip()


def _close_names(words: str) -> str:
    """Two characters that were set with a space between them, closed (王　芳, 来　源)."""
    return _SPACED_NAME.sub(r"\1\2", words)
