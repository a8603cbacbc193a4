"""How Chinese words are typed in letters: pinyin without tones, and its initials.

Of pypinyin only the readings of single characters are read, from the file it ships: importing
the package would load its dictionary of phrases, 270 ms and 55 MB against 20 ms and 2 MB. What
phrases tell, the few characters in ``_ALSO`` make up for: their words have several pinyin.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

MAX_READINGS = 4
"""Pinyin of one word at most; 重重降落 would have eight."""

_ALSO = dict(
    pair.split(":")
    for pair in (
        "行:hang 长:chang 重:chong 乐:yue 了:liao 都:du 率:shuai 朝:zhao 调:tiao 校:jiao "
        "参:shen 单:shan 省:xing 降:xiang 薄:bo 藏:zang 曾:zeng 差:chai 传:zhuan 弹:tan "
        "恶:wu 畜:xu 角:jue 觉:jiao 卡:qia 壳:qiao 露:lou 塞:se 厦:xia 什:shi "
        "似:si 宿:xiu 系:ji 削:xiao 血:xie 咽:ye 扎:za 仇:qiu 盛:cheng 折:she 秘:bi 尉:yu "
        "巷:hang 给:ji 车:ju 刹:cha 盖:ge 还:huan 贾:gu 粘:nian 劲:jing 勒:le 茄:qie "
        "拓:ta 吁:yu 殷:yan 柏:bo 剥:bao 便:pian 泊:bo 禅:shan 地:de 番:pan 否:pi "
        "咖:ga 弄:long 娜:nuo 朴:piao "
    ).split()
)
"""Second readings that are heard in news: 银行, 成长, 校对. The first is the dictionary's."""
_ACCOUNTS = ("会计", "快计")
"""The only common word where 会 is not hui."""
_HAN = range(0x4E00, 0xA000)
_SYLLABLE = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    "(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|er|in|un|ia|ie|iu|ua|uo"
    "|ui|ue|a|o|e|i|u)"
)


class Reading(NamedTuple):
    """One pinyin of a text, in the letters a to z; ü is u, as many keyboards have it."""

    letters: str
    initials: str


def readings(text: str) -> list[Reading]:
    """The pinyin of folded text, the likeliest first, at most ``MAX_READINGS``.

    Latin letters stand for themselves; digits and signs are left out.
    """
    if not has_several(text):
        return first_readings([text])
    spelled = text.replace(*_ACCOUNTS)
    found = islice(product(*map(_syllables, spelled)), MAX_READINGS)
    return [Reading("".join(each), "".join(syllable[:1] for syllable in each)) for each in found]


def first_readings(texts: Sequence[str]) -> list[Reading]:
    """The likeliest pinyin of each of these texts, which hold no line breaks; 1 µs each."""
    if not texts:
        return []
    tables = _tables()
    joined = "\n".join(texts).replace(*_ACCOUNTS)
    letters = joined.translate(tables.letters).split("\n")
    initials = joined.translate(tables.initials).split("\n")
    return list(map(Reading, letters, initials))


def has_several(text: str) -> bool:
    """Whether a text has more than one pinyin."""
    return not _ALSO.keys().isdisjoint(text)


def letters_of(text: str) -> str | None:
    """Folded text as letters of pinyin: ``lv``, ``lü`` and ``lu`` alike, apostrophes dropped.

    ``None`` where it holds anything else.
    """
    bare = _bare(text).replace("'", "").replace("’", "")
    return bare if bare.isascii() and bare.isalpha() else None


def is_spelled(letters: str) -> bool:
    """Whether letters are whole syllables, such as ``zongonghui`` and not ``gdp``."""
    return bool(re.fullmatch(f"(?:{_SYLLABLE.pattern})+", letters))


def _syllables(character: str) -> tuple[str, ...]:
    first = character.translate(_tables().letters)
    second = _ALSO.get(character)
    return (first,) if second is None else (first, second)


class _Table(dict[int, str]):
    """For ``str.translate``: what it does not know becomes nothing."""

    def __missing__(self, code: int) -> str:
        return ""


class _Tables(NamedTuple):
    letters: _Table
    initials: _Table


@cache
def _tables() -> _Tables:
    """The first reading of every character of the common block, and its first letter."""
    spec = find_spec("pypinyin")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("No module named 'pypinyin'", name="pypinyin")
    content = (Path(spec.origin).parent / "pinyin_dict.json").read_bytes()
    bare: dict[str, str] = {}
    tables = _Tables(_Table(), _Table())
    for key, marked in json.loads(content).items():
        if (code := int(key)) in _HAN:
            reading = marked.partition(",")[0]
            syllable = bare.get(reading) or bare.setdefault(reading, _bare(reading))
            tables.letters[code] = syllable
            tables.initials[code] = syllable[:1]
    for letter in map(chr, range(ord("a"), ord("z") + 1)):
        tables.letters[ord(letter)] = tables.initials[ord(letter)] = _bare(letter)
    tables.letters[ord("\n")] = tables.initials[ord("\n")] = "\n"
    return tables


def _bare(text: str) -> str:
    """Without tones, in the letters of ``Reading``."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).replace("v", "u")
