"""axe-core on every kind of page, in both themes, on a desk and on a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.pages import Browse
from tests.watched import Opener, Watch

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATHS = [
    "/",
    "/?subset=validation&state=rejected&confidence=0.6-1",
    "/?subset=train&subset=validation&confidence=0-0",
    "/?page=999",
    "/?state=maybe",
    "/facets?subset=train",
    "/facets/labels?subset=train",
    "/labels",
    "/labels?q=qqq",
    "/no-such-page",
]


def faults(page: Page) -> str:
    """What axe-core finds, to be read; empty where all is well. What shows on hover is looked at too."""
    page.evaluate("() => document.querySelectorAll('.pm a').forEach(link => { link.style.opacity = 1; })")
    found = Axe().run(page, options=RULES)
    return str(found.generate_report()) if found.violations_count else ""


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, open_page: Opener, watch: Watch) -> Browse:
    """A page in one of the themes."""
    watch.allow("status of 40[04]")
    return Browse(open_page(color_scheme=request.param))


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(themed: Browse, path: str) -> None:
    themed.page.goto(path)
    themed.page.wait_for_load_state("networkidle")
    assert not faults(themed.page)


def test_axe_finds_nothing_where_chips_menus_and_help_are_open(themed: Browse) -> None:
    themed.open()
    themed.choose(themed.value("Labels").locator("a").first)
    themed.choose(themed.page.locator(".value:not(.on) .pm a").nth(1))
    themed.chips.first.locator("summary").click()
    assert not faults(themed.page)
    themed.page.locator("#menu-export summary").click()
    assert not faults(themed.page)
    themed.page.keyboard.press("Escape")
    themed.page.keyboard.press("?")
    assert not faults(themed.page)


def test_axe_finds_nothing_on_an_image(themed: Browse) -> None:
    themed.open("/?state=rejected")
    themed.tiles.first.locator(".pic").click()
    themed.page.wait_for_load_state("networkidle")
    assert not faults(themed.page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone_with_the_drawer_open(open_page: Opener, scheme: str) -> None:
    browse = Browse(open_page(viewport={"width": 390, "height": 844}, color_scheme=scheme))
    browse.open("/?subset=train")
    assert not faults(browse.page)
    browse.page.get_by_role("button", name="Filters").click()
    browse.page.wait_for_timeout(300)
    assert not faults(browse.page)
