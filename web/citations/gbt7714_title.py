"""GB/T 7714: names, titles, and the work that holds a work."""

from __future__ import annotations

from web.citations.csl import CslItem, date_of, name_text, text
from web.citations.gbt7714_imprint import date_2025, pages_of, year_2015
from web.citations.gbt7714_rules import (
    CODES,
    CODES_2015,
    CONTAINED,
    LEGAL,
    PERIODICAL,
    WEB,
    Rules,
    in_brackets,
    is_kept,
    is_online,
    join,
    terms_of,
)


def names_of(item: CslItem, rules: Rules, variable: str) -> str:
    """Up to three names; of four and more the first three and “等”."""
    given = item.get(variable) or ()
    names = [name_text(name, capitals=rules.capitals, hyphens=rules.hyphens) for name in given]
    shown = list(filter(None, names))
    if len(shown) > 3:
        shown = [*shown[:3], terms_of(item).et_al]
    return rules.comma.join(shown)


def translators_of(item: CslItem, rules: Rules) -> str:
    """``徐超，译``."""
    names = names_of(item, rules, "translator")
    return names and join(rules.comma, names, terms_of(item).translated)


def title_of(item: CslItem, rules: Rules) -> str:
    """``题名：编号[EB/OL]``."""
    kind, number = item["type"], number_of(item, rules)
    volume = ""
    if kind not in CONTAINED | {"paper-conference"} and not text(item, "container-title"):
        volume = join("\u2003", volume_of(item, rules), text(item, "volume-title"))
    if rules.edition == 2015:
        title = join(rules.colon, text(item, "title"), join("\u2003", volume, number))
    elif kind == "standard":
        title = join("\u2003", number, join("：", text(item, "title"), volume))
    else:
        title = join("：", text(item, "title"), volume, number)
        title = join(". ", title, text(item, "scale") if kind == "map" else "")
    return f"{title}[{join('/', code_of(item, rules), carrier_of(item))}]"


def number_of(item: CslItem, rules: Rules) -> str:
    """The number that belongs to the title: of a report, a standard, a patent, a record."""
    kind = item["type"]
    if kind in ("article", "article-journal"):
        return ""
    if rules.edition == 2025 and kind == "patent" and text(item, "call-number"):
        return text(item, "call-number")
    return text(item, "number") or (text(item, "archive_location") if is_kept(item) else "")


def volume_of(item: CslItem, rules: Rules) -> str:
    """``卷4``, or the volume as it is where it is no number."""
    volume = text(item, "volume")
    if item["type"] in PERIODICAL | {"article", "periodical"}:
        return ""
    if not volume.isdecimal():
        return volume
    terms = terms_of(item)
    if rules.edition == 2015:
        return terms.volume_2015.format(volume)
    label = terms.volume_2025_author_date if rules.author_date else terms.volume_2025
    return label.format(volume)


def code_of(item: CslItem, rules: Rules) -> str:
    """The letters for the kind of document."""
    kind = item["type"]
    if rules.edition == 2015:
        return CODES_2015.get(kind, "Z")
    codes = CODES if rules.author_date else CODES | dict.fromkeys(LEGAL, "A")
    if kind in codes and (rules.author_date or kind not in WEB or text(item, "URL")):
        return codes[kind]
    if text(item, "archive"):
        return "A"
    if is_online(item):
        return "EB"
    return "M" if text(item, "publisher") and not rules.author_date else "Z"


def carrier_of(item: CslItem) -> str:
    """``OL`` for what is online, unless the item says otherwise."""
    return text(item, "medium") or ("OL" if is_online(item) else "")


def in_periodical(item: CslItem, rules: Rules) -> str:
    """``报名，2000-11-20（15）`` or ``刊名，2012，57（34）：3219``."""
    container = text(item, "container-title")
    if rules.edition == 2025:
        container = container.replace(".", "")
    if item["type"] == "article-newspaper":
        issued = date_of(item, "issued")
        dated = join(rules.comma, container, issued.numeric() if issued else "")
        return dated + in_brackets(rules, pages_of(item))
    pages = pages_of(item) or (text(item, "number") if rules.edition == 2025 else "")
    volume = join(rules.comma, container, periodical_date(item, rules), text(item, "volume"))
    return join(rules.colon, volume + in_brackets(rules, text(item, "issue")), pages)


def periodical_date(item: CslItem, rules: Rules) -> str:
    """What stands between the name of a journal and its volume."""
    if rules.edition == 2015:
        return "" if rules.author_date else year_2015(item)
    has_issue = text(item, "volume") or text(item, "issue")
    if rules.author_date:
        online_first = date_of(item, "available-date") or date_of(item, "issued")
        return online_first.numeric() if online_first and not has_issue else ""
    return date_2025(item, rules)


def year_volume_issue(item: CslItem, rules: Rules) -> str:
    """``1957，1（1）``."""
    volume = join(rules.comma, year_2015(item), text(item, "volume"))
    return volume + in_brackets(rules, text(item, "issue"))


def in_book(item: CslItem, rules: Rules) -> str:
    """``题名[M]//编者. 书名：卷1``."""
    editors = ["editor", "editorial-director", "compiler", "collection-editor"]
    order = [*editors, "container-author"]
    if rules.edition == 2025 and rules.author_date:
        order = ["container-author", *editors]
    names = next(filter(None, (names_of(item, rules, variable) for variable in order)), "")
    host = join(rules.colon, text(item, "container-title"), volume_of(item, rules))
    if not text(item, "container-title"):
        host = text(item, "event-title") if rules.edition == 2015 else ""
        names = names if rules.edition == 2015 else ""
    part = join(". ", title_of(item, rules), translators_of(item, rules))
    return join("//", part, join(". ", names, host))
