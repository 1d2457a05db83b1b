"""Browser pages whose faults fail the test: console errors, policy violations, requests to other hosts.

Other hosts cannot be reached (tests/chromium.py), and the console says which was asked. Events of each request would
say it too, but cost a tenth of a page's processor time.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

PATIENCE_MS = 30_000
"""How long a page may take on a busy machine, before it is a fault."""
SLOW_CPU = float(os.environ.get("SLOW_CPU", "1"))
"""How many times slower a page's processor is than this one."""
GIVEN_UP = re.compile(r"htmx:(afterRequest|sendAbort)\b")
"""htmx writes down each request that it gives up for a newer one. One that failed has another line beside these."""
QUIET = "/robots.txt"
expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Watch:
    """What went wrong in the pages of one test, but for what the test allows."""

    base_url: str
    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Faults in which this regular expression is found do not fail the test."""
        self.allowed.append(pattern)

    def follow(self, page: Page) -> None:
        """Note this page's faults from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))

    def unexpected(self) -> list[str]:
        """The faults that no allowance covers."""
        return [fault for fault in self.faults if not any(re.search(pattern, fault) for pattern in self.allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not GIVEN_UP.match(message.text):
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")


@dataclass
class Opener:
    """Opens pages and watches all of them.

    A context is a window of its own to the browser and slow to open, so pages with equal options share one, and its
    cache; what pages store is cleared between tests. A first page of the site stays open in each: its process is that
    of all pages of the context, and starting one took as long as a page.
    """

    browser: Browser
    watch: Watch
    pages: list[Page] = field(default_factory=list)

    def __call__(self, *, fresh: bool = False, **options: Any) -> Page:
        """A new page; `options` are Playwright's for a context (viewport, java_script_enabled, color_scheme, ...).

        fresh   in a context that no page had before: nothing is cached. `page.clock` is of a context: whoever sets it
                asks for this, or time stands still for later tests.
        """
        wanted = {"base_url": self.watch.base_url, "viewport": {"width": 1440, "height": 900}, "locale": "en-GB"}
        context = self._context(wanted | options, fresh=fresh)
        context.on("page", self._opened)
        page = context.new_page()
        context.remove_listener("page", self._opened)
        page.on("popup", self._opened)
        return page

    def _opened(self, page: Page) -> None:
        self.pages.append(page)
        self.watch.follow(page)
        if SLOW_CPU > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})

    def _context(self, options: dict[str, Any], *, fresh: bool) -> BrowserContext:
        name = "" if fresh else repr(sorted(options.items()))
        context = _shared(self.browser).get(name)
        if context is None:
            context = self.browser.new_context(**options)
            context.set_default_timeout(PATIENCE_MS)
            if name:
                context.new_page().goto(QUIET)
                _shared(self.browser)[name] = context
        return context

    def close(self) -> None:
        """Close all pages, and forget what they stored."""
        for page in self.pages:
            if not page.is_closed():
                _clear_storage(page, self.watch.base_url)
                page.close()
        for context in {page.context for page in self.pages}:
            if context in _shared(self.browser).values():
                context.clear_cookies()
                context.clear_permissions()
            else:
                context.close()


_contexts: dict[Browser, dict[str, BrowserContext]] = {}


def _shared(browser: Browser) -> dict[str, BrowserContext]:
    return _contexts.setdefault(browser, {})


def _clear_storage(page: Page, origin: str) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})
