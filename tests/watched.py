"""Browser pages whose faults fail the test: console errors, policy violations, requests to other origins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request


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
        page.on("request", self._request)

    def unexpected(self) -> list[str]:
        """The faults that no allowance covers."""
        return [fault for fault in self.faults if not any(re.search(pattern, fault) for pattern in self.allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        here, there = urlsplit(self.base_url), urlsplit(request.url)
        if there.scheme in ("http", "https", "ws", "wss") and there.netloc != here.netloc:
            self.faults.append(f"foreign request: {request.url}")


@dataclass
class Opener:
    """Opens pages, each in a context of its own, and watches all of them."""

    browser: Browser
    watch: Watch
    contexts: list[BrowserContext] = field(default_factory=list)

    def __call__(self, **options: Any) -> Page:
        """A new page; `options` are Playwright's for a context (viewport, java_script_enabled, color_scheme, ...)."""
        context = self.browser.new_context(
            **{"base_url": self.watch.base_url, "viewport": {"width": 1440, "height": 900}, "locale": "en-GB"} | options
        )
        context.set_default_timeout(30_000)
        context.on("page", self.watch.follow)
        self.contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        """Close all pages."""
        for context in self.contexts:
            context.close()
