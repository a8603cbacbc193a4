"""The three servers, each in two processes of its own, over the archives of one folder."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.web.archives import DATABASE, settings_in
from benchmarks.web.peers import statements

OURS, PLAIN, DATASETTE = "Jianbao", "plain Flask", "Datasette"
PROCESSES = 2
_ROOT = Path(__file__).parents[2]
_PEERS = Path(__file__).parent / "peers"
_THREADS = 4
"""Of a process of the plain application, as of ours."""
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers: one address, or one for each process."""

    name: str
    bases: tuple[str, ...]
    processes: tuple[int, ...]
    """Those that were started, by id; they may have started others."""

    def cpu_seconds(self) -> float:
        """That all its processes have worked so far."""
        pids = [*self.processes, *(child for pid in self.processes for child in _children(pid))]
        return sum(map(_cpu_seconds, pids))


class NeverAnswered(RuntimeError):
    """A server ended, or did not answer in time."""


@contextmanager
def serving(folder: Path, datasette: str | None) -> Iterator[list[Served]]:
    """Ours, plain Flask, and Datasette where there is one."""
    with ExitStack() as held:
        names = [OURS, PLAIN, *([DATASETTE] if datasette else [])]
        served = []
        for name in names:
            processes = 1 if name != DATASETTE else PROCESSES
            ports = [_free_port() for _ in range(processes)]
            pids = [
                held.enter_context(_running(_command(name, folder, port, datasette), port))
                for port in ports
            ]
            bases = tuple(f"http://127.0.0.1:{port}" for port in ports)
            served.append(Served(name, bases, tuple(pids)))
        yield served


def datasette_found() -> str | None:
    """Datasette's command, beside our Python or on the path."""
    beside = Path(sys.executable).parent / "datasette"
    return str(beside) if beside.exists() else shutil.which("datasette")


def _command(name: str, folder: Path, port: int, datasette: str | None) -> Sequence[str]:
    database = str(folder / DATABASE)
    if name == OURS:
        settings = settings_in(folder)
        where = ["--data", str(settings.data), "--sites", str(settings.sites)]
        words = ["serve", "--port", str(port), "--workers", str(PROCESSES)]
        return [sys.executable, "-m", "cli", *where, *words]
    if name == PLAIN:
        options = f"--bind 127.0.0.1:{port} --reuse-port --workers {PROCESSES} --threads {_THREADS}"
        options += " --worker-class gthread --no-control-socket --log-level error"
        app = f"benchmarks.web.peers.plain:app({database!r})"
        return [sys.executable, "-m", "gunicorn", *options.split(), app]
    return [str(datasette), "serve", "--port", str(port), *_datasette_options(folder, database)]


def _datasette_options(folder: Path, database: str) -> list[str]:
    """One canned query for each order, shown by the template of the plain application.

    The file does not change, so it is opened as such; a query may take as long as it takes.
    """
    queries = {
        order: {"sql": statements.as_json(order)}
        for order in (statements.RELEVANCE, statements.NEWEST, statements.WITHIN)
    }
    metadata = folder / "metadata.json"
    name = Path(database).stem
    metadata.write_text(json.dumps({"databases": {name: {"queries": queries}}}), "utf-8")
    folders = ["--template-dir", str(_PEERS / "templates")]
    folders += ["--plugins-dir", str(_PEERS / "plugins")]
    limits = ["--setting", "sql_time_limit_ms", "60000", "--setting", "cache_size_kb", "100000"]
    return ["--immutable", database, "--metadata", str(metadata), *folders, *limits]


@contextmanager
def _running(command: Sequence[str], port: int) -> Iterator[int]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(_ROOT),
        "PYTHONWARNINGS": "ignore",
        "JIANBAO_REQUESTS_PER_MINUTE": "0",  # all readers come from one address here
    }
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        _wait_for(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.communicate()


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NeverAnswered(process.communicate()[1])
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=_PATIENCE):
                return
        except urllib.error.HTTPError as error:
            error.close()
            return  # it answers
        except OSError:
            time.sleep(0.1)
    raise NeverAnswered(f"nothing at port {port}")


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
