"""The line under a title: 来源、作者、责任编辑 by their labels, and the names in them."""

from __future__ import annotations

import re

_LABELS = {
    "source": "信息来源|文章来源|稿件来源|来源于|来源|稿源|转自",
    "authors": "作者|记者|通讯员|撰稿|供稿|文/图|文",
    "editor": "责任编辑|责编|编辑",
    "published": "发布时间|发布日期|发表时间|时间|日期",
    "other": "更新时间|修改时间|浏览次数|浏览量|浏览|点击数|点击|阅读次数|阅读|字号|字体|打印|审核",
}
_LABEL = re.compile("|".join(f"(?P<{field}>{words})" for field, words in _LABELS.items()))
_AT_LABEL = re.compile(
    r"(?:^|(?<=[\s|　（(【\[、/]))(?:" + "|".join(_LABELS.values()) + r")\s*[:：]"
)
_NAME_END = re.compile(r"\s{2,}|[|　）)】\]]|(?<!\d)(?=(?:19|20)\d\d[-年/.])")
_BETWEEN_NAMES = re.compile(r"[、,，;；/\s]+")
_SPACED_NAME = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ 　]+([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_ROLE = re.compile(r"^(?:本报|本网|本站)?(?:首席)?(?:记者|通讯员|特约记者|实习生|实习记者|作者)\s*")


def labelled(line: str) -> dict[str, str]:
    """What each label of a line says: ``source``, ``authors``, ``editor``; empty ones left out.

    ``来源： 发布时间：2018-05-17`` has an empty source, not one called 发布时间.
    """
    marks = list(_AT_LABEL.finditer(line))
    found: dict[str, str] = {}
    starts = [mark.start() for mark in marks] + [len(line)]
    for mark, end in zip(marks, starts[1:], strict=True):
        words = line[mark.end() : end].strip(" 　|")
        label = _LABEL.match(line, mark.start())
        if label and label.lastgroup != "published":
            words = _NAME_END.split(words, maxsplit=1)[0].strip(" 　|（(【[")
        if label and label.lastgroup and words:
            found.setdefault(label.lastgroup, words)
    return found


def names_in(words: str) -> tuple[str, ...]:
    """People or bodies in printed order, without their roles.

    >>> names_in("本报记者 周喆、通讯员 林小满")
    ('周喆', '林小满')
    """
    found: list[str] = []
    for part in _BETWEEN_NAMES.split(_joined_name(words)):
        name = _ROLE.sub("", part).strip()
        if name and name not in found:
            found.append(name)
    return tuple(found)


def _joined_name(words: str) -> str:
    """A two-character name set with a space between its characters, closed (王　芳)."""
    return _SPACED_NAME.sub(r"\1\2", words)
