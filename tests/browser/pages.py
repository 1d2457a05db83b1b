"""The browse page as tests drive it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

FEW = "12"
PROBE = "**/robots.txt"
SETTLED = """() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, #filters[aria-busy]')
    && document.querySelector('#facets [data-version]')"""

CLOSED_AND_OPENED_AGAIN = """async (dialog) => {
  const told = new Promise((resolve) => dialog.addEventListener("close", resolve));
  dialog.close();
  dialog.showModal();
  await told;
}"""
"""So quickly that a dialog is open again when its closing is told."""

STANDS = f"""() => document.readyState === 'complete'
    && (!document.querySelector('#facets-loader') || ({SETTLED})())
    && [...document.querySelectorAll('[data-figure]')].every(
        figure => 'drawn' in figure.dataset || figure.getBoundingClientRect().top > innerHeight)"""
"""Figures are drawn when they come near to be seen."""
SHOWN = """() => {
    const texts = selector => [...document.querySelectorAll(selector)].map(e => e.textContent.trim());
    const main = document.querySelector('#results');
    return {
        address: location.pathname + location.search,
        title: document.title,
        words: texts('h1'),
        chips: texts('.chips summary, .chips .what'),
        count: texts('.tools .count'),
        tools: texts('.tools summary, .tools .seg [aria-current]'),
        page: texts('.pager [aria-current]'),
        tiles: [...main.querySelectorAll('.tile')].map(tile => tile.dataset.image),
        chosen: texts('#facets .value.on'),
        numbers: texts('#facets .value .n'),
        range: [...document.querySelectorAll('#facets .ends input')].map(box => box.value),
        bars: document.querySelectorAll('#facets .hist .in').length,
    };
}"""
"""All that a query decides of what the page shows."""


@dataclass(frozen=True)
class Browse:
    """A browse page; `open` first."""

    page: Page

    def open(self, path: str = f"/?sort=image_id&per_page={FEW}") -> Browse:
        """Go there by a full load, and note it, so that `still_the_same_document` can tell.

        Where nothing else is said the page has few pictures: it takes the browser about a fifth less.
        """
        self.page.goto(path)
        self.settle()
        self.page.evaluate("() => { window.noted = true; }")
        return self

    def settle(self) -> None:
        """Wait until grid and facets stand."""
        self.page.wait_for_function(SETTLED)

    def still_the_same_document(self) -> bool:
        """Whether there was no full load since `open`."""
        return bool(self.page.evaluate("() => window.noted === true"))

    @property
    def count(self) -> int:
        """How many images the page says there are."""
        return number_in(self.page.locator(".tools .count b").inner_text())

    @property
    def words(self) -> str:
        """The query in words."""
        return self.page.locator("h1.words").inner_text()

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The parameters in the address, but the number of pictures with which `open` began."""
        found = parse_qs(urlsplit(self.page.url).query)
        return {name: values for name, values in found.items() if (name, values) != ("per_page", [FEW])}

    @property
    def tiles(self) -> Locator:
        """The tiles of the grid."""
        return self.page.locator("[data-grid] > .tile")

    @property
    def chips(self) -> Locator:
        """The chips above the grid."""
        return self.page.locator(".chips .chip")

    def facet(self, heading: str) -> Locator:
        """A facet by its heading."""
        return self.page.locator("#facets .facet").filter(
            has=self.page.get_by_role("heading", name=heading, exact=True)
        )

    def value(self, heading: str, number: int = 0) -> Locator:
        """One of the values of a facet that are not chosen."""
        return self.facet(heading).locator(".value:not(.on)").nth(number)

    @property
    def shown(self) -> dict[str, Any]:
        """What the page shows of its query, to be compared."""
        shown: dict[str, Any] = self.page.evaluate(SHOWN)
        return shown

    def shows(self, wanted: dict[str, Any]) -> None:
        """Wait until the page shows what it showed then, and everything stands."""
        same = f"wanted => JSON.stringify(({SHOWN})()) === JSON.stringify(wanted)"
        with suppress(PlaywrightTimeoutError):
            self.page.wait_for_function(same, arg=wanted)
        assert self.shown == wanted
        self.settle()

    def choose(self, link: Locator) -> None:
        """Follow a link that changes the query, and wait for grid and facets."""
        before = self.page.url
        link.click()
        self.changed(before)

    def press(self, control: Locator, key: str = "Enter") -> None:
        """Press a key on a control, which must be one that Tab leads to and must show when it has the focus."""
        control.focus()
        expect(control).to_be_focused()
        assert control.evaluate("e => e.tabIndex >= 0 && e.checkVisibility({checkOpacity: true})"), f"unseen: {control}"
        self.page.keyboard.press(key)

    def choose_by_key(self, control: Locator, key: str = "Enter") -> None:
        """Change the query by a key on a control, and wait for grid and facets."""
        before = self.page.url
        self.press(control, key)
        self.changed(before)

    def open_menu(self, menu: str) -> Locator:
        """Open a menu of the tools by mouse; returns its links."""
        self.page.locator(f"#menu-{menu} summary").click()
        return self.page.locator(f"#menu-{menu} a")

    def changed(self, before: str) -> None:
        """Wait until the address is another and everything stands."""
        self.page.wait_for_function("before => location.href !== before", arg=before)
        self.settle()


def routed(page: Page, pattern: str | re.Pattern[str], handler: Callable[[Route], object], **options: Any) -> None:
    """`page.route`, in force once this returns: a page that stands learns of it a moment later."""
    page.route(pattern, handler, **options)
    reached: list[Route] = []

    def answer(route: Route) -> None:
        reached.append(route)
        route.fulfill(status=204)

    page.route(PROBE, answer)
    while not reached:
        page.evaluate("address => fetch(address, { cache: 'no-store' })", PROBE.removeprefix("**"))
    page.unroute(PROBE)


def arrived(page: Page, pattern: str) -> None:
    """Wait until an address with this regular expression is shown, and its styles and scripts are there."""
    page.wait_for_url(re.compile(pattern), wait_until="load")


def copied(page: Page) -> str:
    """Wait until something was copied, and give it: a button says so for two seconds only, what is read out stays."""
    heard = page.locator("dialog[open] [data-announce]").or_(page.locator("body:not(:has(dialog[open])) #announce"))
    expect(heard).to_have_text("Copied")
    return str(page.evaluate("() => navigator.clipboard.readText()"))


def stand_still(page: Page) -> None:
    """Stop the time of a page with a clock: until `page.clock.resume()`, nothing is tried again by itself."""
    page.clock.pause_at(page.evaluate("() => Date.now() / 1000") + 10)


def number_in(text: str) -> int:
    """The number in a text such as "2,310 images"."""
    found = re.search(r"\d[\d,]*", text)
    assert found, f"no number in {text!r}"
    return int(found[0].replace(",", ""))


def name_and_count(value: Locator) -> tuple[str, int]:
    """What a facet value is called, and its number."""
    name = value.locator(".name bdi, .name span").first.inner_text()
    return name.strip(), number_in(value.locator(".n").inner_text())


def stand(page: Page) -> None:
    """Wait until any page is complete: its own parts, and those that scripts fetch and draw."""
    page.wait_for_function(STANDS)


def focused(page: Page) -> Locator:
    """What has the focus."""
    return page.locator(":focus")


__all__ = ["Browse", "copied", "expect", "focused", "name_and_count", "number_in", "routed", "stand", "stand_still"]
