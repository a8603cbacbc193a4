"""The line under a title and the names in it: source, authors, editor."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bs4.element import Tag

from crawler.pages.byline import joined, labelled, value_of
from crawler.pages.lines import lines_of
from crawler.pages.locators import META, words_at, words_of
from crawler.pages.markup import attribute
from crawler.proposal.agreeing import agreed
from crawler.proposal.days import PrintedDay
from crawler.proposal.specimen import Guess
from crawler.proposal.surroundings import Printed, Surroundings, fold, is_kin
from crawler.proposal.titles import heads_of

_LABELS = {
    "source": re.compile(
        r"(?:来\s*源|來\s*源|稿\s*源|出\s*[处處])\s*于?\s*[:：]|(?:摘|转|转载)自\s*[:：]?"
    ),
    "authors": re.compile(r"(?:作\s*者|[记記]\s*者|通讯员|供稿|撰稿|文)\s*[:：]"),
    "editor": re.compile(r"(?:[编編]\s*[辑輯]|[责責]\s*[编編])\s*[:：]"),
}
_METAS = {
    "source": ("ContentSource", "source", "source_baidu", "mediaid", "article:source"),
    "authors": ("Author", "author_baidu"),
    "editor": ("editor_baidu",),
}
_NO_SOURCE = re.compile(r"资料图|网络|图片|互联网$|^[\W\d_]*$")
_CALLED = re.compile(r"source|origin|laiyuan|(?:^|[-_ ])(?:from|where|media|ly)(?:$|[-_ ])", re.I)
"""How pages call the element of a source."""
_NAME = re.compile(r"[\w·《》()（）—-]{2,24}")
_MEDIUM = re.compile(
    r"[\w·—-]{1,16}(?:网|網|报|報|社|刊|台|臺|在线|在線|频道|委|局|厅|部|会|會|中心|政府|通讯)"
)
"""How papers, agencies and offices are called."""
_COUNTED = re.compile(r":nth-of-type\((?!1\))")
_LONGEST_NAME, _SHORT, _LONGEST = 30, 60, 200
"""Characters of a name, of a line with one, of a byline."""
_ABOVE, _BELOW, _CLOSE, _EDGE = 80, 25, 12, 3
"""Elements: above and below the body where names stand; close below it; at its edges."""


def propose_byline(
    pages: Sequence[Surroundings],
    titles: Sequence[Printed | None],
    days: Sequence[PrintedDay | None],
) -> dict[str, Guess]:
    """``byline``, and locators for ``source``, ``authors``, ``editor`` where it lacks them."""
    together = zip(pages, titles, days, strict=True)
    lines = [_byline(page, title, day) for page, title, day in together]
    found = [
        page.selectors(line) if line is not None else []
        for page, line in zip(pages, lines, strict=True)
    ]
    texts = [words_of(line) if line is not None else "" for line in lines]

    def verdict(at: int, selector: str) -> int:
        said = words_at(pages[at].markup, selector)
        return 0 if not said else 1 if said == texts[at] else -1

    guesses: dict[str, Guess] = {}
    if locators := agreed(found, verdict):
        evidence = f"“{next(filter(None, texts))}”"
        guesses["byline"] = Guess(locators=tuple(locators), evidence=evidence)
    for field in _LABELS:
        guesses |= _propose_name(field, pages, lines, titles)
    return guesses


def _byline(page: Surroundings, title: Printed | None, day: PrintedDay | None) -> Tag | None:
    """The smallest element that says most of who, whence and when, and nothing of the text."""
    starts = [line.node for line in day.lines[:1]] if day else []
    starts += [
        each.node
        for each in page.printed
        if -_ABOVE <= each.place < 0 and _LABELS["source"].search(each.text)
    ][:1]
    best: tuple[int, Tag | None] = -1, None
    for start in starts:
        for node in (start, *(each for each in start.parents if isinstance(each, Tag))):
            is_beyond = page.holds_body(node) or (title and is_kin(node, title.node))
            if is_beyond or len(words_of(node)) > _LONGEST:
                break
            worth = 2 * len(_said(node).keys() & _LABELS.keys()) + (node is start)
            best = max(best, (worth, node), key=lambda each: each[0])
    return best[1]


def _said(line: Tag | None) -> dict[str, str]:
    """What a byline says by its labels, as reading takes it."""
    found: dict[str, str] = {}
    for words in joined([each.text for each in lines_of(line)] if line is not None else []):
        found = labelled(words) | found
    return found


def _propose_name(
    field: str,
    pages: Sequence[Surroundings],
    lines: Sequence[Tag | None],
    titles: Sequence[Printed | None],
) -> dict[str, Guess]:
    """A locator for a name that the byline does not say."""
    wanted: list[str] = []
    found: list[list[str]] = []
    for page, line, title in zip(pages, lines, titles, strict=True):
        in_byline = _said(line).get(field, "")
        places = [] if _is_name(field, in_byline) else list(_places(field, page, title))
        wanted.append(places[0][0] if places else in_byline)
        found.append([locator for value, locator in places if value == wanted[-1]])

    def verdict(at: int, locator: str) -> int:
        value = value_of(words_at(pages[at].markup, locator), field)
        return 0 if not value else 1 if fold(value) == fold(wanted[at]) else -1

    if not (locators := agreed(found, verdict)):
        return {}
    evidence = f"“{next(filter(None, wanted))}”"
    return {field: Guess(locators=tuple(locators), evidence=evidence)}


def _places(field: str, page: Surroundings, title: Printed | None) -> Iterator[tuple[str, str]]:
    """What says a name outside the byline, and where: visible places before meta elements."""
    for each in sorted(page.printed, key=lambda each: (len(each.text), each.place)):
        value = value_of(each.text, field) if _is_labelled(field, page, each) else ""
        if _is_name(field, value):
            yield from ((value, selector) for selector in _selectors(page, each))
    if field == "source":
        yield from _unlabelled(page, title)
    for name in _METAS[field]:
        value = value_of(page.markup.meta(name), field)
        if _is_name(field, value) and (field != "authors" or _is_printed(page, value)):
            yield value, f"{META}{name}"


def _is_labelled(field: str, page: Surroundings, each: Printed) -> bool:
    """Whether a line near the text has the field's label; within the text only at its edges.

    Elsewhere in the text a source is that of a picture.
    """
    if not _is_near(page, each) or not _LABELS[field].search(each.text):
        return False
    if field != "source":
        return not each.is_link
    below = page.markup.place(each.node) - page.ends
    is_at_edge = len(each.text) <= _SHORT and (each.place <= _EDGE or below >= -_EDGE)
    return is_at_edge or not each.is_inside


def _is_near(page: Surroundings, each: Printed) -> bool:
    below = page.markup.place(each.node) - page.ends
    return each.place >= -_ABOVE and below <= _BELOW and len(each.text) <= _LONGEST


def _selectors(page: Surroundings, each: Printed) -> Iterator[str]:
    for selector in page.selectors(each.node):
        is_counted = bool(_COUNTED.search(selector))
        if not (each.is_inside and is_counted):  # another page has more or fewer lines
            yield selector


def _unlabelled(page: Surroundings, title: Printed | None) -> Iterator[tuple[str, str]]:
    """Names of papers and offices under the title, or in an element that is called so."""
    rated: list[tuple[bool, Printed, str]] = []
    for each in page.printed:
        below = page.markup.place(each.node) - page.ends
        value = value_of(each.text, "source") if len(each.text) <= _SHORT else ""
        is_above = each.place < -_ABOVE or (title is not None and each.place <= title.place)
        if below > _CLOSE or is_above or not _is_name("source", value):
            continue
        called = f"{attribute(each.node, 'class')} {attribute(each.node, 'id')}"
        if _CALLED.search(called) and _NAME.fullmatch(value):
            rated.append((False, each, value))
        elif each.place < 0 and _MEDIUM.fullmatch(value):
            rated.append((True, each, value))
    for _, each, value in sorted(rated, key=lambda found: found[0]):
        yield from ((value, selector) for selector in _selectors(page, each))


def _is_printed(page: Surroundings, value: str) -> bool:
    """Whether a meta element's name stands near the text too, and is not the site's."""
    words = fold(value)
    if any(words in fold(head) for head in heads_of(page.markup)):
        return False
    return any(words in fold(each.text) for each in page.printed if _is_near(page, each))


def _is_name(field: str, value: str) -> bool:
    if not value or len(value) > _LONGEST_NAME or value.isdigit():
        return False
    return field != "source" or not _NO_SOURCE.search(value)
