"""Titles, authors, addresses and label names are strangers' text: it shows as text, runs nothing, breaks nothing."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.pages import Browse, expect
from tests.live import Site
from tests.watched import Opener, Watch

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
]
ADDRESSES = [
    "javascript:window.ran=1",
    "data:text/html,<script>window.ran=1</script>",
    "https://user:secret@example.org/",
    'https://example.org/"onmouseover="window.ran=1',
    "//example.org/",
]
LABELS = {"/m/0h1": '<img src=x onerror="window.ran=1">', "/m/0h2": "\u202ecat\u202c & 'dog'", "/m/0h3": "x" * 300}
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


def write_files(folder: Path) -> Path:
    """A data set whose every text is hostile."""
    folder.mkdir()
    with (folder / "images.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, title in enumerate(TITLES):
            address = ADDRESSES[number % len(ADDRESSES)]
            md5 = base64.b64encode(hashlib.md5(bytes([number]), usedforsecurity=False).digest()).decode()
            text = html.escape(title, quote=False)
            writer.writerow([f"{number:016x}", "train", address, address, address, address, text, text, 9, md5, ""])
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["ImageID", "Source", "LabelName", "Confidence"])
        writer.writerows([f"{number:016x}", "machine", mid, "0.9"] for number in range(len(TITLES)) for mid in LABELS)
    with (folder / "dict.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(LABELS.items())
    return folder


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of a site over the hostile data set."""
    folder = tmp_path_factory.mktemp("hostile")
    site = Site(folder, {"THUMBNAILS": "local"})
    site.manage("migrate", "--verbosity=0")
    site.manage("collectstatic", "--noinput", "--verbosity=0")
    site.manage("import_openimages", write_files(folder / "files"))
    with site.served() as url:
        yield url


@pytest.fixture
def hostile(hostile_site: str, browser: Browser) -> Iterator[Browse]:
    """Its browse page; what goes wrong in it fails the test."""
    watch = Watch(hostile_site)
    opener = Opener(browser, watch)
    yield Browse(opener())
    opener.close()
    assert not watch.unexpected()


def assert_nothing_ran(browse: Browse) -> None:
    page = browse.page
    assert page.evaluate("() => window.ran") is None
    assert page.locator("main img[src='x'], main b:text('bold'), main svg[onload]").count() == 0
    links = page.eval_on_selector_all("a[href]", "links => links.map(a => a.protocol)")
    assert set(links) <= {"http:", "https:"}
    outside = page.locator("a[href^='http']:not([rel~='noopener'])")
    assert outside.count() == 0
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def shown(text: str) -> str:
    """A title as pages show it: on one line, without what turns other text around."""
    unseen = {ord(character): None for character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}
    return " ".join(text.translate(unseen).split())


def test_titles_and_labels_show_as_text_in_the_grid(hostile: Browse) -> None:
    hostile.open()
    expect(hostile.tiles).to_have_count(len(TITLES))
    titles = hostile.page.locator(".tile h2 bdi").all_text_contents()
    assert titles == [shown(title) for title in TITLES]
    assert_nothing_ran(hostile)
    names = hostile.facet("Labels").locator(".name bdi").all_text_contents()
    assert LABELS["/m/0h1"] in names


@pytest.mark.parametrize("mid", LABELS)
def test_labels_show_as_text_in_chips_words_and_title(hostile: Browse, mid: str) -> None:
    hostile.open(f"/?label={mid}@0.5-1&state=unverified")
    assert_nothing_ran(hostile)
    hostile.chips.first.locator("summary").click()
    assert_nothing_ran(hostile)
    hostile.open(f"/?not={mid}")
    assert_nothing_ran(hostile)
    assert hostile.count == 0


@pytest.mark.parametrize("number", range(len(TITLES)))
def test_titles_authors_and_addresses_show_as_text_on_the_image_page(hostile: Browse, number: int) -> None:
    hostile.page.goto(f"/image/{number:016x}")
    expect(hostile.page.locator("h1 bdi")).to_have_text(shown(TITLES[number]), use_inner_text=False)
    for name in ("HTML", "Markdown", "BibTeX", "Text"):
        hostile.page.get_by_role("radio", name=name, exact=True).check()
    assert_nothing_ran(hostile)
    assert TITLES[number][:10].strip("\u202e") in (hostile.page.title() or "")


def test_what_stands_in_the_address_shows_as_text(hostile: Browse) -> None:
    for path in ("/labels?q=<script>window.ran=1</script>", "/search?q=%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E"):
        hostile.page.goto(path)
        assert_nothing_ran(hostile)


def test_faults_of_an_address_show_as_text(hostile_site: str, browser: Browser) -> None:
    watch = Watch(hostile_site)
    watch.allow("status of 400")
    opener = Opener(browser, watch)
    page = opener()
    page.goto("/?%3Cscript%3Ewindow.ran=1%3C/script%3E=%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E&label=%E2%80%AEx")
    expect(page.locator(".faults li")).to_have_count(2)
    assert page.evaluate("() => window.ran") is None
    assert page.locator("main img").count() == 0
    opener.close()
    assert not watch.unexpected()
