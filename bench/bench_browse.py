"""Times the browse page in Chromium: from a click on a facet value to the new grid, and to the new facets.

    python bench/bench_browse.py --site FOLDER [--walks 20]

FOLDER is the data folder of an installation (SQLite) with a data set imported, or BENCH_SITE in the environment names
it. Each walk opens `/`, then clicks three values one after the other: a label, a further label or state, a subset.
A time ends with the second frame after htmx has settled the new part, so what it tells is on the screen. Pictures are
left out (THUMBNAILS=local): they come later, from other hosts.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.folders import SITE, named, pass_over  # noqa: E402
from tests.chromium import FLAGS, executable  # noqa: E402
from tests.live import Site  # noqa: E402

SEED = 20160801
FACETS = ("labels", "labels state", "subset")
READY = "() => document.querySelector('#facets [data-version]') && !document.querySelector('#filters[aria-busy=true]')"
CLICK = """([facets, draw]) => new Promise((resolve, reject) => {
    const values = facets.split(" ").flatMap((id) =>
        [...document.querySelectorAll(`[data-fold="${id}"] .value:not(.on) > a[href]:first-of-type`)]);
    if (!values.length) return reject(new Error(`no value in ${facets}`));
    const link = values[Math.floor(draw * values.length)];
    const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
    const times = {};
    const note = (event) => {
        const id = event.detail.target?.id;
        if (id !== "results" && id !== "facets") return;
        painted(() => {
            times[id] ??= performance.now() - began;
            if (times.results === undefined || times.facets === undefined) return;
            document.removeEventListener("htmx:afterSettle", note);
            resolve([times.results, times.facets, document.querySelector("#results .count").textContent.trim()]);
        });
    };
    document.addEventListener("htmx:afterSettle", note);
    const began = performance.now();
    link.click();
})"""


def walk(page: Page, base: str, draws: random.Random) -> list[tuple[float, float]]:
    """Milliseconds to the new grid and to the new facets, for each click of one walk."""
    page.goto(f"{base}/")
    page.wait_for_function(READY)
    times = []
    for facets in FACETS:
        grid, counts, _ = page.evaluate(CLICK, [facets, draws.random()])
        times.append((grid, counts))
        page.wait_for_function(READY)
    return times


def tell(what: str, values: list[float]) -> None:
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    print(f"{what:22} median {cuts[9]:6.0f}  95 % {cuts[18]:6.0f}  most {max(values):6.0f} ms of {len(values)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=named("BENCH_SITE"))
    parser.add_argument("--walks", type=int, default=20)
    args = parser.parse_args()
    if args.site is None:
        pass_over(SITE)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    site = Site(Path(args.site).resolve(), {"THUMBNAILS": "local"})
    site.manage("migrate", "-v0")
    site.manage("collectstatic", "--noinput", "-v0")
    draws = random.Random(SEED)
    with site.served(apart=True) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        times = [pair for _ in range(args.walks) for pair in walk(page, base, draws)]
        browser.close()
    tell("click to new grid", [grid for grid, _ in times])
    tell("click to new facets", [counts for _, counts in times])


if __name__ == "__main__":
    main()
