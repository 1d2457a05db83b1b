"""The grid: tools above it, pages below it, keys in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.pages import Browse, arrived, copied, expect, focused, stand_still
from tests.watched import Opener

TOO_SMALL = """() => [...document.querySelectorAll('.head *, [data-grid] *')].filter(one =>
    one.checkVisibility() && one.textContent.trim() && parseFloat(getComputedStyle(one).fontSize) < 12
).map(one => one.className)"""


def test_sorting_by_a_labels_confidence_and_at_random(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    browse.choose(browse.open_menu("sort").filter(has_text="confidence of"))
    assert browse.parameters["sort"] == ["-confidence"]
    browse.choose(browse.open_menu("sort").filter(has_text="random"))
    assert browse.parameters["sort"] == ["random"]
    assert browse.parameters["seed"][0].isdigit()
    expect(browse.page.locator("#menu-sort summary")).to_contain_text("random")


def test_so_many_a_page(browse: Browse) -> None:
    browse.open()
    for number in (60, 120, 30):
        browse.choose(browse.open_menu("per-page").filter(has_text=f"{number} per page"))
        expect(browse.tiles).to_have_count(number)
        expect(browse.page.locator("#menu-per-page summary")).to_have_text(f"{number} per page")


def test_pages_by_number_by_arrow_and_by_going_there(browse: Browse) -> None:
    browse.open("/?subset=train")
    first = browse.tiles.first.get_attribute("data-image")
    browse.choose(browse.page.get_by_role("link", name="Page 2", exact=True))
    assert browse.parameters["page"] == ["2"]
    assert browse.tiles.first.get_attribute("data-image") != first
    assert browse.page.evaluate("() => scrollY") == 0
    browse.choose(browse.page.get_by_role("link", name="Next page"))
    assert browse.parameters["page"] == ["3"]
    before = browse.page.url
    browse.page.get_by_label("Go to page").fill("12")
    browse.page.keyboard.press("Enter")
    browse.changed(before)
    assert browse.parameters == {"subset": ["train"], "page": ["12"]}
    expect(browse.page.locator(".pager [aria-current]")).to_have_text("12")
    before = browse.page.url
    browse.page.get_by_label("Go to page").fill("5")
    browse.page.get_by_role("button", name="Go", exact=True).click()
    browse.changed(before)
    assert browse.parameters == {"subset": ["train"], "page": ["5"]}
    assert browse.still_the_same_document()


def test_a_page_past_the_end_leads_back_to_the_last(browse: Browse) -> None:
    browse.open("/?page=999")
    expect(browse.page.locator(".empty")).to_contain_text("Page 999 is past the end")
    browse.choose(browse.page.get_by_role("link", name="Go to the last page"))
    assert browse.parameters["page"] == ["20"]


def test_the_link_of_this_page_is_copied(open_page: Opener) -> None:
    browse = Browse(open_page(fresh=True))
    browse.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browse.page.clock.install()
    browse.open("/?subset=train&page=2")
    stand_still(browse.page)
    button = browse.page.locator("[data-copy-link]")
    button.click()
    assert copied(browse.page) == browse.page.url
    expect(button).to_have_text("Copied")
    browse.page.clock.run_for(2000)
    expect(button).to_have_text("Copy link")


def test_exports_are_downloaded(browse: Browse, tmp_path: Path) -> None:
    browse.open("/?subset=validation")
    links = browse.open_menu("export")
    for name, columns in (
        ("Images (CSV)", 11),
        ("All labels of these images (CSV)", 4),
        ("Images, for spreadsheets", 11),
    ):
        with browse.page.expect_download() as download:
            links.filter(has_text=re.compile(f"^{re.escape(name)}$")).click()
        download.value.save_as(tmp_path / "export.csv")
        lines = (tmp_path / "export.csv").read_text(encoding="utf-8").splitlines()
        assert lines[0].count(",") == columns - 1, name
        assert len(lines) >= browse.count + 1, name


def test_arrows_move_between_tiles_and_enter_opens(browse: Browse) -> None:
    browse.open()
    page = browse.page
    page.keyboard.press("ArrowRight")
    expect(browse.tiles.nth(0).locator(".pic")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(browse.tiles.nth(1).locator(".pic")).to_be_focused()
    top = browse.tiles.nth(1).bounding_box()
    page.keyboard.press("ArrowDown")
    below = focused(page).bounding_box()
    assert top
    assert below
    assert below["y"] > top["y"] + 100
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(browse.tiles.nth(0).locator(".pic")).to_be_focused()
    image_id = browse.tiles.nth(0).get_attribute("data-image")
    page.keyboard.press("Enter")
    arrived(page, f"/image/{image_id}")


def test_brackets_turn_pages(browse: Browse) -> None:
    browse.open()
    before = browse.page.url
    browse.page.keyboard.press("]")
    browse.changed(before)
    assert browse.parameters["page"] == ["2"]
    before = browse.page.url
    browse.page.keyboard.press("[")
    browse.changed(before)
    assert browse.parameters == {"sort": ["image_id"]}


def test_x_leaves_out_the_first_label_of_the_tile_in_focus(browse: Browse) -> None:
    browse.open()
    name = browse.tiles.first.locator(".l bdi").first.inner_text()
    browse.page.keyboard.press("ArrowRight")
    before = browse.page.url
    browse.page.keyboard.press("x")
    browse.changed(before)
    assert browse.words == f"Images without {name}"
    assert browse.still_the_same_document()


def test_slash_searches_and_question_mark_helps(browse: Browse) -> None:
    browse.open()
    page = browse.page
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="Search")).to_be_focused()
    page.keyboard.type("?x[")
    expect(page.get_by_role("combobox", name="Search")).to_have_value("?x[")
    expect(page.get_by_role("option")).not_to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()


def test_help_opens_by_its_button_and_closes_by_another_and_by_a_click_beside_it(browse: Browse) -> None:
    browse.open()
    page = browse.page
    keys = page.get_by_role("dialog", name="Keyboard shortcuts")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(keys).to_be_visible()
    keys.locator("dl").click(position={"x": 5, "y": 5})
    expect(keys).to_be_visible()
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(keys).to_be_visible()
    page.mouse.click(20, 20)
    expect(keys).to_be_hidden()


WHOLE = """() => [...document.querySelectorAll('[data-grid] > .tile .pic')].filter(picture => {
    const { top, bottom, right } = picture.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight && right <= innerWidth;
}).length"""
"""How many pictures of the grid are whole in the window, without scrolling."""
ROW = """() => {
    const style = getComputedStyle(document.querySelector('[data-grid] > .tile'));
    return parseFloat(style.flexBasis) / style.getPropertyValue('--r');
}"""
"""How high a row is before it is stretched to fill its width, which depends on the proportions that are known."""


@pytest.mark.parametrize(("width", "height", "least"), [(1440, 900, (30, 18, 6)), (1920, 1080, (48, 30, 10))])
def test_so_many_pictures_are_whole_above_the_fold_in_rows_of_one_height(
    open_page: Opener, width: int, height: int, least: tuple[int, int, int]
) -> None:
    browse = Browse(open_page(viewport={"width": width, "height": height}))
    heights = []
    for size, number in zip("sml", least, strict=True):
        browse.page.goto(f"/?per_page=60&size={size}")
        assert browse.page.evaluate(WHOLE) >= number, size
        boxes = [box for picture in browse.tiles.locator(".pic").all()[:20] if (box := picture.bounding_box())]
        rows = {box["y"]: box["height"] for box in boxes}
        assert all(box["height"] == pytest.approx(rows[box["y"]], abs=1.5) for box in boxes), "even in a row"
        heights.append(browse.page.evaluate(ROW))
        assert min(rows.values()) >= heights[-1] - 1.5, "stretched"
        assert not browse.page.evaluate(TOO_SMALL), "text under 12 pixels"
    assert heights[1] > 1.2 * heights[0]
    assert heights[2] > 1.4 * heights[1]


def test_a_phone_shows_two_columns_and_the_first_picture_near_the_top(open_page: Opener) -> None:
    browse = Browse(open_page(viewport={"width": 390, "height": 844}))
    browse.page.goto("/")
    boxes = [box for number in range(3) if (box := browse.tiles.nth(number).locator(".pic").bounding_box())]
    assert boxes[0]["y"] <= 160
    assert [box["y"] == boxes[0]["y"] for box in boxes] == [True, True, False]


@pytest.mark.parametrize("size", ["s", "m", "l"])
def test_every_tile_has_title_author_and_license_as_text(browse: Browse, size: str) -> None:
    browse.open(f"/?per_page=200&size={size}")
    shown = "tiles => tiles.every(tile => ['h2', '.who', '.terms'].every(e => tile.querySelector(e).checkVisibility()))"
    assert browse.tiles.evaluate_all(shown)
    parts = "tile => ['h2', '.by bdi', '.by'].map(part => tile.querySelector(part).textContent.trim())"
    captions = browse.tiles.evaluate_all(f"tiles => tiles.map({parts})")
    assert len(captions) == 200
    for title, author, by in captions:
        assert title
        assert author
        assert re.search(r"(CC|Public Domain).* \d\.0( [A-Z]{2})?$", by), by


def test_an_empty_result_says_what_dropping_each_condition_gives(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    mid = browse.parameters["label"][0]
    browse.open(f"/?label={mid}&not={mid}&subset=train")
    assert browse.count == 0
    drops = browse.page.locator("a.drop")
    assert drops.count() == 3
    counts = drops.locator(".n").all_inner_texts()
    browse.choose(drops.first)
    assert counts[0].startswith(f"{browse.count:,} ")
