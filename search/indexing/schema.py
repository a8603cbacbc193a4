"""An article as a Whoosh document. ``SCHEMA`` names this shape."""

from __future__ import annotations

from collections import Counter
from typing import Any

from whoosh import columns, fields, formats

from archive.article import Article
from search.analysis import fold, pairs, words
from search.evaluation.matching import day_number
from search.units import UnitField, units

SCHEMA = "1"
"""Raise it whenever the fields below or their meaning change."""
REVISION_ID = "@revision"
"""Id of the one document that is no article: it keeps the revision reached."""
WEIGHTS = {
    UnitField.TITLE: 3,
    UnitField.HEADING: 2,
    UnitField.CAPTION: 1,
    UnitField.BODY: 1,
}
"""How often a word counts where it stands; the title's 3 was best for news (design, section 5)."""


class TermField(fields.FieldType):  # type: ignore[misc]
    """A field that is given its terms, cut already, as a list or as a count of each."""

    analyzer = None
    vector = None
    indexed = True
    stored = False
    unique = False
    scorable = False
    column_type = None
    spelling = False

    def __init__(self, *, counted: bool = False) -> None:
        self.format = formats.Frequency() if counted else formats.Existence()
        self.counted = counted

    def index(self, value: Any, **_: Any) -> Any:
        if self.counted:
            return [
                (term.encode(), count, float(count), formats.pack_uint(count))
                for term, count in value.items()
            ]
        return [(term.encode(), 1, 1.0, b"") for term in value]


def schema() -> fields.Schema:
    """The fields of every document.

    Pairs carry no positions: strings of three characters or more are compared with the stored
    units, which costs less than Whoosh's pickled positions (17 times the text's bytes).
    """
    return fields.Schema(
        id=fields.COLUMN(columns.VarBytesColumn()),
        day=fields.COLUMN(columns.NumericColumn("i")),
        length=fields.COLUMN(columns.NumericColumn("i")),
        site_key=fields.COLUMN(columns.RefBytesColumn()),
        words=TermField(counted=True),
        title=TermField(),
        heading=TermField(),
        caption=TermField(),
        pairs=TermField(),
        author=TermField(),
        site=TermField(),
        container=TermField(),
        reprinted=TermField(),
        channel=TermField(),
        tag=TermField(),
        units=fields.STORED(),
        revision=fields.STORED(),
    )


def document(article: Article) -> dict[str, Any]:
    """What Whoosh keeps of an article."""
    counts: Counter[str] = Counter()
    by_field: dict[UnitField, set[str]] = {field: set() for field in UnitField}
    found_pairs: set[str] = set()
    folded_units = []
    for unit in units(article):
        text = fold(unit.text)
        folded_units.append((unit.field.value, unit.section, text))
        found_pairs.update(pairs(text))
        for token in words(text):
            counts[token.text] += WEIGHTS[unit.field]
            by_field[unit.field].add(token.text)
    return {
        "id": article.id.encode(),
        "day": day_number(article.published) if article.published else 0,
        "length": counts.total(),
        "site_key": article.site.encode(),
        "words": counts,
        "title": by_field[UnitField.TITLE],
        "heading": by_field[UnitField.HEADING],
        "caption": by_field[UnitField.CAPTION],
        "pairs": found_pairs,
        "author": _values(*article.authors),
        "site": _values(article.site),
        "container": _values(article.container_title),
        "reprinted": _values(article.reprinted_from),
        "channel": _values(article.channel),
        "tag": _values(article.column_tag),
        "units": tuple(folded_units),
    }


def revision_document(revision: int) -> dict[str, Any]:
    """The document that keeps the revision reached, written in the commit that reaches it."""
    return {"id": REVISION_ID.encode(), "revision": revision}


def _values(*printed: str | None) -> set[str]:
    return {folded for value in printed if value and (folded := fold(value))}
