"""Browse, quick look, search and review in Firefox, by mouse and by key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from browse.sample.labels import mid_of
from tests.browser.conftest import PASSWORD
from tests.browser.pages import number_in
from tests.debian import ProgramMissingError
from tests.firefox import Firefox, Tab, running

pytestmark = pytest.mark.deep
DOG = mid_of("dog")
OUTDOOR = "/m/0zz4ch0"
LICENSE = re.compile(r"· (CC BY(-SA)? \d\.\d|CC0 1\.0)")
"""A license of the sample's: which stand on the first page depends on the day."""
GRID = "[data-grid] > .tile"
COUNT = ".tools .count b"
IMAGES = "() => [...document.querySelectorAll('[data-grid] > .tile')].map(tile => tile.dataset.image)"
FOCUSED = "s => document.activeElement?.matches(s)"


@pytest.fixture(scope="module")
def firefox() -> Iterator[Firefox]:
    """One Firefox for all journeys."""
    try:
        with running() as started:
            yield started
    except ProgramMissingError as error:
        pytest.skip(str(error))


@pytest.fixture
def tab(firefox: Firefox, live_curated: str) -> Iterator[Tab]:
    """A page on the sample, whose errors and requests to other sites fail the test."""
    with firefox.page(live_curated) as tab:
        yield tab
        assert not tab.faults()


def count(tab: Tab) -> int:
    return number_in(tab.words(COUNT))


def counts(tab: Tab, wanted: int) -> None:
    """Wait until so many images are said to be found."""
    tab.has(COUNT, f"{wanted:,}")
    assert count(tab) == wanted


def tile(number: int, part: str = "") -> str:
    return f"{GRID}:nth-child({number}) {part}".strip()


def looks_at(tab: Tab, image: str, position: str) -> None:
    """Wait until quick look shows this image."""
    tab.has(f'#look[open] [data-image="{image}"] img')
    tab.has("#look [data-position]", position)
    tab.at(f"#look-{image}$")


def sign_in(tab: Tab, name: str) -> None:
    tab.open("/labels")
    tab.click(".top-end a[href*='next=']")
    tab.at("/sign-in")
    tab.fill("#username", name)
    tab.fill("#password", PASSWORD)
    tab.press("Enter")
    tab.at("/labels$")


# ---- Browse ----


def test_the_first_page_has_pictures_with_credit(tab: Tab) -> None:
    tab.open("/")
    tab.at("/$")
    told = tab.evaluate(f"() => [...document.querySelectorAll('{GRID}')].map(tile => tile.innerText)")
    assert len(told) == 30
    assert all(LICENSE.search(text) for text in told)
    assert tab.wait(
        "() => [...document.querySelectorAll('[data-grid] img')].slice(0, 6).every(i => i.naturalWidth > 0)"
    )


def test_a_label_is_added_counted_and_taken_away_and_history_brings_it_back(tab: Tab) -> None:
    tab.open("/?sort=image_id")
    tab.at("sort=image_id$")
    everything, value = count(tab), "#facets .facet .value:not(.on) > a[href*='label=']"
    wanted = number_in(tab.words(f"{value} .n"))
    assert 0 < wanted < everything
    tab.click(value)
    tab.at("[?&]label=")
    counts(tab, wanted)
    tab.click(".chips .chip .x")
    tab.at("sort=image_id$")
    counts(tab, everything)
    tab.back()
    tab.at("[?&]label=")
    counts(tab, wanted)


def test_a_label_is_excluded(tab: Tab) -> None:
    tab.open(f"/?label={DOG}")
    tab.at("label=")
    with_dog = count(tab)
    tab.hover("#facets .value:not(.on) .leave")
    tab.click("#facets .value:not(.on) .leave")
    tab.at("[?&]not=")
    tab.has(".chips .without")
    assert 0 < count(tab) < with_dog


def test_confidence_is_chosen_by_keyboard(tab: Tab) -> None:
    tab.open(f"/?label={DOG}")
    tab.at("label=")
    before = count(tab)
    tab.evaluate("() => document.querySelector('#facets input[type=range]').focus()")
    tab.press("ArrowRight", "ArrowRight", "ArrowRight")
    tab.at("confidence=0.7")
    tab.has(".chips", "0.7")
    assert count(tab) <= before


def test_pages_sizes_and_the_way_back(tab: Tab) -> None:
    tab.open("/?sort=image_id&per_page=12")
    tab.at("per_page=12")
    first = tab.evaluate(IMAGES)
    tab.click("[data-next]")
    tab.at("page=2")
    tab.has(".pager [aria-current=page]", "2")
    second = tab.evaluate(IMAGES)
    assert len(first) == len(second) == 12
    assert not {*first} & {*second}
    tab.back()
    tab.at("per_page=12$")
    assert tab.wait(f"wanted => JSON.stringify(({IMAGES})()) === wanted", json.dumps(first, separators=(",", ":")))
    wide = tab.evaluate(f"() => document.querySelector('{GRID}').getBoundingClientRect().height")
    tab.click("#size-L")
    tab.has("#size-L[aria-current=true]")
    assert tab.wait(f"wide => document.querySelector('{GRID}').getBoundingClientRect().height > wide", wide)


def test_pictures_are_selected_and_credited_together(tab: Tab) -> None:
    tab.open("/?sort=image_id")
    tab.at("sort=image_id$")
    images = tab.evaluate(IMAGES)
    tab.hover(tile(2))
    tab.click(tile(2, ".pick"))
    tab.click(tile(4, ".pick"), shift=True)
    tab.has("#tray [data-number]", "3")
    tab.click("#tray [data-to*='credits']")
    tab.at("/credits")
    assert {*re.findall("[0-9a-f]{16}", tab.url)} == {*images[1:4]}
    tab.has("h1", "3 images")


