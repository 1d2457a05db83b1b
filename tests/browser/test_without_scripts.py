"""Everything but the slider's smoothness and the keys works without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page

from browse.sample.labels import mid_of
from tests.browser.pages import expect, number_in
from tests.watched import Opener, Watch

WATER, OUTDOOR = map(mid_of, ("water", "outdoor"))


@pytest.fixture
def plain_page(open_page: Opener) -> Page:
    """A page in a browser that runs no scripts."""
    return open_page(java_script_enabled=False)


def counter(page: Page) -> Locator:
    return page.locator(".tools .count b")


def count_on(page: Page) -> int:
    return number_in(counter(page).inner_text())


def shows_count(page: Page, count: int) -> None:
    """Wait until the page is one of so many images."""
    expect(counter(page)).to_have_text(f"{count:,}")


def test_pictures_and_pages_are_there(plain_page: Page) -> None:
    plain_page.goto("/?sort=image_id")
    shows_count(plain_page, 600)
    expect(plain_page.locator("[data-grid] > .tile")).to_have_count(30)
    plain_page.get_by_role("link", name="Page 2", exact=True).click()
    expect(plain_page).to_have_url(re.compile(r"\?sort=image_id&page=2$"))
    plain_page.get_by_label("Go to page").fill("3")
    plain_page.get_by_role("button", name="Go", exact=True).click()
    expect(plain_page).to_have_url(re.compile("page=3$"))


def test_filters_are_links_with_their_counts(plain_page: Page) -> None:
    plain_page.goto("/?sort=image_id")
    filters = plain_page.get_by_role("link", name="All filters, with counts").get_attribute("href") or ""
    for heading in ("Labels", "State", "Subset", "License", "Author"):
        plain_page.goto(filters)
        facet = plain_page.locator(".facet").filter(has=plain_page.get_by_role("heading", name=heading, exact=True))
        value = facet.locator(".value:not(.on)").first
        count = number_in(value.locator(".n").inner_text())
        value.locator(".only" if heading == "State" else "a").first.click()
        shows_count(plain_page, count)


def test_a_label_is_found(plain_page: Page) -> None:
    plain_page.goto("/?subset=train")
    plain_page.get_by_label("Find a label in this result").fill("balloon")
    plain_page.get_by_role("button", name="Find").click()
    value = plain_page.locator(".value").first
    count = number_in(value.locator(".n").inner_text())
    value.locator("a").first.click()
    shows_count(plain_page, count)
    expect(plain_page.locator("h1.words")).to_contain_text("in train")


def test_the_confidence_form_leads_to_a_canonical_address(plain_page: Page) -> None:
    plain_page.goto("/?subset=train")
    plain_page.get_by_role("spinbutton", name="from").fill("0.8")
    plain_page.get_by_role("button", name="Apply").click()
    expect(plain_page).to_have_url(re.compile(r"/\?confidence=0\.8-1&subset=train$"))


def test_chips_open_change_and_go(plain_page: Page) -> None:
    plain_page.goto("/?sort=image_id")
    plain_page.locator(".tile a.l").first.click()
    chip = plain_page.locator(".chip").first
    chip.locator("summary").click()
    chip.get_by_label("from").fill("0.7")
    chip.get_by_role("button", name="Apply").click()
    expect(plain_page).to_have_url(re.compile(r"label=[^&]*@0\.7-1$"))
    chip.locator("summary").click()
    chip.get_by_role("link", name="None of", exact=True).click()
    expect(plain_page).to_have_url(re.compile(r"not=[^&]*@0\.7-1:confirmed,missed,unverified$"))
    plain_page.get_by_role("link", name="Remove").click()
    shows_count(plain_page, 600)


def test_a_chip_has_states_of_its_own(plain_page: Page) -> None:
    plain_page.goto(f"/?label={WATER}")
    chip = plain_page.locator(".chip").first
    chip.locator("summary").click()
    chip.locator(".value").filter(has_text="Rejected").locator(".only").click()
    expect(plain_page).to_have_url(re.compile(rf"\?label={WATER}:rejected$"))
    chip.locator("summary").click()
    chip.get_by_role("link", name="Same as query").click()
    expect(plain_page).to_have_url(re.compile(rf"\?label={WATER}$"))


def test_at_least_so_many(plain_page: Page) -> None:
    plain_page.goto(f"/?any={WATER}&any={OUTDOOR}")
    first = count_on(plain_page)
    plain_page.get_by_role("link", name="At least 2").click()
    expect(plain_page).to_have_url(re.compile("min_any=2$"))
    assert count_on(plain_page) < first
    plain_page.get_by_role("link", name="At least 1").click()
    shows_count(plain_page, first)


def test_menus_open(plain_page: Page) -> None:
    plain_page.goto(f"/?label={WATER}")
    plain_page.locator("#menu-per-page summary").click()
    plain_page.get_by_role("link", name="60 per page").click()
    expect(plain_page.locator("[data-grid] > .tile")).to_have_count(60)
    plain_page.locator("#size-L").click()
    expect(plain_page).to_have_url(re.compile("per_page=60&size=l$"))
    plain_page.locator("#menu-sort summary").click()
    plain_page.get_by_role("link", name="random", exact=True).click()
    expect(plain_page).to_have_url(re.compile(r"per_page=60&size=l&sort=random&seed=\d+$"))
    plain_page.locator("#menu-sort summary").click()
    plain_page.get_by_role("link", name="confidence of").click()
    expect(plain_page).to_have_url(re.compile(r"label=[^&]*&sort=-confidence&per_page=60&size=l$"))
    plain_page.locator("#menu-export summary").click()
    with plain_page.expect_download() as download:
        plain_page.get_by_role("link", name="Images (CSV)", exact=True).click()
    assert download.value.path().read_text(encoding="utf-8").count("\n") == count_on(plain_page) + 1


def test_conditions_are_cleared_and_dropped(plain_page: Page) -> None:
    plain_page.goto(f"/?label={WATER}&not={WATER}&subset=train")
    shows_count(plain_page, 0)
    drop = plain_page.locator("a.drop").nth(1)
    count = number_in(drop.locator(".n").inner_text())
    drop.click()
    assert count > 0
    shows_count(plain_page, count)
    expect(plain_page.locator(".chips .chip")).to_have_count(2)
    plain_page.get_by_role("link", name="Clear all").click()
    shows_count(plain_page, 600)
    expect(plain_page.locator(".chips")).to_have_count(0)


def test_what_cannot_be_read_names_what_is_wrong_and_leads_on(plain_page: Page, watch: Watch) -> None:
    watch.allow("status of 400")
    plain_page.goto("/?subset=train")
    plain_page.get_by_role("spinbutton", name="from").fill("0.9")
    plain_page.get_by_role("spinbutton", name="to", exact=True).fill("0.2")
    plain_page.get_by_role("button", name="Apply").click()
    expect(plain_page.locator(".faults")).to_contain_text("confidence")
    expect(plain_page.locator(".faults")).to_contain_text("0.9")
    plain_page.get_by_role("link", name="Show these images").click()
    expect(plain_page).to_have_url(re.compile(r"/\?subset=train$"))
    assert 0 < count_on(plain_page) < 600


def test_the_index_of_labels(plain_page: Page) -> None:
    plain_page.goto("/labels")
    plain_page.get_by_role("link", name="Label", exact=True).click()
    plain_page.get_by_role("link", name="Next page").click()
    expect(plain_page).to_have_url(re.compile("order=name&page=2$"))
    plain_page.get_by_label("Name or MID", exact=True).fill("CAFE")
    plain_page.get_by_role("button", name="Find").click()
    rows = plain_page.locator(".label-table tbody tr")
    expect(rows).to_have_count(1)
    images = rows.locator("td a").first
    count = number_in(images.inner_text())
    images.click()
    shows_count(plain_page, count)


def test_what_only_scripts_can_do_is_not_offered(plain_page: Page) -> None:
    plain_page.goto("/?sort=image_id")
    for name in ("Copy link", "Keyboard shortcuts"):
        expect(plain_page.get_by_role("button", name=name)).to_have_count(0)
    expect(plain_page.get_by_text("Counting…")).to_be_hidden()
    for address in ("/", "/facets"):
        plain_page.goto(address)
        expect(plain_page.get_by_role("slider")).to_have_count(0)
        expect(plain_page.get_by_role("spinbutton", name="from")).to_be_visible()


def test_a_theme_is_chosen_and_remembered(plain_page: Page) -> None:
    colour = "() => getComputedStyle(document.body).backgroundColor"
    plain_page.goto("/labels?q=sky")
    system = plain_page.evaluate(colour)
    seen = {}
    for name in ("light", "dark"):
        plain_page.get_by_role("button", name="Theme").click()
        expect(plain_page.get_by_role("button", name=f"Theme: {name}")).to_be_visible()
        plain_page.wait_for_load_state()  # with its styles
        seen[name] = plain_page.evaluate(colour)
    assert seen["light"] == system != seen["dark"]
    assert plain_page.url.endswith("/labels?q=sky")
    plain_page.goto("/?sort=image_id")
    assert plain_page.evaluate(colour) == seen["dark"]
    plain_page.get_by_role("button", name="Theme: dark").click()
    expect(plain_page.get_by_role("button", name="Theme: system")).to_be_visible()
    plain_page.wait_for_load_state()
    assert plain_page.evaluate(colour) == system


def test_a_page_has_a_link_to_itself_to_be_copied(plain_page: Page) -> None:
    plain_page.goto("/?page=2&subset=train")
    link = plain_page.get_by_role("link", name="Link to this page")
    expect(link).to_have_attribute("href", "/?subset=train&page=2")
    before = count_on(plain_page)
    link.click()
    expect(plain_page).to_have_url(re.compile(r"/\?subset=train&page=2$"))
    shows_count(plain_page, before)


def test_the_credit_of_an_image_is_there_in_every_format(plain_page: Page) -> None:
    plain_page.goto("/?sort=image_id")
    plain_page.locator(".tile .pic").first.click()
    for name, part in (("HTML", "<a href"), ("BibTeX", "@misc"), ("Text", "CC")):
        plain_page.get_by_role("radio", name=name, exact=True).check()
        expect(plain_page.get_by_role("region", name=f"Credit as {name}")).to_contain_text(part)


def test_the_header_search_works(plain_page: Page) -> None:
    plain_page.goto("/?sort=image_id")
    plain_page.get_by_role("textbox", name="Search").fill("hot air baloon")
    plain_page.keyboard.press("Enter")
    nearest = plain_page.get_by_role("region", name="Nearest labels")
    nearest.get_by_role("link", name="hot air balloon", exact=True).click()
    expect(plain_page.get_by_role("heading", level=1)).to_contain_text("hot air balloon")
