"""Titles, authors, addresses and label names are strangers' text: it shows as text, runs nothing, breaks nothing."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import Browse, expect
from tests.live import Site
from tests.watched import Opener, Watch

pytestmark = pytest.mark.xdist_group("hostile-site")  # imported once, by one worker

TITLES = [
    "<script>window.ran = 1</script>",
    '"><img src=x onerror="window.ran = 1">',
    "'><svg onload=window.ran=1>",
    "</title><script>window.ran = 1</script>",
    "</textarea></pre><b>bold</b>",
    "{{ 7 * 7 }} {% debug %}",
    "&lt;script&gt;window.ran = 1&lt;/script&gt; &amp;amp; &copy",
    "javascript:window.ran=1",
    "\u202eevitcerid\u202c \u2066isolated",
    "\u05ea\u05de\u05d5\u05e0\u05d4 (1) \u0635\u0648\u0631\u0629",
    "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309",
    "W" * 5000,
    "many words " * 450,
    "`${window.ran = 1}` \\u003cscript\\u003e",
    '=HYPERLINK("https://example.org")',
    "bell\x07 \x1b[31mred nul\x00 del\x7f next\x85 two\r\nlines line\u2028 zero\u200bwidth \ufefftop",
]
ADDRESSES = [
    "javascript:window.ran=1",
    "data:text/html,<script>window.ran=1</script>",
    "https://user:secret@example.org/",
    'https://example.org/"onmouseover="window.ran=1',
    "//example.org/",
    "https://example.org/" + "x" * 300,
]
LABELS = {
    "/m/0h1": '<img src=x onerror="window.ran=1">',
    "/m/0h2": "\u202ecat\u202c & 'dog'",
    "/m/0h3": "x" * 300,
    "/m/0h4": "bell\x07 \x1b[31m red",
}
COLUMNS = [
    "ImageID",
    "Subset",
    "OriginalURL",
    "OriginalLandingURL",
    "License",
    "AuthorProfileURL",
    "Author",
    "Title",
    "OriginalSize",
    "OriginalMD5",
    "Thumbnail300KURL",
]


BIDI = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
HARM = """() => {
    const found = [];
    const root = document.documentElement;
    const note = (what, elements) => elements.forEach(element => found.push(`${what}: ${element.outerHTML}`));
    const all = (selector, keep = () => true) => [...document.querySelectorAll(selector)].filter(keep);
    const isolates = element => element.matches('bdi') || getComputedStyle(element).display !== 'inline';
    if (window.ran !== undefined) found.push('a script ran');
    if (root.scrollWidth > root.clientWidth) found.push('wider than the window');
    note('made of a text', all('main img[src=x], main svg[onload], main script'));
    note('made of a text', all('main b', element => element.textContent === 'bold'));
    note('no address for a link', all('a[href]', link => !['http:', 'https:'].includes(link.protocol)));
    note('tells where it comes from', all('a[href^=http]:not([rel~=noopener])'));
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        let around = text.parentElement;
        while (!isolates(around)) around = around.parentElement;
        const alone = around.textContent.trim() === text.data.trim();
        if (/[\\u202a-\\u202e\\u2066-\\u2069]/.test(text.data) && !alone) note('turns others around', [around]);
        if (/[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]/.test(text.data)) note('control characters', [around]);
    }
    return found.join('\\n');
}"""
"""What a hostile text did to a page; empty where it did nothing."""


def address_of(number: int) -> str:
    """The hostile address of an image and its author, no two alike."""
    return f"{ADDRESSES[number % len(ADDRESSES)]}//{number}"


def imported(text: str) -> str:
    """What the import keeps of a text: tabs and ends of lines are one blank, other control characters go."""
    breaks = "\t\n\v\f\r\x85\u2028\u2029"
    kept = "".join(one for one in text if one in breaks or unicodedata.category(one) != "Cc")
    return re.sub(f"[{breaks}]+", " ", kept)


def write_files(folder: Path, titles: Sequence[str] = TITLES, labels: Mapping[str, str] = LABELS) -> Path:
    """A data set whose every text is hostile: each image has a title, and all labels."""
    folder.mkdir()
    with (folder / "images.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, title in enumerate(titles):
            address = address_of(number)
            md5 = base64.b64encode(hashlib.md5(number.to_bytes(2), usedforsecurity=False).digest()).decode()
            text = html.escape(title, quote=False)
            writer.writerow([f"{number:016x}", "train", address, address, address, address, text, text, 9, md5, ""])
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["ImageID", "Source", "LabelName", "Confidence"])
        writer.writerows([f"{number:016x}", "machine", mid, "0.9"] for number in range(len(titles)) for mid in labels)
    with (folder / "dict.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(labels.items())
    return folder


@pytest.fixture(scope="module")
def hostile_site(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a site over the hostile data set, with the sample's assets."""
    folder = tmp_path_factory.mktemp("hostile")
    site = Site(folder, {"THUMBNAILS": "local"})
    shutil.copytree(sample.data_dir / "staticfiles", folder / "staticfiles")
    site.manage("migrate", "--verbosity=0")
    site.manage("import_openimages", write_files(folder / "files"))
    with site.served() as url:
        yield url


