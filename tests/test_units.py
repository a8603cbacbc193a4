"""What of an article is searched: every line that is printed on its page."""

from __future__ import annotations

from archive.article import Article, Attachment, Figure, Section
from search.units import units


def test_every_printed_line_is_a_unit_of_its_own_in_reading_order() -> None:
    article = Article(
        id="a",
        site="s",
        url="http://x.example/",
        title="题",
        pretitle="引题",
        subtitle="副题",
        sections=(Section(heading="节", subheading="小节", paragraphs=("段一", "段二")),),
        figures=(Figure(url=None, caption="图"), Figure(url="http://x.example/a", caption=None)),
        attachments=(
            Attachment(url="http://x.example/a.pdf", title="附件"),
            Attachment(url="http://x.example/b.pdf", title=None),
        ),
    )
    assert [(unit.field.value, unit.section, unit.text) for unit in units(article)] == [
        ("title", None, "题"),
        ("heading", None, "引题"),
        ("heading", None, "副题"),
        ("heading", 0, "节"),
        ("heading", 0, "小节"),
        ("body", 0, "段一"),
        ("body", 0, "段二"),
        ("caption", None, "图"),
        ("body", None, "附件"),
    ]
