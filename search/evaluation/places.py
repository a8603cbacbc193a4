"""Where strings stand in one segment, from its pairs alone: addresses, rising.

Costs in nanoseconds an address, measured on 45 million characters: to shift and look up the
document 4, to sort 10, to find in another list 40.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays.pairs import BLOCK_BITS, Addresses
from search.arrays.segment import Segment
from search.evaluation.documents import Found, Row, holds, kept, once, rising
from search.evaluation.remembered import SEVERAL, remembered
from search.evaluation.strings import is_letter
from search.evaluation.work import Work
from search.units import UnitField

NOWHERE: Addresses = np.zeros(0, np.uint32)
_FIELD_CODES = {field.value: code for code, field in enumerate(UnitField)}
_LOOK_UP = 4.0
_SORT = 10.0
_FIND = 40.0
_MERGE = 12.0
_FEW = 2_000
_PIECE = 1 << 16
"""Addresses that the processor's cache holds: 3 ns each instead of 5."""
_TOGETHER = 20.0
"""To sort and compare a row of addresses and units."""
_ONE_BY_ONE = 400.0
"""To look for an occurrence's neighbours, of two lists."""


def stretches(segment: Segment, wanted: Sequence[str]) -> list[Addresses]:
    """The addresses of each of some pairs of characters."""
    return [segment.pairs.pair(one) for one in wanted]


def standing(
    segment: Segment, text: str, work: Work, documents: npt.NDArray[Any] | None = None
) -> Addresses:
    """Where a string begins; with ``documents``, a few rising numbers, only in these."""
    pairs = segment.pairs
    if len(text) == 1:
        work.spend(len(pairs.beginning_with(text)) * _SORT)
        return pairs.occurrences(text, documents)
    parts = pairs.parts(text)
    if not parts:
        return NOWHERE
    most = parts[0][0]
    if documents is not None:
        work.spend(min(most, len(documents) * 2) * _FIND)
    else:
        work.spend(most * (_LOOK_UP if len(parts) == 1 else _MERGE * len(parts)))
    return pairs.standing(parts, len(text), documents)


def with_string(segment: Segment, text: str, field: str | None, work: Work) -> Found:
    """The segment's documents in which a string stands within one unit."""
    if field is None and len(text) == 1:
        return with_character(segment, text, work)
    if field is None and len(text) == 2:
        row = segment.pairs.with_frequent(text)
        if row is not None:
            return row
    if field is not None and len(text) == 1:
        addresses = _near_field(segment, segment.pairs.beginning_with(text), field, work)
        work.spend(len(addresses) * _SORT)
        return documents_at(segment, np.sort(addresses), field, work)
    return documents_at(segment, standing(segment, text, work), field, work)


def with_character(segment: Segment, character: str, work: Work) -> Row:
    """Whether a character stands in each document; of frequent ones that is kept."""
    most = min(segment.pairs.rarity(character), segment.count)
    work.spend(most * _LOOK_UP + segment.count * 0.2)
    return segment.pairs.with_character(character)


def with_beginning(segment: Segment, text: str, field: str | None, work: Work) -> Found:
    """The segment's documents in which a string stands where a word may begin."""
    if field is not None or len(text) > 1 or not is_letter(text):
        return documents_at(segment, word_beginnings(segment, text, work), field, work)
    # Of a single letter or digit only how often it stands after another one must be known.
    pairs = segment.pairs
    every = segment.pairs.beginning_with(text)
    after = np.concatenate([NOWHERE, *_after_letters(segment, text)]) if len(every) else every
    work.spend((len(every) + len(after)) * 2 * _LOOK_UP)
    times = np.bincount(pairs.documents(every), minlength=segment.count)
    times -= np.bincount(pairs.documents(after), minlength=segment.count)
    row: Row = times > 0
    return row


def documents_at(segment: Segment, addresses: Addresses, field: str | None, work: Work) -> Found:
    """The documents at rising addresses, or at those of them that are in units of a field."""
    if field is not None:
        addresses = _in_field(segment, addresses, field, work)
    documents = segment.pairs.documents(addresses)
    if len(documents) * 8 < segment.count:
        return once(documents)
    row = np.zeros(segment.count, np.bool_)
    row[documents] = True
    return row


