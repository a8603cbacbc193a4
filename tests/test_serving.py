"""``jianbao serve`` as a real process with workers: what it outlasts, and how it stops."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.opening import open_store
from archive.outcome import Withdrawal
from tests.commands import Jianbao
from tests.test_operation import parsed, requests
from tests.web_archive import COURSES, fill, settings_in
from web.params import CURSOR_MAX
from web.serving import STOP_SECONDS
from web.worker import HEAD_BYTES

PATIENCE = 60.0
WORKERS = 3


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    port: int
    jianbao: Jianbao

    def get(self, path: str, timeout: float = PATIENCE) -> str:
        """On a connection of its own, which any of the workers may take."""
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=timeout) as response:
            text: str = response.read().decode()
            return text

    def workers(self) -> list[int]:
        """Their process ids."""
        pid = self.process.pid
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    settings = settings_in(folder)
    fill(settings)
    jianbao = Jianbao(settings.data, settings.sites)
    process = jianbao.start("serve", "--port", "0", "--workers", str(WORKERS))
    try:
        assert process.stderr is not None
        told = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stderr.readline())
        assert told is not None
        served = Served(process, int(told[1]), jianbao)
        served.get("/healthz")
        yield served
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("served")) as served:
        yield served


def until_there_are(served: Served, number: int) -> list[int]:
    deadline = time.monotonic() + PATIENCE
    while len(served.workers()) != number:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return served.workers()


def test_workers_count_together(served: Served) -> None:
    def counted() -> float:
        return parsed(served.get("/metrics"))[requests("/healthz", 200)]

    before = counted()
    for _ in range(20):
        served.get("/healthz")
    assert [counted() for _ in range(5)] == [before + 20] * 5, "whichever worker is asked"


def test_one_limit_holds_for_all_workers(served: Served) -> None:
    def left() -> tuple[int, int]:
        """Requests, and seconds."""
        address = f"http://127.0.0.1:{served.port}/api/v1/overview"
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:
            told = re.search(r"r=(\d+);t=(\d+)", response.headers["RateLimit"])
        assert told is not None
        return int(told[1]), int(told[2])

    _, seconds = left()
    if seconds < 5:
        time.sleep(seconds)  # what is asked below belongs to one minute
    first, _ = left()
    assert [left()[0] for _ in range(20)] == [first - many for many in range(1, 21)]


def test_every_worker_shows_what_other_processes_change(served: Served) -> None:
    until_there_are(served, WORKERS)
    gone, changed = COURSES[0], replace(COURSES[1], title="另起的标题")
    assert gone.title in served.get(f"/articles/{gone.id}")
    store = open_store(served.jianbao.settings.store_url)
    store.withdraw(Withdrawal(article_id=gone.id, reason="测试", at=datetime.now(UTC)))
    store.put(changed)
    store.close()
    for _ in range(8 * WORKERS):
        with pytest.raises(urllib.error.HTTPError) as caught:
            served.get(f"/articles/{gone.id}")
        assert caught.value.code == 410
        caught.value.close()
        assert changed.title in served.get(f"/articles/{changed.id}")
        found = served.get("/search?q=" + urllib.parse.quote("另起的标题"))
        assert f"/articles/{changed.id}" in found


def test_who_sends_slowly_holds_nobody_up(served: Served) -> None:
    with ExitStack() as held:
        for beginning in (b"", b"GET /healthz HTTP/1.1\r\nHost: a", b"GET / HTTP/1.1\r\n"):
            for _ in range(20):
                slow = held.enter_context(served.connect())
                slow.sendall(beginning)
        for _ in range(2 * WORKERS):
            assert served.get("/healthz", timeout=5)
        slow.sendall(b"\r\n")
        assert slow.recv(9) == b"HTTP/1.1 "


def test_two_requests_sent_at_once_are_answered_in_turn(served: Served) -> None:
    with served.connect() as connection:
        request = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
        connection.sendall((request + b"\r\n") * 2 + request + b"Connection: close\r\n\r\n")
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answers.count(b'{"status":"ok"}') == 3


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/search?cursor=" + "a" * CURSOR_MAX, b"400"),
        ("/search?q=" + "a" * HEAD_BYTES, b"431"),
        ("/" + "a" * (3 * HEAD_BYTES), b"431"),
    ],
)
def test_heads_are_bounded(served: Served, path: str, status: bytes) -> None:
    with served.connect() as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 " + status


def test_a_worker_that_dies_is_replaced(served: Served) -> None:
    first = until_there_are(served, WORKERS)[0]
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE
    while first in served.workers() and time.monotonic() < deadline:
        assert served.get("/healthz")
    assert first not in until_there_are(served, WORKERS)


def test_a_port_that_is_taken_is_named(served: Served) -> None:
    done = served.jianbao("serve", "--port", str(served.port))
    assert done.returncode == 1
    assert f"port {served.port}: Address already in use" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(tmp_path: Path, sign: signal.Signals) -> None:
    with serving(tmp_path) as served, served.connect() as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert idle.recv(12) == b"HTTP/1.1 200"
        os.killpg(served.process.pid, sign)  # as a terminal does
        assert served.process.wait(PATIENCE) == 0
        _, errors = served.process.communicate()
        assert not errors


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        os.kill(until_there_are(served, WORKERS)[0], signal.SIGSTOP)
        began = time.monotonic()
        for _ in range(2):
            served.process.send_signal(signal.SIGINT)
            time.sleep(0.5)
        served.process.wait(PATIENCE)
        assert time.monotonic() - began < STOP_SECONDS
