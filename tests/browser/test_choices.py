"""Choices made while grid or counts are still on their way add up, and the address is always the grid's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Error, Locator, Page, Route

from browse.sample.labels import mid_of
from tests.browser.pages import Browse, expect, routed
from tests.browser.test_history import holding
from tests.watched import Watch

DOG, OUTDOOR, SKY, WATER = map(mid_of, ("dog", "outdoor", "sky", "water"))
FACETS = re.compile(r"/facets\?|/facets$")
GRID = re.compile(r"//[^/]+/(go)?(\?|$)")


@contextmanager
def held(page: Page, pattern: re.Pattern[str]) -> Iterator[list[Route]]:
    """Requests of this kind wait until the block ends, then go on in their order."""
    routes: list[Route] = []
    routed(page, pattern, holding(routes))
    yield routes
    page.unroute(pattern)
    for route in routes:
        with suppress(Error):  # given up meanwhile
            route.continue_()


def label(browse: Browse, mid: str) -> Locator:
    return browse.page.locator(f"#facets [id='label-{mid}']")


def asked(browse: Browse) -> dict[str, list[str]]:
    """The query in the address, which a full load of it must show just so."""
    browse.settle()
    here, shown = browse.page.url, browse.shown
    browse.page.goto(here)
    browse.settle()
    assert browse.shown == shown
    return browse.parameters


By = Callable[[Browse, str], None]


def by_link(browse: Browse, mid: str) -> None:
    label(browse, mid).click()


def by_key(browse: Browse, mid: str) -> None:
    browse.press(label(browse, mid))


@pytest.mark.parametrize("by", [by_link, by_key])
@pytest.mark.parametrize("slow", [FACETS, GRID], ids=["facets", "grid"])
def test_labels_chosen_while_something_is_on_its_way_add_up(browse: Browse, slow: re.Pattern[str], by: By) -> None:
    browse.open(f"/?label={DOG}")
    with held(browse.page, slow):
        by(browse, OUTDOOR)
        if slow is FACETS:
            expect(browse.page.locator("h1.words")).to_have_text("Images with dog and outdoor")
        by(browse, SKY)
        if slow is FACETS:
            expect(browse.page.locator("h1.words")).to_have_text("Images with dog, outdoor and sky")
            assert browse.parameters == {"label": [DOG, OUTDOOR, SKY]}
    assert asked(browse) == {"label": [DOG, OUTDOOR, SKY]}


def test_the_address_is_that_of_the_grid_where_the_clicked_link_went_meanwhile(browse: Browse) -> None:
    """Grid first, then the counts of the query before, then the grid of the second click."""
    browse.open(f"/?label={DOG}")
    facets: list[Route] = []
    grids: list[Route] = []
    routed(browse.page, FACETS, holding(facets))
    with browse.page.expect_request(FACETS):
        label(browse, OUTDOOR).click()
    expect(browse.page.locator("h1.words")).to_have_text("Images with dog and outdoor")
    routed(browse.page, GRID, holding(grids))
    with browse.page.expect_request(GRID):
        label(browse, SKY).click()
    with browse.page.expect_response(FACETS):
        facets[0].continue_()
    browse.page.unroute(FACETS)
    grids[0].continue_()
    expect(browse.page.locator("h1.words")).to_have_text("Images with dog, outdoor and sky")
    browse.page.unroute(GRID)
    assert asked(browse) == {"label": [DOG, OUTDOOR, SKY]}


def leave_out_train(browse: Browse) -> None:
    browse.page.get_by_role("link", name="Exclude train").click()


def click_link(browse: Browse, name: str) -> None:
    """Follow one of the links that show where the pointer is."""
    requested(browse, lambda browse: browse.page.get_by_role("link", name=name, exact=True).click())


def narrow_by_slider(browse: Browse) -> None:
    browse.press(browse.page.locator("#confidence-low-handle"), "ArrowRight")


def narrow_by_form(browse: Browse) -> None:
    browse.page.locator("#confidence-low").fill("0.5")
    browse.page.locator("#facets").get_by_role("button", name="Apply").click()


def leave_out_by_key(browse: Browse) -> None:
    browse.page.locator(f"[data-grid] > .tile:has([data-exclude][href*='not={SKY}']) .pic").first.focus()
    browse.page.keyboard.press("x")


CHOICES: dict[str, tuple[Callable[[Browse], None], tuple[str, list[str]]]] = {
    "a label": (lambda browse: label(browse, OUTDOOR).click(), ("label", [OUTDOOR])),
    "a state": (lambda browse: browse.page.locator("#state-confirmed").click(), ("state", ["missed", "unverified"])),
    "a subset left out": (leave_out_train, ("subset", ["validation"])),
    "a slider": (narrow_by_slider, ("confidence", ["0.5-1"])),
    "a form": (narrow_by_form, ("confidence", ["0.5-1"])),
    "a key on a tile": (leave_out_by_key, ("not", [f"{SKY}@0-1:confirmed,missed,unverified"])),
    "an order": (lambda browse: browse.open_menu("sort").filter(has_text="random").click(), ("sort", ["random"])),
    "a size": (lambda browse: browse.page.locator("#size-S").click(), ("size", ["s"])),
}


def requested(browse: Browse, choose: Callable[[Browse], None]) -> None:
    with browse.page.expect_request(GRID):
        choose(browse)


PAIRS = (
    ("a label", "a state"),
    ("a label", "a slider"),
    ("a slider", "a label"),
    ("a form", "a subset left out"),
    ("a subset left out", "a form"),
    ("a key on a tile", "a slider"),
    ("a size", "a label"),
    ("a label", "an order"),
    ("an order", "a form"),
)
SLOW = (FACETS, GRID)


@pytest.mark.parametrize(
    ("first", "second", "slow"),
    [
        *((*pair, SLOW[number % 2]) for number, pair in enumerate(PAIRS)),
        *((*pair, SLOW[number % 2 - 1]) for number, pair in enumerate(PAIRS)),
    ],
)
def test_every_kind_of_choice_adds_up(browse: Browse, first: str, second: str, slow: re.Pattern[str]) -> None:
    browse.open()
    (choose, wanted), (choose_then, wanted_then) = CHOICES[first], CHOICES[second]
    with held(browse.page, slow):
        requested(browse, choose)
        if slow is FACETS:
            browse.page.wait_for_url(lambda url: wanted in parse_qs(urlsplit(url).query).items())
        requested(browse, choose_then)
    found = asked(browse)
    found.pop("seed", None)
    assert found == dict([wanted, wanted_then])


def test_a_label_left_out_by_key_while_another_is_on_its_way(browse: Browse) -> None:
    browse.open()
    with held(browse.page, GRID):
        requested(browse, lambda browse: label(browse, OUTDOOR).click())
        tile = browse.page.locator(f"[data-grid] > .tile:has([data-exclude]:not([href*='not={OUTDOOR}']))").first
        address = tile.locator("[data-exclude]").get_attribute("href") or ""
        tile.locator(".pic").focus()
        requested(browse, lambda browse: browse.page.keyboard.press("x"))
    assert asked(browse) == {"label": [OUTDOOR], "not": parse_qs(urlsplit(address).query)["not"]}


def test_values_added_or_left_out_one_after_another_add_up(browse: Browse) -> None:
    browse.open()
    with held(browse.page, FACETS):
        requested(browse, lambda browse: browse.page.locator("#state-rejected").click())
        requested(browse, lambda browse: browse.page.locator("#state-absent").click())
        for name in ("Exclude CC0 1.0", "Exclude CC BY 2.0 FR"):
            click_link(browse, name)
    assert asked(browse) == {
        "state": ["absent", "confirmed", "missed", "rejected", "unverified"],
        "license": ["cc-by-2.0", "cc-by-4.0", "cc-by-sa-2.0"],
    }


def test_licenses_ticked_one_after_another_are_both_chosen_and_a_state_alone_is_alone(browse: Browse) -> None:
    browse.open()
    with held(browse.page, FACETS):
        requested(browse, lambda browse: browse.page.locator("[id='license-cc0-1.0']").click())
        requested(browse, lambda browse: browse.page.locator("[id='license-cc-by-4.0']").click())
        browse.page.locator("#state-rejected").hover()
        click_link(browse, "Only Rejected")
    assert asked(browse) == {"license": ["cc-by-4.0", "cc0-1.0"], "state": ["rejected"]}


def test_the_same_label_first_with_and_then_without_is_without(browse: Browse) -> None:
    browse.open()
    with held(browse.page, FACETS):
        requested(browse, lambda browse: label(browse, OUTDOOR).click())
        click_link(browse, "Exclude outdoor")
    assert asked(browse) == {"not": [f"{OUTDOOR}@0-1:confirmed,missed,unverified"]}


def test_a_chip_taken_away_while_another_label_is_on_its_way(browse: Browse) -> None:
    browse.open(f"/?label={DOG}&page=1")
    with held(browse.page, GRID):
        requested(browse, lambda browse: label(browse, OUTDOOR).click())
        requested(browse, lambda browse: browse.chips.first.get_by_role("link", name="Remove").click())
    assert asked(browse) == {"label": [OUTDOOR]}


def test_both_ends_and_a_role_of_a_chip(browse: Browse) -> None:
    """The second and third change belong to the term as it was before the first."""
    browse.open(f"/?label={WATER}")
    chip = browse.chips.first
    chip.locator("summary").click()
    with held(browse.page, GRID):
        requested(browse, lambda browse: browse.press(chip.locator("#label-0-range-low-handle"), "ArrowRight"))
        confirmed = chip.locator(".value").filter(has_text="Confirmed").locator("a").first
        requested(browse, lambda browse: confirmed.click())
        requested(browse, lambda browse: chip.get_by_role("link", name="Any of", exact=True).click())
    assert asked(browse) == {"any": [f"{WATER}@0.5-1:missed,unverified"]}


def test_a_slider_moved_as_the_counts_arrive_is_not_dropped(browse: Browse) -> None:
    browse.open()
    with held(browse.page, FACETS) as facets:
        with browse.page.expect_request(FACETS):
            label(browse, OUTDOOR).click()
        browse.page.wait_for_url(re.compile("label="))
        browse.press(browse.page.locator("#confidence-low-handle"), "ArrowRight")
        facets[0].continue_()
        browse.page.wait_for_url(re.compile("confidence="))
    assert asked(browse) == {"label": [OUTDOOR], "confidence": ["0.5-1"]}


def test_a_handle_held_while_the_counts_arrive_stays_in_the_hand(browse: Browse) -> None:
    browse.open()
    slider = browse.page.locator("#confidence-low-handle").bounding_box()
    assert slider
    y = slider["y"] + slider["height"] / 2
    with held(browse.page, FACETS) as facets:
        with browse.page.expect_request(FACETS):
            label(browse, OUTDOOR).click()
        browse.page.wait_for_url(re.compile("label="))
        browse.page.mouse.move(slider["x"] + 9, y)
        browse.page.mouse.down()
        browse.page.mouse.move(slider["x"] + 9 + (slider["width"] - 18) * 0.3, y, steps=4)
        with browse.page.expect_response(FACETS):
            facets[0].continue_()
        browse.page.mouse.move(slider["x"] + 9 + (slider["width"] - 18) * 0.52, y, steps=4)
        browse.page.mouse.up()
        browse.page.wait_for_url(re.compile("confidence="))
    assert asked(browse) == {"label": [OUTDOOR], "confidence": ["0.7-1"]}


def test_what_is_typed_stays_and_is_looked_for_in_the_new_result(browse: Browse) -> None:
    browse.open()
    field = browse.page.locator("#find-label")
    with held(browse.page, FACETS):
        requested(browse, lambda browse: label(browse, OUTDOOR).click())
        field.press_sequentially("ca")
        browse.page.locator("#confidence-high").fill("0.9")
        field.focus()
    browse.settle()
    expect(browse.facet("Labels").locator(".value.on")).to_contain_text("outdoor")
    expect(field).to_have_value("ca")
    expect(field).to_be_focused()
    expect(browse.page.locator("#confidence-high")).to_have_value("0.9")
    names = browse.page.locator("#label-values .value .name bdi")
    expect(names.filter(has_not_text=re.compile("ca"))).to_have_count(0)
    expect(names.first).to_be_visible()
    field.press_sequentially("t")
    expect(names).to_have_count(1)
    browse.choose(browse.page.locator("#label-values .value a").first)
    assert browse.words == "Images with outdoor and cat"
    expect(field).to_have_value("")


def test_a_choice_that_cannot_be_loaded_is_what_load_again_leads_to(browse: Browse, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED|htmx:sendError")
    browse.open(f"/?label={DOG}")
    browse.page.context.set_offline(True)
    label(browse, OUTDOOR).click()
    expect(browse.page.get_by_role("alert")).to_contain_text("could not be loaded")
    browse.page.context.set_offline(False)
    assert browse.parameters == {"label": [DOG]}
    browse.page.get_by_role("link", name="Try again").click()
    expect(browse.page.locator("h1.words")).to_have_text("Images with dog and outdoor")
    assert asked(browse) == {"label": [DOG, OUTDOOR]}


def test_back_while_a_grid_is_on_its_way_shows_what_the_address_says(browse: Browse) -> None:
    browse.open("/?sort=image_id")
    before = browse.shown
    browse.choose(label(browse, OUTDOOR))
    with held(browse.page, GRID) as grids:
        requested(browse, lambda browse: label(browse, SKY).click())
        browse.page.evaluate("history.back()")
        browse.page.wait_for_url(re.compile(r"/\?sort=image_id$"))
        assert grids
    browse.shows(before)


def test_a_link_of_filters_that_are_behind_opens_the_right_query_in_another_tab(browse: Browse) -> None:
    browse.open(f"/?label={DOG}")
    with held(browse.page, FACETS):
        requested(browse, lambda browse: label(browse, OUTDOOR).click())
        expect(browse.page.locator("h1.words")).to_have_text("Images with dog and outdoor")
        with browse.page.context.expect_page() as opened:
            label(browse, SKY).click(modifiers=["Control"])
    other = opened.value
    other.wait_for_url(re.compile("label="))
    assert parse_qs(urlsplit(other.url).query) == {"label": [DOG, OUTDOOR, SKY]}


def test_the_value_that_was_clicked_shows_it_at_once(browse: Browse) -> None:
    browse.open()
    row = label(browse, OUTDOOR).locator("xpath=..")
    before = row.evaluate("row => getComputedStyle(row).backgroundColor")
    with held(browse.page, GRID):
        requested(browse, lambda browse: label(browse, OUTDOOR).click())
        assert row.evaluate("row => getComputedStyle(row).backgroundColor") != before
