"""Takes the pictures of the documents from the program's own sample: `make pictures`.

    python docs/make_pictures.py [NAME ...]

Imports the sample into a temporary installation, serves it, and writes docs/pictures/NAME.webp, all or those named.
Chromium is found as the browser tests find it.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from browse.sample.labels import mid_of  # noqa: E402
from tests.browser.conftest import MEMBERS, PASSWORD  # noqa: E402
from tests.browser.pages import stand  # noqa: E402
from tests.chromium import FLAGS, executable  # noqa: E402
from tests.live import sample_site  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
WIDTH, HEIGHT = 1280, 800
QUALITY = 80
JUDGED = """['yes', 'no'].reduce(
    (sum, says) => sum + Number(document.querySelector(`[data-tally=${says}]`).textContent), 0)"""


def browse(page: Page) -> None:
    """A query with a label, a range, and facet counts."""
    page.goto(f"/?label={mid_of('water')}&confidence=0.6-1")


def image(page: Page) -> None:
    """An image with its credit, and below it its labels."""
    page.set_viewport_size({"width": WIDTH, "height": 1150})
    page.goto(f"/?label={mid_of('river')}&state=confirmed")
    page.locator(".tile h2 a").first.click()
    page.wait_for_selector(".facts")


def label(page: Page) -> None:
    """A label with a threshold to choose."""
    page.set_viewport_size({"width": WIDTH, "height": 1000})
    page.goto(f"/label{mid_of('nature')}?at=0.8")


def compare(page: Page) -> None:
    """Machine and raters over all labels."""
    page.goto("/compare")


def review(page: Page) -> None:
    """A review sheet, as a curator, with a few verdicts given."""
    page.goto("/sign-in")
    page.get_by_label("Username").fill("curator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"/review?mid={mid_of('water')}&state=unverified&order=random&seed=4")
    page.wait_for_selector("[data-sheet]")
    for key in "yyn":
        page.keyboard.press(key)
    page.wait_for_function(f"() => {JUDGED} === 3")


SHOTS: dict[str, Callable[[Page], None]] = {shot.__name__: shot for shot in (browse, image, label, compare, review)}


def take(page: Page, name: str) -> None:
    """Write one picture."""
    SHOTS[name](page)
    stand(page)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    picture.convert("RGB").save(PICTURES / f"{name}.webp", quality=QUALITY, method=6)


def main(names: list[str]) -> None:
    """Make a site and take the pictures."""
    unknown = set(names) - SHOTS.keys()
    if unknown:
        sys.exit(f"No picture is called {', '.join(sorted(unknown))}; there are {', '.join(SHOTS)}.")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = sample_site(Path(folder) / "site")
        site.manage("shell", "-c", MEMBERS)
        with site.served() as url:
            browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
            for name in names or SHOTS:
                options = {"viewport": {"width": WIDTH, "height": HEIGHT}, "color_scheme": "light", "locale": "en-US"}
                context = browser.new_context(base_url=url, **options)
                take(context.new_page(), name)
                context.close()
            browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
