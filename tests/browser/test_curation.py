"""Curators at work in a browser: verdicts by key, the review sheet, collections that fill on, take-downs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PASSWORD
from tests.browser.pages import Browse, arrived, number_in, routed, stand_still
from tests.browser.test_accessibility import faults
from tests.watched import Watch

OUTDOOR = "/m/0zz4ch0"


@pytest.fixture
def watch(live_curated: str) -> Watch:
    return Watch(live_curated)


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
    page = signed_in("curator", by_form=True)
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
    expect(sheet.and_(page.locator(f'[data-image="{judged[0]}"]'))).to_have_count(0)
    expect(page.get_by_role("button", name="Show the 21 skipped pictures again")).to_be_visible()
    shown = page.locator("[data-sheet] > li").evaluate_all("rows => rows.map(row => row.dataset.image)")
    assert shown
    assert not set(judged) & set(shown)
    assert tally(page) == (1, 1, 1)
    assert count_of(page, f"/?label={OUTDOOR}:unverified") == before - 2


def test_a_verdict_on_the_image_page_changes_the_facets_at_once(signed_in: Callable[..., Page]) -> None:
    page = signed_in("curator")
    browse = Browse(page).open(f"/?label={OUTDOOR}&state=confirmed")
    before = browse.count
    browse.tiles.first.locator("h2 a").click()
    arrived(page, "/image/")
    address = page.url
    row = page.locator(f'[data-pair="{OUTDOOR}"]')
    row.get_by_role("button", name="yes", exact=True).focus()
    page.keyboard.press("n")
    expect(row.locator(".state")).to_have_text("Rejected")
    expect(row.locator(".said")).to_contain_text("curator: no")
    expect(row.get_by_role("button", name="no", exact=True)).to_be_focused()
    expect(page.locator(".history li").first).to_contain_text("said no on outdoor")
    assert not faults(page)
    assert Browse(page).open(f"/?label={OUTDOOR}&state=confirmed").count == before - 1
    page.goto(address)
    page.locator(f'[data-pair="{OUTDOOR}"] .undo').focus()
    page.keyboard.press("u")
    expect(page.locator(f'[data-pair="{OUTDOOR}"] .state')).to_have_text("Confirmed")
    assert Browse(page).open(f"/?label={OUTDOOR}&state=confirmed").count == before


def test_a_verdict_that_is_not_taken_is_seen_on_the_image_page_until_things_work_again(
    signed_in: Callable[..., Page], watch: Watch
) -> None:
    watch.allow("ERR_FAILED|status of 404")
    page = signed_in("curator", fresh=True)
    page.goto(f"/?label={OUTDOOR}:unverified&sort=random&seed=3")  # one that no earlier test judged
    page.locator("[data-grid] h2 a").first.click()
    arrived(page, "/image/")
    row = page.locator(f'[data-pair="{OUTDOOR}"]')
    stand_still(page)
    routed(page, "**/verdicts", lambda route: route.abort())
    row.get_by_role("button", name="no", exact=True).click()
    note = page.get_by_role("alert")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Not saved yet: 1 verdict (the server cannot be reached)")
    page.unroute("**/verdicts")
    row.get_by_role("button", name="yes", exact=True).click()
    expect(note).to_contain_text("Not saved yet: 2 verdicts")
    note.get_by_role("button", name="Try again now").click()
    page.clock.resume()
    expect(row.locator(".said")).to_contain_text("curator: yes")
    expect(page.get_by_role("alert")).to_have_count(0)
    entries = page.locator(".history li")
    before = entries.count()
    row.get_by_role("button", name="yes", exact=True).click()
    page.keyboard.press("y")
    row.get_by_role("button", name="Undo").evaluate("button => { button.form.elements.verdict.value = '999999'; }")
    row.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("alert")).to_contain_text("there is no such verdict")
    page.reload()
    expect(entries).to_have_count(before)
    row.get_by_role("button", name="Undo").click()
    expect(row.locator(".said")).to_contain_text("curator: no")
    row.get_by_role("button", name="Undo").click()
    expect(row.locator(".said")).to_have_count(0)


def sign_in_again_elsewhere(page: Page, name: str) -> None:
    other = page.context.new_page()
    other.goto("/labels")
    other.locator(".account summary").click()
    other.get_by_role("button", name="Sign out").click()
    other.get_by_role("link", name="Sign in").click()
    other.get_by_label("Username").fill(name)
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other.locator(".account")).to_be_visible()
    other.close()


@pytest.mark.deep
def test_a_verdict_on_a_page_older_than_the_sign_in_is_told_and_given_again(
    signed_in: Callable[..., Page], watch: Watch
) -> None:
    watch.allow("status of 403")
    page = signed_in("curator")
    page.goto(f"/?label={OUTDOOR}:unverified")
    page.locator("[data-grid] h2 a").first.click()
    arrived(page, "/image/")
    row = page.locator(f'[data-pair="{OUTDOOR}"]')
    yes = row.get_by_role("button", name="yes", exact=True)
    sign_in_again_elsewhere(page, "curator")
    yes.click()
    note = page.get_by_role("alert")
    expect(note).to_be_in_viewport()
    expect(note).to_contain_text("Verdict on outdoor, yes, was not saved")
    expect(note).to_contain_text("older than your last sign-in")
    expect(row.locator(".said")).to_have_count(0)
    assert not faults(page)
    with page.expect_navigation():
        note.get_by_role("button", name="Reload").click()
    yes.click()
    expect(row.locator(".said")).to_contain_text("curator: yes")
    expect(note).to_have_count(0)
    row.locator(".undo").click()
    expect(row.locator(".said")).to_have_count(0)


def test_what_is_typed_on_a_page_older_than_the_sign_in_is_sent_with_one_click(
    signed_in: Callable[..., Page], watch: Watch
) -> None:
    watch.allow("status of 403")
    page = signed_in("curator")
    page.goto("/?sort=image_id")
    page.locator("[data-grid] h2 a").first.click()
    arrived(page, "/image/")
    page.locator("summary").filter(has_text="Flag").click()
    page.get_by_label("Message").fill("Her face is in it.")
    sign_in_again_elsewhere(page, "curator")
    page.get_by_role("button", name="Flag this image").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not submitted yet")
    assert not faults(page)
    page.get_by_role("button", name="Submit now").click()
    expect(page.locator(".history li").first).to_contain_text("Her face is in it.")


def test_a_verdict_that_does_not_reach_the_server_is_told_and_sent_again(
    signed_in: Callable[..., Page], watch: Watch
) -> None:
    watch.allow("ERR_FAILED|status of 502")
    page = signed_in("curator", fresh=True)
    page.goto(f"/?label={OUTDOOR}:unverified")
    page.locator("[data-grid] h2 a").nth(1).click()
    arrived(page, "/image/")
    no = page.locator(f'[data-pair="{OUTDOOR}"]').get_by_role("button", name="no", exact=True)
    note, again = page.get_by_role("alert"), page.get_by_role("button", name="Try again now")
    stand_still(page)
    routed(page, "**/verdicts", lambda route: route.abort())
    no.click()
    expect(note).to_contain_text("cannot be reached")
    page.unroute("**/verdicts")
    routed(page, "**/verdicts", lambda route: route.fulfill(status=502, body="<html>Bad gateway</html>"))
    again.click()
    expect(note).to_contain_text("responded with 502")
    page.unroute("**/verdicts")
    again.click()
    expect(page.locator(f'[data-pair="{OUTDOOR}"] .said')).to_contain_text("curator: no")
    expect(note).to_have_count(0)


def test_adding_all_goes_on_after_a_reload_and_is_undone(signed_in: Callable[..., Page], watch: Watch) -> None:
    watch.allow("ERR_FAILED")
    page = signed_in("viewer")
    Browse(page).open("/?sort=image_id")
    page.locator("#menu-save summary").click()
    page.get_by_role("link", name="Add all 600").click()
    page.get_by_label("Name of a new collection").fill("everything")

    def lose_the_second(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_() if len(asked) == 1 else route.abort()

    asked: list[str] = []
    routed(page, "**/go-on", lose_the_second)
    page.get_by_role("button", name="Add all 600").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved yet: 1 batch (the server cannot be reached)")
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
    expect(page.get_by_text("Undone: 600 images were removed again")).to_be_visible()


def test_a_hidden_image_is_gone_from_the_grid_and_can_be_shown_again(signed_in: Callable[..., Page]) -> None:
    page = signed_in("reviewer")
    browse = Browse(page).open("/?sort=image_id")
    before, first = browse.count, browse.tiles.first.get_attribute("data-image")
    browse.tiles.first.locator("h2 a").click()
    page.locator("summary").filter(has_text="Hide").click()
    page.get_by_label("Reason for hiding").fill("asked by its author")
    page.get_by_role("button", name="Hide this image").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is hidden")
    hidden = page.url
    browse.open("/?sort=image_id")
    assert browse.count == before - 1
    assert browse.tiles.first.get_attribute("data-image") != first
    page.goto(hidden)
    page.get_by_label("Reason for showing it again").fill("a mistake")
    page.get_by_role("button", name="Show it again").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("is hidden")
    assert browse.open("/?sort=image_id").count == before


@pytest.mark.deep
def test_everything_works_without_scripts_on_a_phone(signed_in: Callable[..., Page]) -> None:
    page = signed_in("curator", by_form=True, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto(f"/review?mid={OUTDOOR}&order=hardest&seed=5")
    page.locator("[data-sheet] .no").first.click()
    wait_for_tally(page, 0, 1, 0)
    page.get_by_role("button", name="Undo last: no").click()
    wait_for_tally(page, 0, 0, 0)
    page.goto(f"/?label={OUTDOOR}&state=confirmed")
    page.locator("[data-grid] h2 a").first.click()
    page.locator(f'[data-pair="{OUTDOOR}"]').get_by_role("button", name="unsure").click()
    expect(page.locator(f'[data-pair="{OUTDOOR}"] .said')).to_contain_text("unsure")
    page.locator(f'[data-pair="{OUTDOOR}"] .undo').click()
    expect(page.locator(f'[data-pair="{OUTDOOR}"] .said')).to_have_count(0)
    page.locator("summary").filter(has_text="Flag").click()
    page.get_by_label("What is wrong").select_option("privacy")
    page.get_by_role("button", name="Flag this image").click()
    expect(page.locator(".history li").first).to_contain_text("flagged the image: Privacy")
    page.goto("/collections/add?subset=train")
    page.get_by_label("Name of a new collection").fill("training")
    page.get_by_role("button", name=re.compile("^Add all")).click()
    page.get_by_role("button", name="Next batch").click()
    expect(page.get_by_text(re.compile("^Done"))).to_be_visible()
    page.goto("/labels")
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()


@pytest.mark.deep
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_other_pages(signed_in: Callable[..., Page], watch: Watch, width: int) -> None:
    page = signed_in("reviewer", viewport={"width": width, "height": 844})
    page.goto("/?state=rejected")
    page.locator("[data-grid] h2 a").first.click()
    page.locator("summary").filter(has_text="License check").click()
    image = page.url.split("?")[0]
    for address in (
        "",
        f"{image}/report",
        "/collections",
        "/views/new?subset=train",
        "/views",
        "/collections/add",
        "/password",
    ):
        if address:
            page.goto(address)
        assert not faults(page), address or image
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, address or image
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.goto("/sign-in")
    assert not faults(page)
