"""GB/T 7714: who published a work, when, in which edition, on which pages."""

from __future__ import annotations

import re

from web.citations.csl import CslItem, date_of, facts_of, text
from web.citations.gbt7714_rules import (
    BOUND_2015,
    BOUND_2025,
    CHINESE,
    DATED_BY_DAY,
    ELECTRONIC,
    WEB,
    Rules,
    in_brackets,
    is_kept,
    is_online,
    join,
    terms_of,
)


def imprint_of(item: CslItem, rules: Rules, place: str, body: str, day: str) -> str:
    """``北京：人民出版社，2013：302``."""
    published = join(rules.colon, text(item, place), text(item, body))
    return join(rules.colon, join(rules.comma, published, day), pages_of(item))


def publisher_variables(item: CslItem) -> tuple[str, str]:
    """The variables that say where and by whom: publishers, or keepers of archival records."""
    if not (text(item, "publisher") or text(item, "publisher-place")) and is_kept(item):
        return "archive-place", "archive"
    return "publisher-place", "publisher"


def imprint_2015(item: CslItem, rules: Rules) -> str:
    """Publication of the 2015 edition: ``北京: 人民出版社, 2013: 302``, or ``(day)[access]``."""
    kind = item["type"]
    issued = date_of(item, "issued")
    if kind == "patent":
        return (issued.numeric() if issued else "") + accessed_of(item)
    year = "" if rules.author_date else year_2015(item)
    printed = ("publisher", "publisher-place", "page")
    if kind in BOUND_2015 or any(text(item, name) for name in printed) or is_kept(item):
        return imprint_of(item, rules, *publisher_variables(item), year) + accessed_of(item)
    if not is_online(item):
        return year
    day = issued_in_brackets(item, rules) if issued and issued.has_day else year if issued else ""
    return section_of(item) + day + accessed_of(item)


def imprint_2025(item: CslItem, rules: Rules) -> str:
    """Publication of the 2025 numeric system: ``北京：人民出版社，2013：302``, or a day."""
    kind, day = item["type"], date_2025(item, rules)
    if kind in WEB:
        return section_of(item) + day
    if kind == "article" or (kind == "dataset" and not text(item, "publisher-place")):
        return text(item, "publisher") + day
    if kind == "patent" and not text(item, "publisher"):
        return join(rules.colon, day, pages_of(item))
    return imprint_of(item, rules, *publisher_variables(item), day)


def imprint_2025_author_date(item: CslItem, rules: Rules) -> str:
    """The same without the year, which stands with the author."""
    kind, issued = item["type"], date_of(item, "issued")
    if kind in BOUND_2025 or text(item, "publisher"):
        return imprint_of(item, rules, "publisher-place", "publisher", "")
    day = issued.numeric() if issued else ""
    if kind in ("patent", "report"):
        return join(rules.colon, day, pages_of(item))
    if is_kept(item):
        keeper = join(rules.colon, text(item, "archive-place"), text(item, "archive"))
        return join(rules.comma, keeper, day)
    return ""


def date_2025(item: CslItem, rules: Rules) -> str:
    """The date in the form that the kind of document asks for; empty where there is none."""
    kind, issued = item["type"], date_of(item, "issued")
    if issued is None:
        return ""
    if kind in ELECTRONIC and text(item, "URL"):
        in_print = kind == "dataset" and text(item, "publisher-place")
        return issued.year() if in_print else issued_in_brackets(item, rules)
    has_issue = text(item, "volume") or text(item, "issue")
    if kind in DATED_BY_DAY or (kind == "article-journal" and not has_issue) or is_kept(item):
        return issued.numeric()
    return issued.year().replace("/", "-")


def year_2015(item: CslItem) -> str:
    """The year; in square brackets where it is uncertain or only that of the access."""
    issued, accessed = date_of(item, "issued"), date_of(item, "accessed")
    if issued:
        return f"[{issued.year()}]" if issued.uncertain else issued.year()
    return f"[{accessed.year()}]" if accessed else ""


def citing_year(item: CslItem, rules: Rules) -> str:
    """The year behind the author in the author-date system."""
    if rules.edition == 2015:
        return year_2015(item)
    issued, accessed = date_of(item, "issued"), date_of(item, "accessed")
    if issued:
        return issued.year().replace("/", "—")
    return f"[{accessed.year()}]" if accessed else terms_of(item).no_date


def issued_in_brackets(item: CslItem, rules: Rules) -> str:
    """``（2019-11-29）``."""
    issued = date_of(item, "issued")
    return in_brackets(rules, issued.numeric() if issued else "")


def accessed_of(item: CslItem, *, online_only: bool = True) -> str:
    """``[2026-11-22]``, by default only for what has an address."""
    accessed = date_of(item, "accessed")
    return f"[{accessed.numeric()}]" if accessed and (is_online(item) or not online_only) else ""


def edition_of(item: CslItem) -> str:
    """``2 版`` or ``2nd ed.`` for a number, otherwise as it is."""
    edition = text(item, "edition")
    if not edition.isdecimal():
        return edition
    number = edition if terms_of(item) is CHINESE else ordinal(int(edition))
    return f"{number} {terms_of(item).edition}"


def ordinal(number: int) -> str:
    """``2nd`` for 2."""
    teen = 10 < number % 100 < 14
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def version_of(item: CslItem) -> str:
    """``V1.0``."""
    version = text(item, "version")
    return version and f"V{version}"


def dimensions_of(item: CslItem) -> str:
    """The size of a map."""
    return text(item, "dimensions") if item["type"] == "map" else ""


def section_of(item: CslItem) -> str:
    """The section of a web page that is cited, where pages stand: before the day."""
    section = text(facts_of(item), "section")
    return section and f"“{section}”"


_RANGE = re.compile(r"(\d+)\s*[-–—]\s*(\d+)")


def pages_of(item: CslItem) -> str:
    """``235-236`` for ``235–6``; anything else as it is."""
    return _RANGE.sub(_full_range, text(item, "page"))


def _full_range(match: re.Match[str]) -> str:
    first, last = match.groups()
    return f"{first}-{first[: max(0, len(first) - len(last))]}{last}"
