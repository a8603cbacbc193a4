"""A citation in plain words, with the evidence behind it, for letters and notes."""

from __future__ import annotations

from datetime import datetime

from archive.article import CHINA
from web.citations.csl import CslItem, date_of, facts_of, text
from web.citations.gbt7714_rules import rules_of
from web.citations.gbt7714_title import names_of


def record(item: CslItem) -> str:
    """One line a fact, named in Chinese; what is not known has no line."""
    facts = facts_of(item)
    issued, accessed = date_of(item, "issued"), date_of(item, "accessed")
    lines = (
        ("题名", text(item, "title")),
        ("小标题", text(facts, "section")),
        ("责任者", names_of(item, rules_of(2025, author_date=False), "author")),
        ("发布者", text(item, "publisher") or text(facts, "publisher")),
        ("来源", text(item, "container-title")),
        ("发布日期", issued.numeric() if issued else ""),
        ("引用日期", accessed.numeric() if accessed else ""),
        ("原文地址", text(facts, "original_url") or text(item, "URL")),
        ("存档地址", text(facts, "section_url") or text(facts, "archived_url")),
        ("采集时间", _captured(text(facts, "captured_at"))),
        ("载荷摘要", text(facts, "payload_digest")),
    )
    return "\n".join(f"{name}：{value}" for name, value in lines if value)


def _captured(instant: str) -> str:
    """An instant in the time of China; as it is where it is none."""
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        return instant
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}（北京时间）"
