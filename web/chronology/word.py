"""A chronology as a document for Word, in typefaces that Chinese systems have."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from itertools import count
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from web.chronology.entries import Entry, Heading, by_year

_BODY, _HEADINGS = "宋体", "黑体"
_STYLES = {
    "Normal": (_BODY, 11),
    "Title": (_HEADINGS, 20),
    "Heading 1": (_HEADINGS, 15),
    "Heading 2": (_HEADINGS, 12),
}
_LINK = RELATIONSHIP_TYPE.HYPERLINK
_PROPERTY = 255
"""Characters that a property of a document may have."""
_LATIN = "Times New Roman"
_THEMES = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
"""They would win over the typefaces that are named."""


def document(entries: Iterable[Entry], heading: Heading) -> bytes:
    """The file, whole: Word's format is a ZIP archive, whose parts refer to each other."""
    word = Document()
    for style, (typeface, size) in _STYLES.items():
        _set_typeface(word.styles[style], typeface, size)
    word.core_properties.title = heading.title[:_PROPERTY]
    word.core_properties.author = heading.archive_name[:_PROPERTY]
    word.core_properties.language = "zh-CN"
    _paragraph(word, "Title", heading.title)
    word.add_paragraph(heading.scope)
    numbers = count(1)
    for year, days in by_year(entries):
        _paragraph(word, "Heading1", year)
        for day in days:
            if day.words:
                _paragraph(word, "Heading2", day.words)
            for entry in day.entries:
                _add(_paragraph(word, "ListBullet"), entry, f"link{next(numbers)}")
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _set_typeface(style: Any, typeface: str, size: int) -> None:
    style.font.name = _LATIN
    style.font.size = Pt(size)
    fonts = style.element.rPr.rFonts
    fonts.set(qn("w:eastAsia"), typeface)
    for theme in _THEMES:
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def _paragraph(word: WordDocument, style: str, words: str = "") -> Paragraph:
    """A paragraph in a style by its id: python-docx looks for names at every paragraph anew."""
    paragraph = word.add_paragraph(words)
    paragraph._p.style = style
    return paragraph


def _add(paragraph: Paragraph, entry: Entry, link_id: str) -> None:
    _add_link(paragraph, entry.title, entry.address, link_id)
    paragraph.add_run(f"，{entry.source}")
    if entry.original:
        paragraph.add_run("，")
        _add_link(paragraph, "原文", entry.original, f"{link_id}o")


def _add_link(paragraph: Paragraph, words: str, address: str, link_id: str) -> None:
    """python-docx reads links but has no way to make one; to let it number them is slow, too."""
    paragraph.part.rels.add_relationship(_LINK, address, link_id, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), link_id)
    run = paragraph.add_run(words)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)
