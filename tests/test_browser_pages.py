"""Every page in a real browser: accessible, light, as wide as the screen, usable by keys alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, Response, expect

from tests.evidence_archive import Held
from tests.evidence_archive import fill as fill_with_captures
from tests.test_browser import (
    NewContext,
    browser,
    new_context,
    page,
    press_until,
    pytestmark,
    serving,
)
from tests.web_archive import COURSES, REPORT, WITHDRAWN, fill, settings_in

__all__ = ["browser", "new_context", "page", "pytestmark"]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """The archive of the other pages' tests, and one with captured pages, in one."""
    folder = tmp_path_factory.mktemp("pages")
    fill(settings_in(folder))
    return fill_with_captures(folder)


@pytest.fixture(scope="module")
def address(held: Held) -> Iterator[str]:
    with serving(held.settings) as address:
        yield address


@pytest.fixture(scope="module")
def paths(held: Held) -> tuple[str, ...]:
    """Every page that there is."""
    captured = f"/articles/{held.report.id}"
    return (
        "/",
        "/search?q=培训班",
        "/search?q=培训班&from=2022&until=2022&site=bjzgh&histogram=share&sort=newest",
        "/search?q=“没有这句话”&site=bjzgh",
        "/search?from=x",
        f"/articles/{REPORT.id}",
        f"/articles/{WITHDRAWN.id}",
        captured,
        f"{captured}/captures",
        f"{captured}/captures/{held.second.id}",
        f"{captured}/revisions",
        f"{captured}/diff",
        f"/verify/{held.second.payload_digest}",
        f"/articles/{REPORT.id}?section=s2&format=text",
        f"/list?id={REPORT.id}&id={COURSES[0].id}&id=nosuchreport&format=bibtex",
        "/list",
        "/chronology?from=2019",
        "/api/",
        "/browse",
        "/browse/sites/bjzgh/2022",
        "/browse/days/2022-05-05",
        "/browse/days/2021-01-01",
        "/on-this-day?day=05-05",
        "/nothing",
    )


