"""Back and forward, two windows, facets that are slow, missing or of another version."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Error, Route

from tests.browser.pages import Browse, expect
from tests.watched import Opener, Watch

FACETS = re.compile(r"/facets(\?|$)")


def holding(held: list[Route]) -> Callable[[Route], None]:
    """Keeps requests back instead of sending them on."""

    def hold(route: Route) -> None:
        held.append(route)

    return hold


def test_back_and_forward_restore_grid_chips_words_and_facets(browse: Browse) -> None:
    browse.open()
    seen = [(browse.page.url, browse.words, browse.count)]
    for _ in range(2):
        browse.choose(browse.value("Labels").locator("a").first)
        seen.append((browse.page.url, browse.words, browse.count))
    for step in (1, 0):
        browse.page.go_back()
        assert_shows(browse, *seen[step])
    for step in (1, 2):
        browse.page.go_forward()
        assert_shows(browse, *seen[step])
    assert browse.still_the_same_document()


def assert_shows(browse: Browse, url: str, words: str, count: int) -> None:
    expect(browse.page).to_have_url(url)
    expect(browse.page.locator("h1.words")).to_have_text(words)
    browse.settle()
    assert browse.count == count
    expect(browse.page.locator("#announce")).to_contain_text(f"{count:,} image")
    chosen = browse.facet("Labels").locator(".value.on")
    assert chosen.count() == browse.chips.count()


def test_back_from_an_image_leads_to_the_same_page_of_the_same_query(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    browse.choose(browse.page.get_by_role("link", name="Page 2", exact=True))
    address, first = browse.page.url, browse.tiles.first.get_attribute("data-image")
    browse.tiles.first.locator(".pic").click()
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


def test_two_windows_do_not_touch_each_other(open_page: Opener) -> None:
    one, two = Browse(open_page()), Browse(open_page())
    one.open("/?subset=train")
    two.open("/?subset=validation")
    one.choose(one.value("Labels").locator("a").first)
    two.choose(two.value("State").locator("a").first)
    assert one.parameters.keys() == {"subset", "label"}
    assert two.parameters.keys() == {"subset", "state"}


def test_a_link_opens_in_a_new_tab(browse: Browse) -> None:
    browse.open()
    with browse.page.context.expect_page() as opened:
        browse.value("Labels").locator("a").first.click(modifiers=["Control"])
    other = Browse(opened.value)
    other.settle()
    assert "label" in other.parameters
    assert browse.parameters == {}


def test_the_grid_does_not_wait_for_slow_facets(browse: Browse, watch: Watch) -> None:
    watch.allow("htmx:(sendAbort|afterRequest)")
    browse.open()
    held: list[Route] = []
    browse.page.route(FACETS, holding(held))
    name = browse.value("Labels").locator(".name").inner_text()
    browse.value("Labels").locator("a").first.click()
    expect(browse.page.locator("h1.words")).to_have_text(f"Images with {name}")
    expect(browse.page.locator("#filters")).to_have_attribute("aria-busy", "true")
    expect(browse.page.locator(".counting").first).to_be_visible()
    browse.page.get_by_role("link", name="Remove").first.click()
    expect(browse.page.locator("h1.words")).to_have_text("All images")
    browse.page.wait_for_timeout(300)
    browse.page.unroute(FACETS)
    for route in held:
        with suppress(Error):  # the first was given up when the second was sent
            route.continue_()
    browse.settle()
    expect(browse.facet("Labels").locator(".value.on")).to_have_count(0)


def test_the_first_page_shows_that_facets_are_on_their_way(browse: Browse) -> None:
    held: list[Route] = []
    browse.page.route(FACETS, holding(held))
    browse.page.goto("/")
    expect(browse.tiles).to_have_count(30)
    expect(browse.page.get_by_text("Counting…")).to_be_visible()
    browse.page.wait_for_timeout(200)
    assert len(held) == 1
    held[0].continue_()
    browse.settle()
    expect(browse.page.locator(".loading")).to_have_count(0)


def test_facets_that_fail_leave_the_grid_and_say_so(browse: Browse, watch: Watch) -> None:
    watch.allow("503")
    browse.page.route(FACETS, lambda route: route.fulfill(status=503, body="later"))
    browse.page.goto("/")
    expect(browse.tiles).to_have_count(30)
    expect(browse.page.get_by_role("alert")).to_contain_text("could not be loaded")
    browse.page.unroute(FACETS)
    browse.page.get_by_role("link", name="Load again").click()
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

    browse.page.route(FACETS, other_version)
    browse.choose(browse.value("Labels").locator("a").first)
    browse.page.wait_for_function(
        "() => document.querySelector('#facets [data-version]').dataset.version !== '0123456789ab.1'"
    )
    browse.settle()
    assert answers["changed"] == 2
