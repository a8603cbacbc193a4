"""The command as a user runs it: in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.opening import open_store
from archive.settings import Settings
from archive.store import ArticleStore

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
        return subprocess.run(
            [*self.words, *words],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

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
