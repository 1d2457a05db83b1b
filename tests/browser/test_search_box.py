"""The search box in the header: suggestions by keyboard and by mouse, and answers that come out of order."""

from __future__ import annotations

import re
from contextlib import suppress

from playwright.sync_api import Error, Page, Route

from browse.sample.labels import mid_of
from tests.browser.pages import arrived, expect, routed
from tests.browser.test_accessibility import faults
from tests.browser.test_history import holding

DOG = mid_of("dog")


def test_the_box_by_keyboard(browser_page: Page) -> None:
    page = browser_page
    page.goto("/")
    box, options = page.get_by_role("combobox", name="Search"), page.get_by_role("option")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("dogs")
    expect(page.get_by_role("group", name="Nearest labels")).to_contain_text("dog")
    page.keyboard.press("Backspace")
    expect(page.get_by_role("group", name="Labels", exact=True)).to_contain_text("36 images")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert faults(page, within="header.top") == ""
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    page.keyboard.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("dog")
    page.keyboard.press("ArrowDown")
    expect(options).not_to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    arrived(page, rf"/\?label={DOG}$")
    page.keyboard.press("/")
    page.keyboard.type("dog")
    expect(options.first.locator("b")).to_have_text("dog")  # not yet the list for "d", in which dogs are too
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(rf"/label{DOG}$"))
    expect(page.get_by_role("link", name="Browse 36 images")).to_be_visible()


def test_a_list_in_which_one_chooses_is_not_replaced(browser_page: Page) -> None:
    page = browser_page
    page.goto("/labels")
    page.get_by_role("combobox", name="Search").fill("do")
    chosen = page.get_by_role("option").first
    expect(chosen.locator("b")).to_have_text("do")
    routed(page, "**/api/suggest**", lambda route: None)  # an answer that is on its way
    with page.expect_request("**/api/suggest**"):
        page.keyboard.type("g")
    with page.expect_event("requestfailed"):
        page.keyboard.press("ArrowDown")
    expect(chosen).to_have_attribute("aria-selected", "true")
    leads_to = chosen.get_attribute("data-href") or ""
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(leads_to)))


def test_the_box_by_mouse(browser_page: Page) -> None:
    page = browser_page
    late: list[Route] = []
    page.goto("/labels")
    routed(page, re.compile("q=do$"), holding(late))
    box = page.get_by_role("combobox", name="Search")
    box.click()
    with page.expect_request(re.compile("q=do$")):
        page.keyboard.type("do")
    page.keyboard.type("g")
    options = page.get_by_role("option")
    expect(options.first.locator("b")).to_have_text("dog")
    with suppress(Error):  # given up meanwhile
        late[0].continue_()
    page.wait_for_load_state("networkidle")
    expect(options.first.locator("b")).to_have_text("dog")
    page.get_by_role("heading", level=1).click()
    expect(options).to_have_count(0)
    box.fill("anna")
    page.get_by_role("group", name="Authors").get_by_role("option").first.click()
    expect(page).to_have_url(re.compile(r"/\?author=sample-anna"))
    page.goto(f"/?label={DOG}")
    page.locator(".chip summary").click()
    page.get_by_role("link", name="About the label dog").click()
    expect(page).to_have_url(re.compile(rf"/label{DOG}$"))
    expect(page.get_by_role("heading", level=1, name="dog")).to_be_visible()
