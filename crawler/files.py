"""The pictures and attached files of reports, where a profile has them kept beside the pages."""

from __future__ import annotations

from collections.abc import Iterator

from archive.article import Article
from archive.store import ArticleStore
from crawler.profile import Profile

_BATCH = 200


def files_of(article: Article, profile: Profile) -> Iterator[str]:
    """The addresses of an article's files that the profile asks for, on the site's hosts."""
    files: dict[str, list[str | None]] = {
        "images": [figure.url for figure in article.figures],
        "attachments": [attachment.url for attachment in article.attachments],
    }
    for kind in profile.capture:
        yield from (url for url in dict.fromkeys(files[kind]) if url and profile.covers(url))


def files_lacking(store: ArticleStore, profile: Profile) -> Iterator[str]:
    """Files of held articles that no run has brought home, such as those that a kill cut off."""
    if not profile.capture:
        return
    keys = store.article_ids()
    for start in range(0, len(keys), _BATCH):
        for article in store.get_many(keys[start : start + _BATCH]).values():
            if article.site == profile.key:
                wanted = files_of(article, profile)
                yield from (url for url in wanted if store.settled(profile.key, url) is None)
