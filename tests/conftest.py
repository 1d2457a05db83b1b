"""Fixtures for all tests.

`make test` runs pytest twice: everything on SQLite, then what touches the database on PostgreSQL
(TEST_DATABASE=postgresql, `-m database`). Tests need no marks for that: whoever uses Django's database
or `fresh_database_url` gets the mark here, but for cases that ask nothing new (tests/alike.py). tests/settings.py
makes the folder and the server.
tests/faults is collected with `-m faults` alone, as `make test-faults` has it.
`deep` are the journeys in Firefox, further cases of a rule that take long (tests/first_cases.py has most), and what
takes longest of all: `make test-deep` alone has them.
`make check` runs what is neither `drawn` nor `slow`: slow are tests with a browser or an installation of the sample,
those that ask whole pages or import whole data sets, and modules that start processes again and again, or wait.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import Settings

from tests import datasets, postgres
from tests.alike import further_cases
from tests.chromium import FLAGS, STARTS_WITHIN_MS, executable
from tests.debian import ProgramMissingError
from tests.drawn import load_profile
from tests.emptied import empty_quickly
from tests.first_cases import later_cases
from tests.forked_loader import fork_loaders
from tests.live import Site, made_once, sample_site
from tests.watched import Opener, Watch

DATABASE_FIXTURES = {"db", "transactional_db", "fresh_database_url"}
BROWSER_FIXTURES = {"browser", "open_page", "browser_page", "firefox"}
SLOW_FIXTURES = BROWSER_FIXTURES | {"sample", "postgres_url"}
SLOW_FOLDERS = ("admin", "api", "cluster", "deploy", "exports", "migrations", "trials", "views")
SLOW_MODULES = {
    "curation": (
        "activity batch_pages blind collection_pages files hiding imports kill passwords renamed review_page "
        "sign_in tasks verdicts writes_in_the_site"
    ),
    "dataset": "backups index_exchange installation",
    "domain": "file_modes",
    "facets": "boxes build compile_time cross_table shards store timed_connections",
    "openimages": (
        "bad_input boxes clicks compare_releases dataset_digest disk_and_loader hierarchy_import import "
        "import_rows kill kinds layout_round_trip made_release masks names narratives points recognition "
        "relationships release round_trip switches unread urls"
    ),
    "rights": "credit_everywhere credit_views",
    "sample": "sample_command sample_pictures",
    "search": "engine_setting statistics_sql",
    "sets": "build looks mask_sets pictures preview remade_site set_pages site_sets",
    "thumbnails": "at_once box_view commands download hostile pages rendering service states view",
    "viewer": (
        "assets compiling database_waits early_sample logs metrics overload probes settings slow_clients start streams "
        "what_starts_load"
    ),
}
"""Of folders, the modules of tests that take long."""
SLOW = (
    *SLOW_FOLDERS,
    *(f"{folder}/test_{name}.py" for folder, names in SLOW_MODULES.items() for name in names.split()),
)
LONGEST = (
    *("trials", "sets/test_looks.py", "sets/test_selection.py", "thumbnails/test_hostile.py"),
    *(f"viewer/test_{name}.py" for name in ("slow_clients", "start")),
)
"""They begin first: one that came last would keep a worker while others have nothing to do."""
HERE = Path(__file__).parent
SLOW_PATHS = {HERE / name for name in SLOW}
LONGEST_PATHS = {HERE / name for name in LONGEST}
assert all(path.exists() for path in SLOW_PATHS | LONGEST_PATHS), "a slow module has another name now"

load_profile()
empty_quickly()
fork_loaders()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Mark tests by what they use, and have the longest begin first."""
    _mark(items)
    yield
    items.sort(key=_turn)


def _mark(items: list[pytest.Item]) -> None:
    further, later = further_cases(items), later_cases(items, on_postgresql=postgres.ON_POSTGRESQL)
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if (item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES) and item.nodeid not in further:
            item.add_marker("database")
        if fixtures & BROWSER_FIXTURES:
            item.add_marker("browser")
        if item.nodeid in later:
            item.add_marker("deep")
        if fixtures & SLOW_FIXTURES or _in_slow(item.path):
            item.add_marker("slow")
        if not item.get_closest_marker("xdist_group") and ("site" in fixtures or _of_module(item)):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def _turn(item: pytest.Item) -> int:
    """0 for the longest but those that commit, which come after all others that use the database.

    Drawn tests without a database come after those that commit: where there are no others, as in `make test-deep`,
    the imports, which take longest and commit, would else come last, and keep one worker while another has no more.
    """
    marker = item.get_closest_marker("django_db")
    commits = bool(marker and marker.kwargs.get("transaction")) or "transactional_db" in getattr(
        item, "fixturenames", ()
    )
    is_drawn_from_database = item.get_closest_marker("drawn") and item.get_closest_marker("database")
    is_long = is_drawn_from_database or not LONGEST_PATHS.isdisjoint((item.path, *item.path.parents))
    return 0 if is_long and not commits else 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """The plan of faults is for `make test-faults` alone; what is slow need not be looked through to be left out."""
    if collection_path == HERE / "faults":
        return "faults" not in config.option.markexpr or None
    return (collection_path in SLOW_PATHS and "not slow" in config.option.markexpr) or None


@functools.cache
def _in_slow(module: Path) -> bool:
    return not SLOW_PATHS.isdisjoint((module, *module.parents))


def _of_module(item: pytest.Item) -> bool:
    """Whether a fixture of its module is made for it, which one worker then makes for all."""
    found: dict[str, Sequence[pytest.FixtureDef]] = getattr(item, "_fixtureinfo").name2fixturedefs  # noqa: B009
    return any(fixture.scope == "module" for fixtures in found.values() for fixture in fixtures)


@pytest.fixture
def generation(settings: Settings, tmp_path: Path, db: None) -> str:
    """The example data set in the database, with its index: the generation's name."""
    settings.INDEX_DIR = tmp_path
    return datasets.load_example(tmp_path)


@pytest.fixture
def with_hierarchy(settings: Settings, tmp_path: Path, db: None) -> str:
    """The example data set with a hierarchy of labels, as `generation` otherwise."""
    settings.INDEX_DIR = tmp_path
    return datasets.load_hierarchy(tmp_path)


@pytest.fixture
def fresh_database_url(tmp_path: Path) -> Iterator[str]:
    """DATABASE_URL of a new empty database, of the kind that this run is for; for tests that start processes."""
    if postgres.ON_POSTGRESQL:
        with postgres.fresh() as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'fresh.sqlite3'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """URL of a new empty PostgreSQL database, in any run."""
    with postgres.fresh() as url:
        yield url


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
    except ProgramMissingError as error:
        pytest.fail(str(error), pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS), timeout=STARTS_WITHIN_MS)
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
