"""Worker processes that read pages, so that a slow page never stops the downloads."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import FrameType

from archive.outcome import OutcomeKind
from crawler.judge import Fetched, Verdict, judge
from crawler.profile import Profile

log = logging.getLogger(__name__)
PAGE_SECONDS = 30
"""Longest time that one page is read; the slowest real page seen takes under one second."""
_AHEAD = 8


class Workers:
    """A pool of reading processes; one that dies is replaced, and only its page is lost."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(os.getpid(),),
        )

    async def judge(self, fetched: Fetched, profile: Profile) -> Verdict:
        """``crawler.judge.judge`` in a worker."""
        try:
            return await asyncio.wrap_future(self._submit(fetched, profile))
        except BrokenProcessPool:
            return self._lost()

    def judge_all(
        self, fetched: Iterable[Fetched], profile: Profile
    ) -> Iterator[tuple[Fetched, Verdict]]:
        """Judge in parallel, in the order given, a few ahead of the caller."""
        waiting: deque[tuple[Fetched, Future[Verdict]]] = deque()
        for each in fetched:
            waiting.append((each, self._submit(each, profile)))
            if len(waiting) > _AHEAD * self._processes:
                yield self._done(*waiting.popleft())
        while waiting:
            yield self._done(*waiting.popleft())

    def close(self) -> None:
        """Stop the processes; what they were reading is not waited for."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _submit(self, fetched: Fetched, profile: Profile) -> Future[Verdict]:
        try:
            return self._pool.submit(_judge_in_time, fetched, profile)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = self._start()
            return self._pool.submit(_judge_in_time, fetched, profile)

    def _done(self, fetched: Fetched, future: Future[Verdict]) -> tuple[Fetched, Verdict]:
        try:
            return fetched, future.result()
        except BrokenProcessPool:
            return fetched, self._lost()

    def _lost(self) -> Verdict:
        return Verdict(kind=OutcomeKind.LAYOUT_NOT_RECOGNISED, detail="the reading process died")


class _TooSlow(BaseException):
    """Raised by the alarm; a ``BaseException`` so that no parser swallows it."""


def _judge_in_time(fetched: Fetched, profile: Profile) -> Verdict:
    signal.alarm(PAGE_SECONDS)
    try:
        return judge(fetched, profile)
    except (_TooSlow, Exception) as error:  # the edge where a page's surprise becomes a report
        log.exception("judging failed url=%s", fetched.capture.url)
        detail = f"reading ended by {type(error).__name__.strip('_')}"
        return Verdict(kind=OutcomeKind.LAYOUT_NOT_RECOGNISED, detail=detail)
    finally:
        signal.alarm(0)


def _begin(parent: int) -> None:
    """Leave Ctrl-C to the parent, and end with it even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _alarm)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _alarm(_number: int, _frame: FrameType | None) -> None:
    raise _TooSlow


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
