"""What the first page weighs, how steady it stands, and that it asks nobody else."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Request

from tests.browser.pages import Browse, stand
from tests.watched import Opener, Watch

PICTURES = {"image"}
CODE = {"script", "stylesheet"}
MOST_BYTES = 120_000
MOST_BYTES_OF_CODE = 66_000
LARGEST_SHIFT = 0.02
OBSERVE = """() => {
    window.shifts = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
    }).observe({type: 'layout-shift', buffered: true});
}"""
PICTURES_SHOW = "() => [...document.images].every(i => i.complete || i.getBoundingClientRect().top > innerHeight)"
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize(
    ("path", "width"), [("/", 1440), ("/", 390), ("/?confidence=0.5-1&state=rejected&subset=validation", 1440)]
)
def test_the_first_page_is_light(open_page: Opener, path: str, width: int) -> None:
    browse = Browse(open_page(fresh=True, viewport={"width": width, "height": 900}))
    weights: dict[str, int] = {}
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    browse.page.on("request", note)
    browse.open(path)
    for request in asked:
        if request.resource_type not in PICTURES:
            answer = request.response()
            assert answer
            answer.finished()
            kind = "code" if request.resource_type in CODE else request.resource_type
            sizes = request.sizes()
            weights[kind] = weights.get(kind, 0) + sizes["responseBodySize"] + sizes["responseHeadersSize"]
    assert weights["code"] <= MOST_BYTES_OF_CODE, weights
    assert sum(weights.values()) <= MOST_BYTES, weights


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, {"width": 390, "height": 844}])
@pytest.mark.parametrize("path", ["/", "/?subset=train"])
def test_nothing_jumps_while_pictures_and_facets_arrive(open_page: Opener, viewport: dict[str, int], path: str) -> None:
    browse = Browse(open_page(fresh=True, viewport=viewport))
    browse.page.goto(path)
    browse.page.evaluate(OBSERVE)
    browse.settle()
    browse.page.wait_for_function(PICTURES_SHOW)
    browse.page.evaluate(TWO_FRAMES)
    assert browse.page.evaluate("() => window.shifts") <= LARGEST_SHIFT


def test_no_page_asks_another_origin(browser_page: Page, live_site: str, watch: Watch) -> None:
    watch.allow("status of 404")
    asked: list[str] = []
    browser_page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/labels", "/facets", "/stats", "/no-such-page"):
        browser_page.goto(path)
        stand(browser_page)
    here = urlsplit(live_site).netloc
    assert asked
    assert {urlsplit(url).netloc for url in asked} == {here}
