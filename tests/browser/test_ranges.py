"""The two-handled slider over a histogram, and the boxes beside it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from tests.browser.pages import Browse, expect, focused, number_in
from tests.watched import Watch


def drag(browse: Browse, handle: Locator, share: float) -> None:
    """Move a handle to this share of the slider's width."""
    slider = browse.page.locator("#facets .slider").bounding_box()
    box = handle.bounding_box()
    assert slider
    assert box
    low = handle.get_attribute("id") == "confidence-low-handle"
    start = slider["x"] + (9 if low else slider["width"] - 9)
    y = slider["y"] + slider["height"] / 2
    browse.page.mouse.move(start, y)
    browse.page.mouse.down()
    browse.page.mouse.move(slider["x"] + 9 + (slider["width"] - 18) * share, y, steps=8)
    browse.page.mouse.up()


def test_the_lower_handle_is_dragged_to_a_step_of_the_data(browse: Browse) -> None:
    browse.open()
    before = browse.page.url
    drag(browse, browse.page.locator("#confidence-low-handle"), 0.52)
    expect(browse.page.get_by_label("from").first).to_have_value("0.7")
    browse.changed(before)
    assert browse.parameters["confidence"] == ["0.7-1"]
    assert browse.still_the_same_document()
    assert "0.7 or more" in browse.words


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
    browse.open()
    before = browse.page.url
    slider = browse.page.locator(f"#confidence-{handle}-handle")
    slider.focus()
    for key in keys:
        browse.page.keyboard.press(key)
    said = confidence.split("-")[0 if handle == "low" else 1]
    expect(slider).to_have_attribute("aria-valuetext", said)
    browse.changed(before)
    assert browse.parameters["confidence"] == [confidence]
    expect(focused(browse.page)).to_have_id(f"confidence-{handle}-handle")


def test_both_ends_open_is_no_condition(browse: Browse) -> None:
    browse.open("/?confidence=0.6-1")
    before = browse.page.url
    browse.page.locator("#confidence-low-handle").focus()
    browse.page.keyboard.press("Home")
    browse.changed(before)
    assert browse.parameters == {}


def test_number_boxes_take_any_hundredths(browse: Browse) -> None:
    browse.open()
    before = browse.page.url
    browse.page.locator("#confidence-low").fill("0.55")
    browse.page.locator("#confidence-high").fill("0.85")
    browse.page.keyboard.press("Enter")
    browse.changed(before)
    assert browse.parameters["confidence"] == ["0.55-0.85"]


def test_boxes_that_cannot_be_read_say_so(browse: Browse, watch: Watch) -> None:
    watch.allow(r"status of 400")
    browse.open()
    browse.page.locator("#confidence-low").fill("0.9")
    browse.page.locator("#confidence-high").fill("0.2")
    browse.page.get_by_role("button", name="Apply").first.click()
    expect(browse.page.get_by_role("heading", level=1)).to_contain_text("cannot be")
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
    browse.choose(browse.chips.first.get_by_role("link", name="As for all"))
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
