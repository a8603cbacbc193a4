"""GB/T 7714, editions 2025 and 2015, numeric, author-date and note, for items of CSL-JSON.

Prints what citeproc-js prints under the CSL-M styles of the Chinese Zotero community (half-width
marks for 2015), with one exception: the archive that keeps a copy of a web page or newspaper
(``archive``) is not taken for its publisher. Titles stay as printed. A note is the entry of the
numeric system; a section that is cited stands where those styles print a locator.
"""

from __future__ import annotations

from web.citations.csl import CslItem, text
from web.citations.gbt7714_imprint import (
    accessed_of,
    citing_year,
    date_2025,
    dimensions_of,
    edition_of,
    imprint_2015,
    imprint_2025,
    imprint_2025_author_date,
    imprint_of,
    issued_in_brackets,
    pages_of,
    section_of,
    version_of,
)
from web.citations.gbt7714_rules import (
    CONTAINED,
    ELECTRONIC,
    PERIODICAL,
    WEB,
    Rules,
    is_kept,
    is_online,
    join,
    terms_of,
)
from web.citations.gbt7714_title import (
    in_book,
    in_periodical,
    names_of,
    title_of,
    translators_of,
    year_volume_issue,
)


def reference(item: CslItem, rules: Rules) -> str:
    """One entry of the list of references, without its number, ending with a full stop."""
    if rules.edition == 2015:
        body = _body_2015(item, rules)
    elif rules.author_date:
        body = _body_2025_author_date(item, rules)
    else:
        body = _body_2025(item, rules)
    doi = text(item, "DOI")
    access = (text(item, "URL"), doi and f"DOI:{doi}")
    entry = join(". ", _responsible(item, rules), *body, *access)
    return entry if entry.endswith(".") else f"{entry}."


# -- what stands in an entry ----------------------------------------------------------------


def _body_2015(item: CslItem, rules: Rules) -> tuple[str, ...]:
    kind = item["type"]
    title, imprint = title_of(item, rules), imprint_2015(item, rules)
    if kind == "periodical":
        return title, year_volume_issue(item, rules), imprint
    if kind in PERIODICAL:
        return title, in_periodical(item, rules) + accessed_of(item)
    if kind in WEB or kind in ("dataset", "patent", "software"):
        return title, imprint
    if kind in CONTAINED or kind == "paper-conference" or text(item, "container-title"):
        return in_book(item, rules), edition_of(item), imprint
    return title, translators_of(item, rules), edition_of(item), imprint


def _body_2025(item: CslItem, rules: Rules) -> tuple[str, ...]:
    kind = item["type"]
    title, imprint = title_of(item, rules), imprint_2025(item, rules)
    edition = edition_of(item) or version_of(item)
    if kind == "periodical":
        return title, text(item, "volume"), imprint
    if kind in PERIODICAL:
        return title, in_periodical(item, rules)
    if kind == "patent":
        return title, imprint
    if kind in ELECTRONIC:
        return title, edition, imprint + accessed_of(item)
    if kind in CONTAINED or text(item, "container-title"):
        return in_book(item, rules), edition, imprint
    if kind == "paper-conference":
        return title, imprint_of(item, rules, "event-place", "event-title", date_2025(item, rules))
    return title, translators_of(item, rules), edition, imprint, dimensions_of(item)


def _body_2025_author_date(item: CslItem, rules: Rules) -> tuple[str, ...]:
    kind = item["type"]
    title, imprint = title_of(item, rules), imprint_2025_author_date(item, rules)
    created = issued_in_brackets(item, rules) + accessed_of(item, online_only=False)
    if kind in PERIODICAL:
        return title, translators_of(item, rules), in_periodical(item, rules)
    if kind in WEB:
        return title, section_of(item) + created
    if kind in CONTAINED or text(item, "container-title"):
        return in_book(item, rules), edition_of(item), imprint
    if kind == "periodical":
        return title, text(item, "volume"), imprint
    if kind == "paper-conference":
        event = join("：", text(item, "event-title"), pages_of(item))
        return (join("//", title, event),)
    if kind == "standard":
        return (title,)
    if kind in ("article", "dataset"):
        return title, version_of(item), text(item, "publisher") + created
    if kind in ("book", "classic", "map", "patent", "report") or text(item, "publisher"):
        return title, translators_of(item, rules), edition_of(item), imprint, dimensions_of(item)
    if is_kept(item):
        return title, imprint
    if is_online(item):
        return title, version_of(item), created
    return title, translators_of(item, rules), edition_of(item), imprint


def _responsible(item: CslItem, rules: Rules) -> str:
    """Who answers for the work; with the year in the author-date system."""
    if item["type"] == "standard" and rules.edition == 2025 and not rules.author_date:
        return ""
    variables = ["author", "composer", "illustrator", "director", "host"]
    if not text(item, "container-title"):
        variables += ["editor", "editorial-director", "compiler", "collection-editor"]
    names = next(filter(None, (names_of(item, rules, variable) for variable in variables)), "")
    if not rules.author_date:
        return names
    return join(rules.comma, names or terms_of(item).anonymous, citing_year(item, rules))
