"""Choosing, changing and taking back conditions, by mouse and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from browse.sample.labels import mid_of
from tests.browser.pages import Browse, expect, focused, name_and_count, number_in


def test_the_first_visit_shows_images_and_top_labels_at_once(browse: Browse) -> None:
    browse.open("/?sort=image_id")
    assert browse.words == "All images"
    assert browse.count == 600
    expect(browse.tiles).to_have_count(30)
    assert browse.facet("Labels").locator(".value").count() >= 10


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_choosing_a_value_leads_to_as_many_images_as_it_says_and_is_taken_back(browse: Browse, by: str) -> None:
    browse.open("/?confidence=0.5-1")
    follow = browse.choose if by == "mouse" else browse.choose_by_key
    before = browse.shown
    for heading in ("Labels", "State", "Subset", "License", "Author"):
        value = browse.value(heading)
        name, count = name_and_count(value)
        value.hover()
        follow(value.locator(".only" if heading == "State" else "a").first)
        assert browse.count == count, heading
        chosen = browse.facet(heading).locator(".value.on")
        expect(chosen.locator(".name"), heading).to_contain_text(name)
        follow(chosen.locator("a").first)
        assert browse.shown == before, heading
    assert browse.still_the_same_document()


def test_a_change_updates_grid_chips_words_address_title_and_facets(browse: Browse) -> None:
    browse.open()
    name, count = name_and_count(browse.value("Labels"))
    browse.choose(browse.value("Labels").locator("a").first)
    assert browse.words == f"Images with {name}"
    assert browse.chips.count() == 1
    assert name in browse.chips.first.inner_text()
    assert browse.parameters.keys() == {"label"}
    expect(browse.page).to_have_title(f"{count} images with {name} · Open Images")
    expect(browse.page.locator("#announce")).to_contain_text(f"{count} images with {name}")
    rows = browse.facet("Labels").locator(".value:not(.on)")
    assert all(name_and_count(rows.nth(number))[1] <= count for number in range(rows.count()))


def test_words_typed_into_the_filters_find_images_and_follow_other_choices(browse: Browse) -> None:
    browse.open("/?subset=train")
    before = browse.count
    title = browse.tiles.first.locator("h2").inner_text()
    word = max(re.findall(r"[A-Za-z]+", title), key=len)
    box = browse.page.get_by_label("Words in title or author", exact=True)
    box.fill(f"title:{word}  &")
    box.press("Enter")
    expect(browse.page).to_have_url(re.compile(rf"\?subset=train&q=title:{word}$"))
    browse.settle()
    assert 0 < browse.count <= before
    assert browse.words == f"Images in train, with “{word}” in the title"
    browse.choose(browse.value("Labels").locator("a").first)
    assert browse.parameters.keys() == {"label", "subset", "q"}
    box.fill("")
    box.press("Enter")
    expect(browse.page).not_to_have_url(re.compile("q="))
    browse.settle()
    assert browse.parameters.keys() == {"label", "subset"}
    assert browse.still_the_same_document()


def test_a_row_narrows_and_minus_leaves_out(browse: Browse) -> None:
    browse.open()
    everything = browse.count
    name, count = name_and_count(browse.value("Labels"))
    browse.choose(browse.page.get_by_role("link", name=f"Exclude {name}", exact=True))
    assert browse.count == everything - count
    assert browse.words == f"Images without {name}"
    other, _ = name_and_count(browse.value("Labels"))
    browse.choose(browse.value("Labels").locator("a").first)
    assert browse.words == f"Images with {other}, without {name}"


def test_states_can_be_added_and_left_out(browse: Browse) -> None:
    browse.open("/?confidence=0.5-1")
    ticked = browse.facet("State").locator(".value.on bdi")
    assert ticked.all_inner_texts() == ["Confirmed", "Unverified", "Missed by machine"]
    browse.choose(browse.page.locator("#state-rejected"))
    assert set(browse.parameters["state"]) == {"confirmed", "unverified", "missed", "rejected"}
    browse.choose(browse.facet("State").locator(".value.on").filter(has_text="Unverified").locator("a").first)
    assert set(browse.parameters["state"]) == {"confirmed", "missed", "rejected"}
    browse.choose(browse.page.get_by_role("link", name="Default"))
    assert "state" not in browse.parameters


def test_find_a_label_shows_matching_labels_with_counts_of_this_query(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    browse.page.get_by_label("Find a label in this result").fill("BALLOON")
    rows = browse.page.locator("#label-values .value")
    expect(rows.first).to_contain_text("balloon")
    expect(browse.page.locator("#announce")).to_contain_text("matching “BALLOON”")
    assert all("balloon" in text for text in rows.all_inner_texts())
    name, count = name_and_count(rows.first)
    browse.choose(rows.first.locator("a").first)
    assert browse.count == count
    assert name in browse.words


def test_find_a_label_says_when_there_is_none_and_clears(browse: Browse) -> None:
    browse.open()
    first = browse.value("Labels").inner_text()
    field = browse.page.get_by_label("Find a label in this result")
    field.fill("no such label")
    expect(browse.page.locator("#label-values")).to_contain_text("No labels in this result")
    field.fill("")
    expect(browse.page.locator("#label-values .value").first).to_contain_text(first.split("\n")[0])


def test_all_labels_of_a_result_can_be_listed(browse: Browse) -> None:
    browse.open()
    shown = browse.page.locator("#label-values .value").count()
    more = browse.page.locator("#label-values .more")
    for _ in range(2):
        further = number_in(more.inner_text())
        more.click()
        shown += further
        expect(browse.page.locator("#label-values .value")).to_have_count(shown)
    assert browse.still_the_same_document()


def test_all_authors_of_a_result_can_be_listed_by_key(browse: Browse) -> None:
    browse.open()
    more = browse.page.get_by_role("link", name="More authors in this result")
    expect(browse.page.locator("#author-values .value")).to_have_count(6)
    more.press("Enter")
    expect(browse.page.locator("#author-values .value").nth(6)).to_be_visible()
    expect(focused(browse.page)).to_have_attribute("id", re.compile("^author-"))
    author = browse.page.locator("#author-values .value").nth(6)
    name, count = name_and_count(author)
    browse.choose(author.locator("a").first)
    assert browse.count == count
    expect(browse.facet("Author").locator(".value.on")).to_contain_text(name)


def test_a_chip_changes_between_must_may_and_must_not(browse: Browse) -> None:
    browse.open()
    everything = browse.count
    _, count = name_and_count(browse.value("Labels"))
    browse.choose(browse.value("Labels").locator("a").first)
    browse.chips.first.locator("summary").click()
    browse.choose(browse.page.get_by_role("link", name="None of", exact=True))
    assert browse.count == everything - count
    browse.chips.first.locator("summary").click()
    browse.choose(browse.page.get_by_role("link", name="Any of", exact=True))
    assert browse.count == count
    assert browse.parameters.keys() == {"any"}


def test_a_chip_has_states_of_its_own_with_their_counts(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    browse.chips.first.locator("summary").click()
    rejected = browse.chips.first.locator(".value").filter(has_text="Rejected")
    _, count = name_and_count(rejected)
    rejected.hover()
    browse.choose(rejected.locator(".only"))
    assert browse.count == count
    assert browse.parameters["label"][0].endswith(":rejected")
    expect(browse.chips.first.locator("details")).to_have_attribute("open", "")
    browse.choose(browse.chips.first.get_by_role("link", name="Same as query"))
    assert ":" not in browse.parameters["label"][0]


def test_at_least_k_of_several_labels_that_may_be_there(browse: Browse) -> None:
    browse.open()
    mids = [browse.value("Labels", number).locator("a").first.get_attribute("id") for number in range(3)]
    terms = "&".join(f"any={mid.removeprefix('label-')}" for mid in mids if mid)
    browse.open(f"/?{terms}")
    counts = [browse.count]
    for number in (2, 3):
        browse.choose(browse.page.get_by_role("link", name=f"At least {number}"))
        counts.append(browse.count)
        assert browse.parameters["min_any"] == [str(number)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[2]
    browse.choose(browse.page.get_by_role("link", name="Remove").first)
    assert browse.parameters["min_any"] == ["2"]


def test_a_chip_is_removed_by_keyboard_and_the_focus_stays_in_the_results(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    before = browse.page.url
    browse.chips.first.get_by_role("link", name="Remove").focus()
    browse.page.keyboard.press("Enter")
    browse.changed(before)
    assert browse.parameters == {"sort": ["image_id"]}
    expect(focused(browse.page)).to_have_id("results")


def test_escape_and_a_click_elsewhere_close_a_chip(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    details = browse.chips.first.locator("details")
    details.locator("summary").click()
    expect(details).to_have_attribute("open", "")
    browse.page.keyboard.press("Escape")
    expect(details).not_to_have_attribute("open", "")
    expect(focused(browse.page)).to_have_text(details.locator("summary").inner_text())
    details.locator("summary").click()
    browse.page.locator("h1").click()
    expect(details).not_to_have_attribute("open", "")


def test_the_focus_stays_on_a_facet_value_that_is_still_there(browse: Browse) -> None:
    browse.open()
    before = browse.page.url
    link = browse.page.locator("#state-rejected")
    link.focus()
    browse.page.keyboard.press("Enter")
    browse.changed(before)
    expect(focused(browse.page)).to_have_id("state-rejected")


def test_clear_all_takes_every_condition_back(browse: Browse) -> None:
    browse.open("/?state=confirmed&subset=validation&confidence=0.5-1&size=l")
    assert browse.chips.count() == 3
    browse.choose(browse.page.get_by_role("link", name="Clear all"))
    assert browse.parameters == {"sort": ["image_id"], "size": ["l"]}


def test_find_a_label_takes_mids_and_any_accents(browse: Browse) -> None:
    browse.open("/?confidence=0.5-1")
    values = browse.page.locator("#label-values .value")
    field = browse.page.get_by_label("Find a label in this result")
    cafe, water = mid_of("café au lait"), mid_of("water")
    for text, mid, name in (
        (water, water, "water"),
        ("CAFE AU", cafe, "café au lait"),
        (water.upper()[3:], water, "water"),
        ("café", cafe, "café au lait"),
        ("wätér", water, "water"),
    ):
        field.fill(text)
        found = values.locator("a").first
        expect(found, text).to_have_id(f"label-{mid}")
        expect(found.locator("bdi"), text).to_have_text(name)


def test_labels_that_share_a_name_are_told_apart(browse: Browse) -> None:
    """Beside their name stands what the others do not have: the MID, and the labels that they mostly occur with."""
    mids = {mid_of("trunk (tree)"), mid_of("trunk (car)")}
    browse.page.goto("/labels?q=trunk")
    rows = browse.page.locator(".label-table tbody tr")
    assert rows.locator("th bdi").all_inner_texts() == ["trunk", "trunk"]
    assert set(rows.locator(".mono").all_inner_texts()) == mids
    company = rows.locator("th small").all_inner_texts()
    assert len(set(company)) == 2
    assert all(text.startswith("with ") for text in company)
    browse.open()
    browse.page.get_by_label("Find a label in this result").fill("trunk")
    values = browse.page.locator("#label-values .value")
    expect(values).to_have_count(2)
    notes = values.locator(".name small").all_inner_texts()
    assert {note.split(" ")[0] for note in notes} == mids
    assert {note.partition(" · ")[2] for note in notes} == set(company)
    browse.choose(values.locator("a").first)
    assert notes[0] in browse.chips.first.inner_text()
    assert notes[0] in browse.facet("Labels").locator(".value.on").inner_text()


def test_a_label_on_a_tile_narrows(browse: Browse) -> None:
    browse.open()
    chip = browse.tiles.first.locator("a.l").first
    name = chip.locator("bdi").inner_text()
    browse.choose(chip)
    assert browse.words == f"Images with {name}"
    assert browse.still_the_same_document()


def test_every_link_of_the_first_page_leads_somewhere(browse: Browse, browser_page: Page) -> None:
    browse.open("/?confidence=0.5-1&subset=validation")
    links = browser_page.eval_on_selector_all(
        "#main a[href^='/']", "links => [...new Set(links.map(a => a.getAttribute('href')))]"
    )
    assert len(links) > 60
    for address in links[::7]:
        response = browser_page.request.get(address)
        assert response.ok, f"{address}: {response.status}"
