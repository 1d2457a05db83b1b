"""Fixtures of the browser tests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import Browse
from tests.live import Site
from tests.watched import Opener, Watch

PASSWORD = "a password of tests"
SESSIONS = 20
"""More than a module opens of one member."""
MEMBERS = f"""
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
for name in ("viewer", "curator", "reviewer"):
    user = User.objects.create_user(name, password={PASSWORD!r})
    user.groups.add(Group.objects.get(name=name))
    for number in range({SESSIONS}):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        print(name, session.session_key)
"""


@pytest.fixture
def browse(browser_page: Page) -> Browse:
    """The browse page of the sample, not yet opened."""
    return Browse(browser_page)


@pytest.fixture(scope="module")
def curated_site(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An installation of its own, that tests may write to."""
    site = sample.copied_to(tmp_path_factory.mktemp("sites") / "curated")
    (site.data_dir / "sessions").write_text(site.manage("shell", "-v0", "-c", MEMBERS))
    return site


@pytest.fixture(scope="module")
def sessions(curated_site: Site) -> list[tuple[str, str]]:
    """Names of members, and keys of sessions of theirs that no page has used."""
    lines = (curated_site.data_dir / "sessions").read_text().splitlines()
    return [(name, key) for name, key in map(str.split, lines)]


@pytest.fixture(scope="module")
def live_curated(curated_site: Site) -> Iterator[str]:
    """Its base URL; a module whose pages are of this site has a `watch` of its own."""
    with curated_site.served() as url:
        yield url


@pytest.fixture
def signed_in(browser: Browser, watch: Watch, sessions: list[tuple[str, str]]) -> Iterator[Callable[..., Page]]:
    """Opens a page as a member of a group, a fresh one with a clock, at no address yet; its faults fail the test.

    Each has a session of its own.

    by_form   sign in by the form: slower by three pages and a password
    """
    opener = Opener(browser, watch)

    def open_as(name: str, *, by_form: bool = False, **options: Any) -> Page:
        page = opener(**options)
        if options.get("fresh"):
            page.clock.install()
        if by_form:
            _sign_in(page, name)
        else:
            key = sessions.pop(next(place for place, (whose, _) in enumerate(sessions) if whose == name))[1]
            cookie = {"name": "sessionid", "value": key, "url": watch.base_url, "httpOnly": True, "sameSite": "Lax"}
            page.context.add_cookies([cookie])  # type: ignore[list-item]
        return page

    yield open_as
    opener.close()
    assert not watch.unexpected(), "\n".join(watch.unexpected())


def _sign_in(page: Page, name: str) -> None:
    page.goto("/labels")
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/labels$"))
    expect(page.get_by_role("button", name="Sign out", include_hidden=True)).to_be_attached()
