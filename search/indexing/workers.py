"""Processes that do the same work side by side, each with something of its own that stays.

One new process loads what the work takes, which is a second of computing, and forks itself
into the workers. It runs no thread and has none of its parent's, so it copies no lock that nobody
will open; nor does it import the parent's main module. Workers are in a process group of their
own: Ctrl-C reaches the parent only, which ends them.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from socket import socketpair
from types import TracebackType
from typing import Any

from archive.errors import RebuildBroken

Order = tuple[Any, ...]
"""The name of a method of what a worker holds, and its arguments."""

_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from search.indexing.workers import start
start([int(each) for each in sys.argv[2:]])
"""
_SIGNALLED = 128
"""Added to the number of a signal, as shells do, to say that it ended a worker."""


def cores() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """Some processes; none is left when the block ends.

    Every method raises ``RebuildBroken`` when one of them has ended early.
    """

    def __init__(self, count: int, make: Callable[..., Any], *arguments: Any) -> None:
        """``make(*arguments)`` makes what the orders are for; every process has a copy of it.

        Functions that are given must be importable, and not from the main module.
        """
        pairs = [socketpair() for _ in range(count)]
        self._links: list[Any] = [Connection(ours.detach()) for ours, _ in pairs]
        theirs = [each for _, each in pairs]
        numbers = [each.fileno() for each in theirs]
        try:
            self._first = subprocess.Popen(  # noqa: S603  ourselves
                [sys.executable, "-c", _START, _path(), *map(str, numbers)],
                stdin=subprocess.PIPE,
                pass_fds=numbers,
                process_group=0,
                # Threads of NumPy's algebra, which is not used, could hold a lock when it forks.
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        finally:
            for each in theirs:
                each.close()
        given = self._first.stdin
        if given is not None:
            with suppress(BrokenPipeError), given:
                pickle.dump((make, arguments), given)

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for link in self._links:
            link.close()
        if kind is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._first.pid, signal.SIGKILL)
        self._first.wait()

    def run(self, orders: Iterable[Order]) -> Iterator[Any]:
        """Give each order to whoever is idle; the answers as they come."""
        waiting = iter(orders)
        order = next(waiting, None)
        idle = list(self._links)
        busy: list[Any] = []
        while order or busy:
            while order and idle:
                busy.append(idle.pop())
                self._send(busy[-1], order)
                order = next(waiting, None)  # made ready while the workers work
            for link in wait(busy):
                yield self._answer(link)
                busy.remove(link)
                idle.append(link)

    def all(self, order: Order) -> list[Any]:
        """The answer of every worker to the same order."""
        for link in self._links:
            self._send(link, order)
        return [self._answer(link) for link in self._links]

    def _send(self, link: Any, order: Order) -> None:
        try:
            link.send(order)
        except OSError as error:
            raise self._broken() from error

    def _answer(self, link: Any) -> Any:
        try:
            answer, failure = link.recv()
        except (EOFError, OSError) as error:
            raise self._broken() from error
        if failure is not None:
            raise failure
        return answer

    def _broken(self) -> RebuildBroken:
        code = self._first.wait()
        number = -code if code < 0 else code - _SIGNALLED
        name = signal.Signals(number).name if number > 0 else str(code)
        return RebuildBroken(reason=name)


def start(numbers: list[int]) -> None:
    """The new process: becomes as many workers as there are numbers of open sockets.

    It ends with the last of them, or with the first that fails, and tells in its exit code.
    """
    make, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301  our parent's
    held = make(*arguments)
    gc.freeze()  # what is loaded stays: no worker needs to look through it for garbage
    links: list[Any] = [Connection(number) for number in numbers]
    for mine in links:
        if os.fork() == 0:
            for link in links:
                if link is not mine:
                    link.close()
            _serve(mine, held)
            os._exit(0)
    for link in links:
        link.close()
    for _ in links:
        code = os.waitstatus_to_exitcode(os.wait()[1])
        if code:
            sys.exit(_SIGNALLED - code if code < 0 else code)


def _serve(link: Any, held: Any) -> None:
    """Carry out orders until the parent closes its end, or is killed."""
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            name, *details = link.recv()
            answer, failure = None, None
            try:
                answer = getattr(held, name)(*details)
            except OSError as error:  # a full disk is the parent's to tell of
                failure = error
            link.send((answer, failure))


def _path() -> str:
    return json.dumps([each or os.getcwd() for each in sys.path])  # noqa: PTH109
