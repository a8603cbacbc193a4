"""Where strings stand in one segment, from its pairs alone: addresses, rising.

Costs in nanoseconds an address, measured on 45 million characters: to shift and look up the
document 2, to sort 20, to find in another list 40.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from search.arrays.pairs import BLOCK_BITS, Addresses
from search.arrays.segment import Segment
from search.evaluation.documents import Found, Row, holds, kept, once, rising
from search.evaluation.remembered import remembered
from search.evaluation.strings import is_letter
from search.evaluation.work import Work
from search.units import UnitField

NOWHERE: Addresses = np.zeros(0, np.uint32)
_FIELD_CODES = {field.value: code for code, field in enumerate(UnitField)}
_LOOK_UP = 2.5
_SORT = 22.0
_FIND = 40.0
_MERGE = 12.0
_FEW = 2_000


def stretches(segment: Segment, wanted: Sequence[str]) -> list[Addresses]:
    """The addresses of each of some pairs of characters."""
    pairs = segment.pairs
    numbers = remembered(segment).numbers
    kind = pairs.keys.dtype
    shift = kind.itemsize * 4
    keys = np.array(
        [numbers.get(one[0], 0) << shift | numbers.get(one[1], 0) for one in wanted], kind
    )
    places = pairs.keys.searchsorted(keys)
    # A character that does not occur has number 0: as the second one it would mean a unit's end.
    found = (pairs.keys.take(places, mode="clip") == keys) & (
        keys & kind.type((1 << shift) - 1) != 0
    )
    starts = pairs.starts.take(places, mode="clip")
    ends = pairs.starts.take(places + 1, mode="clip")
    return [
        pairs.addresses[start:end] if held else NOWHERE
        for start, end, held in zip(starts.tolist(), ends.tolist(), found.tolist(), strict=True)
    ]


def standing(
    segment: Segment, text: str, work: Work, documents: npt.NDArray[Any] | None = None
) -> Addresses:
    """Where a string begins; with ``documents``, a few rising numbers, only in these."""
    most = segment.pairs.rarity(text)
    if documents is not None:
        work.spend(min(most, len(documents) * 2) * _FIND)
        return segment.pairs.occurrences(text, documents)
    work.spend(most * (_SORT if len(text) == 1 else _LOOK_UP if len(text) == 2 else _MERGE))
    return segment.pairs.occurrences(text)


def with_string(segment: Segment, text: str, field: str | None, work: Work) -> Found:
    """The segment's documents in which a string stands within one unit."""
    if field is None and len(text) == 1:
        return with_character(segment, text, work)
    if field is not None and len(text) == 1:
        addresses = _near_field(segment, _of_character(segment, text), field, work)
        work.spend(len(addresses) * _SORT)
        return documents_at(segment, np.sort(addresses), field, work)
    return documents_at(segment, standing(segment, text, work), field, work)


def with_character(segment: Segment, character: str, work: Work) -> Row:
    """Whether a character stands in each document; of frequent ones that is kept."""
    most = min(segment.pairs.rarity(character), segment.count)
    work.spend(most * _LOOK_UP + segment.count * 0.2)
    return segment.pairs.with_character(character)


def _of_character(segment: Segment, character: str) -> Addresses:
    """The addresses of a character, which rise only among those with the same one after it."""
    pairs = segment.pairs
    kind = pairs.keys.dtype
    shift = kind.itemsize * 4
    number = remembered(segment).numbers.get(character)
    if number is None:
        return NOWHERE
    first = pairs.keys.searchsorted(kind.type(number << shift))
    last = pairs.keys.searchsorted(kind.type(number << shift | (1 << shift) - 1), "right")
    return pairs.addresses[int(pairs.starts[first]) : int(pairs.starts[last])]


def with_beginning(segment: Segment, text: str, field: str | None, work: Work) -> Found:
    """The segment's documents in which a string stands where a word may begin."""
    if field is not None or len(text) > 1 or not is_letter(text):
        return documents_at(segment, word_beginnings(segment, text, work), field, work)
    # Of a single letter or digit only how often it stands after another one must be known.
    pairs = segment.pairs
    every = _of_character(segment, text)
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
    return kept(addresses, blocks.take(addresses >> BLOCK_BITS))


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
    work.spend(len(addresses) * (_FIND + 10))
    sections = pairs.unit_sections.take(pairs.units(addresses))
    inside = sections.nonzero()[0]
    keys = pairs.documents(addresses.take(inside)).astype(np.int64) << 16
    keys |= sections.take(inside)
    return once(keys)
