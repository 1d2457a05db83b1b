"""Selecting pictures without an account."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator

from tests.browser.pages import Browse, expect, number_in
from tests.browser.test_accessibility import faults


def box(tile: Locator) -> Locator:
    return tile.locator(".pick")


def test_pictures_are_ticked_by_mouse_key_range_and_page_and_are_kept(browse: Browse) -> None:
    browse.open("/?sort=image_id")
    tray = browse.page.get_by_role("region", name="Selected images")
    expect(tray).to_be_hidden()
    images = [tile.get_attribute("data-image") for tile in browse.tiles.all()]
    browse.tiles.nth(1).hover()
    box(browse.tiles.nth(1)).click()
    box(browse.tiles.nth(4)).click(modifiers=["Shift"])
    expect(tray.locator("b")).to_have_text("4")
    browse.page.keyboard.press("ArrowRight")
    browse.page.keyboard.press("c")
    expect(browse.page.locator("#announce")).to_have_text("5 images selected")
    browse.choose(browse.page.get_by_role("link", name="Next page"))
    browse.page.get_by_role("button", name="Select page").click()
    expect(tray.locator("b")).to_have_text("35")
    browse.open("/?subset=train")
    expect(tray.locator("b")).to_have_text("35")
    browse.open("/?sort=image_id")
    expect(browse.page.locator(".tile.picked")).to_have_count(5)
    assert not faults(browse.page)
    show = tray.get_by_role("link", name="Show").get_attribute("href") or ""
    assert set(images[1:6]) < set(parse_qs(urlsplit(show).query)["id"])
    tray.get_by_role("link", name="Show").click()
    expect(browse.page).to_have_url(re.compile(r"\?id="))
    browse.settle()
    assert browse.count == 35
    tray.get_by_role("link", name="Credits").click()
    expect(browse.page.locator("h1")).to_contain_text("35 images")
    browse.open("/?sort=image_id")
    tray.get_by_role("button", name="Clear").click()
    expect(tray).to_be_hidden()
    expect(browse.page.locator(".tile.picked")).to_have_count(0)


@pytest.mark.deep
def test_no_more_are_selected_than_a_link_can_name(browse: Browse) -> None:
    browse.open("/?per_page=100")
    for _ in range(3):
        browse.page.get_by_role("button", name="Select page").click()
        following = browse.page.get_by_role("link", name="Next page")
        browse.choose(following)
    tray = browse.page.get_by_role("region", name="Selected images")
    assert number_in(tray.locator("b").inner_text()) == 200
    with browse.page.expect_download() as csv:
        tray.get_by_role("link", name="CSV").click()
    assert len(csv.value.path().read_text().splitlines()) == 201
    tray.get_by_role("link", name="Show").click()
    expect(browse.page).to_have_url(re.compile(r"\?id="))
    browse.settle()
    assert browse.count == 200
