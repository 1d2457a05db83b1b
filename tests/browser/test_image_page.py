"""The page of one image, the header's search, the index of labels, themes."""

from __future__ import annotations

import re

import pytest

from browse.sample.labels import mid_of
from tests.browser.pages import Browse, arrived, copied, expect, focused, number_in
from tests.watched import Opener


def open_first_image(browse: Browse, path: str) -> str:
    """Go to the first image of a query by its picture; returns its ImageID."""
    browse.open(path)
    image_id = browse.tiles.first.get_attribute("data-image")
    assert image_id
    browse.tiles.first.locator("h2 a").click()
    browse.page.wait_for_url(re.compile(f"/image/{image_id}"))
    return image_id


def test_keys_work_after_a_choice(browse: Browse) -> None:
    open_first_image(browse, "/?sort=image_id")
    browse.page.get_by_role("radio", name="HTML").check()
    browse.page.keyboard.press("?")
    expect(browse.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


SIGNS = {
    "Text": "is licensed under CC BY 2.0",
    "HTML": "<a href=",
    "Markdown": "](https://",
    "BibTeX": "@misc{",
    "JSON": '"short_name": "CC BY 2.0"',
}
"""What a credit has in this format alone."""


def test_the_credit_is_copied_in_five_formats(browse: Browse) -> None:
    browse.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_first_image(browse, "/?license=cc-by-2.0")
    page = browse.page
    for name, sign in SIGNS.items():
        page.evaluate("() => navigator.clipboard.writeText('')")
        page.get_by_role("radio", name=name, exact=True).check()
        page.get_by_role("button", name=f"Copy {name}").click()
        page.wait_for_function("() => navigator.clipboard.readText()")
        text = copied(page)
        assert [one for one in SIGNS if SIGNS[one] in text] == [name], sign


def test_next_and_previous_walk_through_the_query_also_over_the_end_of_a_page(browse: Browse) -> None:
    browse.open("/?subset=validation&per_page=30")
    first_page = [browse.tiles.nth(number).get_attribute("data-image") for number in (28, 29)]
    browse.choose(browse.page.get_by_role("link", name="Page 2", exact=True))
    second_page = browse.tiles.first.get_attribute("data-image")
    browse.choose(browse.page.get_by_role("link", name="Previous page"))
    browse.tiles.nth(28).locator("h2 a").click()
    page = browse.page
    for image_id in (*first_page, second_page):
        page.wait_for_url(re.compile(f"/image/{image_id}"))
        page.keyboard.press("]")
    page.wait_for_url(lambda url: second_page not in url)
    page.go_back()
    page.wait_for_url(re.compile(f"/image/{second_page}"))
    page.get_by_role("link", name="Previous").click()
    page.wait_for_url(re.compile(f"/image/{first_page[1]}"))
    page.get_by_role("link", name="Back to the images").click()
    expect(page).to_have_url(re.compile(r"subset=validation"))


def test_the_table_shows_machine_and_people(browse: Browse) -> None:
    open_first_image(browse, "/?state=rejected")
    row = browse.page.locator(".sides tbody tr").filter(has_text="Rejected").first
    expect(row.locator(".people")).to_contain_text("no")
    assert 0 < float(row.locator(".machine .num").inner_text()) <= 1


def test_the_page_tells_facts_and_leads_to_more_by_the_author(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Author").locator("a").first)
    count = browse.count
    image_id = browse.tiles.first.get_attribute("data-image") or ""
    browse.tiles.first.locator("h2 a").click()
    expect(browse.page.locator(".facts")).to_contain_text(image_id)
    browse.page.get_by_role("link", name="All images by").click()
    browse.settle()
    assert browse.count == count


def test_the_header_search_leads_to_what_is_meant(browse: Browse) -> None:
    browse.open("/?sort=image_id")
    page = browse.page
    image_id = browse.tiles.first.get_attribute("data-image") or ""
    mid = mid_of("hot air balloon")
    for text, leads_to in (
        (image_id.upper(), f"/image/{image_id}"),
        (mid, f"/?label={mid}"),
        ("Hot Air BALLOON", f"/?label={mid}"),
        ("balloo", "/search?q=balloo"),
        ("qqq", "/search?q=qqq"),
    ):
        page.goto("/about")
        page.keyboard.press("/")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        arrived(page, re.escape(leads_to) + "$")
    expect(page.locator("main")).to_contain_text("Nothing has “qqq” in its name")


def test_the_index_of_labels_is_sorted_searched_paged_and_saved(browse: Browse) -> None:
    page = browse.page
    page.goto("/labels")
    cells = page.locator(".label-table tbody td:nth-child(3)").all_inner_texts()
    assert [number_in(cell) for cell in cells] == sorted(map(number_in, cells), reverse=True)
    page.get_by_role("link", name="Label", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text(re.compile("Label"))
    arrived(page, "order=name$")
    names = page.locator(".label-table tbody th a").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
    page.get_by_role("link", name="Page 2", exact=True).click()
    expect(page).to_have_url(re.compile("order=name&page=2"))
    page.get_by_label("Name or MID", exact=True).fill("sky")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".label-table tbody tr").first).to_contain_text("sky")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert re.fullmatch(r"openimages-label-table-sky-[0-9a-f]{12}\.csv", download.value.suggested_filename)


def test_the_theme_is_remembered_and_there_before_the_first_paint(browse: Browse) -> None:
    browse.open()
    page = browse.page
    background = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Theme").click()
    expect(page.get_by_role("button", name="Theme: dark")).to_be_focused()
    dark = page.evaluate(background)
    assert dark != light
    page.goto("/labels", wait_until="commit")
    page.wait_for_function(f"() => document.body && ({background})() !== 'rgba(0, 0, 0, 0)'")  # styled
    assert page.evaluate(background) == dark
    page.wait_for_load_state()  # until the scripts are there, the button sends a form
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
    page.get_by_role("button", name="Theme").click()
    expect(page.get_by_role("button", name="Theme: light")).to_be_focused()
    page.get_by_role("button", name="Theme").click()
    assert "theme" not in page.evaluate("() => document.cookie")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_first_click_on_the_theme_shows_whatever_the_system_has(open_page: Opener, system: str) -> None:
    page = open_page(color_scheme=system)
    page.goto("/labels")
    background = "() => getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(background)
    page.get_by_role("button", name="Theme").click()
    assert page.evaluate(background) != before


def test_a_table_of_labels_fits_a_phone_and_a_wider_one_shades_its_end(open_page: Opener) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    browse = Browse(page)
    open_first_image(browse, "/?state=confirmed")
    region = page.get_by_role("region", name="Table of labels")
    assert region.evaluate("e => e.scrollWidth <= e.clientWidth")
    expect(region.locator(".people").first).to_be_hidden()
    page.goto("/compare")
    wide = page.get_by_role("region", name="Table of labels")
    assert wide.evaluate("e => e.scrollWidth > e.clientWidth")
    assert wide.evaluate("e => getComputedStyle(e).backgroundAttachment.includes('scroll')")
    assert wide.locator("table").evaluate("e => getComputedStyle(e).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_names_of_values_have_room_for_all_their_letters(browse: Browse) -> None:
    browse.open()
    short = """names => names.filter(name => {
        const pen = document.createElement('canvas').getContext('2d');
        pen.font = getComputedStyle(name).font;
        const { fontBoundingBoxAscent, fontBoundingBoxDescent } = pen.measureText('Ågqjy');
        return name.getBoundingClientRect().height < fontBoundingBoxAscent + fontBoundingBoxDescent;
    }).length"""
    assert browse.page.locator("#facets .value .name").evaluate_all(short) == 0


def test_the_skip_link_leads_past_header_and_filters(browse: Browse) -> None:
    browse.open()
    browse.page.keyboard.press("Tab")
    expect(focused(browse.page)).to_have_text("Skip to content")
    browse.page.keyboard.press("Enter")
    browse.page.keyboard.press("Tab")
    assert browse.page.evaluate("() => document.activeElement.closest('#results') !== null")
