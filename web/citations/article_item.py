"""From an article to the item of CSL-JSON that cites it."""

from __future__ import annotations

from datetime import date
from typing import Any

from archive.article import CHINA, Article


def csl_item(
    article: Article, *, archive: str, archived_url: str, accessed: date | None = None
) -> dict[str, Any]:
    """The item of CSL-JSON for an article.

    The author is who is named as such, otherwise the publisher, otherwise nobody. ``accessed`` is
    by default the day in China of the newest capture. The kind is ``webpage``, because no article
    has an edition page (版次), which is what makes a report a newspaper's. ``archived_url`` stands
    in ``note``: citation styles take ``archive_location`` for a part of the title.
    """
    authors = article.authors or ((article.publisher,) if article.publisher else ())
    day = accessed or captured_day(article)
    item: dict[str, Any] = {
        "id": article.id,
        "type": "webpage",
        "title": article.title,
        "author": [{"literal": author} for author in authors],
        "container-title": article.container_title,
        "issued": _date(article.published),
        "accessed": _date(day),
        "URL": article.url,
        "archive": archive,
        "note": archived_url,
        "language": "zh-CN",
    }
    return {name: value for name, value in item.items() if value}


def captured_day(article: Article) -> date | None:
    """The day in China of the newest capture; ``None`` where there is no capture."""
    if not article.captures:
        return None
    newest = max(capture.captured_at for capture in article.captures)
    return newest.astimezone(CHINA).date()


def _date(day: date | None) -> dict[str, Any] | None:
    return None if day is None else {"date-parts": [[day.year, day.month, day.day]]}
