"""Processes that do the same work side by side, each with something of its own that stays.

They are started anew and not forked: a fork copies the locks of threads that it does not copy.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from types import TracebackType
from typing import TYPE_CHECKING, Any

from archive.errors import RebuildBroken

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    Link = Connection[Any, Any]


Order = tuple[Any, ...]
"""The name of a method of what a worker holds, and its arguments."""


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
        """``make(*arguments)`` makes in every process what the orders are for."""
        self._processes: dict[Link, SpawnProcess] = {}
        context = get_context("spawn")
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, make, arguments), daemon=True)
            with _interrupts_held():
                process.start()
            theirs.close()
            self._processes[ours] = process

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for link, process in self._processes.items():
            link.close()
            if kind is not None:
                process.kill()
        for process in self._processes.values():
            process.join()
            process.close()

    def run(self, orders: Iterable[Order]) -> Iterator[Any]:
        """Give each order to whoever is idle; the answers as they come."""
        waiting = iter(orders)
        order = next(waiting, None)
        idle = list(self._processes)
        busy: list[Link] = []
        while order or busy:
            while order and idle:
                busy.append(idle.pop())
                self._send(busy[-1], order)
                order = next(waiting, None)  # made ready while the workers work
            for link in wait(busy):
                yield self._answer(link)  # type: ignore[arg-type]
                busy.remove(link)  # type: ignore[arg-type]
                idle.append(link)  # type: ignore[arg-type]

    def all(self, order: Order) -> list[Any]:
        """The answer of every worker to the same order."""
        for link in self._processes:
            self._send(link, order)
        return [self._answer(link) for link in self._processes]

    def _send(self, link: Link, order: Order) -> None:
        try:
            link.send(order)
        except OSError as error:
            raise self._broken(link) from error

    def _answer(self, link: Link) -> Any:
        try:
            answer, failure = link.recv()
        except (EOFError, OSError) as error:
            raise self._broken(link) from error
        if failure is not None:
            raise failure
        return answer

    def _broken(self, link: Link) -> RebuildBroken:
        process = self._processes[link]
        process.join()
        code = process.exitcode or 0
        name = signal.Signals(-code).name if code < 0 else str(code)
        return RebuildBroken(reason=name)


def _serve(link: Link, make: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Carry out orders until the parent closes its end, or is killed."""
    held = make(*arguments)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            name, *details = link.recv()
            answer, failure = None, None
            try:
                answer = getattr(held, name)(*details)
            except OSError as error:  # a full disk is the parent's to tell of
                failure = error
            link.send((answer, failure))


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A process started here never hears Ctrl-C: its parent does, and ends it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
