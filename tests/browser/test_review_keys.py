"""Review by key: one key, one verdict, on the picture that was shown when it was pressed."""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.pages import CLOSED_AND_OPENED_AGAIN, routed, stand_still
from tests.browser.test_history import holding
from tests.live import Site
from tests.watched import Watch

OUTDOOR = "/m/0zz4ch0"
SHEET = 24
KEYS = "ynsyynnsynysnynyysnyynsn"
SAYS = {"y": "yes", "n": "no", "s": "unsure"}
NEXT_SHEET = "**/review/next"
seeds = itertools.count(100)


@pytest.fixture
def watch(live_curated: str) -> Watch:
    return Watch(live_curated)


@pytest.fixture
def seed() -> int:
    """A review of its own for each test."""
    return next(seeds)


@pytest.fixture
def written(curated_site: Site, seed: int) -> Callable[[], list[tuple[str, str]]]:
    """The verdicts of this test's review as the database has them: (ImageID, says) in order."""

    def read() -> list[tuple[str, str]]:
        query = "SELECT image_key, says FROM browse_verdict WHERE why LIKE ? ORDER BY id"
        with closing(sqlite3.connect(curated_site.data_dir / "openimages.sqlite3")) as database:
            rows = database.execute(query, (f"review of %, {seed}",)).fetchall()
        return [(f"{key + 2**63:016x}", says) for key, says in rows]

    return read


def opened(page: Page, seed: int) -> list[str]:
    """Open a review; returns the images of its sheet once keys count."""
    page.goto(f"/review?mid={OUTDOOR}&state=confirmed&seed={seed}")
    expect(page.locator("[data-sheet] > li").first).to_be_focused()
    return images_on(page)


def on_sheet(page: Page, image: str) -> Locator:
    """The picture of the sheet itself: the label's guideline may show the same image as an example."""
    return page.locator(f'[data-sheet] > [data-image="{image}"]')


def images_on(page: Page) -> list[str]:
    found: list[str] = page.locator("[data-sheet] > li").evaluate_all("rows => rows.map(row => row.dataset.image)")
    return found


def press_at_once(page: Page, keys: str) -> None:
    """Press Enter and then these keys, without waiting for what Enter leads to, as Playwright would."""
    session = page.context.new_cdp_session(page)
    for key in ("Enter", *keys):
        text = "\r" if key == "Enter" else key
        pressed = {"key": key, "code": key if key == "Enter" else f"Key{key.upper()}", "text": text}
        for kind in ("keyDown", "keyUp"):
            session.send("Input.dispatchKeyEvent", {"type": kind, **pressed})
            page.wait_for_timeout(20)


