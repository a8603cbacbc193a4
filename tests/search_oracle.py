"""What a query means, read off the definitions and applied to one article at a time.

Knows nothing of indexes: it folds the printed units and looks.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from archive.article import Article
from search import analysis
from search.query.tree import (
    And,
    Chunk,
    Days,
    Exact,
    Near,
    Node,
    Not,
    Or,
    Prefix,
    Text,
    Together,
    Widened,
    Word,
)

fold = lru_cache(1 << 17)(analysis.fold)


@lru_cache(1 << 17)
def words(text: str) -> frozenset[str]:
    return frozenset(token.text for token in analysis.words(text))


def holds(node: Node, article: Article) -> bool:
    if isinstance(node, And):
        return all(holds(child, article) for child in node.nodes)
    if isinstance(node, Or):
        return any(holds(child, article) for child in node.nodes)
    if isinstance(node, Not):
        return not holds(node.node, article)
    if isinstance(node, Days):
        day = article.published
        return day is not None and (node.first or date.min) <= day <= (node.last or date.max)
    if isinstance(node, Widened):
        return any(holds(one, article) for one in (node.chunk, *node.others))
    if isinstance(node, Together):
        return any(
            all(_in_section(child, section) for child in node.nodes)
            for section in _sections(article)
        )
    if node.field in {"author", "site", "container", "reprinted", "channel", "tag"}:
        return _in_values(node, article)
    return text_holds(node, _units(article, node.field))


def text_holds(node: Text, units: list[str]) -> bool:
    if isinstance(node, Word):
        return any(node.text in words(unit) for unit in units)
    folded = [fold(unit) for unit in units]
    if isinstance(node, Exact):
        return any(node.text in unit for unit in folded)
    if isinstance(node, Prefix):
        return any(_begins(node.text, unit) for unit in folded)
    if isinstance(node, Near):
        span = sum(len(part) for part in node.parts) + node.distance
        return any(
            all(part in unit[start : start + span] for part in node.parts)
            for unit in folded
            for start in range(len(unit))
        )
    wanted = words(node.text)
    held = frozenset[str]().union(*map(words, units)) if wanted else wanted
    return (bool(wanted) and wanted <= held) or any(node.text in unit for unit in folded)


def _begins(text: str, unit: str) -> bool:
    return any(
        unit.startswith(text, at) and not (at and _is_letter(unit[at - 1]) and _is_letter(text[0]))
        for at in range(len(unit))
    )


def _is_letter(character: str) -> bool:
    return character.isalnum() and not "\u3400" <= character <= "\u9fff"


def _in_section(node: Node, units: list[str]) -> bool:
    if isinstance(node, And):
        return all(_in_section(child, units) for child in node.nodes)
    if isinstance(node, Or):
        return any(_in_section(child, units) for child in node.nodes)
    if isinstance(node, Widened):
        return any(_in_section(one, units) for one in (node.chunk, *node.others))
    if isinstance(node, Chunk):
        strings = words(node.text)
        return _stands(node.text, units) or (
            bool(strings) and all(_stands(string, units) for string in strings)
        )
    if isinstance(node, Word):
        return _stands(node.text, units)
    assert isinstance(node, Exact | Prefix | Near)
    return text_holds(node, units)


def _stands(string: str, units: list[str]) -> bool:
    return any(string in fold(unit) for unit in units)


def _sections(article: Article) -> list[list[str]]:
    return [
        [text for text in (section.heading, section.subheading, *section.paragraphs) if text]
        for section in article.sections
    ]


def _units(article: Article, field: str | None) -> list[str]:
    parts = {
        "title": [article.title],
        "heading": [
            heading
            for section in article.sections
            for heading in (section.heading, section.subheading)
            if heading
        ],
        "caption": [figure.caption for figure in article.figures if figure.caption],
        "body": [text for section in article.sections for text in section.paragraphs],
    }
    return parts[field] if field else [text for texts in parts.values() for text in texts]


def _in_values(node: Text, article: Article) -> bool:
    values = {
        "author": article.authors,
        "site": (article.site,),
        "container": (article.container_title,),
        "reprinted": (article.reprinted_from,),
        "channel": (article.channel,),
        "tag": (article.column_tag,),
    }[node.field or ""]
    folded = [fold(value) for value in values if value]
    if isinstance(node, Prefix):
        return any(value.startswith(node.text) for value in folded)
    if isinstance(node, Near):
        return text_holds(node, [value for value in values if value])
    if node.field == "site":
        return node.text in folded
    return any(node.text in value for value in folded)


def exact(string: str, article: Article) -> bool:
    """The promise of quotation marks, word for word."""
    return any(fold(string) in fold(unit) for unit in _units(article, None))
