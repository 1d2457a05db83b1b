"""The grid: tools above it, pages below it, keys in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.pages import Browse, expect, focused


def test_sorting_by_a_labels_confidence_and_at_random(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    browse.choose(browse.open_menu("sort").filter(has_text="confidence of"))
    assert browse.parameters["sort"] == ["-confidence"]
    browse.choose(browse.open_menu("sort").filter(has_text="random"))
    assert browse.parameters["sort"] == ["random"]
    assert browse.parameters["seed"][0].isdigit()
    expect(browse.page.locator("#menu-sort summary")).to_contain_text("random")


@pytest.mark.parametrize("size", ["S", "L"])
def test_tiles_in_three_sizes(browse: Browse, size: str) -> None:
    browse.open()
    medium = browse.tiles.first.locator(".pic").bounding_box()
    browse.choose(browse.page.locator(f"#size-{size}"))
    other = browse.tiles.first.locator(".pic").bounding_box()
    assert medium
    assert other
    assert (other["height"] > medium["height"]) == (size == "L")
    second = browse.tiles.nth(1).locator(".pic").bounding_box()
    assert second
    assert second["y"] == other["y"], "they stand in rows"
    assert browse.parameters == {"size": [size.lower()]}
    browse.choose(browse.page.locator("#size-M"))
    assert browse.parameters == {}


def test_so_many_a_page(browse: Browse) -> None:
    browse.open()
    for number in (60, 120, 30):
        browse.choose(browse.open_menu("per-page").filter(has_text=f"{number} a page"))
        expect(browse.tiles).to_have_count(number)
        expect(browse.page.locator("#menu-per-page summary")).to_have_text(f"{number} a page")


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


def test_the_link_of_this_page_is_copied(browse: Browse) -> None:
    browse.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browse.open("/?subset=train&page=2")
    browse.page.get_by_role("button", name="Copy link").click()
    expect(browse.page.get_by_role("button", name="Copied")).to_be_visible()
    assert browse.page.evaluate("() => navigator.clipboard.readText()") == browse.page.url


@pytest.mark.parametrize(
    ("name", "columns"), [("Images (CSV)", 11), ("Labels (CSV)", 4), ("Images, for spreadsheets", 11)]
)
def test_exports_are_downloaded(browse: Browse, tmp_path: Path, name: str, columns: int) -> None:
    browse.open("/?subset=validation")
    link = browse.open_menu("export").filter(has_text=name)
    with browse.page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "export.csv")
    lines = (tmp_path / "export.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].count(",") == columns - 1
    assert len(lines) >= browse.count + 1


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
    page.wait_for_url(re.compile(f"/image/{image_id}"))


def test_brackets_turn_pages(browse: Browse) -> None:
    browse.open()
    before = browse.page.url
    browse.page.keyboard.press("]")
    browse.changed(before)
    assert browse.parameters["page"] == ["2"]
    before = browse.page.url
    browse.page.keyboard.press("[")
    browse.changed(before)
    assert browse.parameters == {}


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
    expect(page.get_by_role("searchbox", name="Search for a label")).to_be_focused()
    page.keyboard.type("?x[")
    expect(page.get_by_role("searchbox", name="Search for a label")).to_have_value("?x[")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_help_opens_by_its_button_and_closes_by_another_and_by_a_click_beside_it(browse: Browse) -> None:
    browse.open()
    page = browse.page
    keys = page.get_by_role("dialog", name="Keys")
    page.get_by_role("button", name="Keyboard help").click()
    expect(keys).to_be_visible()
    keys.locator("dl").click(position={"x": 5, "y": 5})
    expect(keys).to_be_visible()
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Keyboard help").click()
    expect(keys).to_be_visible()
    page.mouse.click(20, 20)
    expect(keys).to_be_hidden()


def test_tiles_keep_the_proportions_of_their_pictures(browse: Browse) -> None:
    browse.open("/?per_page=60")
    browse.page.evaluate("() => document.querySelectorAll('.pic img').forEach(i => { i.loading = 'eager'; })")
    browse.page.wait_for_function("() => [...document.images].every(i => i.complete)")
    browse.open("/?per_page=60")
    shares = browse.page.eval_on_selector_all(
        ".pic:not(.mat) img[width]",
        """images => images.map(i =>
            (i.clientWidth / i.clientHeight) / (i.getAttribute('width') / i.getAttribute('height')))""",
    )
    assert len(shares) > 30
    assert all(0.97 < share < 1.03 for share in shares)


def test_every_tile_has_title_author_and_licence_as_text(browse: Browse) -> None:
    browse.open("/?per_page=200")
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