def test_a_theme_is_chosen_and_kept(tab: Tab) -> None:
    tab.open("/labels")
    before = tab.evaluate("() => getComputedStyle(document.body).backgroundColor")
    while tab.evaluate("() => document.documentElement.dataset.theme") != "dark":
        tab.click("button.theme")
    dark = tab.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert dark != before
    tab.open("/stats")
    assert tab.evaluate("() => getComputedStyle(document.body).backgroundColor") == dark


# ---- Quick look ----


def test_quick_look_by_key_over_the_end_of_a_page(tab: Tab) -> None:
    tab.open("/?sort=image_id&per_page=12")
    tab.at("per_page=12$")
    total = count(tab)
    images = tab.evaluate(IMAGES)
    tab.evaluate("s => document.querySelector(s).focus()", tile(12, ".pic"))
    tab.press("Space")
    looks_at(tab, images[11], f"12 of {total}")
    tab.press("ArrowRight")
    tab.has("#look [data-position]", f"13 of {total}")
    tab.at("page=2#look-")
    tab.press("Escape")
    tab.lacks("#look")
    assert tab.wait(FOCUSED, tile(1, ".pic"))


def test_quick_look_by_mouse_is_left_by_the_browsers_back(tab: Tab) -> None:
    tab.open("/?sort=image_id")
    tab.at("sort=image_id$")
    images = tab.evaluate(IMAGES)
    tab.click(tile(3, ".pic"))
    looks_at(tab, images[2], "3 of")
    tab.click("#look [data-step='1']")
    looks_at(tab, images[3], "4 of")
    tab.back()
    tab.lacks("#look")
    tab.at("sort=image_id$")


def test_the_address_of_quick_look_opens_it(tab: Tab) -> None:
    tab.open("/?sort=image_id")
    image = tab.evaluate(IMAGES)[4]
    tab.open("/labels")
    tab.open(f"/?sort=image_id#look-{image}")
    looks_at(tab, image, "5 of")
    tab.has("#look a[rel~=license]", "CC BY")


# ---- Search ----


def test_a_label_is_found_while_one_types(tab: Tab) -> None:
    tab.open("/labels")
    tab.press("/")
    assert tab.wait(FOCUSED, "#search")
    tab.type("dog")
    tab.has("[role=option] b", "dog")  # what was typed is bold: no longer the list for its beginning
    tab.press("ArrowDown")
    tab.has("[role=option][aria-selected=true]")
    tab.press("Enter")
    tab.at(rf"/\?label={DOG}$")
    tab.has(GRID)


def test_an_image_is_found_by_its_beginning(tab: Tab) -> None:
    tab.open("/?sort=image_id")
    image = tab.evaluate(IMAGES)[7]
    tab.press("/")
    tab.type(image[:12])
    tab.wait("() => document.querySelectorAll('[role=option]').length === 1")
    tab.has("[role=option]", image)
    tab.press("ArrowDown")
    tab.has("[role=option][aria-selected=true]")
    tab.press("Enter")
    tab.at(f"/image/{image}")
    tab.has("main img")


def test_nothing_found_names_the_nearest_label(tab: Tab) -> None:
    tab.open("/labels")
    tab.press("/")
    tab.type("dogz")
    tab.has("[role=option]", "dog")
    tab.press("Enter")
    tab.at("/search|[?&]q=dogz")
    tab.has("main a", "dog")


# ---- Labels and review ----


def test_a_threshold_is_chosen_and_marked_in_the_drawing(tab: Tab) -> None:
    tab.open(f"/label{OUTDOOR}")
    tab.wait("() => document.querySelector('#level')?.getAttribute('aria-valuetext')")
    before = tab.evaluate("() => Number(document.querySelector('[data-mark]').getAttribute('x1'))")
    tab.evaluate("() => document.querySelector('#level').focus()")
    tab.press("ArrowRight")
    assert tab.wait("before => Number(document.querySelector('[data-mark]').getAttribute('x1')) > before", before)
    tab.at("at=0.6")


def test_a_sheet_is_reviewed_by_key_and_undone(tab: Tab) -> None:
    sign_in(tab, "curator")
    tab.open(f"/review?mid={OUTDOOR}&state=confirmed&seed=71")
    assert tab.wait(FOCUSED, "[data-sheet] > li:first-child")
    tab.press("y", "n", "s")
    for says in ("yes", "no", "unsure"):
        tab.has(f"[data-tally={says}]", "1")
    tab.press("u")
    tab.has("[data-tally=unsure]", "0")
    assert tab.wait(FOCUSED, "[data-sheet] > li:nth-child(3)")
    tab.open(f"/review?mid={OUTDOOR}&state=confirmed&seed=71")
    tab.has("[data-tally=yes]", "1")


def test_several_pictures_are_judged_at_once_and_undone(tab: Tab) -> None:
    sign_in(tab, "reviewer")
    tab.open(f"/review?mid={OUTDOOR}&state=confirmed&seed=72")
    assert tab.wait(FOCUSED, "[data-sheet] > li:first-child")
    tab.press("c", "ArrowRight", "c", "r")
    rest = "[data-sheet] > li:not([data-verdict=''])"
    tab.press("Enter")
    tab.has("[data-tally=yes]", "22")
    assert tab.evaluate("s => document.querySelectorAll(s).length", rest) == 22
    tab.click("button[aria-label^='Undo yes on 22'], [data-undo-batch]")
    tab.has("[data-tally=yes]", "0")