PAGE_BYTES = 60_000
ASSET_BYTES = 100_000
EVERY_RULE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""Axe leaves the rule of WCAG 2.2 on the size of targets out unless it is asked for."""
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
"""All that the dark scheme changes."""


def test_axe_finds_nothing_to_complain_about(
    new_context: NewContext, address: str, paths: tuple[str, ...]
) -> None:
    page = new_context().new_page()
    shown = "getComputedStyle(document.body).backgroundColor"
    for path in paths:
        page.emulate_media(color_scheme="light")
        page.goto(address + path)
        assert page.evaluate(shown) == "rgb(246, 241, 230)"
        found = Axe().run(page, options=EVERY_RULE)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(shown) == "rgb(25, 22, 19)"
        found = page.evaluate("options => axe.run(document, options)", COLOURS)
        assert found["violations"] == [], f"{path}, dark"


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_no_page_is_wider_than_the_screen(
    new_context: NewContext, address: str, paths: tuple[str, ...], width: int
) -> None:
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    for path in paths:
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert not wide, path


def test_every_page_is_light(new_context: NewContext, address: str, paths: tuple[str, ...]) -> None:
    page = new_context().new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    for path in paths:
        responses.clear()
        page.goto(address + path, wait_until="networkidle")
        weights: Counter[str] = Counter()
        for response in responses:
            if not response.request.redirected_to:  # only the last has a body
                weights[response.request.resource_type] += len(response.body())
        assert weights["document"] <= PAGE_BYTES, path
        assert weights["script"] + weights["stylesheet"] <= ASSET_BYTES, path
        assert weights.keys() <= {"document", "script", "stylesheet", "other"}, path


def test_a_printed_report_is_text_and_citation(page: Page, address: str) -> None:
    page.goto(f"{address}/articles/{REPORT.id}")
    page.emulate_media(media="print")
    for selector in (".text", "#reference", "#day-label"):
        expect(page.locator(selector)).to_be_visible()
    for selector in (".ways", ".small-search", ".contents", ".copying", ".colophon"):
        expect(page.locator(selector)).to_be_hidden()


# -- completion ------------------------------------------------------------------------------


class Asked(list[str]):
    """The requests for suggestions that a page has made."""

    def note(self, request: Request) -> None:
        if "/api/v1/suggest" in request.url:
            self.append(request.url)


@pytest.fixture
def asked(page: Page) -> Asked:
    asked = Asked()
    page.on("request", asked.note)
    return asked


LONGER_THAN_THE_SCRIPT_WAITS = 400


def test_nothing_is_asked_while_an_input_method_composes(
    page: Page, address: str, asked: Asked
) -> None:
    page.goto(address)
    page.get_by_label("Words").focus()
    keys = page.context.new_cdp_session(page)
    for typed in ("p", "pei", "pei xun"):
        composed = {"text": typed, "selectionStart": len(typed), "selectionEnd": len(typed)}
        keys.send("Input.imeSetComposition", composed)
        page.wait_for_timeout(LONGER_THAN_THE_SCRIPT_WAITS)
    assert page.get_by_label("Words").input_value() == "pei xun"
    assert asked == []
    keys.send("Input.insertText", {"text": "培训"})
    expect(page.locator(".suggestions [role=option]").first).to_be_visible()
    assert len(asked) == 1


def test_keys_that_the_input_method_takes_choose_nothing(
    page: Page, address: str, asked: Asked
) -> None:
    page.goto(address)
    page.get_by_label("Words").focus()
    page.keyboard.insert_text("培训")
    expect(page.locator(".suggestions [role=option]").first).to_be_visible()
    sent = """([type, more]) => document.getElementById("q").dispatchEvent(
        type === "keydown" ? new KeyboardEvent(type, {bubbles: true, cancelable: true, ...more})
                           : new CompositionEvent(type, {bubbles: true, ...more}))"""
    page.evaluate(sent, ["keydown", {"key": "ArrowDown", "keyCode": 229}])
    page.evaluate(sent, ["keydown", {"key": "ArrowDown", "isComposing": True}])
    assert page.locator("#q").get_attribute("aria-activedescendant") is None
    page.evaluate(sent, ["compositionstart", {}])
    expect(page.get_by_role("listbox", name="Suggestions", include_hidden=True)).to_be_hidden()
    before = len(asked)
    page.evaluate(
        """document.getElementById("q").dispatchEvent(
            new InputEvent("input", {bubbles: true, isComposing: true}))"""
    )
    page.wait_for_timeout(LONGER_THAN_THE_SCRIPT_WAITS)
    assert len(asked) == before


def test_suggestions_are_chosen_by_keys(page: Page, address: str, asked: Asked) -> None:
    page.goto(address)
    field = page.get_by_role("combobox", name="Words")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.evaluate(
        """const field = document.getElementById("q"); field.focus();
        for (const typed of ["p", "pe", "pei", "peix", "peixu", "peixun"]) {
          field.value = typed;
          field.dispatchEvent(new InputEvent("input", {bubbles: true}));
        }"""
    )
    options = page.locator(".suggestions [role=option]")
    expect(options.first).to_be_visible()
    assert len(asked) == 1, "one request for what was typed in one go"
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Suggestions", include_hidden=True)).to_be_hidden()
    expect(field).to_have_value("peixun")
    page.keyboard.press("End")
    page.keyboard.insert_text("ban")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    chosen = options.first.text_content() or ""
    first = options.first.get_attribute("id") or ""
    expect(field).to_have_attribute("aria-activedescendant", first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    expect(page.get_by_label("Words")).to_have_value(chosen)


def test_a_suggestion_is_chosen_by_touch_and_the_address_is_the_query(
    page: Page, address: str
) -> None:
    page.goto(address)
    page.get_by_label("Words").focus()
    page.keyboard.insert_text("培训")
    page.locator(".suggestions [role=option]").first.click()
    page.wait_for_url("**/search?*")
    assert page.evaluate("[...new URL(location).searchParams.keys()]") == ["q"]


# -- the ways of a reader --------------------------------------------------------------------


def test_narrowing_by_keyboard_only(page: Page, address: str) -> None:
    page.goto(f"{address}/search?q=培训班")
    press_until(page, ".bars a")
    page.keyboard.press("Enter")
    page.wait_for_url("**from=2022-01**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reports found: 1")
    press_until(page, ".chosen a")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Reports found: 25")
    press_until(page, ".to-limits a")
    expect(page.locator(".to-limits a")).to_be_in_viewport()
    page.keyboard.press("Enter")
    press_until(page, "#within", limit=3)
    page.keyboard.insert_text("25")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Words")).to_have_value("培训班 25")
    press_until(page, ".to-limits a")
    page.keyboard.press("Enter")
    press_until(page, ".facet a[href*='site=bjzgh']")
    page.keyboard.press("Enter")
    expect(page.locator(".chosen a").first).to_contain_text("北京工会网")


def test_browsing_by_keyboard_only(page: Page, address: str) -> None:
    page.goto(address)
    press_until(page, ".ways a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/browse")
    press_until(page, "tbody a[href$='bjzgh']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/browse/sites/bjzgh/2023*")
    press_until(page, ".month a[href='2023-05-05']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2023-05-05")
    press_until(page, ".titles a")
    page.keyboard.press("Enter")
    course = next(each for each in COURSES if str(each.published) == "2023-05-05")
    expect(page.get_by_role("heading", level=1)).to_have_text(course.title)


def test_everything_without_javascript(new_context: NewContext, address: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/search?q=培训班")
    page.locator(".switch a").click()
    expect(page.locator(".bars b").first).to_have_text("100%")
    page.locator(".bars a").first.click()
    expect(page.locator("h1")).to_have_text("Reports found: 1")
    page.locator(".chosen a").first.click()
    page.locator("#within").fill("25")
    page.locator(".within button").click()
    expect(page.locator("#q")).to_have_value("培训班 25")
    page.locator(".facet summary", has_text="Author").click()
    page.locator(".facet a", has_text="通讯员甲").click()
    expect(page.locator(".chosen")).to_contain_text("通讯员甲")
    page.goto(f"{address}/on-this-day?day=05-05")
    page.locator("#day").fill("06-05")
    page.locator(".day-form button").click()
    assert page.locator(".titles a").count() == 2
    page.locator("h2 a").first.click()
    page.locator(".way-back a").last.click()
    expect(page.locator("h1")).to_have_text("All sites in 2023")
