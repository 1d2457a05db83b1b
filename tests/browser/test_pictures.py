"""Pictures that cannot be had, or not yet."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, Request, Route, expect

from browse.thumbnails.neutral import CONTENT_TYPE, neutral_tile
from tests.browser.pages import Browse
from tests.watched import PATIENCE_MS, Opener, Watch


def test_a_picture_that_does_not_load_leaves_a_neutral_tile_and_its_credit(browser_page: Page, watch: Watch) -> None:
    watch.allow("net::ERR_FAILED")
    browser_page.route("**/thumb/**", lambda route: route.abort())
    tile = Browse(browser_page).open().tiles.first
    expect(tile.locator(".pic .none")).to_have_text("Picture unavailable")
    expect(tile.locator(".pic img")).to_be_hidden()
    expect(tile.locator(".by")).to_be_visible()


def test_a_picture_on_its_way_is_looked_for_again_and_one_that_is_gone_is_not(open_page: Opener) -> None:
    browser_page = open_page(fresh=True)
    browser_page.clock.install()
    asked: list[str] = []

    def answer(route: Route, request: Request) -> None:
        """The first picture is on its way and comes when asked for the third time; all others are gone."""
        image_id = request.url.split("/thumb/")[1][:16]
        asked.append(image_id)
        is_first = image_id == asked[0]
        if is_first and asked.count(image_id) > 2:
            route.continue_()
        elif is_first:
            headers = {"X-Picture-State": "pending", "Retry-After": "5"}
            route.fulfill(body=neutral_tile("words"), content_type=CONTENT_TYPE, headers=headers)
        else:
            route.fulfill(body=neutral_tile("words"), content_type=CONTENT_TYPE, headers={"X-Picture-State": "dead"})

    browser_page.route("**/thumb/**", answer)
    browse = Browse(browser_page).open()
    first = browse.page.locator(f'[data-image="{asked[0]}"] img')
    # A picture may be complete before its event is told: then it is met twice.
    browser_page.evaluate("[...document.images].forEach(one => one.complete && one.dispatchEvent(new Event('load')))")
    patience_ends = time.monotonic() + PATIENCE_MS / 1000
    while asked.count(asked[0]) < 3 and time.monotonic() < patience_ends:
        browser_page.clock.fast_forward(30_000)  # again and again: it begins to wait a moment after each answer
    expect(first).to_have_attribute("src", re.compile(rf"/thumb/{asked[0]}/m\?.*again=1$"))
    assert max(asked.count(image_id) for image_id in asked[1:] if image_id != asked[0]) <= 2
