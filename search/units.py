"""The stretches of an article that are searched one by one: no string crosses between them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from archive.article import Article


class UnitField(StrEnum):
    """Which part of the article a unit is; the names are those of the query's fields."""

    TITLE = "title"
    HEADING = "heading"
    """Headings, subheadings, and the lines above and below the title."""
    CAPTION = "caption"
    BODY = "body"


class Unit(NamedTuple):
    """A title, heading, subheading, caption, paragraph or file's name, as printed.

    A named tuple, for every article that is indexed or shown makes twenty: a frozen dataclass
    would take three times as long.
    """

    field: UnitField
    section: int | None
    """Position in ``article.sections``; ``None`` outside of them."""
    text: str


def units(article: Article) -> Iterator[Unit]:
    """Every unit of an article, in reading order: title, sections, captions, attached files."""
    yield Unit(UnitField.TITLE, None, article.title)
    for line in (article.pretitle, article.subtitle):
        if line:
            yield Unit(UnitField.HEADING, None, line)
    for number, section in enumerate(article.sections):
        for heading in (section.heading, section.subheading):
            if heading:
                yield Unit(UnitField.HEADING, number, heading)
        for paragraph in section.paragraphs:
            yield Unit(UnitField.BODY, number, paragraph)
    for figure in article.figures:
        if figure.caption:
            yield Unit(UnitField.CAPTION, None, figure.caption)
    for attachment in article.attachments:
        if attachment.title:
            yield Unit(UnitField.BODY, None, attachment.title)


def section_anchor(number: int) -> str:
    """The fragment under which a section stands on the article's page."""
    return f"s{number}"