def answer_late(page: Page, ms: int) -> None:
    """From now on every answer takes so long."""
    network = {"offline": False, "latency": ms, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", network)


def turned(page: Page, before: list[str]) -> list[str]:
    """Wait for another sheet than that of these images; returns its images once keys count."""
    page.wait_for_function(
        "before => document.querySelector('[data-sheet] > li:focus') && "
        "document.querySelector('[data-sheet] > li').dataset.image !== before",
        arg=before[0],
    )
    return images_on(page)


def taken(page: Page) -> None:
    """Wait until the server has counted what is judged on this sheet, the second of its review."""
    page.wait_for_function(
        "before => before + document.querySelectorAll('[data-sheet] > li[data-says]:not([data-says=\"\"])').length"
        " === ['yes', 'no', 'unsure'].reduce("
        "(sum, word) => sum + Number(document.querySelector(`[data-tally=${word}]`).textContent), 0)",
        arg=SHEET,
    )


def expected(images: list[str], keys: str) -> list[tuple[str, str]]:
    return [(image, SAYS[key]) for image, key in zip(images, keys, strict=False)]


@pytest.mark.parametrize(
    ("gap_ms", "is_slow"),
    [
        (60, True),
        *((20, False), (60, False), (120, False), (20, True), (120, True)),
    ],
)
def test_keys_of_a_sheet_and_after_it_write_one_verdict_each_and_never_over_another(
    signed_in: Callable[..., Page],
    written: Callable[[], list[tuple[str, str]]],
    seed: int,
    gap_ms: int,
    is_slow: bool,
) -> None:
    page = signed_in("curator")
    first = opened(page, seed)
    assert len(first) == SHEET
    if is_slow:
        answer_late(page, 150)
    keys = KEYS
    page.keyboard.type(keys + "nnn", delay=gap_ms)
    page.keyboard.press("Enter")
    page.keyboard.type("nsn", delay=gap_ms)
    second = turned(page, first)
    taken(page)
    told = written()
    assert told[:SHEET] == expected(first, keys)
    # Keys after Enter count on the new sheet once it is shown, each on the picture after; none goes back.
    assert told[SHEET:] == expected(second, "nsn"[3 - len(told[SHEET:]) :])
    assert not set(first) & set(second)


@pytest.mark.deep
def test_keys_wait_while_a_sheet_is_on_its_way(
    signed_in: Callable[..., Page], written: Callable[[], list[tuple[str, str]]], seed: int
) -> None:
    page = signed_in("curator")
    first = opened(page, seed)
    page.keyboard.type("yn", delay=60)
    expect(page.locator("[data-tally=no]")).to_have_text("1")
    asked: list[Route] = []
    routed(page, NEXT_SHEET, holding(asked))
    with page.expect_request(NEXT_SHEET):
        press_at_once(page, "nsnu")
    expect(page.locator(".sheet-status")).to_have_text(re.compile("Loading the next sheet"))
    asked[0].continue_()
    second = turned(page, first)
    page.keyboard.press("s")
    expect(page.locator("[data-tally=unsure]")).to_have_text("1")
    assert written() == [*expected(first, "yn"), (second[0], "unsure")]


def test_when_all_are_judged_keys_do_nothing_wherever_the_focus_is(
    signed_in: Callable[..., Page], written: Callable[[], list[tuple[str, str]]], seed: int
) -> None:
    page = signed_in("curator")
    first = opened(page, seed)
    page.keyboard.type(KEYS, delay=20)
    expect(page.locator(".sheet-status")).to_have_text(re.compile("^All pictures on this sheet are judged"))
    page.keyboard.press("n")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("y")
    page.keyboard.press("ArrowRight")  # without focus: to the first
    page.keyboard.press("s")
    page.keyboard.press("u")  # what is taken back is open again
    page.keyboard.press("s")
    expect(page.locator("[data-tally=unsure]")).to_have_text(str(KEYS.count("s") + 1))
    assert written() == [*expected(first, KEYS), (first[0], "undo"), (first[0], "unsure")]


def test_a_picture_seen_large_stays_where_it_is_opened_again_before_its_closing_is_told(
    signed_in: Callable[..., Page], seed: int
) -> None:
    page = signed_in("curator")
    first, *_ = opened(page, seed)
    page.keyboard.press("Space")
    picture = page.get_by_role("dialog").locator(f'[data-image="{first}"] img')
    expect(picture).to_be_visible()
    page.get_by_role("dialog").evaluate(CLOSED_AND_OPENED_AGAIN)
    expect(picture).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(on_sheet(page, first)).to_be_focused()


def test_without_focus_a_key_goes_to_the_first_picture_not_yet_judged_and_only_to_one_in_view(
    signed_in: Callable[..., Page], written: Callable[[], list[tuple[str, str]]], seed: int
) -> None:
    page = signed_in("curator")
    first = opened(page, seed)
    page.keyboard.type("yy", delay=20)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    expect(page.locator("[data-tally=no]")).to_have_text("1")
    page.evaluate("document.activeElement.blur(); scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("n")  # nobody saw which picture this would be for
    expect(on_sheet(page, first[3])).to_be_focused()
    page.keyboard.press("s")
    expect(page.locator("[data-tally=unsure]")).to_have_text("1")
    page.locator("form[data-next] button").focus()
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    assert written() == expected(first, "yyns")


@pytest.mark.parametrize("key", ["y", "Enter"])
def test_a_key_held_down_counts_once(
    signed_in: Callable[..., Page], written: Callable[[], list[tuple[str, str]]], seed: int, key: str
) -> None:
    page = signed_in("curator")
    first = opened(page, seed)
    button = page.locator("[data-sheet] > li").first.locator("button.yes")
    if key == "Enter":  # on a button it presses the button
        button.focus()
    for _ in range(8):
        page.keyboard.down(key)
        page.wait_for_timeout(30)
    page.keyboard.up(key)
    expect(page.locator("[data-tally=yes]")).to_have_text("1")
    page.wait_for_timeout(200)
    assert images_on(page) == first
    assert written() == expected(first, "y")


def answer_verdicts(page: Page, status: int, message: str, **headers: str) -> None:
    """What the server says to verdicts from now on."""
    told = json.dumps({"errors": [{"message": message}]})
    page.unroute("**/review/verdicts")
    routed(page, "**/review/verdicts", lambda route: route.fulfill(status=status, body=told, headers=headers))


def test_a_verdict_that_is_refused_is_told_and_holds_the_sheet(
    signed_in: Callable[..., Page], written: Callable[[], list[tuple[str, str]]], seed: int, watch: Watch
) -> None:
    watch.allow("status of 403")
    page = signed_in("curator")
    first = opened(page, seed)
    answer_verdicts(page, 403, "you are signed out")
    page.keyboard.press("y")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This was not saved: you are signed out")
    refused = on_sheet(page, first[0])
    expect(refused).to_contain_text("Not saved")
    expect(refused).to_be_focused()
    assert images_on(page) == first
    page.unroute("**/review/verdicts")
    page.keyboard.press("n")
    expect(page.locator("[data-tally=no]")).to_have_text("1")
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(refused).not_to_contain_text("Not saved")
    assert written() == expected(first, "n")


def test_verdicts_that_cannot_be_saved_now_are_kept_and_sent_again_before_the_next_sheet(
    signed_in: Callable[..., Page], written: Callable[[], list[tuple[str, str]]], seed: int, watch: Watch
) -> None:
    watch.allow("status of 503|ERR_FAILED")
    page = signed_in("curator", fresh=True)
    first = opened(page, seed)
    answer_verdicts(page, 503, "the database has no disk space left", **{"Retry-After": "60"})
    page.keyboard.type("yns", delay=30)
    note = page.get_by_role("alert")
    expect(note).to_contain_text("Not saved yet: 3 verdicts (the database has no disk space left)")
    for image in first[:3]:
        expect(on_sheet(page, image)).to_contain_text("Not saved yet")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-status")).to_contain_text("as soon as your verdicts are saved")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    with page.expect_event("dialog"):
        page.evaluate("location.assign('/labels')")
    assert asked == ["beforeunload"]
    assert images_on(page) == first
    stand_still(page)
    page.unroute("**/review/verdicts")
    routed(page, "**/review/verdicts", lambda route: route.abort(), times=1)
    note.get_by_role("button", name="Try again now").click()
    expect(note).to_contain_text("the server cannot be reached")
    note.get_by_role("button", name="Try again now").click()
    page.clock.resume()
    second = turned(page, first)
    assert written() == expected(first, "yns")
    assert not set(first) & set(second)


def test_undo_by_touch_and_a_pressed_button_pressed_again(
    signed_in: Callable[..., Page], written: Callable[[], list[tuple[str, str]]], seed: int
) -> None:
    page = signed_in("curator", has_touch=True, viewport={"width": 390, "height": 844})
    first = opened(page, seed)
    picture = on_sheet(page, first[0])
    expect(picture.get_by_role("button", name="Undo")).to_have_count(0)
    for _ in range(3):
        picture.get_by_role("button", name="yes").tap()
    expect(page.locator("[data-tally=yes]")).to_have_text("1")
    picture.get_by_role("button", name="Undo").tap()
    expect(page.locator("[data-tally=yes]")).to_have_text("0")
    expect(picture.get_by_role("button", name="Undo")).to_have_count(0)
    picture.get_by_role("button", name="no").tap()
    expect(page.locator("[data-tally=no]")).to_have_text("1")
    assert written() == [(first[0], "yes"), (first[0], "undo"), (first[0], "no")]


def test_the_keys_of_a_russian_keyboard_judge_select_and_judge_what_is_selected(
    signed_in: Callable[..., Page], written: Callable[[], list[tuple[str, str]]], seed: int
) -> None:
    page = signed_in("curator")
    images = opened(page, seed)

    def press(key: str, code: str, *, is_shifted: bool = False) -> None:
        page.evaluate(
            "init => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', init))",
            {"key": key, "code": code, "shiftKey": is_shifted, "bubbles": True, "cancelable": True},
        )

    press("н", "KeyY")
    expect(page.locator("[data-tally=yes]")).to_have_text("1")
    press("с", "KeyC")
    press("Т", "KeyN", is_shifted=True)
    expect(page.locator("[data-tally=no]")).to_have_text("1")
    assert written() == [(images[0], "yes"), (images[1], "no")]
