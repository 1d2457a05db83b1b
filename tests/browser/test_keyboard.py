"""Every control by keyboard alone; tests/browser/test_ranges.py has the handles, test_grid.py the keys of the grid."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

from browse.sample.labels import mid_of
from tests.browser.pages import Browse, arrived, copied, expect, focused, name_and_count, number_in
from tests.watched import Opener

WATER, OUTDOOR, SKY = map(mid_of, ("water", "outdoor", "sky"))


def tab_to(page: Page, control: Locator, *, at_most: int = 5) -> None:
    """Press Tab until this control has the focus."""
    wanted = control.element_handle()
    for _ in range(at_most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return
    raise AssertionError(f"Tab does not lead to {control}")


def choose_in_menu(browse: Browse, menu: str, choice: Locator) -> None:
    """Open a menu of the tools, go on to one of its links by Tab, and follow it."""
    summary = browse.page.locator(f"#menu-{menu} summary")
    browse.press(summary)
    expect(browse.page.locator(f"#menu-{menu}")).to_have_attribute("open", "")
    tab_to(browse.page, choice)
    before = browse.page.url
    browse.page.keyboard.press("Enter")
    browse.changed(before)


def test_adding_leaving_out_and_taking_back(browse: Browse) -> None:
    browse.open()
    everything = browse.count
    name, count = name_and_count(browse.value("Labels"))
    browse.choose_by_key(browse.page.get_by_role("link", name=f"Exclude {name}", exact=True))
    assert browse.words == f"Images without {name}"
    assert browse.count == everything - count
    expect(focused(browse.page)).to_have_attribute("aria-label", re.compile(rf"\b{name}\b.*Remove"))
    other, _ = name_and_count(browse.value("Labels"))
    browse.choose_by_key(browse.value("Labels").locator("a").first)
    assert browse.words == f"Images with {other}, without {name}"
    for left in (f"Images without {name}", "All images"):
        browse.choose_by_key(browse.facet("Labels").locator(".value.on a").first)
        assert browse.words == left
        expect(browse.page.locator("#facets a:focus")).to_have_count(1)
    assert browse.still_the_same_document()


def test_a_bar_of_the_histogram(browse: Browse) -> None:
    browse.open()
    bar = browse.facet("Confidence").locator(".hist a").nth(2)
    count = number_in((bar.get_attribute("aria-label") or "").split(":")[1])
    browse.choose_by_key(bar)
    assert browse.count == count


def test_a_chip_opens_changes_and_closes(browse: Browse) -> None:
    browse.open(f"/?label={WATER}")
    chip = browse.chips.first
    for role, parameter in (("Any of", "any"), ("None of", "not"), ("All of", "label")):
        if not chip.locator("details[open]").count():
            browse.press(chip.locator("summary"))
        browse.choose_by_key(chip.get_by_role("link", name=role, exact=True))
        text = f"{WATER}@0-1:confirmed,missed,unverified" if parameter == "not" else WATER
        assert browse.parameters == {parameter: [text]}, role
    if not chip.locator("details[open]").count():
        browse.press(chip.locator("summary"))
    rejected = chip.locator(".value").filter(has_text="Rejected")
    _, count = name_and_count(rejected)
    browse.choose_by_key(rejected.locator(".only"))
    assert browse.parameters == {"label": [f"{WATER}:rejected"]}
    assert browse.count == count
    browse.choose_by_key(chip.get_by_role("link", name="Same as query"))
    assert browse.parameters == {"label": [WATER]}
    bar = chip.locator(".hist a").last
    count = number_in((bar.get_attribute("aria-label") or "").split(":")[1])
    browse.choose_by_key(bar)
    assert browse.count == count
    browse.choose_by_key(chip.get_by_role("link", name="Same as query"))
    assert browse.parameters == {"label": [WATER]}
    browse.page.keyboard.press("Escape")
    expect(chip.locator("details")).not_to_have_attribute("open", "")
    expect(chip.locator("summary")).to_be_focused()


def test_at_least_so_many_up_and_down(browse: Browse) -> None:
    browse.open(f"/?any={WATER}&any={OUTDOOR}&any={SKY}")
    counts = [browse.count]
    for number in (2, 3):
        browse.choose_by_key(browse.page.locator("#k-more"))
        assert browse.parameters["min_any"] == [str(number)]
        counts.append(browse.count)
    for _ in range(2):
        browse.choose_by_key(browse.page.locator("#k-fewer"))
        counts.append(browse.count)
    assert counts == [*counts[:3], counts[1], counts[0]]
    assert counts[0] > counts[1] > counts[2]


def test_sort_size_and_per_page(browse: Browse) -> None:
    browse.open(f"/?label={WATER}")
    choose_in_menu(browse, "sort", browse.page.get_by_role("link", name="confidence of"))
    assert browse.parameters["sort"] == ["-confidence"]
    choose_in_menu(browse, "per-page", browse.page.get_by_role("link", name="60 per page"))
    assert browse.parameters["per_page"] == ["60"]
    expect(browse.tiles).to_have_count(60)
    browse.choose_by_key(browse.page.locator("#size-S"))
    assert browse.parameters["size"] == ["s"]
    browse.choose_by_key(browse.page.get_by_role("link", name="Clear all"))
    assert browse.parameters == {"sort": ["image_id"], "per_page": ["60"], "size": ["s"]}


def test_export_and_copying_the_link(browse: Browse) -> None:
    browse.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browse.open("/?subset=validation")
    page = browse.page
    browse.press(page.locator("#menu-export summary"))
    with page.expect_download() as download:
        tab_to(page, page.get_by_role("link", name="All labels of these images (CSV)"))
        page.keyboard.press("Enter")
    assert re.fullmatch(r"openimages-labels-in-validation-[0-9a-f]{12}\.csv", download.value.suggested_filename)
    button = page.locator("[data-copy-link]")
    browse.press(button, "Space")
    assert copied(page) == page.url
    expect(button).to_be_focused()


def test_dropping_a_condition_of_an_empty_result(browse: Browse) -> None:
    browse.open(f"/?label={WATER}&not={WATER}")
    drop = browse.page.locator("a.drop").first
    count = number_in(drop.locator(".n").inner_text())
    browse.choose_by_key(drop)
    assert browse.count == count > 0


def test_a_label_on_a_tile_and_pages(browse: Browse) -> None:
    browse.open("/?subset=train")
    chip = browse.tiles.first.locator("a.l").first
    name = chip.locator("bdi").inner_text()
    browse.choose_by_key(chip)
    assert browse.words == f"Images with {name}, in train"
    browse.open("/?subset=train")
    for link, number in (("Page 3", "3"), ("Next page", "4"), ("Previous page", "3")):
        browse.choose_by_key(browse.page.get_by_role("link", name=link, exact=True))
        expect(browse.page.locator(".pager [aria-current]")).to_have_text(number)


def test_theme_and_help(browse: Browse) -> None:
    browse.open()
    page = browse.page
    for theme, key in (("dark", "Enter"), ("light", "Space"), ("system", "Enter")):
        browse.press(page.get_by_role("button", name="Theme"), key)
        expect(page.get_by_role("button", name=f"Theme: {theme}")).to_be_focused()
        expect(page.locator("#announce")).to_have_text(f"Theme: {theme}")
    button, keys = (
        page.get_by_role("button", name="Keyboard shortcuts"),
        page.get_by_role("dialog", name="Keyboard shortcuts"),
    )
    browse.press(button)
    expect(keys).to_be_visible()
    expect(keys.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Enter")
    expect(keys).to_be_hidden()
    expect(button).to_be_focused()


def test_the_drawer_on_a_phone(open_page: Opener) -> None:
    browse = Browse(open_page(viewport={"width": 390, "height": 844}))
    browse.open()
    browse.press(browse.page.get_by_role("button", name="Filters", exact=True), "Space")
    expect(focused(browse.page)).to_have_attribute("aria-label", "Close filters")
    browse.choose_by_key(browse.page.locator("#state-confirmed"))
    show = browse.page.get_by_role("button", name=f"Show {browse.count:,} images")
    browse.press(show)
    expect(browse.page.get_by_role("complementary", name="Filters")).to_be_hidden()
    expect(browse.page.get_by_role("button", name="Filters (1)")).to_be_focused()


def test_the_whole_way_from_a_label_to_a_copied_credit(browse: Browse) -> None:
    """Nothing but keys from the first Tab on, each control in its turn."""
    browse.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browse.open()
    page = browse.page
    tab_to(page, page.locator("#find-label"), at_most=20)
    page.keyboard.type("cat")
    expect(page.locator("#label-values .value")).to_have_count(1)
    tab_to(page, page.locator("#label-values .value a").first)
    before = page.url
    page.keyboard.press("Enter")
    browse.changed(before)
    assert browse.words == "Images with cat"
    tab_to(page, page.locator("#state-confirmed"), at_most=80)
    before = page.url
    page.keyboard.press("Enter")
    browse.changed(before)
    assert browse.parameters.keys() == {"label", "state"}
    tab_to(page, browse.tiles.first.locator(".pic"), at_most=60)
    page.keyboard.press("ArrowRight")
    expect(browse.tiles.nth(1).locator(".pic")).to_be_focused()
    page.keyboard.press("Enter")
    arrived(page, "/image/")
    tab_to(page, page.get_by_role("radio", name="Text", exact=True), at_most=40)
    for name in ("HTML", "Markdown"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    tab_to(page, page.get_by_role("button", name="Copy Markdown"))
    page.keyboard.press("Enter")
    credit = copied(page)
    assert credit == page.locator("#credit-markdown").text_content()
    assert "](https://" in credit
