"""pywb, the replay program of web archives, agrees with us on what is held and shows the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.evidence_archive import (
    FIRST,
    OTHER_URL,
    PACKED_URL,
    PICTURE,
    PICTURE_URL,
    REPORT_URL,
    SECOND,
    Held,
    fill,
)
from tests.test_browser import PATIENCE, free_port

ROOT = Path(__file__).parents[1]
PYWB = ROOT / ".venv-pywb" / "bin"
MEMENTO = re.compile(r'/(\d{14})/([^>]+)>; rel="[a-z ]*memento"; datetime="([^"]+)"')
URLS = (REPORT_URL, PICTURE_URL, PACKED_URL, OTHER_URL)

pytestmark = pytest.mark.skipif(
    not (PYWB / "wayback").exists(), reason="no pywb; “make .venv-pywb/ready” installs it"
)


@dataclass(frozen=True)
class Archives:
    """Our server, and pywb with an index that it made itself, and with our CDX server as index."""

    held: Held
    ours: str
    indexed: str
    by_our_cdx: str


@contextmanager
def running(words: list[str], folder: Path) -> Iterator[None]:
    """A server, until the block ends."""
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(words, cwd=folder, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"no answer from {address}")


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archives]:
    folder = tmp_path_factory.mktemp("pywb")
    ours, theirs = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    held = fill(folder, public=ours)
    warc = held.settings.warc_folder
    index = [str(PYWB / "cdx-indexer"), "-j", "-s", "-r", "--dir-root", str(warc), str(warc)]
    written = subprocess.run(index, capture_output=True, check=True, timeout=60)
    (folder / "index.cdxj").write_bytes(written.stdout)
    collections = {
        "indexed": {"index_paths": "index.cdxj", "archive_paths": f"{warc}/"},
        "by_our_cdx": {"index": f"cdx+{ours}/cdx", "archive_paths": f"{warc}/"},
    }
    config = {"framed_replay": False, "collections": collections}
    (folder / "config.yaml").write_text(json.dumps(config))
    pywb = [str(PYWB / "wayback"), "-b", "127.0.0.1", "-p", theirs.rpartition(":")[2]]
    data = ["--data", str(held.settings.data), "--sites", str(held.settings.sites)]
    serve = [sys.executable, "-m", "cli", *data, "serve", "--port", ours.rpartition(":")[2]]
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("JIANBAO_PUBLIC_URL", ours)
        stack.enter_context(running(serve, folder))
        patch.delenv("PYTHONPATH")
        stack.enter_context(running(pywb, folder))
        wait_for(f"{ours}/healthz")
        wait_for(theirs)
        yield Archives(held, ours, f"{theirs}/indexed", f"{theirs}/by_our_cdx")


def fetch(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        content: bytes = answer.read()
        return content


def listed(server: str, url: str) -> list[dict[str, str]]:
    query = urllib.parse.urlencode({"url": url, "output": "json"})
    return [json.loads(line) for line in fetch(f"{server}/cdx?{query}").splitlines()]


@pytest.mark.parametrize("url", URLS)
def test_both_list_the_same_captures(archives: Archives, url: str) -> None:
    def facts(row: dict[str, str]) -> tuple[str, ...]:
        names = ("urlkey", "timestamp", "url", "mime", "offset", "length", "filename")
        return tuple(row[name] for name in names)

    ours = sorted(map(facts, listed(archives.ours, url)))
    assert ours == sorted(map(facts, listed(archives.indexed, url)))
    assert len(ours) == (5 if url == REPORT_URL else 1)
    maps = [
        sorted(MEMENTO.findall(fetch(f"{server}/timemap/link/{url}").decode()))
        for server in (archives.ours, archives.indexed, archives.by_our_cdx)
    ]
    assert maps[0] == maps[1] == maps[2]
    assert len(maps[0]) == len(ours)


@pytest.mark.parametrize(
    ("url", "stamp", "bytes_captured"),
    [
        (REPORT_URL, "20240501010200", FIRST),
        (REPORT_URL, "20240503010200", SECOND),
        (PICTURE_URL, "20240501010200", PICTURE),
        (PACKED_URL, "20240502010200", FIRST),
        (OTHER_URL, "20240506010200", "<p>别处</p>".encode()),
    ],
)
def test_both_show_the_same_bytes(
    archives: Archives, url: str, stamp: str, bytes_captured: bytes
) -> None:
    assert fetch(f"{archives.ours}/captures/{stamp}/{url}") == bytes_captured
    for server in (archives.indexed, archives.by_our_cdx):
        assert fetch(f"{server}/{stamp}id_/{url}") == bytes_captured
