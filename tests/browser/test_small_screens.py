"""Phones, 200 % zoom, reduced motion, and paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from browse.sample.labels import mid_of
from tests.browser.pages import Browse, expect, focused
from tests.watched import Opener, Watch

PHONE = {"width": 390, "height": 844}
PATHS = [
    *("/", "/?subset=train&state=confirmed", "/labels", "/search?q=qqq", "/facets"),
    *(f"/label{mid_of('water')}", "/compare", "/stats", "/duplicates"),
]
NO_SIDEWAYS_SCROLLING = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@pytest.fixture
def phone(open_page: Opener) -> Browse:
    """A browse page on a phone."""
    return Browse(open_page(viewport=PHONE, has_touch=True, is_mobile=True))


def test_filters_are_in_a_drawer_that_stays_open_while_one_chooses(phone: Browse) -> None:
    phone.open()
    drawer = phone.page.get_by_role("complementary", name="Filters")
    expect(drawer).to_be_hidden()
    phone.page.get_by_role("button", name="Filters", exact=True).click()
    expect(drawer).to_be_visible()
    expect(focused(phone.page)).to_have_attribute("aria-label", "Close filters")
    phone.choose(phone.value("Labels").locator("a").first)
    expect(drawer).to_be_visible()
    phone.page.get_by_role("button", name=f"Show {phone.count:,} images").click()
    expect(drawer).to_be_hidden()
    expect(phone.page.get_by_role("button", name="Filters (1)")).to_be_focused()


def test_the_drawer_closes_with_escape_and_keeps_the_focus_inside(phone: Browse) -> None:
    phone.open()
    phone.page.get_by_role("button", name="Filters", exact=True).click()
    for _ in range(3):
        phone.page.keyboard.press("Shift+Tab")
        assert phone.page.evaluate("() => !document.activeElement.closest('.results, .top')")
    phone.page.keyboard.press("Escape")
    expect(phone.page.get_by_role("button", name="Filters", exact=True)).to_be_focused()


def test_back_from_an_open_drawer_leads_to_a_page_that_works(phone: Browse) -> None:
    phone.open()
    phone.page.get_by_role("button", name="Filters", exact=True).click()
    phone.choose(phone.value("Labels").locator("a").first)
    phone.page.go_back()
    expect(phone.page.locator("h1.words")).to_have_text("All images")
    phone.settle()
    expect(phone.page.get_by_role("complementary", name="Filters")).to_be_hidden()
    expect(phone.page.locator("[inert]")).to_have_count(0)
    phone.page.get_by_role("button", name="Filters", exact=True).click()
    expect(phone.page.get_by_role("button", name=f"Show {phone.count:,} images")).to_be_visible()


def test_a_fault_is_not_hidden_behind_the_drawer(phone: Browse, watch: Watch) -> None:
    watch.allow(r"status of 400")
    phone.open()
    phone.page.get_by_role("button", name="Filters", exact=True).click()
    phone.page.locator("#confidence-low").fill("0.9")
    phone.page.locator("#confidence-high").fill("0.2")
    phone.page.get_by_role("button", name="Apply").first.click()
    expect(phone.page.locator(".faults")).to_be_visible()
    expect(phone.page.get_by_role("complementary", name="Filters")).to_be_hidden()
    expect(focused(phone.page)).to_have_id("results")
    expect(phone.page.locator("#announce")).to_contain_text("confidence must be a range")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_a_phone(phone: Browse, path: str) -> None:
    phone.page.goto(path)
    phone.page.wait_for_load_state("networkidle")
    assert phone.page.evaluate(NO_SIDEWAYS_SCROLLING)


def test_an_image_fits_a_phone(phone: Browse) -> None:
    phone.open()
    phone.tiles.first.locator(".pic").click()
    expect(phone.page.get_by_role("heading", level=1)).to_be_visible()
    assert phone.page.evaluate(NO_SIDEWAYS_SCROLLING)


def test_a_chip_opens_within_the_screen(phone: Browse) -> None:
    phone.open()
    phone.choose(phone.tiles.first.locator("a.l").first)
    phone.chips.first.locator("summary").click()
    box = phone.chips.first.locator(".chip-panel").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.parametrize("path", ["/", "/labels"])
def test_at_twice_the_size_everything_is_still_reached(open_page: Opener, path: str) -> None:
    page: Page = open_page(viewport={"width": 720, "height": 450}, device_scale_factor=2)
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate(NO_SIDEWAYS_SCROLLING)


def test_nothing_moves_for_who_wants_less_motion(open_page: Opener) -> None:
    browse = Browse(open_page(reduced_motion="reduce"))
    browse.open()
    longest = browse.page.evaluate(
        """() => Math.max(...[...document.querySelectorAll('*')].map(
            e => parseFloat(getComputedStyle(e).transitionDuration) + parseFloat(getComputedStyle(e).animationDuration)
        ))"""
    )
    assert longest < 0.01


def test_dark_pages_are_printed_in_dark_ink(open_page: Opener) -> None:
    page: Page = open_page()
    page.goto("/labels")
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    page.emulate_media(media="print")
    ink = page.evaluate("() => getComputedStyle(document.querySelector('h1')).color")
    assert ink == "rgb(27, 28, 30)"
