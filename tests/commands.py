"""The command as a user runs it: in a process of its own.

Where only the outcome counts, that process is forked from one that has imported everything, which
saves a second each time; where it is started and met on its way, it begins from nothing.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cli
from archive.opening import open_store
from archive.settings import Settings
from archive.store import ArticleStore
from cli.subcommands import MODULES

_PATIENCE = 300.0
_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(["cli", *MODULES, "tests.crawl_imports"])
SAMPLE_SITES = Path(__file__).parent.parent / "sample" / "sites"
SAMPLE_BASE = "http://127.0.0.1:8917"


def write_sites(folder: Path, base: str) -> Path:
    """The profiles of the sample sites, for the address they are served at."""
    shutil.copytree(SAMPLE_SITES, folder)
    for profile in folder.glob("*/profile.toml"):
        profile.write_text(profile.read_text("utf-8").replace(SAMPLE_BASE, base), "utf-8")
    return folder


@dataclass(frozen=True)
class Jianbao:
    """``jianbao --data … --sites …`` in English, allowed to crawl loopback."""

    data: Path
    sites: Path

    @property
    def settings(self) -> Settings:
        return Settings(data=self.data, sites=self.sites)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "LC_ALL": "C.UTF-8",
            "JIANBAO_ALLOW_ADDRESSES": "127.0.0.0/8",
            "JIANBAO_CONTACT": "http://127.0.0.1/contact",
            "PYTHONWARNINGS": "error::ResourceWarning",
        }

    @property
    def words(self) -> list[str]:
        return [sys.executable, "-m", "cli", "--data", str(self.data), "--sites", str(self.sites)]

    def __call__(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return run([*self.words[3:], *words], {**self.environment, **environment})

    def ok(self, *words: str) -> str:
        """Run it, expect exit code 0, and return what it printed."""
        done = self(*words)
        assert done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def json(self, *words: str) -> Any:
        """What it prints with ``--json``."""
        return json.loads(self.ok(*words, "--json"))

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start it without waiting, in a process group of its own."""
        return subprocess.Popen(
            [*self.words, *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def open_store(self) -> ArticleStore:
        return open_store(self.settings.store_url)


def run(words: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """``jianbao WORDS`` from here to its end, as ``subprocess.run`` would."""
    with TemporaryDirectory() as folder:
        output, errors = Path(folder, "output"), Path(folder, "errors")
        process = _FORKED.Process(
            target=_become, args=(words, environment, Path.cwd(), output, errors)
        )
        process.start()
        process.join(_PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(words, _PATIENCE)
        said, complained = output.read_text("utf-8"), errors.read_text("utf-8")
        return subprocess.CompletedProcess(words, process.exitcode, said, complained)


def _become(
    words: list[str], environment: dict[str, str], folder: Path, output: Path, errors: Path
) -> None:
    """Turn this process into the command."""
    for number, path in ((1, output), (2, errors)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    warnings.simplefilter("error", ResourceWarning)
    sys.argv = ["jianbao", *words]
    cli.main()
