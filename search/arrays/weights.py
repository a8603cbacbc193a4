"""What one occurrence list of a word in a document is worth: BM25F, fixed when it is written.

A word's frequency counts its occurrences by the unit they stand in. Ranking news by known items
was best with the title three times and these two parameters; see ``docs/performance.md``.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from search.units import UnitField

UNIT_WEIGHTS = {UnitField.TITLE: 3, UnitField.HEADING: 2, UnitField.CAPTION: 1, UnitField.BODY: 1}
K1 = 0.6
B = 0.75
SCALE = 40_000
"""What an impact of 1.0 is stored as. Impacts stay under K1 + 1, so 16 bits suffice."""


_PIECE = 1 << 14


def impacts(
    frequencies: npt.NDArray[np.int64],
    documents: npt.NDArray[np.uint32],
    lengths: npt.NDArray[np.float64],
    pivot: float,
) -> npt.NDArray[np.uint16]:
    """Fixed-point impacts of words that occur so often in documents of these lengths.

    Frequencies and documents are aligned; ``lengths`` is by document. ``pivot`` is the length, in
    weighted words, at which a document is neither short nor long. Never 0: who matches scores.
    """
    norms = K1 * (1 - B) + lengths * (K1 * B / pivot)
    found = np.zeros(len(frequencies), np.uint16)
    for first in range(0, len(found), _PIECE):  # in pieces that stay in the processor's cache
        piece = slice(first, first + _PIECE)
        frequency = frequencies[piece].astype(np.float64)
        whole = norms.take(documents[piece])
        whole += frequency
        frequency *= SCALE * (K1 + 1)
        frequency /= whole
        found[piece] = np.maximum(np.rint(frequency), 1)
    return found
