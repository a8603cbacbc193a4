"""Worker processes that read pages, so that a slow page never stops the downloads."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from types import FrameType

from archive.outcome import OutcomeKind
from crawler.judge import Fetched, Verdict, judge
from crawler.profile import Profile

log = logging.getLogger(__name__)
_FORKED = multiprocessing.get_context("forkserver")
PAGE_SECONDS = 30
"""Longest time that one page is read; the slowest real page seen takes under one second."""
_NICE = 5
"""Where cores are few, reading must not keep the event loop from its turn."""
_AHEAD = 8
_ATTEMPTS = 3
"""A page that kills its process takes others with it; these are then read again."""
_LOST = Verdict(kind=OutcomeKind.LAYOUT_NOT_RECOGNISED, detail="the reading process died")


class Workers:
    """A pool of reading processes; when one dies, the pool is replaced and pages read again."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool = self._start()

    async def judge(self, fetched: Fetched, profile: Profile) -> Verdict:
        """``crawler.judge.judge`` in a worker."""
        for _ in range(_ATTEMPTS):
            try:
                return await asyncio.wrap_future(self._submit(fetched, profile))
            except BrokenProcessPool:
                continue
        return _LOST

    def judge_all(
        self, fetched: Iterable[Fetched], profile: Profile
    ) -> Iterator[tuple[Fetched, Verdict]]:
        """Judge in parallel, in the order given, a few ahead of the caller."""
        waiting: deque[tuple[Fetched, Future[Verdict]]] = deque()
        for each in fetched:
            waiting.append((each, self._submit(each, profile)))
            if len(waiting) > _AHEAD * self._processes:
                yield self._done(*waiting.popleft(), profile)
        while waiting:
            yield self._done(*waiting.popleft(), profile)

    def close(self) -> None:
        """Stop the processes; what they were reading is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()

    def _start(self) -> ProcessPoolExecutor:
        # One process loads what reading takes, half a second of computing, and forks the others.
        # They inherit its mask: Ctrl-C is the parent's alone. The resource tracker is started
        # before, because starting it lifts the mask.
        _FORKED.set_forkserver_preload([__name__])
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return ProcessPoolExecutor(self._processes, mp_context=_FORKED, initializer=_begin)

    def _submit(self, fetched: Fetched, profile: Profile) -> Future[Verdict]:
        try:
            return self._pool.submit(_judge_in_time, fetched, profile)
        except BrokenProcessPool:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = self._start()
            return self._pool.submit(_judge_in_time, fetched, profile)

    def _done(
        self, fetched: Fetched, future: Future[Verdict], profile: Profile
    ) -> tuple[Fetched, Verdict]:
        for _ in range(_ATTEMPTS):
            try:
                return fetched, future.result()
            except BrokenProcessPool:
                future = self._submit(fetched, profile)
        return fetched, _LOST


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


def _begin() -> None:
    """Give way to the fetching, mind the time, and end with the parent even if it is killed."""
    os.nice(_NICE)
    signal.signal(signal.SIGALRM, _alarm)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _alarm(_number: int, _frame: FrameType | None) -> None:
    raise _TooSlow


def _end_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
