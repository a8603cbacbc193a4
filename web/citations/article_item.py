"""From an article, or one section of it, to the item of CSL-JSON that cites it."""

from __future__ import annotations

from datetime import date
from typing import Any

from archive.article import CHINA, Article
from archive.capture import Capture
from web.citations.sections import CitedSection


def csl_item(
    article: Article,
    *,
    archive: str,
    archived_url: str,
    accessed: date | None = None,
    section: CitedSection | None = None,
) -> dict[str, Any]:
    """The item of CSL-JSON for an article.

    The author is who is named as such, otherwise the publisher, otherwise nobody. ``accessed`` is
    by default the day in China of the newest capture. The kind is ``webpage``, because no article
    has an edition page (版次), which is what makes a report a newspaper's. ``URL`` is the original
    address; of a section it is the place in the archive, since the original page has none.

    What CSL has no variable for stands in ``custom``, and in words in ``note``: citation styles
    take ``archive_location`` for a part of the title.
    """
    authors = article.authors or ((article.publisher,) if article.publisher else ())
    capture = newest_capture(article)
    facts = {
        "original_url": article.url,
        "archived_url": archived_url,
        "captured_at": capture and capture.captured_at.isoformat(timespec="seconds"),
        "payload_digest": capture and capture.payload_digest,
        "publisher": article.publisher,
        "section": section and section.name,
        "section_url": section and archived_url + section.fragment,
    }
    day = accessed or captured_day(article)
    item: dict[str, Any] = {
        "id": article.id,
        "type": "webpage",
        "title": article.title,
        "author": [{"literal": author} for author in authors],
        "container-title": article.container_title,
        "issued": _date(article.published),
        "accessed": _date(day),
        "URL": f"{archived_url}#{section.anchor}" if section else article.url,
        "archive": archive,
        "note": _in_words(article, archived_url, capture),
        "keyword": ";".join(dict.fromkeys(filter(None, (article.column_tag, article.channel)))),
        "language": "zh-CN",
        "custom": {name: value for name, value in facts.items() if value},
    }
    return {name: value for name, value in item.items() if value}


def newest_capture(article: Article) -> Capture | None:
    """The capture that was made last."""
    return max(article.captures, key=lambda capture: capture.captured_at, default=None)


def captured_day(article: Article) -> date | None:
    """The day in China of the newest capture; ``None`` where there is no capture."""
    capture = newest_capture(article)
    return capture.captured_at.astimezone(CHINA).date() if capture else None


def _in_words(article: Article, archived_url: str, capture: Capture | None) -> str:
    words = [f"原文地址：{article.url}", f"存档地址：{archived_url}"]
    if capture:
        at = capture.captured_at.astimezone(CHINA)
        words += [f"采集时间：{at:%Y-%m-%d %H:%M:%S}（北京时间）", capture.payload_digest]
    return "；".join(words)


def _date(day: date | None) -> dict[str, Any] | None:
    return None if day is None else {"date-parts": [[day.year, day.month, day.day]]}
