"""Reading processes: one that dies is replaced, and none outlives the command."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.outcome import OutcomeKind
from crawler.judge import Fetched
from crawler.profile import Profile, load_profile
from crawler.workers import Workers
from sample.site import load_reports, pages
from tests.builders import a_capture
from tests.commands import SAMPLE_BASE, SAMPLE_SITES

PATIENCE = 60.0
PARENT = """
import multiprocessing, time
from contextlib import closing
from crawler.workers import Workers
from tests.test_workers import a_page, a_profile

with closing(Workers(2)) as workers:
    list(workers.judge_all([a_page()] * 4, a_profile()))
    print(*(each.pid for each in multiprocessing.active_children()), flush=True)
    time.sleep(600)
"""


def a_profile() -> Profile:
    return load_profile(SAMPLE_SITES, "sample")


def a_page() -> Fetched:
    path = load_reports()[0].path
    capture = a_capture(url=SAMPLE_BASE + path, captured_at=datetime.now(UTC))
    return Fetched(capture=capture, content_type=None, body=pages()[path].body)


def test_a_process_that_died_is_replaced() -> None:
    with closing(Workers(1)) as workers:
        for _ in range(3):
            (found,) = [verdict for _, verdict in workers.judge_all([a_page()], a_profile())]
            assert found.kind is OutcomeKind.NEW
            for child in multiprocessing.active_children():
                child.kill()


def is_running(process: int) -> bool:
    """Whether it is there and not only waiting to be buried."""
    try:
        status = Path(f"/proc/{process}/stat").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_all_end_with_the_command(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        readers = [int(number) for number in process.stdout.readline().split()]
        assert readers
        assert all(map(is_running, readers))
        os.kill(process.pid, how)
    end = time.monotonic() + PATIENCE
    while any(map(is_running, readers)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(is_running, readers))
