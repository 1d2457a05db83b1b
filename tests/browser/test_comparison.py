"""Labels, comparison and statistics in a browser: the threshold's slider, and figures that answer mouse and keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route

from browse.sample.labels import mid_of
from tests.browser.pages import expect, number_in
from tests.browser.test_history import holding
from tests.watched import Opener

LABEL = f"/label{mid_of('water')}"
STATS_DRAWN = "() => document.querySelectorAll('[data-figure][data-drawn]').length === 3"


def kept(page: Page) -> Locator:
    """What the page says of the threshold it stands on."""
    return page.locator(".kept-level:visible")


def count_behind(page: Page, link: Locator) -> int:
    """How many images the browse page has that a link leads to."""
    href = link.get_attribute("href")
    assert href
    page.goto(href)
    return number_in(page.locator(".tools .count b").inner_text())


def test_the_slider_s_figures_change_while_it_moves(browser_page: Page) -> None:
    browser_page.goto(LABEL)
    slider = browser_page.get_by_role("slider", name="Threshold")
    slider.focus()
    slider.press("Home")
    expect(kept(browser_page)).to_have_count(1)
    first = kept(browser_page).inner_text()
    said = [slider.get_attribute("aria-valuetext")]
    slider.press("ArrowRight")
    said.append(slider.get_attribute("aria-valuetext"))
    assert kept(browser_page).inner_text() != first
    assert said[0] != said[1]
    box = slider.bounding_box()
    assert box
    browser_page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    browser_page.mouse.down()
    seen = set()
    for step in range(1, 11):
        browser_page.mouse.move(box["x"] + box["width"] * step / 10, box["y"] + box["height"] / 2)
        seen.add(kept(browser_page).inner_text())
    assert len(seen) >= 4, "it changes before the mouse is let go"
    browser_page.mouse.up()
    at = kept(browser_page).get_attribute("data-at")
    expect(browser_page).to_have_url(re.compile(rf"at={at}$"))
    for scope in browser_page.locator(".scopes a").all():
        assert f"at={at}" in (scope.get_attribute("href") or "")
    images = kept(browser_page).locator(".at-least a")
    number = number_in(images.inner_text())
    assert count_behind(browser_page, images) == number


def test_a_precision_moves_the_slider_to_the_threshold_that_reaches_it(browser_page: Page) -> None:
    browser_page.goto(f"/label{mid_of('outdoor')}")
    field = browser_page.get_by_label("Threshold for at least")
    field.fill("99.9")
    field.press("Enter")
    expect(browser_page.locator(".no-reach")).to_have_text(
        "No threshold reaches 99.9% precision (lower bound of the 95% interval, at least 30 checked)."
    )
    field.fill("80.5")
    field.press("Tab")
    expect(browser_page.locator(".reach:visible")).to_contain_text("at least 80.5% precision")
    words = browser_page.locator(".reach:visible a")
    at = words.inner_text().removeprefix("≥ ")
    expect(kept(browser_page)).to_have_attribute("data-at", at)
    expect(browser_page).to_have_url(re.compile(rf"\?p=0\.805&at={re.escape(at)}$"))
    browser_page.reload()
    expect(field).to_have_value("80.5")
    expect(kept(browser_page)).to_have_attribute("data-at", at)


def test_a_precision_is_answered_as_it_is_typed(browser_page: Page) -> None:
    browser_page.goto(f"/label{mid_of('outdoor')}")
    field = browser_page.get_by_label("Threshold for at least")
    field.fill("99.9")
    expect(browser_page.locator(".no-reach")).to_contain_text("99.9%")
    expect(field).to_be_focused()
    field.press_sequentially("9")  # out of its range: nothing is said of it until the box is left
    browser_page.evaluate("() => new Promise(done => setTimeout(done, 300))")  # longer than the page waits for more
    expect(browser_page.locator(".no-reach")).to_contain_text("99.9%")


def test_a_label_page_shows_its_slider_from_the_start(browser_page: Page) -> None:
    held: list[Route] = []
    browser_page.route(re.compile(r"/js/threshold\b"), holding(held))
    with browser_page.expect_request(re.compile(r"/js/threshold\b")):
        browser_page.goto(LABEL, wait_until="commit")
    expect(browser_page.get_by_role("slider", name="Threshold")).to_be_visible()
    expect(browser_page.locator("#threshold")).to_be_hidden()
    expect(browser_page.get_by_role("button", name="Find")).to_be_hidden()
    held[0].continue_()


def test_without_scripts_thresholds_are_forms_and_figures_are_tables(open_page: Opener) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(LABEL)
    expect(page.get_by_role("slider")).to_have_count(0)
    page.locator("#threshold").select_option("0.8")
    page.get_by_role("button", name="Show").click()
    expect(kept(page)).to_have_attribute("data-at", "0.8")
    page.get_by_label("Threshold for at least").fill("55")
    page.get_by_role("button", name="Find").click()
    expect(page).to_have_url(re.compile(r"\?p=0\.55$"))
    expect(page.locator(".reach:visible, .no-reach:visible")).to_contain_text("55%")
    page.goto("/stats")
    expect(page.locator(".plot-parts").first).to_be_hidden()
    expect(page.locator("#mark")).to_be_hidden()
    page.locator("#figure-all ~ details summary").click()
    page.locator("#figure-all ~ details").get_by_role("link", name="Full table").click()
    expect(page.locator("tbody tr")).to_have_count(100)


@pytest.fixture
def stats(browser_page: Page) -> Page:
    """The statistics page with its figures drawn."""
    browser_page.goto("/stats")
    draw_all(browser_page)
    return browser_page


def draw_all(page: Page) -> None:
    """Scroll through the page, which draws figures as they come near to be seen."""
    parts = page.locator("[data-figure]")
    expect(parts.first).to_have_attribute("data-drawn", re.compile("light|dark"))
    expect(parts.last).not_to_have_attribute("data-drawn", re.compile("light|dark"))
    for part in parts.all():
        part.scroll_into_view_if_needed()
    page.wait_for_function(STATS_DRAWN)
    page.evaluate("() => scrollTo(0, 0)")


def canvas(page: Page, figure: str) -> Locator:
    return page.locator(f"[data-figure={figure}] canvas")


def find_a_dot(page: Page, figure: str) -> tuple[float, float]:
    """Moves the mouse over a figure until a tooltip shows; gives where."""
    canvas(page, figure).scroll_into_view_if_needed()
    box = canvas(page, figure).bounding_box()
    assert box
    for y in range(40, int(box["height"]) - 40, 4):
        page.mouse.move(box["x"] + 90, box["y"] + y)
        if page.locator("#vg-tooltip-element.visible").count():
            return box["x"] + 90, box["y"] + y
    raise AssertionError("no dot was found")


def test_a_dot_names_its_label_and_leads_to_it(stats: Page) -> None:
    x, y = find_a_dot(stats, "all")
    tooltip = stats.locator("#vg-tooltip-element")
    cells = tooltip.locator("td.value").all_inner_texts()
    assert [text.rstrip(":") for text in tooltip.locator("td.key").all_inner_texts()][:3] == [
        "Label",
        "MID",
        "Images, any state",
    ]
    stats.mouse.click(x, y)
    expect(stats).to_have_url(re.compile(f"/label{re.escape(cells[1])}$"))
    expect(stats.get_by_role("heading", level=1)).to_have_text(cells[0])


def test_keys_go_from_label_to_label(stats: Page) -> None:
    walk = stats.locator("#walk-precision")
    walk.focus()
    first = walk.get_attribute("aria-valuetext")
    walk.press("ArrowRight")
    name = stats.locator("[data-figure=precision] .walk-here a").inner_text()
    said = walk.get_attribute("aria-valuetext") or ""
    assert said != first
    assert said.startswith(f"2. {name}: ")
    walk.press("Enter")
    expect(stats.get_by_role("heading", level=1)).to_have_text(name)


def test_a_search_marks_and_a_brush_lists_labels(stats: Page) -> None:
    picture = "() => document.querySelector('[data-figure=all] canvas').toDataURL()"
    before = stats.evaluate(picture)
    stats.get_by_label("Highlight a label in the figures").fill("ORANGE")
    expect(stats.locator("#marked")).to_have_text(
        re.compile(r"^2 labels highlighted: orange \(/m/\w+\), orange \(/m/\w+\)$")
    )
    stats.wait_for_function(f"before => ({picture})() !== before", arg=before)
    box = canvas(stats, "all").bounding_box()
    assert box
    stats.mouse.move(box["x"] + 60, box["y"] + 50)
    stats.mouse.down()
    stats.mouse.move(box["x"] + 160, box["y"] + 200)  # at once: nothing is listed on the way
    stats.mouse.up()
    part = stats.locator("[data-figure=all]")
    words = part.locator(".brushed-count")
    expect(words).to_contain_text("selected")
    lines = part.locator(".brushed li")
    expect(lines).to_have_count(number_in(words.inner_text()))
    assert lines.count() > 3
    for line in lines.all():
        name, images = line.get_by_role("link").all()
        any_state = ":absent,confirmed,missed,rejected,unverified"
        page = name.get_attribute("href") or ""
        assert images.get_attribute("href") == page.replace("/label/", "/?label=/") + any_state
    selected = lines.all_inner_texts()
    stats.emulate_media(color_scheme="dark")
    stats.wait_for_function("() => document.querySelectorAll('[data-drawn=dark] canvas').length === 3")
    assert lines.all_inner_texts() == selected
    terms = min(20, lines.count())
    part.locator(".brushed-browse").click()
    expect(stats).to_have_url(re.compile(r"/\?any="))
    assert stats.url.count("any=") == terms
    expect(stats.locator("h1.words")).to_be_visible()


@pytest.fixture
def touched(open_page: Opener) -> Page:
    """The statistics page with its figures drawn, on a phone."""
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto("/stats")
    draw_all(page)
    canvas(page, "all").scroll_into_view_if_needed()
    return page


def test_a_finger_names_the_dot_beside_it_and_then_opens_it(touched: Page) -> None:
    box = canvas(touched, "all").bounding_box()
    assert box
    named = touched.locator("[data-figure=all] .walk-here")
    first = named.inner_text()
    touched.evaluate("() => { window.taps = 0; addEventListener('click', () => { window.taps += 1; }); }")
    for taps, y in enumerate(range(40, int(box["height"]) - 40, 12), start=1):
        touched.touchscreen.tap(box["x"] + 90, box["y"] + y)
        touched.wait_for_function("taps => window.taps === taps", arg=taps)  # a tap is a click a moment later
        if named.inner_text() != first:
            break
    name = named.get_by_role("link").inner_text()
    touched.touchscreen.tap(box["x"] + 90, box["y"] + y)
    expect(touched).to_have_url(re.compile("/label/"))
    expect(touched.get_by_role("heading", level=1)).to_have_text(name)


def test_fingers_scroll_until_they_are_to_select(touched: Page) -> None:
    part = touched.locator("[data-figure=all]")
    button = part.get_by_role("button", name="Select by dragging")
    button.tap()
    expect(button).to_have_attribute("aria-pressed", "true")
    canvas(touched, "all").scroll_into_view_if_needed()
    box = canvas(touched, "all").bounding_box()
    assert box
    fingers = touched.context.new_cdp_session(touched)
    for kind, x, y in (("touchStart", 60, 50), ("touchMove", 156, 250)):  # at once: nothing is listed on the way
        point = {"x": box["x"] + x, "y": box["y"] + y}
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(part.locator(".brushed-count")).to_contain_text("selected")
    number = number_in(part.locator(".brushed-count").inner_text())
    expect(part.locator(".brushed li")).to_have_count(number)
    assert number > 3


def test_labels_are_marked_by_words_in_any_order_and_those_without_images_have_no_dot(stats: Page) -> None:
    field, marked = stats.get_by_label("Highlight a label in the figures"), stats.locator("#marked")
    for text in ("hot air balloon", "BALLOON  hot", "bállôon aír"):
        field.fill("")
        expect(marked).to_have_text("")
        field.fill(text)
        expect(marked).to_have_text("1 label highlighted: hot air balloon")
    walk = stats.locator("#walk-all")
    walk.focus()
    walk.press("End")
    said = stats.locator("[data-figure=all] .walk-here").inner_text()
    assert re.search(r": (1 image|\d+ images), any state$", said)
    assert ": 0 images" not in said


def test_a_dark_figure_is_printed_light(stats: Page) -> None:
    stats.emulate_media(color_scheme="dark")
    stats.wait_for_function("() => document.querySelectorAll('[data-drawn=dark] canvas').length === 3")
    stats.emulate_media(color_scheme="dark", media="print")
    assert "invert" in canvas(stats, "all").evaluate("one => getComputedStyle(one).filter")
    stats.emulate_media(color_scheme="light", media="screen")
    stats.wait_for_function("() => document.querySelectorAll('[data-drawn=light] canvas').length === 3")
    stats.emulate_media(color_scheme="light", media="print")
    assert canvas(stats, "all").evaluate("one => getComputedStyle(one).filter") == "none"


BOXES = """async file => {
    const drawn = new DOMParser().parseFromString(file, 'image/svg+xml').documentElement;
    document.body.append(drawn);
    const bold = [...drawn.querySelectorAll('text[font-weight="600"]')].filter(text => text.textContent);
    return bold.map(text => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        return { name: text.textContent, left, right, top, bottom };
    });
}"""


def test_names_of_marked_dots_do_not_cover_each_other_or_the_axis(stats: Page, tmp_path: Path) -> None:
    stats.get_by_label("Highlight a label in the figures").fill("a")
    expect(stats.locator("#marked")).to_contain_text("labels highlighted")
    part = stats.locator("[data-figure=all]")
    with stats.expect_download() as download:
        part.get_by_role("button", name="SVG").click()
    download.value.save_as(tmp_path / "figure.svg")
    boxes = stats.evaluate(BOXES, (tmp_path / "figure.svg").read_text())
    assert len(boxes) >= 2
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            aside = one["right"] <= other["left"] or other["right"] <= one["left"]
            apart = one["bottom"] <= other["top"] + 1 or other["bottom"] <= one["top"] + 1
            assert aside or apart, (one["name"], other["name"])


def test_a_figure_is_saved_as_a_picture_and_follows_the_theme(stats: Page, tmp_path: Path) -> None:
    part = stats.locator("[data-figure=train]")
    starts = {"SVG": b"<svg", "PNG": b"\x89PNG"}
    for kind, start in starts.items():
        with stats.expect_download() as download:
            part.get_by_role("button", name=kind).click()
        assert download.value.suggested_filename == f"openimages-labels-train.{kind.lower()}"
        path = tmp_path / kind
        download.value.save_as(path)
        assert path.read_bytes().startswith(start)
    drawn = "() => document.querySelector('[data-figure=train] canvas')?.toDataURL()"
    light = stats.evaluate(drawn)
    stats.emulate_media(color_scheme="dark")
    stats.wait_for_function(f"light => ({drawn})() && ({drawn})() !== light", arg=light)
