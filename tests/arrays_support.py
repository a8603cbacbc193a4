"""Documents and segments for tests of the arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from search import analysis
from search.arrays.document import IndexDocument
from search.arrays.inversion import Inversion
from search.arrays.segment import Segment
from search.units import UnitField

PIVOT = 20.0
FIELDS = tuple(UnitField)


def a_document(
    identifier: str,
    *texts: str,
    day: int = 0,
    units: Sequence[tuple[UnitField, int, str]] = (),
    title: str = "",
    group: str = "",
    **values: tuple[str, ...],
) -> IndexDocument:
    """A document of these paragraphs, which stand outside of sections, and of further units."""
    folded = [(FIELDS.index(UnitField.BODY), 0, analysis.fold(text)) for text in texts]
    folded += [
        (FIELDS.index(field), section, analysis.fold(text)) for field, section, text in units
    ]
    kept = tuple(unit for unit in folded if unit[2])
    return IndexDocument(
        id=identifier,
        day=day,
        units=kept,
        terms=tuple(
            tuple(term for field, _, text in kept if field == code for term in analysis.terms(text))
            for code in range(len(FIELDS))
        ),
        title=title,
        values=values,
        group=group or identifier,
    )


def write_segment(path: Path, documents: Iterable[IndexDocument], pivot: float = PIVOT) -> Path:
    inversion = Inversion(pivot)
    for document in documents:
        inversion.add(document)
    inversion.write(path)
    return path


def a_segment(path: Path, *documents: IndexDocument) -> Segment:
    return Segment(write_segment(path, documents))


def in_order(documents: list[IndexDocument]) -> list[IndexDocument]:
    """As a segment numbers them."""
    return sorted(documents, key=lambda document: (document.day, document.id))
