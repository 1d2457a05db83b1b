"""`/` in the browser: what is chosen there keeps the order of the day, and one comes back to it under its address."""

from __future__ import annotations

import pytest

from browse.sample.labels import mid_of
from tests.browser.pages import Browse, expect
from tests.browser.test_choices import FACETS, held, label

OUTDOOR, SKY = map(mid_of, ("outdoor", "sky"))


def seed_of(browse: Browse) -> str:
    address = browse.page.locator("#facets-loader").get_attribute("data-query") or ""
    return address.removeprefix("/?sort=random&seed=")


def test_choices_made_before_the_counts_are_there_keep_order_and_seed(browse: Browse) -> None:
    browse.open("/")
    seed = seed_of(browse)
    with held(browse.page, FACETS):
        label(browse, OUTDOOR).click()
        expect(browse.page.locator("h1.words")).to_have_text("Images with outdoor")
        label(browse, SKY).click()
        expect(browse.page.locator("h1.words")).to_have_text("Images with outdoor and sky")
    assert browse.parameters == {"label": [OUTDOOR, SKY], "sort": ["random"], "seed": [seed]}


def test_back_leads_to_the_first_page_and_from_it_on(browse: Browse) -> None:
    browse.open("/")
    before, seed = browse.shown, seed_of(browse)
    browse.choose(label(browse, OUTDOOR))
    browse.page.go_back()
    browse.shows(before)
    assert before["address"] == "/"
    browse.choose(label(browse, SKY))
    assert browse.parameters == {"label": [SKY], "sort": ["random"], "seed": [seed]}


def test_quick_look_over_it_is_left_by_back(browse: Browse) -> None:
    browse.open("/")
    browse.page.locator("[data-grid] .pic").first.click()
    expect(browse.page.locator("#look")).to_be_visible()
    browse.page.go_back()
    expect(browse.page.locator("#look")).to_be_hidden()
    assert browse.shown["address"] == "/"
    assert browse.still_the_same_document()


@pytest.mark.parametrize("path", ["/?sort=image_id", "/?sort=image_id&size=l"])
def test_a_choice_taken_back_leaves_all_images_by_image_id(browse: Browse, path: str) -> None:
    browse.open(path)
    browse.choose(label(browse, OUTDOOR))
    assert "sort" not in browse.parameters
    with held(browse.page, FACETS):
        browse.page.locator(".chips .x").click()
        expect(browse.page.locator("h1.words")).to_have_text("All images")
    assert browse.shown["address"] == path
