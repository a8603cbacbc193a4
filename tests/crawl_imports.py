"""Imports what a crawl imports on its way: Scrapy names its parts in its settings."""

from __future__ import annotations

from importlib import import_module
from itertools import chain

from scrapy.settings import default_settings

import crawler.crawling  # noqa: F401

for part in chain(
    default_settings.EXTENSIONS_BASE,
    default_settings.DOWNLOADER_MIDDLEWARES_BASE,
    default_settings.SPIDER_MIDDLEWARES_BASE,
    [default_settings.DOWNLOAD_HANDLERS_BASE["http"]],
):
    import_module(part.rpartition(".")[0])
