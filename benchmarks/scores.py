"""How well a page was read: what was found against what people set down.

Quotation marks, dashes, width, case and white space do not count. A page that was not read scores
nothing at all: it is not left out.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields

GRAM = 4
"""Characters in a row that are compared."""
_SHORT = 8
"""Lines under this length are no paragraphs to compare."""
_ONE_SIGN = {
    ord(sign): one
    for signs, one in (
        ("“”„‟〝〞＂«»「」『』", '"'),
        ("‘’‚‛＇`´", "'"),
        ("—–―‒‐‑−－─ー", "-"),
        ("•‧・∙⋅﹒", "·"),
        ("～〜", "~"),
        ("…⋯", "."),
    )
    for sign in signs
}
_NOTHING = re.compile(
    "[\\s\u200b-\u200f\u2028-\u202f\u2060\ufeff\u00ad\u0000-\u001f\ufffc\ue000-\uf8ff]+"
)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_DAY_IN_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What people read on a page; ``None`` where nobody set it down."""

    title: str | None = None
    day: str | None = None
    has_no_day: bool = False
    """Whether it is known that the page prints no day."""
    source: str | None = None
    body: str | None = None
    """A line for each paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a reader found on a page; all empty where it failed."""

    title: str | None = None
    day: str | None = None
    source: str | None = None
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One page's score; ``None`` where there is no truth to compare with."""

    title: bool | None
    day: bool | None
    silent: bool | None
    """Where the page has no day: whether none was given."""
    source: bool | None
    body: float | None
    """F1 over runs of four characters."""
    paragraphs: float | None
    """The share of paragraphs that came word for word, each as one paragraph."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The means over pages, and how many pages each is the mean of."""

    means: dict[str, float]
    counts: dict[str, int] = field(default_factory=dict)


def score(truth: Truth, found: Found) -> Score:
    """Compare what was found on a page with the truth."""
    found_day = day_in(found.day)
    return Score(
        title=folded(found.title) == folded(truth.title) if truth.title else None,
        day=found_day == day_in(truth.day) if truth.day else None,
        silent=found_day is None if truth.has_no_day else None,
        source=folded(found.source) == folded(truth.source) if truth.source else None,
        body=f1(truth.body, found.body) if truth.body else None,
        paragraphs=paragraphs_kept(truth.body, found.body) if truth.body else None,
    )


def summary(scores: Sequence[Score]) -> Summary:
    """The means over all pages that have a truth."""
    means: dict[str, float] = {}
    counts: dict[str, int] = {}
    for each in fields(Score):
        values = [value for one in scores if (value := getattr(one, each.name)) is not None]
        counts[each.name] = len(values)
        if values:
            means[each.name] = statistics.fmean(values)
    return Summary(means=means, counts=counts)


def folded(text: str | None) -> str:
    """A text with everything that does not count taken away."""
    words = unicodedata.normalize("NFKC", (text or "").translate(_ONE_SIGN)).translate(_ONE_SIGN)
    return _NOTHING.sub("", words).casefold()


def day_in(text: str | None) -> str | None:
    """The first day that a text names, as ``YYYY-MM-DD``."""
    found = _DAY.search(text or "") or _DAY_IN_DIGITS.search(text or "")
    return "{:04}-{:02}-{:02}".format(*map(int, found.groups())) if found else None


def f1(truth: str, found: str) -> float:
    """The harmonic mean of precision and recall over runs of characters, with their counts."""
    wanted, given = Counter(_grams(folded(truth))), Counter(_grams(folded(found)))
    total = wanted.total() + given.total()
    return 2 * (wanted & given).total() / total if total else 1.0


def paragraphs_kept(truth: str, found: str) -> float | None:
    """The share of the truth's paragraphs that are paragraphs of what was found."""
    wanted = list(_paragraphs(truth))
    given = set(_paragraphs(found))
    return sum(each in given for each in wanted) / len(wanted) if wanted else None


def _paragraphs(text: str) -> Iterable[str]:
    return (line for line in map(folded, text.split("\n")) if len(line) >= _SHORT)


def _grams(text: str) -> Iterable[str]:
    return (text[at : at + GRAM] for at in range(max(1, len(text) - GRAM + 1))) if text else ()
