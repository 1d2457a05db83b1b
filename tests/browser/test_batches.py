"""One verdict on many pictures: by keys, boxes and buttons on the sheet, and from the tray."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from browse.sample.labels import mid_of
from tests.browser.test_accessibility import faults
from tests.live import Site
from tests.watched import Watch

OUTDOOR = mid_of("outdoor")
SEED = 77


@pytest.fixture
def watch(live_curated: str) -> Watch:
    return Watch(live_curated)


def written(site: Site, seed: int) -> list[tuple[str, str]]:
    query = "SELECT image_key, says FROM browse_verdict WHERE why LIKE ? ORDER BY id"
    with closing(sqlite3.connect(site.data_dir / "openimages.sqlite3")) as database:
        rows = database.execute(query, (f"review of %, {seed}",)).fetchall()
    return [(f"{key + 2**63:016x}", says) for key, says in rows]


def test_a_sheet_is_judged_by_selection_and_rest_and_undone_as_one(
    signed_in: Callable[..., Page], curated_site: Site
) -> None:
    page = signed_in("curator")
    page.goto(f"/review?mid={OUTDOOR}&state=confirmed&seed={SEED}")
    pictures = page.locator("[data-sheet] > li")
    expect(pictures.first).to_be_focused()
    images = pictures.evaluate_all("rows => rows.map(row => row.dataset.image)")
    rest = page.get_by_role("button", name="Rest of the sheet is yes")
    expect(rest).to_have_text(re.compile(r"\(24\)"))
    page.keyboard.press("c")
    page.keyboard.press("Shift+ArrowRight")
    pictures.nth(4).get_by_role("checkbox").check()
    pictures.nth(6).get_by_role("checkbox").click(modifiers=["Shift"])
    selected = page.locator("[data-selected]")
    expect(selected).to_have_text("5")
    expect(rest).to_have_text(re.compile(r"\(19\)"))
    assert not faults(page)
    page.keyboard.press("Shift+N")
    expect(page.locator("[data-tally=no]")).to_have_text("5")
    expect(selected).to_have_text("")
    page.keyboard.press("r")
    expect(rest).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-tally=yes]")).to_have_text("19")
    undo = page.get_by_role("button", name="Undo yes on 19 pictures")
    expect(undo).to_be_visible()
    undo.click()
    expect(page.locator("[data-tally=yes]")).to_have_text("0")
    expect(rest).to_have_text(re.compile(r"\(19\)"))
    picked = [images[place] for place in (0, 1, 4, 5, 6)]
    said = written(curated_site, SEED)
    assert said[:5] == [(image, "no") for image in picked]
    assert [says for _, says in said[5:]] == ["yes"] * 19 + ["undo"] * 19


@pytest.mark.deep
def test_what_is_selected_while_browsing_is_judged_where_the_query_has_a_label(signed_in: Callable[..., Page]) -> None:
    page = signed_in("curator")
    page.goto("/?sort=image_id")
    page.get_by_role("button", name="Select page").click()
    tray = page.get_by_role("region", name="Selected images")
    expect(tray).to_be_visible()
    expect(tray.get_by_role("link", name="Judge")).to_be_hidden()
    page.goto(f"/?label={OUTDOOR}:confirmed")
    tray.get_by_role("link", name="Judge").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Do these 30 images show “outdoor”"))
    assert not faults(page)
    page.get_by_role("button", name="unsure").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Said unsure to “outdoor” on 30 images")
    page.get_by_role("button", name="Undo 30 verdicts").click()
    expect(page.get_by_text("30 of these verdicts are undone.")).to_be_visible()
