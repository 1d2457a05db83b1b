"""Curators at work in a browser: verdicts by key, the review sheet, collections that fill on, take-downs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.pages import Browse, arrived, number_in
from tests.browser.test_accessibility import faults
from tests.live import Site
from tests.watched import Opener, Watch

PASSWORD = "a password of tests"
MEMBERS = f"""
from django.contrib.auth.models import Group, User
for name in ("viewer", "curator", "reviewer"):
    user = User.objects.create_user(name, password={PASSWORD!r})
    user.groups.add(Group.objects.get(name=name))
"""
OUTDOOR = "/m/0zz4ch0"

pytestmark = pytest.mark.xdist_group("curated-site")


@pytest.fixture(scope="module")
def curated_site(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An installation of its own, that tests may write to."""
    site = sample.copied_to(tmp_path_factory.mktemp("sites") / "curated")
    site.manage("shell", "-c", MEMBERS)
    return site


@pytest.fixture(scope="module")
def live_curated(curated_site: Site) -> Iterator[str]:
    with curated_site.served() as url:
        yield url


@pytest.fixture
def watch(live_curated: str) -> Watch:
    return Watch(live_curated)


@pytest.fixture
def signed_in(browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens a page as a member of a group; its faults fail the test."""
    opener = Opener(browser, watch)

    def open_as(name: str, **options: object) -> Page:
        page = opener(**options)
        page.goto("/labels")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(re.compile("/labels$"))
        return page

    yield open_as
    opener.close()
    assert not watch.unexpected(), "\n".join(watch.unexpected())


def tally(page: Page) -> tuple[int, int, int]:
    yes, no, unsure = (int(page.locator(f"[data-tally={word}]").inner_text()) for word in ("yes", "no", "unsure"))
    return yes, no, unsure


def wait_for_tally(page: Page, *expected: int) -> None:
    for word, number in zip(("yes", "no", "unsure"), expected, strict=True):
        expect(page.locator(f"[data-tally={word}]")).to_have_text(str(number))


def count_of(page: Page, address: str) -> int:
    page.goto(address)
    return number_in(page.locator(".tools .count b").inner_text())


def test_a_sheet_is_judged_by_key_and_turned(signed_in: Callable[..., Page]) -> None:
    page = signed_in("curator")
    before = count_of(page, f"/?label={OUTDOOR}:unverified")
    page.locator("#menu-save summary").click()
    page.get_by_role("link", name="Review this label").click()
    sheet = page.locator("[data-sheet] > li")
    expect(sheet).to_have_count(24)
    expect(sheet.first).to_be_focused()  # from then on keys count
    for key in "ynsn":
        page.keyboard.press(key)
    wait_for_tally(page, 1, 2, 1)
    page.keyboard.press("u")
    wait_for_tally(page, 1, 1, 1)
    expect(sheet.nth(3)).to_be_focused()
    expect(page.locator("[data-tally=share]")).to_contain_text("50.0")
    assert not faults(page)
    judged = [sheet.nth(number).get_attribute("data-image") for number in range(3)]
    page.keyboard.press("Enter")
    arrived(page, "skip=21$")
    shown = page.locator("[data-sheet] > li").evaluate_all("rows => rows.map(row => row.dataset.image)")
    assert shown
    assert not set(judged) & set(shown)
    assert tally(page) == (1, 1, 1)
    assert count_of(page, f"/?label={OUTDOOR}:unverified") == before - 2


def test_a_verdict_on_the_image_page_changes_the_facets_at_once(signed_in: Callable[..., Page]) -> None:
    page = signed_in("curator")
    browse = Browse(page).open(f"/?label={OUTDOOR}&state=confirmed")
    before = browse.count
    browse.tiles.first.locator(".pic").click()
    arrived(page, "/image/")
    address = page.url
    row = page.locator(f'[data-pair="{OUTDOOR}"]')
    row.get_by_role("button", name="yes", exact=True).focus()
    page.keyboard.press("n")
    expect(row.locator(".state")).to_have_text("Rejected")
    expect(row.locator(".said")).to_contain_text("curator: no")
    expect(row.get_by_role("button", name="no", exact=True)).to_be_focused()
    expect(page.locator(".history li").first).to_contain_text("says no on outdoor")
    assert not faults(page)
    assert Browse(page).open(f"/?label={OUTDOOR}&state=confirmed").count == before - 1
    page.goto(address)
    page.locator(f'[data-pair="{OUTDOOR}"] .undo').focus()
    page.keyboard.press("u")
    expect(page.locator(f'[data-pair="{OUTDOOR}"] .state')).to_have_text("Confirmed")
    assert Browse(page).open(f"/?label={OUTDOOR}&state=confirmed").count == before


def test_adding_all_goes_on_after_a_reload_and_is_undone(signed_in: Callable[..., Page], watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    page = signed_in("viewer")
    Browse(page).open("/")
    page.locator("#menu-save summary").click()
    page.get_by_role("link", name="Add all 600").click()
    page.get_by_label("Name of a new collection").fill("everything")

    def lose_the_second(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_() if len(asked) == 1 else route.abort()

    asked: list[str] = []
    page.route("**/go-on", lose_the_second)
    page.get_by_role("button", name="Add all 600").click()
    expect(page.locator("[data-words]")).to_contain_text("Nothing is lost")
    assert page.locator("progress").evaluate("bar => bar.value") == 200
    page.unroute("**/go-on")
    page.reload()
    expect(page.get_by_text("Done: 600 of 600 images added")).to_be_visible()
    page.get_by_role("link", name="Open the collection").click()
    expect(page.get_by_text("600 images")).to_be_visible()
    expect(page.locator(".grid .tile")).to_have_count(60)
    assert not faults(page)
    page.go_back()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone: 600 images were taken out again")).to_be_visible()


def test_a_hidden_image_is_gone_from_the_grid_and_can_be_shown_again(signed_in: Callable[..., Page]) -> None:
    page = signed_in("reviewer")
    browse = Browse(page).open("/")
    before, first = browse.count, browse.tiles.first.get_attribute("data-image")
    browse.tiles.first.locator(".pic").click()
    page.locator("summary").filter(has_text="Hide").click()
    page.get_by_label("Why it has to go").fill("asked by its author")
    page.get_by_role("button", name="Hide this image").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is hidden")
    hidden = page.url
    browse.open("/")
    assert browse.count == before - 1
    assert browse.tiles.first.get_attribute("data-image") != first
    page.goto(hidden)
    page.get_by_label("Why it may be shown again").fill("a mistake")
    page.get_by_role("button", name="Show it again").click()
    assert browse.open("/").count == before


def test_everything_works_without_scripts_on_a_phone(signed_in: Callable[..., Page]) -> None:
    page = signed_in("curator", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"/review?mid={OUTDOOR}&order=hardest&seed=5")
    page.locator("[data-sheet] .no").first.click()
    assert tally(page) == (0, 1, 0)
    page.get_by_role("button", name="Undo the last: no").click()
    assert tally(page) == (0, 0, 0)
    page.goto(f"/?label={OUTDOOR}&state=confirmed")
    page.locator("[data-grid] .pic").first.click()
    page.locator(f'[data-pair="{OUTDOOR}"]').get_by_role("button", name="unsure").click()
    expect(page.locator(f'[data-pair="{OUTDOOR}"] .said')).to_contain_text("unsure")
    page.locator(f'[data-pair="{OUTDOOR}"] .undo').click()
    expect(page.locator(f'[data-pair="{OUTDOOR}"] .said')).to_have_count(0)
    page.locator("summary").filter(has_text="Flag").click()
    page.get_by_label("What is wrong").select_option("privacy")
    page.get_by_role("button", name="Flag this image").click()
    expect(page.locator(".history li").first).to_contain_text("flags it: Privacy")
    page.goto("/collections/add?subset=train")
    page.get_by_label("Name of a new collection").fill("training")
    page.get_by_role("button", name=re.compile("^Add all")).click()
    page.get_by_role("button", name="Next batch").click()
    expect(page.get_by_text(re.compile("^Done"))).to_be_visible()
    page.goto("/labels")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_on_the_other_pages(signed_in: Callable[..., Page], watch: Watch, width: int) -> None:
    page = signed_in("reviewer", viewport={"width": width, "height": 844})
    page.goto("/?state=rejected")
    page.locator("[data-grid] .pic").first.click()
    page.locator("summary").filter(has_text="Licence check").click()
    image = page.url.split("?")[0]
    for address in ("", f"{image}/report", "/collections", "/views/new?subset=train", "/views", "/collections/add"):
        if address:
            page.goto(address)
        assert not faults(page), address or image
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, address or image
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/sign-in")
    assert not faults(page)
