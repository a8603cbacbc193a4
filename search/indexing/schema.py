"""The fields of the index, as Whoosh knows them. ``SCHEMA`` names how it is laid out."""

from __future__ import annotations

from whoosh import fields, formats

from search.arrays.document import WORD_FIELDS
from search.arrays.segment import WORDS

SCHEMA = "4"
"""Raise it whenever the arrays of a segment or their meaning change."""
TERM_FIELDS = (WORDS, *(field.value for field in WORD_FIELDS))
"""Fields of words; the first weighs them, the others only hold them."""
DAY = "day"
ID = "id"


class TermField(fields.FieldType):  # type: ignore[misc]
    """A field whose words were cut before Whoosh sees them."""

    analyzer = None
    vector = None
    indexed = True
    stored = False
    unique = False
    scorable = False
    column_type = None
    spelling = False

    def __init__(self) -> None:
        self.format = formats.Existence()


def schema() -> fields.Schema:
    """What Whoosh's queries can ask of the index: words, a range of days, and the stored id."""
    return fields.Schema(
        **{name: TermField() for name in TERM_FIELDS},
        # One term a day and no coarser ones: documents stand in the order of their days.
        **{DAY: fields.NUMERIC(int, bits=32, signed=False, shift_step=0)},
        **{ID: fields.STORED()},
    )
