"""Our segments through Whoosh's codec interface, so that its own searcher can read them.

Queries of readers do not come this way: ``search.evaluation`` works on whole arrays. Whoosh's
writer, its searcher and its matchers do, which makes them the measure of our own evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec import base
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from search.arrays.segment import WORDS, Segment
from search.arrays.weights import SCALE
from search.indexing.schema import DAY, ID, TERM_FIELDS, schema

Live = npt.NDArray[np.bool_]


class ArraySegment(base.Segment):  # type: ignore[misc]
    """What the table of contents says of a segment: its file, its size, and who is deleted."""

    def __init__(
        self, indexname: str, segid: str | None = None, count: int = 0, live: Live | None = None
    ) -> None:
        super().__init__(indexname)
        if segid is not None:
            self.segid = segid
        self.count = count
        self.live = live
        """Which documents are not deleted; ``None``: all of them."""

    def codec(self) -> ArrayCodec:
        return ArrayCodec()

    def file_name(self) -> str:
        name: str = self.make_filename(self.COMPOUND_EXT)
        return name

    def should_assemble(self) -> bool:
        return False

    def set_doc_count(self, doccount: int) -> None:
        self.count = doccount

    def doc_count_all(self) -> int:
        return self.count

    def deleted_count(self) -> int:
        return 0 if self.live is None else self.count - int(np.count_nonzero(self.live))

    def deleted_docs(self) -> list[int]:
        found: list[int] = [] if self.live is None else np.flatnonzero(~self.live).tolist()
        return found

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if self.live is None:
            self.live = np.ones(self.count, np.bool_)
        self.live[docnum] = not delete

    def is_deleted(self, docnum: int) -> bool:
        # Whoosh's inverse matcher asks for the document after the last.
        return self.live is not None and docnum < self.count and not self.live[docnum]


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads segments of arrays; ``ArrayWriter`` writes them without Whoosh's postings."""

    length_stats = False

    def __init__(self, opened: Mapping[str, Segment] | None = None) -> None:
        """``opened``: segments that are open already, by Whoosh's id."""
        self._opened = opened or {}

    def per_document_writer(self, storage: Any, segment: ArraySegment) -> NothingWritten:
        return NothingWritten()

    def field_writer(self, storage: Any, segment: ArraySegment) -> NothingWritten:
        return NothingWritten()

    def per_document_reader(self, storage: Any, segment: ArraySegment) -> DocumentReader:
        return DocumentReader(self._open(storage, segment), segment)

    def terms_reader(self, storage: Any, segment: ArraySegment) -> TermsReader:
        return TermsReader(self._open(storage, segment))

    def new_segment(self, storage: Any, indexname: str) -> ArraySegment:
        return ArraySegment(indexname)

    def _open(self, storage: Any, segment: ArraySegment) -> Segment:
        held = self._opened.get(segment.segment_id())
        return held or Segment(Path(storage.folder) / segment.file_name())


class NothingWritten:
    """In the place of Whoosh's writers of documents and postings."""

    is_closed = True


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """Deletions, lengths and ids of one segment."""

    def __init__(self, segment: Segment, entry: ArraySegment) -> None:
        self._segment = segment
        self._entry = entry

    def doc_count(self) -> int:
        count: int = self._entry.doc_count()
        return count

    def doc_count_all(self) -> int:
        return self._entry.count

    def has_deletions(self) -> bool:
        return self._entry.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        return self._entry.is_deleted(docnum)

    def deleted_docs(self) -> list[int]:
        return self._entry.deleted_docs()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._segment.lengths[docnum]) if fieldname == WORDS else default

    def field_length(self, fieldname: str) -> int:
        return int(self._segment.lengths.sum()) if fieldname == WORDS else 0

    def min_field_length(self, fieldname: str) -> int:
        return int(self._segment.lengths.min(initial=0)) if fieldname == WORDS else 0

    def max_field_length(self, fieldname: str) -> int:
        return int(self._segment.lengths.max(initial=0)) if fieldname == WORDS else 0

    def stored_fields(self, docnum: int) -> dict[str, str]:
        return {ID: self._segment.id(docnum)}


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """Words and days of one segment. Terms are bytes, as Whoosh has them."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._day = schema()[DAY]

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._find(*term) is not None

    def indexed_field_names(self) -> list[str]:
        return sorted((DAY, *TERM_FIELDS))

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in self.indexed_field_names():
            yield from ((field, term) for term in self._terms(field, b""))

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """All terms from there on, those of later fields too."""
        for field in self.indexed_field_names():
            if field >= fieldname:
                start = prefix if field == fieldname else b""
                yield from ((field, term) for term in self._terms(field, start))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Raises ``KeyError`` where the segment has no such term."""
        documents, weights = self._postings(fieldname, text)
        return TermInfo(
            weight=float(weights.sum()),
            df=len(documents),
            maxweight=float(weights.max()),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        weight: float = self.term_info(fieldname, text).weight()
        return weight

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._postings(fieldname, text)[0])

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        try:
            documents, weights = self._postings(fieldname, text)
        except KeyError as error:
            raise TermNotFound(f"{fieldname}:{text!r}") from error
        return ListMatcher(
            documents.tolist(),
            weights.tolist(),
            format=format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def _terms(self, field: str, start: bytes) -> Iterator[bytes]:
        if field == DAY:
            days = np.unique(self._segment.days).tolist()
            terms = iter([self._day.to_bytes(day) for day in days])
        else:
            terms = (term.encode() for term in self._segment.fields[field].terms)
        return (term for term in terms if term >= start)

    def _find(self, field: str, text: bytes) -> tuple[npt.NDArray[Any], npt.NDArray[Any]] | None:
        """Documents and weights of a term."""
        if field == DAY:
            day = self._day.from_bytes(text)
            first, last = (self._segment.days.searchsorted(day, side) for side in ("left", "right"))
            return (np.arange(first, last), np.ones(last - first)) if last > first else None
        if field not in TERM_FIELDS:
            return None
        postings = self._segment.fields[field].postings(text.decode())
        if not postings.count:
            return None
        scale = SCALE if field == WORDS else 1
        return postings.documents, postings.weights.astype(np.float64) / scale

    def _postings(self, field: str, text: bytes) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        found = self._find(field, text)
        if found is None:
            raise KeyError(field, text)
        return found
