"""Titles, names and labels that try to run scripts, on every page that shows them, in a browser."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.test_hostile_text import HARM, address_of, write_files
from tests.faults.tally import Tally, drawing, times
from tests.live import Site

RUN = "window.ran=1"
BEFORE = ("", '">', "'>", "</title>", "</textarea>", "</script>", "-->", "]]>", "&quot;&gt;", "\\u003e")
TRIES = (
    f"<script>{RUN}</script>",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f'<img src=x onerror="{RUN}">',
    f"<img src=x onerror={RUN}//",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<video src=x onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}></audio>",
    f'<iframe srcdoc="<script>parent.{RUN}</script>"></iframe>',
    f"<iframe src=javascript:parent.{RUN}></iframe>",
    f"<object data=javascript:{RUN}></object>",
    f'<a href="javascript:{RUN}" autofocus onfocus={RUN}>bold</a>',
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}></select>",
    f"<marquee onstart={RUN}>",
    f"<math><mtext></mtext><img src=x onerror={RUN}></math>",
    f"<style>@import 'javascript:{RUN}'</style>",
    f"<link rel=stylesheet href='javascript:{RUN}'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href='javascript:{RUN}//'>",
    f"<form action='javascript:{RUN}'><button autofocus>",
    f"${{{RUN}}} {{{{ {RUN} }}}} {{% {RUN} %}}",
    f"\" onmouseover={RUN} x=' onfocus={RUN} autofocus",
)
PAYLOADS = [before + one for before in BEFORE for one in TRIES]
PAGES = ("/?per_page=200", "/?per_page=200&page=2", "/labels?order=name", "/facets", "/compare", "/stats", "/credits")


def pages_of(number: int, mids: list[str]) -> list[str]:
    """The pages about one payload: as a title, as a name, as a label, and as what is searched for."""
    key = f"x-{hashlib.sha256(address_of(number).encode()).hexdigest()[:12]}"
    mid = mids[number]
    own = [f"/image/{number:016x}", f"/image/{number:016x}/look", f"/author/{key}", f"/?author={key}"]
    return [*own, f"/label{mid}", f"/?label={mid}", f"/api/images/{number:016x}"]


def expected(address: str, harm: str) -> bool:
    """Credits are to be copied into other pages as they are, and a part of a page has no style."""
    is_credit = address == "/credits" and harm.startswith("tells where it comes from")
    return is_credit or (address.endswith("/look") and harm.startswith("wider"))


def test_payloads_on_every_page(browser: Browser, tmp_path: Path, tally: Tally) -> None:
    assert len(PAYLOADS) == 260
    site = Site(tmp_path / "site", {"THUMBNAILS": "local", "QUERY_DEADLINE_S": "30"})
    site.manage("migrate", "-v0")
    site.manage("collectstatic", "--noinput", "-v0")
    labels = {f"/m/0h{number:03x}": payload for number, payload in enumerate(PAYLOADS)}
    shutil.rmtree(tmp_path / "files", ignore_errors=True)
    site.manage("import_openimages", write_files(tmp_path / "files", PAYLOADS, labels))
    chosen = sorted(drawing("payloads").sample(range(len(PAYLOADS)), times(len(PAYLOADS))))
    addresses = [*PAGES, *(address for number in chosen for address in pages_of(number, [*labels]))]
    with site.served() as url, browser.new_context() as context:
        page = context.new_page()
        for address in addresses:
            answer = page.goto(url + address)
            harm = page.evaluate(HARM) if "/api/" not in address else page.evaluate("window.ran")
            harm = "\n".join(line for line in (harm or "").split("\n") if not expected(address, line))
            status = answer.status if answer else 0
            tally.tried(f"{address} {status}: {harm}"[:500], holds=not harm and status == 200)
    tally.notes["payloads"] = len(chosen)
