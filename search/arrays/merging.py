"""Several segments become one, without their deleted documents.

The merged segment is, byte for byte, the one that inverting the live documents afresh would give:
nothing depends on how the documents came together. Postings and addresses are copied with new
numbers, a piece at a time, so memory does not grow with the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from search.arrays.array_file import ArrayFileWriter
from search.arrays.columns import VALUE_FIELDS, reordered, write_column, write_documents
from search.arrays.document import WORD_FIELDS
from search.arrays.merged_pairs import merge_pairs
from search.arrays.merged_postings import merge_postings
from search.arrays.renumbering import Renumbered, renumber
from search.arrays.segment import WORDS, Segment
from search.arrays.terms import write_strings
from search.suggestions.keys import completion_arrays


def merge(sources: Sequence[tuple[Segment, npt.NDArray[np.bool_] | None]], path: Path) -> None:
    """Writes the segment of all live documents; each source comes with its mask of these.

    ``None`` says that all are live. Ids of live documents must differ. Raises ``ValueError`` if
    there are no sources, if their weights refer to different lengths, or if there is too much text
    for one segment.
    """
    if len(pivots := {segment.pivot for segment, _ in sources}) != 1:
        raise ValueError(f"segments of pivots {sorted(pivots)} do not merge")
    renumbered = renumber(sources)
    facts = {"count": renumbered.count, "pivot": pivots.pop()}
    with ArrayFileWriter(path, facts) as writer:
        titles = _merge_documents(writer, renumbered)
        for name in VALUE_FIELDS:
            _merge_values(writer, name, renumbered)
        words, frequencies = merge_postings(writer, WORDS, renumbered)
        for field in WORD_FIELDS:
            merge_postings(writer, field.value, renumbered)
        merge_pairs(writer, renumbered)
        for name, column in completion_arrays(titles, words, frequencies).items():
            writer.put(name, column)


def _merge_documents(writer: ArrayFileWriter, renumbered: Renumbered) -> list[str]:
    """Writes what every document has one of; returns the titles."""
    order, sources = renumbered.order, renumbered.sources
    ids = np.concatenate([source.segment.ids[source.kept] for source in sources])[order]
    width = int(np.strings.str_len(ids).max(initial=1))
    write_documents(
        writer,
        np.concatenate([source.segment.days[source.kept] for source in sources])[order],
        ids.astype(f"S{width}"),
        np.concatenate([source.segment.groups[source.kept] for source in sources])[order],
        np.concatenate([source.segment.lengths[source.kept] for source in sources])[order],
    )
    old: list[str] = []
    for source in sources:
        held = list(source.segment.titles)
        old += [held[number] for number in source.kept.tolist()]
    titles = [old[place] for place in order.tolist()]
    write_strings(writer, "titles", titles)
    return titles


def _merge_values(writer: ArrayFileWriter, name: str, renumbered: Renumbered) -> None:
    folded: dict[str, str] = {}
    numbers: dict[str, int] = {}
    all_codes, all_sizes = [], []
    for source in renumbered.sources:
        column = source.segment.values[name]
        printed = list(column.values)
        folded.update(zip(printed, column.folded, strict=True))
        codes, sizes = reordered(*column.flat(), source.kept)
        new = [numbers.setdefault(value, len(numbers)) for value in printed]
        all_codes.append(np.array(new, np.int32)[codes])
        all_sizes.append(sizes)
    codes, sizes = reordered(np.concatenate(all_codes), np.concatenate(all_sizes), renumbered.order)
    write_column(writer, name, list(numbers), [folded[value] for value in numbers], codes, sizes)
