"""Keys on keyboards of all kinds: Caps Lock, AltGr and Option, other scripts, other places of the letters."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.pages import Browse, arrived, expect, focused

KEY_OF = """async init => {
    const { keyOf } = await import(document.querySelector('link[href*="js/keys"]').href);
    return keyOf(new KeyboardEvent('keydown', init));
}"""

WRITTEN: list[tuple[str, dict[str, object], str]] = [
    ("plain", {"key": "x", "code": "KeyX"}, "x"),
    ("Caps Lock", {"key": "X", "code": "KeyX", "modifierCapsLock": True}, "x"),
    ("Caps Lock and Shift", {"key": "x", "code": "KeyX", "shiftKey": True, "modifierCapsLock": True}, ""),
    ("Shift", {"key": "X", "code": "KeyX", "shiftKey": True}, ""),
    ("Russian", {"key": "ч", "code": "KeyX"}, "x"),
    ("Russian, Caps Lock", {"key": "Ч", "code": "KeyX", "modifierCapsLock": True}, "x"),
    ("Greek", {"key": "υ", "code": "KeyY"}, "y"),
    ("Hebrew", {"key": "מ", "code": "KeyN"}, "n"),
    ("Russian bracket", {"key": "ъ", "code": "BracketRight"}, "]"),
    ("German y stands where z does", {"key": "y", "code": "KeyZ"}, "y"),
    ("Dvorak", {"key": "n", "code": "KeyL"}, "n"),
    ("German umlaut", {"key": "ü", "code": "BracketLeft"}, "ü"),
    (
        "German, AltGr on Windows",
        {"key": "[", "code": "Digit8", "ctrlKey": True, "altKey": True, "modifierAltGraph": True},
        "[",
    ),
    ("French, AltGr on Linux", {"key": "]", "code": "Minus", "modifierAltGraph": True}, "]"),
    ("French 1 without Shift", {"key": "&", "code": "Digit1"}, "1"),
    ("a command", {"key": "x", "code": "KeyX", "ctrlKey": True}, ""),
    ("a command on a Mac", {"key": "x", "code": "KeyX", "metaKey": True}, ""),
    ("Alt and a bracket is no bracket here", {"key": "[", "code": "BracketLeft", "altKey": True}, ""),
    ("an arrow", {"key": "ArrowLeft", "code": "ArrowLeft"}, "ArrowLeft"),
    ("Alt and an arrow is the browser's", {"key": "ArrowLeft", "code": "ArrowLeft", "altKey": True}, ""),
]


def test_which_key_is_meant(browser_page: Page) -> None:
    browser_page.goto("/labels")
    meant = {name: browser_page.evaluate(KEY_OF, event) for name, event, _ in WRITTEN}
    assert meant == {name: key for name, _, key in WRITTEN}


def test_option_writes_brackets_on_a_mac(browser_page: Page) -> None:
    browser_page.add_init_script("Object.defineProperty(navigator, 'platform', { get: () => 'MacIntel' })")
    browser_page.goto("/labels")
    assert browser_page.evaluate(KEY_OF, {"key": "[", "code": "Digit5", "altKey": True}) == "["
    assert browser_page.evaluate(KEY_OF, {"key": "ArrowLeft", "code": "ArrowLeft", "altKey": True}) == ""


def test_an_image_is_left_for_the_next_by_arrows_and_letters(browse: Browse) -> None:
    browse.open("/?subset=validation")
    wanted = [browse.tiles.nth(number).get_attribute("data-image") for number in range(3)]
    browse.tiles.first.locator("h2 a").click()
    page = browse.page
    arrived(page, f"/image/{wanted[0]}")
    for key, number in (("ArrowRight", 1), ("j", 2), ("ArrowLeft", 1), ("k", 0)):
        page.keyboard.press(key)
        arrived(page, f"/image/{wanted[number]}")


def test_arrows_stay_with_what_takes_them_itself(browse: Browse) -> None:
    browse.open("/?subset=validation")
    browse.tiles.first.locator("h2 a").click()
    page = browse.page
    arrived(page, "/image/")
    here = page.url
    page.get_by_role("radio", name="Text", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="HTML", exact=True)).to_be_checked()
    page.get_by_role("region", name="Table of labels").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".around a").first.focus()
    page.keyboard.press("Control+ArrowRight")
    assert page.url == here


def test_g_leads_from_the_filters_to_the_first_picture_and_letters_go_on(browse: Browse) -> None:
    browse.open()
    browse.choose(browse.value("Labels").locator("a").first)
    expect(focused(browse.page)).to_have_id("chosen-label-0")
    browse.page.keyboard.press("g")
    expect(browse.tiles.first.locator(".pic")).to_be_focused()
    browse.page.keyboard.press("j")
    expect(browse.tiles.nth(1).locator(".pic")).to_be_focused()
    browse.page.keyboard.press("k")
    expect(browse.tiles.first.locator(".pic")).to_be_focused()
    browse.page.locator("#find-label").focus()
    browse.page.keyboard.press("g")
    expect(browse.page.locator("#find-label")).to_have_value("g")


def test_the_skip_link_leads_to_the_grid_whose_arrows_work_at_once(browse: Browse) -> None:
    browse.open("/?subset=train")
    browse.page.keyboard.press("Tab")
    expect(focused(browse.page)).to_have_text("Skip to content")
    browse.page.keyboard.press("Enter")
    browse.page.keyboard.press("ArrowRight")
    expect(browse.tiles.first.locator(".pic")).to_be_focused()
    browse.page.keyboard.press("ArrowRight")
    expect(browse.tiles.nth(1).locator(".pic")).to_be_focused()


def test_a_label_is_left_out_with_caps_lock_and_in_cyrillic(browse: Browse) -> None:
    for key in ("X", "ч"):
        browse.open()
        before = browse.page.url
        browse.tiles.first.locator(".pic").focus()
        browse.page.evaluate(
            "key => document.activeElement.dispatchEvent("
            "new KeyboardEvent('keydown', { key, code: 'KeyX', bubbles: true, cancelable: true }))",
            key,
        )
        browse.changed(before)
        assert browse.parameters.keys() == {"not"}
