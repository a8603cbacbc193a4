"""What the spider yields goes into the archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive.article import Article
from archive.reprints import Fingerprint
from crawler.middlewares import run_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article that the spider has read from all its pages."""

    article: Article
    fingerprint: Fingerprint | None


class FilingPipeline:
    """Files each article in the run's archive."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> FilingPipeline:
        return cls(crawler)

    def process_item(self, item: ReadArticle) -> ReadArticle:
        run_of(self._crawler).article(item.article, item.fingerprint)
        return item
