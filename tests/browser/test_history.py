"""Back and forward, two windows, facets that are slow, missing or of another version."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route

from tests.browser.pages import Browse, expect, routed
from tests.watched import Opener, Watch

FACETS = re.compile(r"/facets(\?|$)")
SCRIPT_OF_ALL_PAGES = re.compile(r"/js/site\b")


def holding(held: list[Route]) -> Callable[[Route], None]:
    """Keeps requests back instead of sending them on."""

    def hold(route: Route) -> None:
        held.append(route)

    return hold


def drag_to_the_end(browse: Browse) -> None:
    before = browse.page.url
    browse.press(browse.page.locator("#confidence-low-handle"), "ArrowRight")
    browse.changed(before)


def leave_out(browse: Browse) -> None:
    browse.chips.first.locator("summary").click()
    browse.choose(browse.page.get_by_role("link", name="None of", exact=True))


def give_states(browse: Browse) -> None:
    chip = browse.chips.first
    if not chip.locator("details[open]").count():
        chip.locator("summary").click()
    browse.choose(chip.locator(".value").filter(has_text="Rejected").locator("a").first)


CHANGES: dict[str, Callable[[Browse], None]] = {
    "a label": lambda browse: browse.choose(browse.value("Labels").locator("a").first),
    "another label": lambda browse: browse.choose(browse.value("Labels", 1).locator("a").first),
    "an order": lambda browse: browse.choose(browse.open_menu("sort").filter(has_text="confidence of")),
    "a chip's role": leave_out,
    "a chip's states": give_states,
    "a range": drag_to_the_end,
    "states": lambda browse: browse.choose(browse.page.locator("#state-rejected")),
    "a subset": lambda browse: browse.choose(browse.page.locator("#subset-train")),
    "a condition taken away": lambda browse: browse.choose(browse.page.get_by_role("link", name="Remove state")),
    "a size": lambda browse: browse.choose(browse.page.locator("#size-S")),
    "so many a page": lambda browse: browse.choose(browse.open_menu("per-page").filter(has_text="60 per page")),
    "everything taken away": lambda browse: browse.choose(browse.page.get_by_role("link", name="Clear all")),
    "a page": lambda browse: browse.choose(browse.page.get_by_role("link", name="Page 2", exact=True)),
}


@pytest.mark.deep
def test_back_and_forward_restore_every_kind_of_change(browse: Browse) -> None:
    browse.open()
    shown = [browse.shown]
    for name, change in CHANGES.items():
        change(browse)
        shown.append(browse.shown)
        assert shown[-1] != shown[-2], name
    for earlier in reversed(shown[:-1]):
        browse.page.go_back()
        browse.shows(earlier)
    for later in shown[1:]:
        browse.page.go_forward()
        browse.shows(later)
    assert browse.still_the_same_document()


def test_back_from_what_cannot_be_read_and_forward_again(browse: Browse, watch: Watch) -> None:
    watch.allow("status of 400|historyCacheMissLoadError")
    browse.open("/?subset=train&page=2")
    before = browse.shown
    browse.page.locator("#confidence-low").fill("0.9")
    browse.page.locator("#confidence-high").fill("0.2")
    browse.page.get_by_role("button", name="Apply").click()
    fault = browse.page.get_by_role("heading", name="Invalid query")
    for _ in range(2):
        expect(fault).to_be_visible()
        browse.page.go_back()
        expect(fault).to_have_count(0)
        browse.shows(before)
        browse.page.go_forward()
    expect(fault).to_be_visible()
    browse.page.get_by_role("link", name="Show these images").click()
    expect(browse.tiles).to_have_count(30)
    browse.settle()
    assert browse.parameters == {"subset": ["train"]}


def test_back_before_the_scripts_are_there_shows_what_the_address_says(browse: Browse) -> None:
    browse.open("/?sort=image_id")
    before = browse.shown
    browse.choose(browse.value("Labels").locator("a").first)
    browse.page.goto("/labels")
    held: list[Route] = []
    routed(browse.page, SCRIPT_OF_ALL_PAGES, holding(held))
    with browse.page.expect_request(SCRIPT_OF_ALL_PAGES):
        browse.page.evaluate("history.back()")
    expect(browse.tiles).to_have_count(30)
    browse.page.evaluate("history.back()")
    browse.page.wait_for_url("/?sort=image_id", wait_until="commit")
    browse.page.unroute(SCRIPT_OF_ALL_PAGES)  # lets go what is held
    browse.shows(before)


def test_back_with_the_drawer_open_leaves_a_page_that_answers(open_page: Opener) -> None:
    browse = Browse(open_page(viewport={"width": 390, "height": 844}))
    browse.open()
    before = browse.shown
    browse.page.get_by_role("button", name="Filters", exact=True).click()
    browse.choose(browse.value("Labels").locator("a").first)
    browse.page.go_back()
    browse.shows(before)
    expect(browse.page.get_by_role("complementary", name="Filters")).to_be_hidden()
    expect(browse.page.locator("[inert]")).to_have_count(0)
    browse.page.get_by_role("button", name="Filters", exact=True).click()
    expect(browse.page.get_by_role("button", name=f"Show {browse.count:,} images")).to_be_visible()
    browse.page.keyboard.press("Escape")
    browse.page.get_by_role("link", name="Open Images").first.click(trial=True)


def test_back_from_an_image_leads_to_the_same_page_of_the_same_query(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    browse.choose(browse.page.get_by_role("link", name="Page 2", exact=True))
    address, first = browse.page.url, browse.tiles.first.get_attribute("data-image")
    browse.tiles.first.locator("h2 a").click()
    browse.page.wait_for_url(re.compile(r"/image/"))
    browse.page.go_back()
    expect(browse.page).to_have_url(address)
    expect(browse.tiles.first).to_have_attribute("data-image", first or "")
    expect(browse.page.locator("#facets .value").first).to_be_visible()


def test_reloading_after_changes_gives_the_whole_page(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    words = browse.words
    browse.page.reload()
    expect(browse.page.locator("header.top")).to_be_visible()
    assert browse.words == words


@pytest.mark.deep
def test_two_windows_do_not_touch_each_other(open_page: Opener) -> None:
    one, two = Browse(open_page()), Browse(open_page())
    one.open("/?subset=train")
    two.open("/?subset=validation")
    start = one.shown
    one.choose(one.value("Labels").locator("a").first)
    two.choose(two.page.locator("#state-rejected"))
    first = one.shown
    one.choose(one.page.get_by_role("link", name="Page 2", exact=True))
    two.choose(two.page.locator("#size-L"))
    assert one.parameters.keys() == {"subset", "label", "page"}
    assert two.parameters.keys() == {"subset", "state", "size"}
    other = two.shown
    one.page.go_back()
    one.shows(first)
    one.page.go_back()
    one.shows(start)
    two.shows(other)
    two.page.reload()
    two.shows(other)


def test_a_theme_chosen_in_one_window_holds_in_the_other_from_its_next_page_on(open_page: Opener) -> None:
    one, two = Browse(open_page()).open(), Browse(open_page()).open()
    colour = "() => getComputedStyle(document.body).backgroundColor"
    light = two.page.evaluate(colour)
    one.page.get_by_role("button", name="Theme").click()
    dark = one.page.evaluate(colour)
    assert dark != light
    two.choose(two.page.locator("#subset-train"))
    two.page.goto("/labels")
    assert two.page.evaluate(colour) == dark
    two.page.get_by_role("button", name="Theme: dark").click()
    two.page.get_by_role("button", name="Theme: light").click()
    one.page.goto("/labels")
    expect(one.page.get_by_role("button", name="Theme: system")).to_be_visible()
    assert one.page.evaluate(colour) == light


def test_a_link_opens_in_a_new_tab(browse: Browse) -> None:
    browse.open()
    with browse.page.context.expect_page() as opened:
        browse.value("Labels").locator("a").first.click(modifiers=["Control"])
    other = Browse(opened.value)
    other.settle()
    assert "label" in other.parameters
    assert browse.parameters == {"sort": ["image_id"]}


def test_the_grid_does_not_wait_for_slow_facets(browse: Browse) -> None:
    browse.open()
    held: list[Route] = []
    routed(browse.page, FACETS, holding(held))
    name = browse.value("Labels").locator(".name").inner_text()
    browse.value("Labels").locator("a").first.click()
    expect(browse.page.locator("h1.words")).to_have_text(f"Images with {name}")
    expect(browse.page.locator("#filters")).to_have_attribute("aria-busy", "true")
    expect(browse.page.locator(".counting").first).to_be_visible()
    with browse.page.expect_request(FACETS):
        browse.chips.first.get_by_role("link", name="Remove").click()
    expect(browse.page.locator("h1.words")).to_have_text("All images")
    browse.page.unroute(FACETS)
    for route in held:
        with suppress(Error):  # the first was given up when the second was sent
            route.continue_()
    browse.settle()
    expect(browse.facet("Labels").locator(".value.on")).to_have_count(0)


def test_the_first_page_shows_that_facets_are_on_their_way(browse: Browse) -> None:
    held: list[Route] = []
    browse.page.route(FACETS, holding(held))
    with browse.page.expect_request(FACETS):
        browse.page.goto("/?sort=image_id")
    expect(browse.tiles).to_have_count(30)
    expect(browse.page.get_by_text("Counting…")).to_be_visible()
    assert len(held) == 1
    held[0].continue_()
    browse.settle()
    expect(browse.page.locator(".loading")).to_have_count(0)


def test_facets_that_fail_leave_the_grid_and_say_so(browse: Browse, watch: Watch) -> None:
    watch.allow("503")
    browse.page.route(FACETS, lambda route: route.fulfill(status=503, body="later"))
    browse.page.goto("/?sort=image_id")
    expect(browse.tiles).to_have_count(30)
    expect(browse.page.get_by_role("alert")).to_contain_text("could not be loaded")
    browse.page.unroute(FACETS)
    browse.page.get_by_role("link", name="Try again").click()
    browse.settle()


def test_grid_and_facets_of_unequal_versions_are_fetched_again(browse: Browse) -> None:
    browse.open()
    answers = {"changed": 0}

    def other_version(route: Route) -> None:
        answers["changed"] += 1
        response = route.fetch()
        text = response.text()
        if answers["changed"] == 1:
            text = re.sub(r'data-version="[^"]*"', 'data-version="0123456789ab.1"', text)
        route.fulfill(response=response, body=text)

    routed(browse.page, FACETS, other_version)
    browse.choose(browse.value("Labels").locator("a").first)
    browse.page.wait_for_function(
        "() => document.querySelector('#facets [data-version]').dataset.version !== '0123456789ab.1'"
    )
    browse.settle()
    assert answers["changed"] == 2
