"""Who wrote a report where its text says so: （通讯员 林小满）, 本报讯（记者 周喆）, 编辑：…"""

from __future__ import annotations

import re
from collections.abc import Sequence

from crawler.pages.byline import Said, names_in, said

_OF_A_PAPER = r"(?:[\u4e00-\u9fff—·]{2,14}?)?(?:首席|特约|实习|见习|驻[\u4e00-\u9fff]{1,4})?"
_WRITERS = "记者|通讯员|特约通讯员|实习生|撰稿人?|撰文|作者|供稿|文/图|图/文|文图"
_NAMED_BY_ROLE = re.compile(
    rf"^{_OF_A_PAPER}(?:(?P<label>{_WRITERS})\s+\S|"
    r"(?P<glued>记者|通讯员)(?!站|团|部|协|队|联)[\u4e00-\u9fff]{2,3}(?:[、\s]|$))"
)
_ROLE_BEHIND = re.compile(r"^\S.*\s(?P<label>文/图|图/文|文|供稿|撰稿|报道)$")
_PHOTOGRAPHER = re.compile(
    r"(?<![\s,，、;；])[\s,，、;；]+[\u4e00-\u9fff·]{2,8}\s+(?:摄影?|供图|图)$"
)
_AT_THE_END = re.compile(r"[（(]([^（）()]{4,60})[）)]$")
_AFTER_DATELINE = re.compile(r"^[\u4e00-\u9fff\d—·\s]{1,20}[讯电]\s*[（(]([^（）()]{4,60})[）)]")
_ON_ITS_OWN = re.compile(r"^[□■●◎○\s]*(.{4,40})$")
_NO_NAME = frozenset(("文", "图", "摄", "摄影", "报道", "摄影报道", "供稿", "撰稿"))
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}(?:·[\u4e00-\u9fff]{1,12})+")
_BODY = re.compile(
    r"[\u4e00-\u9fff]{2,20}(?:会|部|办|室|局|委|司|心|院|校|厂|站|处|队|团|社|网|报)"
)
_ASKS = ("记者：", "记者:")
"""How the questions of an interview begin."""
_LAST = 3
_LONGEST_LABELLED = 60


def credits_in(paragraphs: Sequence[str]) -> dict[str, Said]:
    """``authors`` and ``editor`` as a report's first and last lines name them.

    Only where a role or label leaves no doubt and all that follows is names.
    """
    found: dict[str, Said] = {}
    asked = [line for line in paragraphs if line.startswith(_ASKS)]
    if len(asked) > 1:
        paragraphs = [line for line in paragraphs if line not in asked]
    for words in _places(paragraphs):
        if "authors" not in found and (writers := _writers(words)):
            found["authors"] = writers
    for line in paragraphs[-_LAST:]:
        if len(line) <= _LONGEST_LABELLED and (editor := said(line).get("editor")):
            found.setdefault("editor", editor)
    return found


def _places(paragraphs: Sequence[str]) -> list[str]:
    """Where writers are named: lines of their own, brackets at the start and at the end."""
    first, last = paragraphs[:2], paragraphs[-_LAST:]
    found = [match[1] for line in first if (match := _AFTER_DATELINE.match(line))]
    found += [match[1] for line in reversed(last) if (match := _AT_THE_END.search(line))]
    found += [match[1] for line in (*first, *last) if (match := _ON_ITS_OWN.match(line))]
    return found


def _writers(words: str) -> Said | None:
    """The names in words that are nothing but a role and names."""
    words = _PHOTOGRAPHER.sub("", words.strip(" 　（）()"))
    writers = said(words).get("authors")
    if writers is None and (role := _NAMED_BY_ROLE.match(words) or _ROLE_BEHIND.match(words)):
        writers = Said(words, role[role.lastgroup or 0])
    if writers is None:
        return None
    names = [name for name in names_in(writers.words) if name not in _NO_NAME]
    is_named = all(_PERSON.fullmatch(name) or _BODY.fullmatch(name) for name in names)
    return Said("、".join(names), writers.label) if names and is_named else None
