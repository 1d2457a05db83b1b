"""Fixtures of the browser tests."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.pages import Browse


@pytest.fixture
def browse(browser_page: Page) -> Browse:
    """The browse page of the sample, not yet opened."""
    return Browse(browser_page)
