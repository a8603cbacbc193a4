"""The stretches of an article that are searched one by one: no string crosses between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from archive.article import Article


class UnitField(StrEnum):
    """Which part of the article a unit is; the names are those of the query's fields."""

    TITLE = "title"
    HEADING = "heading"
    """Headings and subheadings."""
    CAPTION = "caption"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Unit:
    """A title, heading, subheading, caption or paragraph, as printed."""

    field: UnitField
    section: int | None
    """Position in ``article.sections``; ``None`` outside of them."""
    text: str


def units(article: Article) -> Iterator[Unit]:
    """Every unit of an article, in reading order: title, sections, captions."""
    yield Unit(UnitField.TITLE, None, article.title)
    for number, section in enumerate(article.sections):
        for heading in (section.heading, section.subheading):
            if heading:
                yield Unit(UnitField.HEADING, number, heading)
        for paragraph in section.paragraphs:
            yield Unit(UnitField.BODY, number, paragraph)
    for figure in article.figures:
        if figure.caption:
            yield Unit(UnitField.CAPTION, None, figure.caption)


def section_anchor(number: int) -> str:
    """The fragment under which a section stands on the article's page."""
    return f"s{number}"