@pytest.fixture
def hostile_page(hostile_site: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page of it; what goes wrong there fails the test."""
    watch = Watch(hostile_site)
    opener = Opener(browser, watch)

    def opened(*, allow: str = "", **options: Any) -> Page:
        if allow:
            watch.allow(allow)
        return opener(**options)

    yield opened
    opener.close()
    assert not watch.unexpected(), "\n".join(watch.unexpected())


@pytest.fixture
def hostile(hostile_page: Callable[..., Page]) -> Browse:
    """Its browse page."""
    return Browse(hostile_page())


def assert_harmless(page: Page, where: object = "") -> None:
    """Nothing ran, nothing was made of a text, none turns others around, none is wider than the window."""
    assert not page.evaluate(HARM), where


def shown(text: str) -> str:
    """A text as pages show it: on one line, without what turns other text around."""
    return " ".join(imported(text).translate(BIDI).split())


def test_titles_and_labels_show_as_text_in_the_grid(hostile: Browse) -> None:
    hostile.open("/?sort=image_id")
    expect(hostile.tiles).to_have_count(len(TITLES))
    assert hostile.page.locator(".tile h2 bdi").all_text_contents() == [shown(title) for title in TITLES]
    assert set(hostile.page.locator(".tile .by bdi").all_text_contents()) == {shown(title) for title in TITLES}
    assert_harmless(hostile.page)
    names = hostile.facet("Labels").locator(".name bdi").all_text_contents()
    assert sorted(names) == sorted(map(imported, LABELS.values()))


@pytest.mark.deep
def test_labels_show_as_text_in_chips_words_and_title(hostile: Browse) -> None:
    for mid, name in LABELS.items():
        hostile.open(f"/?label={mid}@0.5-1&state=unverified")
        hostile.chips.first.locator("summary").click()
        assert_harmless(hostile.page, mid)
        assert imported(name) in hostile.page.locator("h1 bdi").text_content()
        assert imported(name) in hostile.chips.first.locator("summary").text_content()
        hostile.open(f"/?not={mid}")
        assert_harmless(hostile.page, mid)
        assert hostile.count == 0


@pytest.mark.deep
def test_labels_show_as_text_in_their_index_and_on_their_page(hostile: Browse) -> None:
    page = hostile.page
    page.goto("/labels?order=name")
    names = page.locator(".label-table th bdi").all_text_contents()
    assert sorted(names) == sorted(map(imported, LABELS.values()))
    assert_harmless(page)
    for mid, name in LABELS.items():
        page.goto(f"/label{mid}")
        expect(page.locator("h1 bdi")).to_have_text(imported(name), use_inner_text=False)
        assert_harmless(page, mid)


@pytest.mark.deep
def test_authors_show_as_text_in_facet_chip_and_words(hostile: Browse) -> None:
    for number, name in enumerate(TITLES):
        key = f"x-{hashlib.sha256(address_of(number).encode()).hexdigest()[:12]}"
        hostile.page.goto(f"/?author={key}")
        chip = hostile.chips.first.locator("bdi")
        expect(chip).to_have_text(shown(name), use_inner_text=False)
        hostile.settle()
        assert hostile.count == 1
        assert_harmless(hostile.page, key)
        hostile.page.goto(f"/author/{key}")
        assert_harmless(hostile.page, key)


@pytest.mark.deep
def test_names_show_as_text_where_no_script_runs(hostile_page: Callable[..., Page]) -> None:
    page = hostile_page(java_script_enabled=False)
    for address in ("/facets", "/facets/labels"):
        page.goto(address)
        names = page.locator(".value .name bdi").all_text_contents()
        assert set(map(imported, LABELS.values())) <= set(names)
        assert page.locator("main img, main script, main b").count() == 0
    page.goto("/facets")
    authors = page.locator(".facet", has=page.get_by_role("heading", name="Author")).locator(".name bdi")
    assert set(authors.all_text_contents()) <= set(map(imported, TITLES))
    assert authors.count() >= 5
    page.goto(f"/?label={next(iter(LABELS))}")
    expect(page.locator("h1 bdi")).to_contain_text("<img src=x")


@pytest.mark.deep
def test_titles_authors_and_addresses_show_as_text_on_the_image_page(hostile: Browse) -> None:
    page = hostile.page
    for number, title in enumerate(TITLES):
        page.goto(f"/image/{number:016x}")
        expect(page.locator("h1 bdi")).to_have_text(shown(title), use_inner_text=False)
        for chosen in page.locator("[name=credit-format]").all():
            chosen.evaluate("radio => { radio.checked = true; }")
            assert_harmless(page, title[:40])
        assert shown(title)[:10] in page.title()


def test_what_stands_in_the_address_shows_as_text(hostile: Browse) -> None:
    script = "%3Cscript%3Ewindow.ran=1%3C/script%3E"
    for path in (f"/labels?q={script}", "/search?q=%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E"):
        hostile.page.goto(path)
        assert_harmless(hostile.page, path)


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("%3Cscript%3Ewindow.ran=1%3C/script%3E=%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E&label=%E2%80%AEx", 2),
        ("author=%3Cscript%3Ewindow.ran=1%3C/script%3E&license=%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E", 2),
        ("%E2%80%AEabc%E2%81%A6=%E2%80%AEdef&%D7%AA%D7%9E=1", 2),
        ("label=%00%1B%5B31m%07x&%07%1B=1", 2),
    ],
)
def test_faults_of_an_address_show_as_text(hostile_page: Callable[..., Page], query: str, faults: int) -> None:
    page = hostile_page(allow="status of 400")
    page.goto(f"/?{query}")
    expect(page.locator(".faults li")).to_have_count(faults)
    assert_harmless(page)
    assert page.locator("main img, main script").count() == 0
