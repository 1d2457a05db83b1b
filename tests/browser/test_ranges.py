"""The two-handled slider over a histogram, and the boxes beside it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator

from browse.sample.labels import mid_of
from tests.browser.pages import Browse, expect, focused, number_in
from tests.watched import Watch

WATER = mid_of("water")


def drag(browse: Browse, handle: Locator, share: float) -> None:
    """Take a handle that stands at its end with the mouse, and let it go at this share of the slider's width."""
    slider = handle.locator("xpath=..").bounding_box()
    assert slider
    low = str(handle.get_attribute("id")).endswith("low-handle")
    start = slider["x"] + (9 if low else slider["width"] - 9)
    y = slider["y"] + slider["height"] / 2
    before = browse.page.url
    browse.page.mouse.move(start, y)
    browse.page.mouse.down()
    browse.page.mouse.move(slider["x"] + 9 + (slider["width"] - 18) * share, y, steps=8)
    browse.page.mouse.up()
    browse.changed(before)


def test_both_handles_are_dragged_to_a_step_of_the_data(browse: Browse) -> None:
    browse.open()
    drag(browse, browse.page.locator("#confidence-low-handle"), 0.52)
    expect(browse.page.locator("#confidence-low")).to_have_value("0.7")
    assert browse.parameters == {"confidence": ["0.7-1"]}
    assert "0.7 or more" in browse.words
    drag(browse, browse.page.locator("#confidence-high-handle"), 0.82)
    expect(browse.page.locator("#confidence-high")).to_have_value("0.9")
    assert browse.parameters == {"confidence": ["0.7-0.9"]}
    assert browse.still_the_same_document()


def test_both_handles_of_a_chip_are_dragged(browse: Browse) -> None:
    browse.open(f"/?label={WATER}")
    chip = browse.chips.first
    chip.locator("summary").click()
    drag(browse, chip.locator("#label-0-range-low-handle"), 0.52)
    (term,) = browse.parameters["label"]
    assert re.fullmatch(rf"{WATER}@0\.\d-1", term), term
    drag(browse, chip.locator("#label-0-range-high-handle"), 0.82)
    (term,) = browse.parameters["label"]
    low, high = map(float, term.partition("@")[2].split("-"))
    assert 0 < low < high < 1
    chip_says = chip.locator("summary .num").inner_text()
    assert f"{low:g}" in chip_says
    assert f"{high:g}" in chip_says
    assert browse.still_the_same_document()


def test_handles_do_not_pass_each_other(browse: Browse) -> None:
    browse.open("/?confidence=0-0.7")
    before = browse.page.url
    low = browse.page.locator("#confidence-low-handle")
    low.focus()
    browse.page.keyboard.press("End")
    browse.changed(before)
    assert browse.parameters["confidence"] == ["0.7-0.7"]


@pytest.mark.parametrize(
    ("handle", "keys", "confidence"),
    [
        ("low", ["ArrowRight", "ArrowRight"], "0.6-1"),
        ("high", ["ArrowLeft"], "0-0.9"),
        ("high", ["Home"], "0-0"),
    ],
)
def test_handles_move_by_keyboard_and_say_their_value(
    browse: Browse, handle: str, keys: list[str], confidence: str
) -> None:
    browse.open("/?sort=image_id")
    slider = browse.page.locator(f"#confidence-{handle}-handle")
    slider.focus()
    for key in keys:
        browse.page.keyboard.press(key)
    said = confidence.split("-")[0 if handle == "low" else 1]
    expect(slider).to_have_attribute("aria-valuetext", said)
    expect(browse.page).to_have_url(re.compile(rf"\?confidence={confidence}$"))  # each key may have been sent alone
    browse.settle()
    expect(focused(browse.page)).to_have_id(f"confidence-{handle}-handle")


def test_both_ends_open_is_no_condition(browse: Browse) -> None:
    browse.open("/?confidence=0.6-1")
    before = browse.page.url
    browse.page.locator("#confidence-low-handle").focus()
    browse.page.keyboard.press("Home")
    browse.changed(before)
    assert browse.parameters == {"sort": ["image_id"]}


def test_number_boxes_take_any_hundredths(browse: Browse) -> None:
    browse.open()
    before = browse.page.url
    browse.page.locator("#confidence-low").fill("0.55")
    browse.page.locator("#confidence-high").fill("0.85")
    browse.page.keyboard.press("Enter")
    browse.changed(before)
    assert browse.parameters["confidence"] == ["0.55-0.85"]


