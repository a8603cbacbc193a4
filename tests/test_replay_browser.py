"""A captured page in a real browser, from a real server: it is seen, and can do nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.evidence_archive import HOSTILE_URL, PICTURE_URL, REPORT_URL, Held, fill
from tests.test_browser import (
    CHROMIUM,
    PATIENCE,
    NewContext,
    browser,
    free_port,
    new_context,
    wait_for,
)

__all__ = ["browser", "new_context"]

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}; install the package chromium"
)

HOSTILE = """<!doctype html><html><head><meta charset=utf-8><title>抓来的页面</title>
<base href="{elsewhere}/base/">
<meta http-equiv="refresh" content="0;url={elsewhere}/refresh">
<meta http-equiv="set-cookie" content="from=meta">
<link rel="stylesheet" href="{elsewhere}/style.css"><link rel="icon" href="{elsewhere}/icon">
<link rel="prefetch" href="{elsewhere}/prefetch"><link rel="manifest" href="{elsewhere}/manifest">
<link rel="preload" as="image" href="{elsewhere}/pre">
<link rel="modulepreload" href="{elsewhere}/module">
<style>@import "{elsewhere}/import.css"; body {{ background: url({elsewhere}/background) }}
@font-face {{ font-family: f; src: url({elsewhere}/font) }}
p {{ font-family: f; color: rgb(1, 2, 3) }}
</style>
<script>document.title = "ran"; document.cookie = "from=script"; fetch("{elsewhere}/fetch");
navigator.sendBeacon("{elsewhere}/beacon"); top.location = "{elsewhere}/top";</script>
<script src="{elsewhere}/script.js"></script>
</head><body onload="document.title = 'loaded'">
<p id="seen">看得见的字</p>
<img src="{elsewhere}/image" onerror="document.title = 'failed'">
<svg onload="document.title = 'svg'"></svg>
<iframe src="{elsewhere}/frame"></iframe><iframe srcdoc="<img src={elsewhere}/inner>"></iframe>
<object data="{elsewhere}/object"></object><embed src="{elsewhere}/embed">
<video src="{elsewhere}/video" autoplay></video><audio src="{elsewhere}/audio" autoplay></audio>
<form action="{elsewhere}/form" method="post"><input name="a" value="b">
<button id="send">send</button></form>
<a id="ping" href="#seen" ping="{elsewhere}/ping">ping</a>
<a id="script" href="javascript:document.title='link'">script</a>
<a id="top" target="_top" href="/search?q=top">top</a>
</body></html>"""


@dataclass
class Elsewhere:
    """Another server, which notes what it is asked.

    Where a page has a frame, Chromium connects before it looks at the policy, and then says
    nothing; no policy keeps it from that.
    """

    address: str
    asked: list[bytes] = field(default_factory=list)


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        noted = Elsewhere(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def listen() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.settimeout(0.5)
                    if request := connection.recv(200):
                        noted.asked.append(request.partition(b"\r\n")[0])

        threading.Thread(target=listen, daemon=True).start()
        yield noted
        listener.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Served:
    """An archive with the page above, served by a process of its own."""

    address: str
    held: Held
    elsewhere: Elsewhere

    def capture(self, url: str = HOSTILE_URL, stamp: str = "20240506010200") -> str:
        return f"{self.address}/captures/{stamp}/{url}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with elsewhere() as other:
        page = HOSTILE.format(elsewhere=other.address).encode()
        held = fill(tmp_path_factory.mktemp("evidence"), page, address)
        words = ["--data", str(held.settings.data), "--sites", str(held.settings.sites)]
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", *words, "serve", "--port", str(port)],
            cwd=Path(__file__).parents[1],
            env={**os.environ, "JIANBAO_PUBLIC_URL": address},
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_for(address, process)
            yield Served(address, held, other)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def test_the_listener_would_notice(served: Served) -> None:
    with pytest.raises(OSError, match=r"."):
        urllib.request.urlopen(f"{served.elsewhere.address}/noticed", timeout=5)
    assert served.elsewhere.asked[-1] == b"GET /noticed HTTP/1.1"
    served.elsewhere.asked.clear()


def test_the_server_sends_the_bytes_and_the_policy(served: Served) -> None:
    """Over the wire: nothing on the way adds, repacks or merges slashes."""
    with urllib.request.urlopen(served.capture(PICTURE_URL, "20240501010200")) as answer:
        assert answer.read().startswith(b"\x89PNG")
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src")
        assert answer.headers["Memento-Datetime"] == "Wed, 01 May 2024 01:02:00 GMT"
        assert answer.headers.get_all("Set-Cookie") is None
    with urllib.request.urlopen(served.capture(REPORT_URL, "20240503010200")) as answer:
        assert "13人".encode("gb18030") in answer.read()


def nothing_happened(page: Page, context: BrowserContext, served: Served) -> None:
    page.wait_for_timeout(800)
    assert context.cookies() == []
    assert served.elsewhere.asked == []


def test_a_captured_page_by_itself_can_do_nothing(new_context: NewContext, served: Served) -> None:
    context = new_context()
    page = context.new_page()
    page.goto(served.capture())
    expect(page.locator("#seen")).to_have_text("看得见的字")
    expect(page.locator("#seen")).to_have_css("color", "rgb(1, 2, 3)")
    for name in ("#send", "#ping", "#script"):
        page.click(name)
    nothing_happened(page, context, served)
    assert page.title() == "抓来的页面"
    assert page.url.partition("#")[0] == served.capture()


@pytest.mark.parametrize("is_scripted", [True, False])
def test_a_framed_page_says_what_it_is_and_can_do_nothing(
    new_context: NewContext, served: Served, is_scripted: bool
) -> None:
    context = new_context(java_script_enabled=is_scripted)
    page = context.new_page()
    framed = f"/articles/{served.held.report.id}/captures/{served.held.second.id}"
    page.goto(served.address + framed)
    expect(page.locator(".strip")).to_contain_text("2024-05-03 09:02, China time")
    expect(page.locator(".strip")).to_contain_text(REPORT_URL)
    expect(page.locator(".strip")).to_contain_text(served.held.second.payload_digest)
    inside = page.frame_locator("iframe")
    expect(inside.locator("h1")).to_have_text("运动会")
    page.eval_on_selector("iframe", "(frame, to) => { frame.src = to }", served.capture())
    expect(inside.locator("#seen")).to_have_text("看得见的字")
    inside.locator("#send").click()
    inside.locator("#top").click()
    nothing_happened(page, context, served)
    assert page.url == served.address + framed


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_the_evidence_keep_nobody_out(
    new_context: NewContext, served: Served, scheme: str
) -> None:
    page = new_context(color_scheme=scheme, bypass_csp=True).new_page()
    report = f"/articles/{served.held.report.id}"
    for path in (
        f"{report}/captures",
        f"{report}/captures/{served.held.second.id}",
        f"{report}/revisions",
        f"{report}/diff?from=1&to=2",
        f"/verify/{served.held.first.payload_digest}",
    ):
        page.goto(served.address + path)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
