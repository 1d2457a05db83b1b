"""axe-core on every kind of page, in both themes, on a desk and on a phone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, Page

from browse.sample.labels import mid_of
from tests.browser.pages import Browse, expect, stand
from tests.live import Site
from tests.watched import Opener, Watch

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {
        "label-content-name-mismatch": {"enabled": True},
        "target-size": {"enabled": True},
    },
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What another theme can change; by far the slowest rules."""
FURTHER = [[f"{repeated}:nth-child(n + 13)"] for repeated in (".tile", "tr", "[data-sheet] > li")]
"""More of the same, which is not looked at again."""
BARS = ".top, .batch, .sheet-status, .tray, .trouble"
"""They lie over what is at the ends of the window until one scrolls on."""
STAND_IN_LINE = """([bars, position]) =>
    document.querySelectorAll(bars).forEach(bar => { bar.style.position = position; })"""
COLOURS_CHANGED = """() => Promise.allSettled(
    document.getAnimations().filter(running => running instanceof CSSTransition).map(running => running.finished)
)"""
PATHS = [
    "/?subset=validation&state=rejected&confidence=0.6-1",
    f"/label{mid_of('water')}",
    "/labels",
    "/compare",
    "/no-such-page",
    "/",
    "/?subset=train&subset=validation&confidence=0-0",
    "/?page=999",
    "/?state=maybe",
    "/facets?subset=train",
    "/facets/labels?subset=train",
    "/labels?q=qqq",
    "/search?q=dogs",
    "/author/sample-anna-01",
    "/compare/disagreements?subset=validation",
    "/stats",
    "/duplicates",
    "/about",
]


def faults(page: Page, *, within: str = "html") -> str:
    """What axe-core finds in both themes, to be read; empty where all is well. What shows on hover is looked at too."""
    page.wait_for_load_state()
    page.evaluate("() => document.querySelectorAll('.only').forEach(link => { link.style.opacity = 1; })")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(STAND_IN_LINE, [BARS, "static"])
    found = _violations(page, "light", within, RULES)
    page.evaluate(STAND_IN_LINE, [BARS, ""])
    return found + _violations(page, "dark", within, COLOURS)


def _violations(page: Page, theme: Literal["light", "dark"], within: str, options: dict[str, Any]) -> str:
    page.emulate_media(color_scheme=theme)
    page.evaluate(COLOURS_CHANGED)
    asked = [{"include": [[within]], "exclude": FURTHER}, options | {"resultTypes": ["violations"], "preload": False}]
    result = AxeResults(page.evaluate("([context, options]) => axe.run(context, options)", asked))
    return f"{theme}: {result.generate_report()}" if result.violations_count else ""


@pytest.fixture
def tested(open_page: Opener, watch: Watch) -> Browse:
    """A page that may be one of the faulty addresses."""
    watch.allow("status of 40[04]")
    return Browse(open_page())


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(tested: Browse, path: str) -> None:
    tested.page.goto(path)
    stand(tested.page)
    assert not faults(tested.page)


def test_axe_finds_nothing_where_chips_menus_and_help_are_open(tested: Browse) -> None:
    tested.open()
    tested.choose(tested.value("Labels").locator("a").first)
    tested.choose(tested.page.locator(".value:not(.on) .leave").first)
    tested.chips.first.locator("summary").click()
    assert not faults(tested.page)
    tested.page.locator("#menu-export summary").click()
    assert not faults(tested.page, within=".tools")
    tested.page.keyboard.press("Escape")
    tested.page.keyboard.press("?")
    assert not faults(tested.page, within="#help")


def test_axe_finds_nothing_in_quick_look(tested: Browse) -> None:
    tested.open("/?state=rejected")
    tested.tiles.first.locator(".pic").click()
    expect(tested.page.get_by_role("dialog").locator(".look-labels")).to_be_visible()
    assert not faults(tested.page, within="#look")


def test_axe_finds_nothing_on_an_image(tested: Browse) -> None:
    tested.open("/?state=rejected")
    tested.tiles.first.locator("h2 a").click()
    expect(tested.page.locator(".facts")).to_be_visible()
    assert not faults(tested.page)


@pytest.mark.deep
def test_axe_finds_nothing_on_a_phone_with_the_drawer_open(open_page: Opener) -> None:
    browse = Browse(open_page(viewport={"width": 390, "height": 844}))
    browse.open("/?subset=train")
    assert not faults(browse.page)
    browse.page.get_by_role("button", name="Filters").click()
    expect(browse.page.locator("#filters")).to_have_css("transform", "none")
    assert not faults(browse.page)


@pytest.mark.deep
def test_axe_finds_nothing_where_there_is_no_data_set_or_no_index(site: Site, browser: Browser, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    with (
        closing(sqlite3.connect(site.data_dir / "openimages.sqlite3")) as source,
        closing(sqlite3.connect(copy, isolation_level=None)) as database,
    ):
        source.backup(database)
        bare = Site(site.data_dir, {"DATABASE_URL": f"sqlite:///{copy}", "WEB_WORKERS": "1"})
        with bare.served() as url:
            watch = Watch(url, allowed=["status of 503"])
            opener = Opener(browser, watch)
            page = opener()
            for generation, heading in (("", "There are no images yet"), ("0123456789ab", "Temporarily unavailable")):
                database.execute("UPDATE browse_datasetstate SET generation = ?", [generation])
                page.goto("/")
                expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
                assert not faults(page)
            opener.close()
    assert not watch.unexpected()
