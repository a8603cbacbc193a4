"""The tables of GB/T 7714: kinds, letters, words and punctuation of its two editions."""

from __future__ import annotations

from dataclasses import dataclass

from web.citations.csl import CslItem, text

WEB = frozenset(("post", "post-weblog", "webpage"))
PERIODICAL = frozenset(("article-journal", "article-magazine", "article-newspaper"))
CONTAINED = frozenset(("chapter", "entry-dictionary", "entry-encyclopedia"))
ARCHIVAL = frozenset(("collection", "manuscript", "personal_communication"))
LEGAL = frozenset(("bill", "hearing", "legal_case", "legislation", "regulation", "treaty"))
ELECTRONIC = WEB | {
    "article",
    "broadcast",
    "dataset",
    "figure",
    "graphic",
    "motion_picture",
    "regulation",
    "song",
    "speech",
}
BOUND_2015 = frozenset(("book", "chapter", "paper-conference", "periodical", "thesis"))
BOUND_2025 = BOUND_2015 | {"classic", "entry-dictionary", "entry-encyclopedia", "map"}
DATED_BY_DAY = ARCHIVAL | {"article-newspaper", "patent", "report"}

CODES = {
    "article": "PP",
    "article-journal": "J",
    "article-magazine": "J",
    "article-newspaper": "N",
    "book": "M",
    "chapter": "M",
    "classic": "M",
    "dataset": "DS",
    "entry-dictionary": "M",
    "entry-encyclopedia": "M",
    "map": "CM",
    "paper-conference": "C",
    "patent": "P",
    "periodical": "J",
    "post": "EB",
    "post-weblog": "EB",
    "report": "R",
    "software": "CP",
    "standard": "S",
    "thesis": "D",
    "webpage": "EB",
} | dict.fromkeys(ARCHIVAL, "A")
CODES_2015 = CODES | dict.fromkeys(LEGAL, "A") | {"article": "A", "manuscript": "Z"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The words of one language."""

    et_al: str
    anonymous: str
    no_date: str
    translated: str
    edition: str
    volume_2015: str
    volume_2025: str
    volume_2025_author_date: str


CHINESE = Terms(
    et_al="等",
    anonymous="佚名",
    no_date="无日期",
    translated="译",
    edition="版",
    volume_2015="卷 {}",
    volume_2025="卷{}",
    volume_2025_author_date="第{}卷",
)
ENGLISH = Terms(
    et_al="et al.",
    anonymous="Anon",
    no_date="n.d.",
    translated="trans.",
    edition="ed.",
    volume_2015="Vol. {}",
    volume_2025="v.{}",
    volume_2025_author_date="v.{}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """One edition of the standard in one of its two systems."""

    edition: int
    author_date: bool
    comma: str
    colon: str
    brackets: str
    """An opening and a closing bracket with ``{}`` between them."""
    capitals: bool
    """Whether surnames of Western names stand in capitals."""
    hyphens: bool
    """Whether initials keep the hyphen of the given name."""


def rules_of(edition: int, *, author_date: bool) -> Rules:
    """2025 prints full-width marks, 2015 half-width ones and capitals."""
    old = edition == 2015
    return Rules(
        edition=edition,
        author_date=author_date,
        comma=", " if old else "，",
        colon=": " if old else "：",
        brackets="({})" if old else "（{}）",
        capitals=old,
        hyphens=not old,
    )


def terms_of(item: CslItem) -> Terms:
    """English words for items in English, otherwise Chinese ones."""
    return ENGLISH if text(item, "language").lower().startswith("en") else CHINESE


def is_online(item: CslItem) -> bool:
    """Whether it has an address or DOI."""
    return bool(text(item, "URL") or text(item, "DOI"))


def is_kept(item: CslItem) -> bool:
    """Whether a thing is cited by where it is kept: records, and what has no kind of its own."""
    kind = item["type"]
    return kind in ARCHIVAL or (kind not in CODES and bool(text(item, "archive")))


def in_brackets(rules: Rules, words: str) -> str:
    """Words in the brackets of the edition; nothing where there are no words."""
    return words and rules.brackets.format(words)


def join(delimiter: str, *parts: str) -> str:
    """The parts that are not empty, without doubling a full stop."""
    joined = ""
    for part in filter(None, parts):
        if joined:
            joined += delimiter[1:] if delimiter[0] == joined[-1] == "." else delimiter
        joined += part
    return joined
