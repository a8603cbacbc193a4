"""Regular expressions for addresses, generalised from those of some pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from archive.words import _

_PART = re.compile(r"\d+|[^\d]+")
_HASH = re.compile(r"(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}", re.I)
_DATED = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-3]\d)?)?")
_ANY = "[^/?]+"
_HEADLINE = 8
"""Characters from which the words of a link are a report's title rather than a channel's name."""
_INDEX = re.compile(r"(?:index|default|list)(?:[_-]?\d+)?\.\w+$")
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|zip|rar|jpe?g|png|gif|mp4|apk)$", re.I)
_FALLBACK = r"\.s?html?$"


def article_patterns(
    reports: Sequence[str], lists: Sequence[str], links: Sequence[tuple[str, str]]
) -> tuple[list[str], str]:
    """Expressions that fit every given report and none of the lists, and what they rest on.

    Where no report says its address, the links with long words tell how reports are called.
    """
    headlines = [
        url
        for url, words in links
        if len(words) >= _HEADLINE and url not in lists and not _FILE.search(url)
    ]
    known = list(dict.fromkeys(reports)) or _alike(headlines)
    if not known:
        return [_FALLBACK], _("no page says its address: write what the addresses of reports share")
    patterns: list[str] = []
    for url in known:
        if not any(re.search(pattern, url) for pattern in patterns):
            group = [each for each in known if _kind(each) == _kind(url)]
            patterns.append(_generalised(group, headlines, lists))
    fitting = {url for url in headlines if any(re.search(each, url) for each in patterns)}
    message = _("fits %(address)s and %(count)d links") if fitting else _("fits %(address)s")
    return patterns, message % {"address": known[0], "count": len(fitting)}


def list_patterns(
    lists: Sequence[str], reports: Sequence[str], links: Iterable[str], articles: Sequence[str]
) -> tuple[list[str], str]:
    """Expressions that fit every given list and its further pages, and no report."""
    linked = list(dict.fromkeys(links))
    patterns: list[str] = []
    further = 0
    for url in lists:
        pattern, count = _paged(url, linked, articles)
        further += count
        if not any(re.search(pattern, each) for each in reports):
            patterns.append(pattern)
    message = _("the seeds and %(count)d further pages linked") if further else _("the seeds")
    return list(dict.fromkeys(patterns)), message % {"count": further}


def _steps(url: str) -> list[str]:
    """The steps of an address's way, the query as a part of the last."""
    parts = urlsplit(url)
    steps = parts.path.removeprefix("/").split("/")
    return [*steps[:-1], steps[-1] + (f"?{parts.query}" if parts.query else "")]


def shape_of(step: str, *, is_loose: bool = False) -> str:
    """An expression for steps such as this one; dates keep their length unless it is loose."""
    name, dot, ending = step.partition(".")
    if _HASH.fullmatch(name):
        return "[0-9a-f]+" + escaped(dot + ending)
    parts = _PART.findall(step)
    return "".join(_digits(part, is_loose) if part.isdecimal() else escaped(part) for part in parts)


def escaped(words: str) -> str:
    """Words as an expression; a hyphen needs no escape outside of brackets."""
    return re.escape(words).replace(r"\-", "-")


def _digits(digits: str, is_loose: bool) -> str:
    is_date = not is_loose and _DATED.fullmatch(digits)
    return f"\\d{{{len(digits)}}}" if is_date else r"\d+"


def _kind(url: str) -> tuple[int, str]:
    steps = _steps(url)
    return len(steps), shape_of(steps[-1], is_loose=True)


def _alike(urls: Sequence[str]) -> list[str]:
    """The addresses of the commonest kind that has a number in its last step."""
    kinds = Counter(kind for url in set(urls) if r"\d" in (kind := _kind(url))[1])
    if not kinds or kinds.most_common(1)[0][1] < 3:
        return []
    commonest = kinds.most_common(1)[0][0]
    return [url for url in dict.fromkeys(urls) if _kind(url) == commonest]


def _generalised(group: Sequence[str], links: Sequence[str], lists: Sequence[str]) -> str:
    """One expression for addresses of one kind; steps in which they differ may be anything."""
    like = [url for url in links if _kind(url) == _kind(group[0])]
    columns = list(zip(*(map(_steps, [*group, *like])), strict=True))
    steps = []
    for column in columns:
        exact = {shape_of(step) for step in column}
        loose = {shape_of(step, is_loose=True) for step in column}
        if len(exact) == 1 or len(loose) == 1:
            steps.append(min(exact if len(exact) == 1 else loose))
        else:
            steps.append(_ANY)
    pattern = _from_first_number(steps)
    if any(re.search(pattern, url) for url in lists):
        pattern = "^https?://[^/]+/" + "/".join(steps) + "$"
    return pattern


def _from_first_number(steps: Sequence[str]) -> str:
    """The steps from where the number begins, if they say enough; else all from the host on."""
    first = next((at for at, step in enumerate(steps) if r"\d" in step), len(steps) - 1)
    tail = steps[first:]
    if len(tail) > 1 and _ANY not in tail:
        lead = [steps[first - 1]] if first and steps[first - 1] != _ANY else []
        return "/" + "/".join([*lead, *tail]) + "$"
    return "^https?://[^/]+/" + "/".join(steps) + "$"


def _paged(url: str, links: Sequence[str], articles: Sequence[str]) -> tuple[str, int]:
    """An expression for a list page and its further pages, and how many of these are linked."""
    parts = urlsplit(url)
    folder, _, file = parts.path.rpartition("/")
    start = escaped(f"{parts.netloc}{folder}/")
    if not file or _INDEX.match(file):
        tail = r"((index|default|list)([_-]?\d+)?\.\w+)?"
    else:
        stem, dot, ending = file.rpartition(".")
        stem = stem if dot else file
        tail = escaped(stem) + r"([_/-]\d+)?" + escaped(dot + ending if dot else "")
    query = r"(\?.*)?" if parts.query else ""
    pattern = f"//{start}{tail}{query}$"
    others = [
        each
        for each in links
        if each != url
        and re.search(pattern, each)
        and not any(re.search(article, each) for article in articles)
    ]
    return pattern, len(others)