def test_apply_takes_the_boxes_of_all_labels_and_of_a_chip(browse: Browse) -> None:
    browse.open(f"/?label={WATER}")
    before = browse.page.url
    browse.page.locator("#confidence-low").fill("0.55")
    browse.page.locator("#confidence-high").fill("0.95")
    browse.page.locator("#facets").get_by_role("button", name="Apply").click()
    browse.changed(before)
    assert browse.parameters == {"label": [WATER], "confidence": ["0.55-0.95"]}
    chip = browse.chips.first
    chip.locator("summary").click()
    before = browse.page.url
    browse.page.locator("#label-0-range-low").fill("0.7")
    browse.page.locator("#label-0-range-high").fill("0.85")
    chip.get_by_role("button", name="Apply").click()
    browse.changed(before)
    assert browse.parameters == {"label": [f"{WATER}@0.7-0.85"], "confidence": ["0.55-0.95"]}
    assert browse.still_the_same_document()


def test_boxes_that_cannot_be_read_say_so(browse: Browse, watch: Watch) -> None:
    watch.allow(r"status of 400")
    browse.open()
    browse.page.locator("#confidence-low").fill("0.9")
    browse.page.locator("#confidence-high").fill("0.2")
    browse.page.get_by_role("button", name="Apply").first.click()
    expect(browse.page.get_by_role("heading", level=1)).to_contain_text("Invalid query")
    expect(browse.page.locator(".faults")).to_contain_text("confidence")
    before = browse.page.url
    browse.page.get_by_role("link", name="Show these images").click()
    browse.changed(before)
    assert browse.count == 600


def test_a_bar_of_the_histogram_leads_to_as_many_images_as_it_says(browse: Browse) -> None:
    browse.open()
    bar = browse.facet("Confidence").locator(".hist a").nth(3)
    count = number_in((bar.get_attribute("aria-label") or "").split(":")[1])
    browse.choose(bar)
    assert browse.count == count
    expect(browse.facet("Confidence").locator(".hist li.in")).to_have_count(1)


def test_a_chip_has_a_range_of_its_own_over_its_own_histogram(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    chip = browse.chips.first
    chip.locator("summary").click()
    bars = chip.locator(".hist a")
    counts = [number_in((bars.nth(n).get_attribute("aria-label") or "").split(":")[1]) for n in range(bars.count())]
    before = browse.page.url
    handle = chip.locator("input[type=range]").first
    handle.focus()
    browse.page.keyboard.press("End")
    browse.changed(before)
    assert browse.parameters["label"][0].endswith("@1-1")
    assert browse.count == counts[-1]
    expect(browse.chips.first).to_contain_text("1")
    browse.choose(browse.chips.first.get_by_role("link", name="Same as query"))
    assert "@" not in browse.parameters["label"][0]


def test_a_chip_can_hold_every_confidence_where_the_query_holds_some(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    term = browse.parameters["label"][0]
    browse.open(f"/?label={term}@0.9-1&confidence=0.8-1")
    browse.chips.first.locator("summary").click()
    before = browse.page.url
    browse.page.locator("#label-0-range-low").fill("")
    browse.page.keyboard.press("Enter")
    browse.changed(before)
    assert browse.parameters["label"] == [f"{term}@0-1"]


def test_a_handle_that_moves_leaves_the_other_box_alone(browse: Browse) -> None:
    browse.open("/?confidence=0.55-0.9")
    inside = browse.facet("Confidence").locator(".hist li.in")
    expect(inside).to_have_count(4)
    before = browse.page.url
    browse.page.locator("#confidence-high-handle").press("ArrowLeft")
    expect(inside).to_have_count(3)
    browse.changed(before)
    assert browse.parameters["confidence"] == ["0.55-0.8"]


def test_a_chip_without_a_range_of_its_own_shows_that_of_all(browse: Browse) -> None:
    browse.open("/?confidence=0.9-1")
    browse.choose(browse.value("Labels").locator("a").first)
    browse.chips.first.locator("summary").click()
    expect(browse.chips.first.locator(".hist li.in")).to_have_count(2)


def test_the_panel_of_a_label_tells_what_the_range_in_force_or_dragged_keeps(
    browse: Browse,
) -> None:
    browse.open(f"/?label={mid_of('outdoor')}&confidence=0.7-1")
    browse.chips.first.locator("summary").click()
    told = browse.chips.first.locator("[data-levels]")
    expect(told).to_have_text(re.compile(rf"^≥ 0\.7: {browse.count} images, precision \d"))
    handle = browse.page.locator("#label-0-range-low-handle")
    with browse.page.expect_request(re.compile("label=")):
        browse.press(handle, "ArrowRight")
        expect(told).to_have_text(re.compile(r"^≥ 0\.5: \d+ images, precision \d"))
        number = number_in(told.inner_text().split(":")[1])
        assert "images" in (handle.get_attribute("aria-valuetext") or "")
    browse.page.wait_for_url(re.compile("@0.5-1"))
    browse.settle()
    assert browse.count == number
