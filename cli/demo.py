"""``jianbao demo``: the main job from end to end, on the sample site, by the real commands."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from archive.errors import JianbaoError
from archive.settings import Settings
from archive.words import N_, _
from sample.server import serving

DEFAULT_FOLDER = Path("demo-data")
MARKER = ".jianbao-demo"
SITE = "sample"
BASE_IN_PROFILE = "http://127.0.0.1:8917"
QUERY = "新就业形态"
_PATIENCE = 30.0


@dataclass(eq=False)
class DemoFailed(JianbaoError):
    code = "demo-failed"
    message = N_("The demo stopped at “%(step)s”: %(reason)s.")
    step: str
    reason: str


@click.command(help=N_("Crawl, search and cite a sample site on this machine, then serve it."))
@click.option("--no-serve", is_flag=True, help=N_("Stop after indexing."))
@click.option(
    "--port", type=int, default=0, help=N_("Port of the search page; 0 takes a free one.")
)
@click.pass_context
def demo(context: click.Context, no_serve: bool, port: int) -> None:
    settings: Settings = context.obj
    given = context.parent.params.get("data") if context.parent else None
    folder = settings.data if given else DEFAULT_FOLDER
    _clear(folder)
    with serving() as base:
        jianbao = Jianbao(folder, _write_profile(folder, base))
        click.echo(_("A sample union news site is served at %(base)s.") % {"base": base})
        jianbao.run("crawl", SITE)
        jianbao.run("index", "rebuild")
        if no_serve:
            return
        jianbao.run("find", QUERY, "--limit", "3")
        found = json.loads(jianbao.output("find", QUERY, "--limit", "1", "--json"))
        article_id = found["hits"][0]["id"]
        jianbao.run("show", article_id)
        jianbao.run("cite", article_id)
        with jianbao.server(port) as address:
            if sys.stdout.isatty():
                click.echo(
                    _("The search page: %(address)s  (Ctrl-C ends it)") % {"address": address}
                )
                _wait()
            else:
                _check(address, article_id)
                click.echo(_("Checked over HTTP: the search page finds, shows and cites."))


class Jianbao:
    """Runs the command as a reader would type it."""

    def __init__(self, data: Path, sites: Path) -> None:
        self._words = ["--data", str(data), "--sites", str(sites)]
        self._environment = {
            **os.environ,
            "JIANBAO_ALLOW_ADDRESSES": "127.0.0.0/8",
            "JIANBAO_CONTACT": "http://127.0.0.1/demo",
        }

    def run(self, *words: str) -> None:
        """Show the command, and let it print. Raises ``DemoFailed``."""
        click.echo()
        click.secho(f"$ jianbao {' '.join([*self._words, *words])}", bold=True)
        self._call(words, capture=False)

    def output(self, *words: str) -> str:
        """What the command prints."""
        return self._call(words, capture=True)

    def _call(self, words: tuple[str, ...], *, capture: bool) -> str:
        sys.stdout.flush()
        done = subprocess.run(
            [sys.executable, "-m", "cli", *self._words, *words],
            env=self._environment,
            stdout=subprocess.PIPE if capture else None,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DemoFailed(step=" ".join(words), reason=f"exit code {done.returncode}")
        return done.stdout or ""

    @contextmanager
    def server(self, port: int) -> Iterator[str]:
        """The search page in a process of its own; yields its address when it answers."""
        chosen = port or _free_port()
        address = f"http://127.0.0.1:{chosen}"
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", *self._words, "serve", "--port", str(chosen)],
            env={**self._environment, "JIANBAO_PUBLIC_URL": address},
        )
        try:
            _until_it_answers(address, process)
            yield address
        finally:
            process.terminate()
            process.wait()


def _clear(folder: Path) -> None:
    """Begin anew, but delete only what an earlier demo made."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            reason = _("%(folder)s is not empty and not from a demo") % {"folder": folder}
            raise DemoFailed(step="--data", reason=reason)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()


def _write_profile(folder: Path, base: str) -> Path:
    """The sample sites' profiles for the address they are served at; returns their folder."""
    sites = folder / "sites"
    shipped = Path(__file__).parent.parent / "sample" / "sites"
    shutil.copytree(shipped, sites)
    for profile in sites.glob("*/profile.toml"):
        profile.write_text(profile.read_text("utf-8").replace(BASE_IN_PROFILE, base), "utf-8")
    return sites


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DemoFailed(step="serve", reason=f"exit code {process.returncode}")
        try:
            _get(f"{address}/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise DemoFailed(step="serve", reason=_("no answer in %(n)s seconds") % {"n": _PATIENCE})


def _check(address: str, article_id: str) -> None:
    """What a visitor would see: a search with hits, a report, its citation."""
    query = urllib.parse.urlencode({"q": QUERY, "from": "2022", "until": "2024"})
    expectations = {
        f"/search?{query}": f"/articles/{article_id}",
        f"/articles/{article_id}": "[EB/OL]",
        f"/api/v1/articles/{article_id}/citation?format=gbt7714": "[EB/OL]",
    }
    for path, expected in expectations.items():
        if expected not in _get(address + path):
            raise DemoFailed(step=path, reason=_("“%(text)s” is not there") % {"text": expected})


def _get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=_PATIENCE) as response:
        text: str = response.read().decode()
        return text


def _wait() -> None:
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        click.echo()


COMMANDS = (demo,)
