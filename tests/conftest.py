"""Fixtures for all tests.

`make test` runs pytest twice: everything on SQLite, then what touches the database on PostgreSQL
(TEST_DATABASE=postgresql, `-m database`). Tests need no marks for that: whoever uses Django's database
or `fresh_database_url` gets the mark here. tests/settings.py makes the folder and the server.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import Settings

from tests import datasets, postgres
from tests.chromium import FLAGS, ChromiumMissingError, executable
from tests.drawn import load_profile
from tests.history import let_flushes_empty_history
from tests.live import Site, made_once, sample_site
from tests.watched import Opener, Watch

ON_POSTGRESQL = os.environ.get("TEST_DATABASE", "sqlite") != "sqlite"
DATABASE_FIXTURES = {"db", "transactional_db", "fresh_database_url"}
BROWSER_FIXTURES = {"browser", "open_page", "browser_page"}

load_profile()
let_flushes_empty_history()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES:
            item.add_marker("database")
        if fixtures & BROWSER_FIXTURES:
            item.add_marker("browser")
        if "site" in fixtures:
            item.add_marker(pytest.mark.xdist_group("site"))  # served once, by one worker


@pytest.fixture
def generation(settings: Settings, tmp_path: Path, db: None) -> str:
    """The example data set in the database, with its index: the generation's name."""
    settings.INDEX_DIR = tmp_path
    return datasets.load_example(tmp_path)


@pytest.fixture
def fresh_database_url(tmp_path: Path) -> Iterator[str]:
    """DATABASE_URL of a new empty database, of the kind that this run is for; for tests that start processes."""
    if not ON_POSTGRESQL:
        yield f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
        return
    name = f"fresh_{secrets.token_hex(6)}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """URL of a new empty PostgreSQL database, in any run."""
    name = f"fresh_{secrets.token_hex(6)}"
    yield postgres.create(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder with real rows and photos beside the project, for those who have it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("There is no folder ../shared/data with real rows.")
    return folder


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An installation with the sample imported by the real commands, drawn once for all workers: for copies only."""
    base = tmp_path_factory.getbasetemp()
    return made_once((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-site", sample_site)


@pytest.fixture(scope="session")
def site(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An installation with the sample; read only, it serves many tests."""
    return sample.copied_to(tmp_path_factory.mktemp("sites") / "site")


@pytest.fixture(scope="session")
def live_site(site: Site) -> Iterator[str]:
    """Base URL of gunicorn over the sample."""
    with site.served() as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        path = executable()
    except ChromiumMissingError as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def watch(live_site: str) -> Watch:
    """Faults of this test's pages; `watch.allow(pattern)` says what is expected."""
    return Watch(live_site)


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[Opener]:
    """Opens pages on the sample: `open_page(java_script_enabled=False)`. Their faults fail the test at its end."""
    opener = Opener(browser, watch)
    yield opener
    opener.close()
    faults = watch.unexpected()
    assert not faults, "\n".join(faults)


@pytest.fixture
def browser_page(open_page: Opener) -> Page:
    """A page of 1440 by 900 on the sample, not yet navigated."""
    return open_page()
