"""A reader's day in a real browser, against a real server process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from archive.settings import Settings
from tests.web_archive import REPORT, fill, settings_in

CHROMIUM = Path("/usr/bin/chromium")
CITATION = (
    "丰台区总工会. 【先锋走廊】换个讲法 党建课开到塔吊下[EB/OL]. （2019-11-29）[2026-11-22]. "
    "https://www.ftqgh.example/2019/11/29/1.html."
)
PATIENCE = 120.0

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}; install the package chromium"
)

NewContext = Callable[..., BrowserContext]


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"no answer from {address}")


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """A server process over an archive, and its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    words = ["--data", str(settings.data), "--sites", str(settings.sites)]
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", *words, "serve", "--port", str(port)],
        cwd=Path(__file__).parents[1],
        env={**os.environ, "JIANBAO_PUBLIC_URL": address},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(address, process)
        yield address
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = settings_in(tmp_path_factory.mktemp("browser"))
    fill(settings)
    with serving(settings) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[NewContext]:
    contexts: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(locale="en-GB", **options)  # type: ignore[arg-type]
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context: NewContext, address: str) -> Iterator[Page]:
    context = new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: (
            complaints.append(request.url) if not request.url.startswith(address) else None
        ),
    )
    yield page
    assert not complaints, "the browser complained, or loaded something from elsewhere"


def clipboard(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_search_by_word_and_day_open_and_cite(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Words").fill("党建")
    page.get_by_label("From day").fill("2019-11")
    page.get_by_label("Until day").fill("2019-11-29")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reports found: 1")
    page.get_by_role("link", name=REPORT.title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(REPORT.title)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert clipboard(page) == CITATION


def press_until(page: Page, selector: str, limit: int = 60) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"{selector} cannot be reached by keyboard")


def test_the_same_by_keyboard_only(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    press_until(page, "#q")
    page.keyboard.insert_text("党建")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    press_until(page, ".hits h2 a")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus must be seen"
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/*")
    press_until(page, ".forms summary")
    page.keyboard.press("Enter")
    press_until(page, ".citation a[href*='2015-numeric']")
    page.keyboard.press("Enter")
    page.wait_for_url("**format=gbt7714-2015-numeric*")
    press_until(page, "button[data-copy]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert clipboard(page) == CITATION.replace("（", "(").replace("）", ")")


def test_the_same_without_javascript(new_context: NewContext, address: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address)
    page.locator("#q").fill("“打不到的字句”")
    page.locator("#q").press("Enter")
    expect(page.locator("h1")).to_have_text("No report found")
    page.locator("#q").fill("党建")
    page.locator("form.search button").click()
    page.locator(".hits h2 a").first.click()
    expect(page.locator("#reference")).to_have_text(CITATION)
    expect(page.locator("button[data-copy]")).to_be_hidden()
    page.locator(".forms summary").click()
    page.locator(".forms a[href*='author-date']").first.click()
    expect(page.locator("#reference")).to_contain_text("丰台区总工会，2019.")


def test_the_address_of_a_section_leads_to_it(page: Page, address: str) -> None:
    page.goto(f"{address}/articles/{REPORT.id}?section=s2")
    page.locator(".citation a[href*=':~:text=']").click()
    page.wait_for_url(f"{address}/articles/{REPORT.id}#s2*")
    expect(page.locator("#s2 :target")).to_have_text("走进工地")


def test_copying_works_on_plain_http_too(page: Page, address: str) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"{address}/articles/{REPORT.id}")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status")).to_have_text("Copied")


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_no_page_is_wider_than_the_screen(
    new_context: NewContext, address: str, width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    for path in ("/", "/search?q=培训班", f"/articles/{REPORT.id}", "/search?from=x", "/nothing"):
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, path


def test_a_list_is_collected_ordered_and_remembered(page: Page, address: str) -> None:
    page.goto(f"{address}/search?q=培训班")
    counter = page.locator("[data-list-count]")
    buttons = page.locator(".hits button.collect")
    for number in range(3):
        buttons.nth(number).click()
    expect(counter).to_have_text("3")
    expect(buttons.nth(0)).to_have_attribute("aria-pressed", "true")
    buttons.nth(2).click()
    expect(counter).to_have_text("2")
    page.goto(f"{address}/articles/{REPORT.id}")
    page.locator("button.collect").click()
    expect(counter).to_have_text("3")
    page.locator("a[data-list]").click()
    references = page.locator("#references .reference")
    expect(references).to_have_count(3)
    expect(references.nth(2)).to_have_text(CITATION)
    page.get_by_role("button", name=f"Move up: {REPORT.title}").click()
    expect(references.nth(1)).to_have_text(CITATION)
    page.get_by_role("button", name=f"Remove: {REPORT.title}").click()
    expect(references).to_have_count(2)
    expect(counter).to_have_text("2")
    page.goto(address)
    expect(counter).to_have_text("2")


def test_somebody_elses_list_is_kept_only_on_demand(page: Page, address: str) -> None:
    page.goto(f"{address}/list?id={REPORT.id}")
    counter = page.locator("[data-list-count]")
    expect(counter).to_have_text("")
    page.get_by_role("button", name="Keep as my list").click()
    expect(counter).to_have_text("1")
    page.goto(address)
    expect(counter).to_have_text("1")


def test_a_list_grows_without_javascript_and_cookies(new_context: NewContext, address: str) -> None:
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/search?q=党建")
    page.locator(".hits button.collect").first.click()
    references = page.locator("#references .reference")
    expect(references).to_have_text([CITATION])
    page.locator("header input[name=q]").fill("培训班")
    page.locator("header button").click()
    page.locator(".hits button.collect").first.click()
    expect(references).to_have_count(2)
    expect(references.first).to_have_text(CITATION)
    assert context.cookies() == []