def _in_field(segment: Segment, addresses: Addresses, field: str, work: Work) -> Addresses:
    pairs, code = segment.pairs, _FIELD_CODES[field]
    if len(addresses) > _FEW:
        addresses = _near_field(segment, addresses, field, work)
    work.spend(len(addresses) * _FIND)
    return kept(addresses, pairs.unit_fields.take(pairs.units(addresses)) == code)


def _near_field(segment: Segment, addresses: Addresses, field: str, work: Work) -> Addresses:
    """Those in blocks that units of the field reach into, as they come."""
    work.spend(len(addresses) * _LOOK_UP)
    blocks = remembered(segment).blocks_of_field(_FIELD_CODES[field])
    pieces = [addresses[at : at + _PIECE] for at in range(0, len(addresses), _PIECE)]
    chosen = [kept(one, blocks.take(one >> BLOCK_BITS)) for one in pieces]
    return np.concatenate(chosen) if chosen else addresses


def word_beginnings(segment: Segment, text: str, work: Work) -> Addresses:
    """Where a string stands that is not preceded by a letter if it begins with one itself."""
    addresses = standing(segment, text, work)
    if not is_letter(text[0]) or not len(addresses):
        return addresses
    stretches = _after_letters(segment, text[0])
    continues = np.zeros(len(addresses), np.bool_)
    fewer = [stretch for stretch in stretches if len(stretch) < len(addresses)]
    if fewer:
        wanted = np.concatenate(fewer) + np.uint32(1)
        work.spend(len(wanted) * 2 * _FIND)
        places = addresses.searchsorted(wanted)
        continues[kept(places, addresses.take(places, mode="clip") == wanted)] = True
    before = addresses - np.uint32(1)
    for stretch in stretches:
        if len(stretch) >= len(addresses):
            work.spend(len(addresses) * _FIND)
            continues |= holds(stretch, before)
    return kept(addresses, ~continues)


def _after_letters(segment: Segment, character: str) -> list[Addresses]:
    """The addresses of each letter that stands before this character."""
    pairs = segment.pairs
    kind = pairs.keys.dtype
    shift = kind.itemsize * 4
    number = int(pairs.characters.searchsorted(ord(character))) + 1
    wanted = remembered(segment).letters << kind.type(shift)
    wanted |= kind.type(number)
    places = kept(pairs.keys.searchsorted(wanted), holds(pairs.keys, wanted))
    starts, ends = pairs.starts.take(places), pairs.starts.take(places + 1)
    return [
        pairs.addresses[start:end]
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]


def near(segment: Segment, parts: Sequence[str], distance: int, work: Work) -> Addresses:
    """Where stretches of a unit begin that hold all parts and at most so many characters more."""
    span = sum(map(len, parts)) + distance
    if not all(segment.pairs.rarity(part) for part in parts):
        return NOWHERE
    found = sorted(((standing(segment, part, work), len(part)) for part in parts), key=_how_many)
    rarest = found[0][0]
    units = len(segment.pairs.unit_starts)
    if len(found) == 2 and (units + len(found[1][0])) * _TOGETHER < len(rarest) * _ONE_BY_ONE:
        work.spend((units + len(rarest) + len(found[1][0])) * _TOGETHER)
        return _side_by_side(segment, found, span)
    for addresses, _ in found[1:]:
        work.spend(len(rarest) * _FIND)
        rarest = _close_to(rarest, addresses, span)
        if not len(rarest):
            return NOWHERE
    close = [(rarest, found[0][1])]
    for addresses, length in found[1:]:
        work.spend(len(rarest) * 2 * _FIND + len(addresses))
        close.append((_around(addresses, rarest, span), length))
    starts = [_beginning_with(segment, close, number, span, work) for number in range(len(close))]
    return rising(np.concatenate(starts))


