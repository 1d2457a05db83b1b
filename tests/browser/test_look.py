"""Quick look: a picture large over the grid, by mouse and by key, across pages, with its address."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.pages import CLOSED_AND_OPENED_AGAIN, Browse, copied, expect, focused
from tests.watched import Opener, Watch

SCROLLED_TO_ITS_START = """picture => {
    const stage = picture.closest(".stage");
    stage.scrollTo(0, 0);
    const [inner, outer] = [picture.getBoundingClientRect(), stage.getBoundingClientRect()];
    return [inner.left - outer.left, inner.top - outer.top];
}"""


def image_of(browse: Browse, number: int) -> str:
    """The ImageID of a tile."""
    return browse.tiles.nth(number).get_attribute("data-image") or ""


def shows(browse: Browse, image_id: str, position: str) -> None:
    """Wait until quick look shows this image, and check its place and its address."""
    look = browse.page.get_by_role("dialog")
    expect(look.locator(f'[data-image="{image_id}"] img')).to_be_visible()
    expect(look.locator("[data-position]")).to_have_text(position)
    expect(browse.page).to_have_url(re.compile(f"#look-{image_id}$"))


def test_by_key_from_tile_to_tile_over_the_end_of_a_page_and_back(browse: Browse) -> None:
    browse.open("/?subset=validation&per_page=12")
    page, count = browse.page, browse.count
    browse.tiles.nth(10).locator(".pic").focus()
    ids = [image_of(browse, number) for number in (10, 11)]
    page.keyboard.press("Space")
    shows(browse, ids[0], f"11 of {count}")
    page.keyboard.press("ArrowRight")
    shows(browse, ids[1], f"12 of {count}")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("page=2#look-"))
    shows(browse, image_of(browse, 0), f"13 of {count}")
    page.keyboard.press("ArrowRight")
    shows(browse, image_of(browse, 1), f"14 of {count}")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(browse.tiles.nth(1).locator(".pic")).to_be_focused()
    expect(page).not_to_have_url(re.compile("#"))
    assert browse.parameters == {"subset": ["validation"], "page": ["2"]}
    assert "per_page=12" in browse.page.url
    browse.settle()
    page.keyboard.press("ArrowRight")
    expect(browse.tiles.nth(2).locator(".pic")).to_be_focused()
    page.go_back()
    expect(browse.tiles.nth(10)).to_have_attribute("data-image", ids[0])
    browse.settle()
    page.keyboard.press("g")
    page.keyboard.press("Space")
    shows(browse, image_of(browse, 0), f"1 of {count}")
    page.keyboard.press("ArrowLeft")
    shows(browse, image_of(browse, 0), f"1 of {count}")
    assert browse.still_the_same_document()


def test_by_mouse_zoomed_copied_and_left_by_the_browsers_back(browse: Browse) -> None:
    page = browse.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browse.open("/?license=cc-by-2.0")
    image_id, address = image_of(browse, 2), page.url
    browse.tiles.nth(2).locator(".pic").click()
    look = page.get_by_role("dialog")
    shows(browse, image_id, f"3 of {browse.count}")
    expect(look.locator("a[rel~=license]")).to_have_text("CC BY 2.0")
    expect(look.locator(".look-labels > li").first).to_be_visible()
    picture = look.locator(".stage img")
    before = picture.bounding_box()
    look.get_by_role("button", name="Zoom in").click()
    after = picture.bounding_box()
    assert before
    assert after
    assert after["width"] > 1.3 * before["width"]
    look.get_by_role("button", name="Copy credit").click()
    assert "is licensed under CC BY 2.0" in copied(page)
    look.get_by_role("button", name="Full screen").click()
    expect(look.get_by_role("button", name="Full screen")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("f")
    expect(look.get_by_role("button", name="Full screen")).to_have_attribute("aria-pressed", "false")
    page.go_back()
    expect(look).to_be_hidden()
    expect(page).to_have_url(address)
    expect(browse.tiles.nth(2).locator(".pic")).to_be_focused()
    page.go_forward()
    shows(browse, image_id, f"3 of {browse.count}")
    look.get_by_role("button", name="Close").click()
    expect(look).to_be_hidden()
    expect(page).to_have_url(address)
    assert browse.still_the_same_document()
    browse.tiles.nth(2).hover()
    browse.tiles.nth(2).get_by_role("button", name="Copy credit").click()
    copied(page)


def test_it_stays_open_where_it_is_opened_again_before_its_closing_is_told(browse: Browse) -> None:
    browse.open("/?license=cc-by-2.0")
    image_id = image_of(browse, 2)
    browse.tiles.nth(2).locator(".pic").click()
    shows(browse, image_id, f"3 of {browse.count}")
    browse.page.get_by_role("dialog").evaluate(CLOSED_AND_OPENED_AGAIN)
    shows(browse, image_id, f"3 of {browse.count}")
    expect(browse.page).to_have_url(re.compile(f"#look-{image_id}$"))


def test_its_address_opens_it_and_the_page_is_one_click_further(browse: Browse, open_page: Opener) -> None:
    browse.open("/?subset=train&page=2")
    image_id = image_of(browse, 4)
    other = Browse(open_page())
    other.page.goto(f"/?subset=train&page=2#look-{image_id}")
    shows(other, image_id, f"35 of {browse.count}")
    other.page.get_by_role("link", name="Open page").click()
    other.page.wait_for_url(re.compile(rf"/image/{image_id}\?subset=train&page=2$"))
    other.page.go_back()
    shows(other, image_id, f"35 of {browse.count}")
    other.page.keyboard.press("Space")
    expect(focused(other.page)).to_have_class(re.compile("pic"))
    expect(other.page).to_have_url(re.compile(r"/\?subset=train&page=2$"))


@pytest.mark.parametrize("how", ["Enter", "Control"])
def test_enter_and_clicks_for_another_window_lead_to_the_page(browse: Browse, how: str) -> None:
    browse.open()
    image_id = image_of(browse, 0)
    if how == "Enter":
        browse.tiles.first.locator(".pic").press("Enter")
        browse.page.wait_for_url(re.compile(f"/image/{image_id}"))
    else:
        with browse.page.context.expect_page() as opened:
            browse.tiles.first.locator(".pic").click(modifiers=["Control"])
        opened.value.wait_for_url(re.compile(f"/image/{image_id}"))


class TestVerdicts:
    """On an installation of its own."""

    @pytest.fixture
    def watch(self, live_curated: str) -> Watch:
        return Watch(live_curated)

    @pytest.mark.deep
    def test_curators_judge_by_key_and_by_button(self, signed_in: Callable[..., Page]) -> None:
        browse = Browse(signed_in("curator")).open("/?subset=train")
        browse.tiles.nth(1).locator(".pic").click()
        row = browse.page.get_by_role("dialog").locator("[data-pair]").first
        row.get_by_role("button", name="no").focus()
        browse.page.keyboard.press("y")
        expect(row.get_by_role("button", name="yes")).to_have_attribute("aria-pressed", "true")
        expect(row.locator(".l")).to_have_text("confirmed")
        expect(row.get_by_role("button", name="yes")).to_be_focused()
        row.get_by_role("button", name="Undo").click()
        expect(row.get_by_role("button", name="yes")).to_have_attribute("aria-pressed", "false")
        browse.page.keyboard.press("ArrowRight")
        shows(browse, image_of(browse, 2), f"3 of {browse.count}")
