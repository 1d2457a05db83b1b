"""On paper: the pictures with their credit, dark on white, and nothing that can only be clicked."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.browser.pages import Browse, expect

LUMINANCE = """selector => {
    const shade = colour => {
        const [red, green, blue, opacity = 1] = colour.match(/[\\d.]+/g).map(Number);
        return opacity ? (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255 : null;
    };
    const element = document.querySelector(selector);
    const ink = shade(getComputedStyle(element).color);
    for (let behind = element; behind; behind = behind.parentElement) {
        const paper = shade(getComputedStyle(behind).backgroundColor);
        if (paper !== null) return {ink, paper};
    }
    return {ink, paper: 1};
}"""
"""How bright an element's ink is and what it stands on, from 0 for black to 1 for white."""
THEMES = (("light", ""), ("dark", ""), ("light", "dark"))
"""The colour scheme of the system, and the theme chosen; empty for none."""


def on_paper(page: Page, scheme: str, theme: str) -> None:
    """Print with this colour scheme of the system, and this theme chosen."""
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.emulate_media(media="print", color_scheme=scheme)


def assert_dark_on_white(page: Page, *selectors: str) -> None:
    for selector in selectors:
        shades = page.evaluate(LUMINANCE, selector)
        assert shades["ink"] < 0.45, (selector, shades)
        assert shades["paper"] > 0.85, (selector, shades)


def test_a_result_is_printed_without_controls(browse: Browse) -> None:
    browse.open("/?subset=validation&state=confirmed")
    page = browse.page
    for scheme, theme in THEMES:
        on_paper(page, scheme, theme)
        for gone in (".top", "#filters", ".tools .end", ".pager", ".chips .x", ".chips .more", ".skip"):
            expect(page.locator(gone).first, gone).to_be_hidden()
        for kept in ("h1.words", ".chips", ".tools .count", ".foot p"):
            expect(page.locator(kept).first, kept).to_be_visible()
        credit = browse.tiles.first.locator(".by")
        expect(credit).to_be_visible()
        expect(credit).to_contain_text(re.compile(r"by .+(CC|Public)"))
        assert_dark_on_white(page, "h1.words", ".tools .count", ".tile h2", ".tile .by", ".tile .l", ".foot p")


def test_an_image_is_printed_with_its_credit(browse: Browse) -> None:
    browse.open("/?license=cc-by-2.0")
    page = browse.page
    browse.tiles.first.locator("h2 a").click()
    expect(page.locator(".facts")).to_be_visible()
    for scheme, theme in THEMES:
        on_paper(page, scheme, theme)
        for gone in (".top", ".around", ".credit .tabs", ".credit button"):
            expect(page.locator(gone).first, gone).to_be_hidden()
        for kept in (".photo img", "h1", ".author", ".license", "#credit-text", ".sides", ".facts"):
            expect(page.locator(kept).first, kept).to_be_visible()
        assert_dark_on_white(page, "h1", ".author", ".license", "#credit-text", ".sides th", ".facts dd")
