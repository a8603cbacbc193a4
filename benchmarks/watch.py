"""What is seen of a Scrapy process while it crawls: pages, gaps of the event loop, memory."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy import signals

from benchmarks.memory import memory

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Request, Response

REPORT = "WATCH_REPORT"
"""Setting: the file that the sightings are written to."""
PAGES = "WATCH_PAGES"
"""Setting: how many pages will come."""
MARKS = (25, 50, 75, 100)
"""Percents of the pages at which the memory is noted."""
_LOOK = 0.005
_WEIGH = 0.25


class Watch:
    """A Scrapy extension; its clock runs from the first response to the end of the spider."""

    def __init__(self, crawler: Crawler) -> None:
        self._pages = crawler.settings.getint(PAGES)
        self._report = Path(crawler.settings[REPORT])
        self._came = 0
        self._longest_gap = 0.0
        self._peak = 0.0
        self._memory: dict[int, float] = {}
        self._began = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Watch:
        watch = cls(crawler)
        crawler.signals.connect(watch.begin, signal=signals.spider_opened)
        crawler.signals.connect(watch.count, signal=signals.response_received)
        crawler.signals.connect(watch.end, signal=signals.spider_closed)
        return watch

    def begin(self) -> None:
        self._tasks = [asyncio.create_task(self._look()), asyncio.create_task(self._weigh())]

    def count(self, response: Response, request: Request) -> None:
        self._began = self._began or time.perf_counter()
        self._came += 1

    def end(self) -> None:
        seconds = time.perf_counter() - self._began
        for task in self._tasks:
            task.cancel()
        self._note_memory()
        seen: dict[str, Any] = {
            "pages": self._came,
            "seconds": seconds,
            "pages_a_second": self._came / seconds,
            "longest_gap": self._longest_gap,
            "memory": [self._memory.get(mark, self._peak) for mark in MARKS],
        }
        self._report.write_text(json.dumps(seen), "utf-8")

    async def _look(self) -> None:
        """A short sleep that takes long was kept from waking by somebody's work."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_LOOK)
            if self._came:
                gap = time.perf_counter() - before - _LOOK
                self._longest_gap = max(self._longest_gap, gap)

    async def _weigh(self) -> None:
        while True:
            await asyncio.sleep(_WEIGH)
            await asyncio.to_thread(self._note_memory)

    def _note_memory(self) -> None:
        """The peak so far, in megabytes, at each mark that has been reached."""
        self._peak = max(self._peak, memory())
        for mark in MARKS:
            if self._came * 100 >= mark * self._pages:
                self._memory.setdefault(mark, self._peak)