def _side_by_side(segment: Segment, found: list[tuple[Addresses, int]], span: int) -> Addresses:
    """Of two parts, in each unit that holds both near each other, some beginnings of that.

    All are sorted into one row, with the beginnings of units: where two occurrences are near, two
    neighbours in the row are as near, with no unit's beginning between them.
    """
    (first, length), (second, other_length) = found
    starts = segment.pairs.unit_starts
    last = max(int(starts[-1]), int(first.max()), int(second.max()))
    kind = np.uint32 if last < 1 << 30 else np.uint64
    row: npt.NDArray[Any] = np.concatenate([starts, first, second], dtype=kind)
    row <<= kind(2)
    row[len(starts) :] += kind(1)
    row[len(starts) + len(first) :] += kind(1)
    row.sort()
    marks = row.astype(np.uint8)
    marks &= np.uint8(3)
    places = ((marks[1:] ^ marks[:-1]) == 3).nonzero()[0]  # 1 beside 2
    begins = row.take(places) >> kind(2)
    between = (row.take(places + 1) >> kind(2)) - begins
    behind = np.where(marks.take(places) == 1, other_length, length)
    return kept(begins, between + behind <= span).astype(np.uint32)


def _how_many(found: tuple[Addresses, int]) -> int:
    return len(found[0])


def _close_to(some: Addresses, others: Addresses, span: int) -> Addresses:
    """Those of some that have one of the others within so many addresses before or after."""
    if not len(others):
        return NOWHERE
    places = others.searchsorted(some)
    exact = some.astype(np.int64)
    after = np.abs(others.take(places, mode="clip") - exact)
    before = np.abs(others.take(np.maximum(places - 1, 0)) - exact)
    return kept(some, np.minimum(after, before) <= span)


def _around(some: Addresses, others: Addresses, span: int) -> Addresses:
    """Those of some within so many addresses of any of the others."""
    exact = others.astype(np.int64)
    first = np.maximum(exact - span, 0).astype(np.uint32)
    last = np.minimum(exact + span, (1 << 32) - 1).astype(np.uint32)
    begins, ends = some.searchsorted(first), some.searchsorted(last, "right")
    # Stretches may overlap; an element stays where more have begun than ended.
    change = np.bincount(begins, minlength=len(some) + 1)
    change -= np.bincount(ends, minlength=len(some) + 1)
    return kept(some, np.cumsum(change[:-1]) > 0)


def _beginning_with(
    segment: Segment, found: list[tuple[Addresses, int]], number: int, span: int, work: Work
) -> Addresses:
    """Beginnings of the stretches that have part ``number`` first.

    Of each other part only the next occurrence matters: any later one takes a longer stretch.
    """
    starts = found[number][0]
    last = starts.astype(np.int64)
    for other, (addresses, length) in enumerate(found):
        if other == number or not len(starts):
            continue
        work.spend(len(starts) * _FIND)
        following = addresses.take(addresses.searchsorted(starts), mode="clip").astype(np.int64)
        fits = following >= starts  # the last one may have been taken for want of a following
        fits &= following + length <= starts.astype(np.int64) + span
        stays = fits.nonzero()[0]
        starts, last = starts.take(stays), np.maximum(last, following).take(stays)
    work.spend(len(starts) * 2 * _FIND)
    same = segment.pairs.units(starts) == segment.pairs.units(last.astype(np.uint32))
    return kept(starts, same)


def sections_at(segment: Segment, addresses: Addresses, work: Work) -> npt.NDArray[np.int64]:
    """The sections at addresses, once each: document times 65,536 and number of the section."""
    pairs = segment.pairs
    work.spend(len(addresses) * 4 * _LOOK_UP)
    keys = []
    if len(addresses) > _FEW:
        of_blocks = remembered(segment).sections_of_blocks
        blocks = once(addresses >> BLOCK_BITS)
        sections = of_blocks.take(blocks)
        keys.append(_keyed(pairs.block_documents.take(blocks), sections, sections < SEVERAL))
        several = of_blocks.take(addresses >> BLOCK_BITS) == SEVERAL
        addresses = kept(addresses, several)
    work.spend(len(addresses) * (_FIND + 10))
    of_units = pairs.unit_sections.take(pairs.units(addresses))
    keys.append(_keyed(pairs.documents(addresses), of_units, of_units != 0))
    return once(keys[0]) if len(keys) == 1 else rising(np.concatenate(keys))


def _keyed(
    documents: npt.NDArray[np.uint32], sections: npt.NDArray[Any], stays: Row
) -> npt.NDArray[np.int64]:
    chosen = (stays & (sections != 0)).nonzero()[0]
    keys: npt.NDArray[np.int64] = documents.take(chosen).astype(np.int64) << 16
    keys |= sections.take(chosen)
    return keys
