"""Phones, 200 % zoom, reduced motion, and paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from browse.sample.labels import mid_of
from tests.browser.pages import Browse, arrived, copied, expect, focused, stand
from tests.watched import Opener, Watch

PHONE = {"width": 390, "height": 844}
PATHS = [
    *("/", "/?subset=train&state=confirmed", "/labels", "/search?q=qqq", "/facets"),
    *(f"/label{mid_of('water')}", "/compare", "/stats", "/duplicates"),
]


def fits_the_window(page: Page) -> bool:
    """Whether nothing of the page, with its styles, is wider than the window."""
    page.wait_for_load_state()
    return bool(page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


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


def test_a_long_menu_ends_within_a_low_window(open_page: Opener) -> None:
    browse = Browse(open_page(viewport={"width": 1440, "height": 500}))
    browse.open()
    browse.open_menu("export")
    box = browse.page.locator("#menu-export > div").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 500
    last = browse.page.locator("#menu-export a").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()


def test_the_drawer_closes_with_escape_and_keeps_the_focus_inside(phone: Browse) -> None:
    phone.open()
    phone.page.get_by_role("button", name="Filters", exact=True).click()
    for _ in range(3):
        phone.page.keyboard.press("Shift+Tab")
        assert phone.page.evaluate("() => !document.activeElement.closest('.results, .top')")
    phone.page.keyboard.press("Escape")
    expect(phone.page.get_by_role("button", name="Filters", exact=True)).to_be_focused()


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


@pytest.mark.parametrize("size", ["s", "m"])
def test_licenses_are_shown_whole(browser_page: Page, size: str) -> None:
    cut = "() => [...document.querySelectorAll('.by a[rel~=license]')].map(one => one.scrollWidth - one.clientWidth)"
    browser_page.goto(f"/?license=cc-by-2.0-fr&license=cc-by-sa-2.0&license=cc-by-2.0&per_page=120&size={size}")
    browser_page.wait_for_load_state()
    for width in (360, 390, 1440):
        browser_page.set_viewport_size({"width": width, "height": 844})
        widths = browser_page.evaluate(cut)
        assert (len(widths), max(widths)) == (120, 0), width


def test_nothing_is_wider_than_a_phone(phone: Browse) -> None:
    for path in PATHS:
        phone.page.goto(path)
        stand(phone.page)
        assert fits_the_window(phone.page), path


def test_an_image_fits_a_phone(phone: Browse) -> None:
    phone.open()
    phone.tiles.first.locator("h2 a").click()
    arrived(phone.page, "/image/")
    assert fits_the_window(phone.page)


def test_a_chip_opens_within_the_screen(phone: Browse) -> None:
    phone.open()
    phone.choose(phone.tiles.first.locator("a.l").first)
    phone.chips.first.locator("summary").click()
    box = phone.chips.first.locator(".chip-panel").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


@pytest.fixture
def zoomed(open_page: Opener) -> Iterator[Browse]:
    """A browse page on a desk, all at twice its size; at the end nothing may be wider than the window."""
    browse = Browse(open_page(viewport={"width": 720, "height": 450}, device_scale_factor=2))
    yield browse
    assert fits_the_window(browse.page)


def test_at_twice_the_size_filters_chips_and_pages_are_worked(zoomed: Browse) -> None:
    page = zoomed.page
    zoomed.open()
    page.get_by_role("button", name="Filters", exact=True).click()
    zoomed.choose(zoomed.value("Labels").locator("a").first)
    before = page.url
    page.locator("#confidence-low").fill("0.6")
    page.locator("#facets").get_by_role("button", name="Apply").click()
    zoomed.changed(before)
    page.get_by_role("button", name=f"Show {zoomed.count:,} images").click()
    chip = zoomed.chips.first
    chip.locator("summary").click()
    panel = chip.locator(".chip-panel").bounding_box()
    assert panel
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= 720
    zoomed.choose(chip.locator(".value").filter(has_text="Confirmed").locator("a").first)
    zoomed.choose(chip.get_by_role("link", name="Any of", exact=True))
    assert zoomed.parameters.keys() == {"any", "confidence"}
    page.keyboard.press("Escape")
    zoomed.choose(zoomed.open_menu("per-page").filter(has_text="60 per page"))
    zoomed.choose(page.get_by_role("link", name="Clear all"))
    zoomed.choose(page.get_by_role("link", name="Next page"))


def test_at_twice_the_size_an_image_is_credited_and_passed(zoomed: Browse) -> None:
    page = zoomed.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    zoomed.open("/?license=cc-by-2.0")
    zoomed.tiles.first.locator("h2 a").click()
    arrived(page, "/image/")
    page.get_by_role("radio", name="HTML", exact=True).check()
    page.get_by_role("button", name="Copy HTML").click()
    assert "<a href=" in copied(page)
    first = page.url
    assert fits_the_window(page)
    page.get_by_role("link", name="Next", exact=True).click()
    page.wait_for_url(lambda url: url != first)


def test_at_twice_the_size_what_cannot_be_read_leads_on(zoomed: Browse, watch: Watch) -> None:
    watch.allow("status of 400")
    zoomed.page.goto("/?label=qqq&subset=train&" + "x" * 70 + "=" + "y" * 70)
    expect(zoomed.page.locator(".faults li")).to_have_count(2)
    assert fits_the_window(zoomed.page)
    zoomed.page.get_by_role("link", name="Show these images").click()
    zoomed.settle()
    assert zoomed.parameters == {"subset": ["train"]}


def test_at_twice_the_size_a_label_is_found(zoomed: Browse) -> None:
    zoomed.page.goto("/labels")
    assert fits_the_window(zoomed.page)
    zoomed.page.get_by_label("Name or MID", exact=True).fill("café")
    zoomed.page.get_by_role("button", name="Find").click()
    zoomed.page.get_by_role("link", name="café au lait").click()
    expect(zoomed.page.get_by_role("heading", level=1)).to_have_text("café au lait")


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
    page = open_page()
    page.goto("/labels")
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    page.emulate_media(media="print")
    ink = page.evaluate("() => getComputedStyle(document.querySelector('h1')).color")
    assert ink == "rgb(27, 28, 30)"
