"""Fixtures of the browser tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import Browse
from tests.live import Site
from tests.watched import Opener, Watch

PASSWORD = "a password of tests"
MEMBERS = f"""
from django.contrib.auth.models import Group, User
for name in ("viewer", "curator", "reviewer"):
    user = User.objects.create_user(name, password={PASSWORD!r})
    user.groups.add(Group.objects.get(name=name))
"""


@pytest.fixture
def browse(browser_page: Page) -> Browse:
    """The browse page of the sample, not yet opened."""
    return Browse(browser_page)


@pytest.fixture(scope="module")
def curated_site(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An installation of its own, that tests may write to."""
    site = sample.copied_to(tmp_path_factory.mktemp("sites") / "curated")
    site.manage("shell", "-c", MEMBERS)
    return site


@pytest.fixture(scope="module")
def live_curated(curated_site: Site) -> Iterator[str]:
    """Its base URL; a module whose pages are of this site has a `watch` of its own."""
    with curated_site.served() as url:
        yield url


@pytest.fixture
def signed_in(browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens a page as a member of a group, a fresh one with a clock; its faults fail the test."""
    opener = Opener(browser, watch)

    def open_as(name: str, **options: object) -> Page:
        page = opener(**options)
        if options.get("fresh"):
            page.clock.install()
        page.goto("/labels")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(re.compile("/labels$"))
        return page

    yield open_as
    opener.close()
    assert not watch.unexpected(), "\n".join(watch.unexpected())
