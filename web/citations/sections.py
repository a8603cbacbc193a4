"""Sections of an article as places that can be cited."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote

from archive.article import Article, Section
from search.units import section_anchor

_CLAUSE = re.compile(r"[^，。；：！？,;:!?]+")


@dataclass(frozen=True, slots=True)
class CitedSection:
    """A section by its place on the article's page, and by the words that name it."""

    anchor: str
    name: str
    """Its heading, with the subheading where the heading alone does not tell; empty for a lead."""
    words: str
    """Words with which it begins, as they stand on the page."""

    @property
    def fragment(self) -> str:
        """Leads browsers to the words, and all others to the section.

        Source: URL Fragment Text Directives (WICG), where ``-`` is a sign of the syntax.
        """
        directive = quote(self.words, safe="").replace("-", "%2D")
        return f"#{self.anchor}:~:text={directive}" if self.words else f"#{self.anchor}"


def sections_of(article: Article) -> tuple[CitedSection, ...]:
    """Every section, in the order of the page."""
    times = Counter(section.heading for section in article.sections)
    before = [None, *(section.heading for section in article.sections)]
    return tuple(
        CitedSection(
            section_anchor(number),
            _name(section, is_alone=times[section.heading] == 1),
            _first_words(section, has_heading=section.heading != before[number]),
        )
        for number, section in enumerate(article.sections)
    )


def find_section(article: Article, anchor: str) -> CitedSection | None:
    """The section at a fragment of the article's page."""
    return next((each for each in sections_of(article) if each.anchor == anchor), None)


def _name(section: Section, *, is_alone: bool) -> str:
    if section.heading and (is_alone or not section.subheading):
        return section.heading
    return "：".join(filter(None, (section.heading, section.subheading)))


def _first_words(section: Section, *, has_heading: bool) -> str:
    """A heading that the page prints, otherwise the first clause: half a word finds nothing."""
    heading = section.heading if has_heading else None
    clause = _CLAUSE.match(section.paragraphs[0]) if section.paragraphs else None
    return heading or section.subheading or (clause[0].strip() if clause else "")
