"""What the index takes from an article: folded units, weighted words, values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.article import Article
from search import analysis
from search.arrays.weights import UNIT_WEIGHTS
from search.units import UnitField, units

WORD_FIELDS = (UnitField.TITLE, UnitField.HEADING, UnitField.CAPTION)
"""Fields whose words are also kept apart."""
_FIELDS = tuple(UnitField)
FIELD_WEIGHTS = tuple(UNIT_WEIGHTS[field] for field in _FIELDS)
"""What an occurrence counts, in the order of ``UnitField``."""
_CODES = {field: code for code, field in enumerate(_FIELDS)}


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """An article as the index sees it."""

    id: str
    day: int
    """``20191129``, or 0 without a day."""
    units: tuple[tuple[int, int, str], ...]
    """Position of the unit's field in ``UnitField``, section and 1 or else 0, folded text."""
    terms: tuple[Sequence[str], ...]
    """The words of its units, each as often as it occurs, in the order of ``UnitField``."""
    title: str
    """As printed."""
    values: Mapping[str, tuple[str, ...]]
    """As printed, by the names of ``columns.VALUE_FIELDS``; absent ones may be left out."""
    group: str
    """Name of its group of reprints; its id where it has none."""

    @property
    def words(self) -> Counter[str]:
        """How often each word occurs, an occurrence counting as much as its unit weighs."""
        words: Counter[str] = Counter()
        for terms, weight in zip(self.terms, FIELD_WEIGHTS, strict=True):
            for term in terms:
                words[term] += weight
        return words

    @property
    def fields(self) -> dict[str, frozenset[str]]:
        """The words of titles, headings and captions."""
        return {field.value: frozenset(self.terms[_CODES[field]]) for field in WORD_FIELDS}

    @property
    def length(self) -> int:
        """How many words it has, weighted."""
        return sum(
            len(terms) * weight for terms, weight in zip(self.terms, FIELD_WEIGHTS, strict=True)
        )


def index_document(article: Article, group: str | None = None) -> IndexDocument:
    """What the index keeps of an article that belongs to this group of reprints."""
    printed = list(units(article))
    folded = tuple(
        (_CODES[unit.field], 0 if unit.section is None else unit.section + 1, text)
        for unit, text in zip(
            printed, analysis.fold_all([unit.text for unit in printed]), strict=True
        )
        if text
    )
    day = article.published
    return IndexDocument(
        id=article.id,
        day=day.year * 10_000 + day.month * 100 + day.day if day else 0,
        units=folded,
        terms=_terms(folded),
        title=article.title,
        values=_values(article),
        group=group or article.id,
    )


def _terms(folded: tuple[tuple[int, int, str], ...]) -> tuple[Sequence[str], ...]:
    """One call of the segmenter for each field: no word runs across a line's end."""
    texts: tuple[list[str], ...] = tuple([] for _ in _FIELDS)
    for code, _, text in folded:
        texts[code].append(text)
    return tuple(analysis.bag("\n".join(lines)) if lines else () for lines in texts)


def _values(article: Article) -> dict[str, tuple[str, ...]]:
    single = {
        "site": article.site,
        "container": article.container_title,
        "reprinted": article.reprinted_from,
        "channel": article.channel,
        "tag": article.column_tag,
    }
    values: dict[str, tuple[str, ...]] = {name: (value,) for name, value in single.items() if value}
    if article.authors:
        values["author"] = tuple(dict.fromkeys(article.authors))
    return values
