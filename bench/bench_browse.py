"""Times the browse page in Chromium: from a click on a facet value to the new grid, and to the new facets.

    python bench/bench_browse.py --site FOLDER [--walks 20] [--before CHECKOUT]

FOLDER is the data folder of an installation (SQLite) with a data set imported, or BENCH_SITE in the environment names
it; it is not migrated. Each walk opens `/`, then clicks three values one after the other: a label, a further label or
state, a subset. A time ends with the second frame after htmx has settled the new part, so what it tells is on the
screen. The processor time of the window's process until both stand tells more where the machine is busy.

Two kinds of site are walked in turn: without pictures (THUMBNAILS=local), and with JPEG files of a picture host on
loopback (THUMBNAILS=direct), which a first walk, not timed, has brought into the browser's cache. With --before, the
sites of an older checkout that reads the same data take their turns too.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.checkouts import linked, served  # noqa: E402
from bench.folders import SITE, named, pass_over  # noqa: E402
from browse.sample.pictures import picture  # noqa: E402
from tests.chromium import FLAGS, executable  # noqa: E402
from tests.thumbnails.fake_host import Answer, PictureHost, picture_host  # noqa: E402

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


SHIFTS = """() => {
    window.shifts = 0;
    const add = (list) => list.getEntries().forEach((entry) => { window.shifts += entry.value; });
    new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
}"""
PAINTED = 24
PICTURE_PX = 320
KINDS = {"without pictures": "local", "with JPEG files": "direct"}


@dataclass
class Walked:
    """What one site's walks took, in milliseconds, and by how much their pages shifted."""

    name: str
    page: Page
    base: str
    grids: list[float] = field(default_factory=list)
    facets: list[float] = field(default_factory=list)
    shifts: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._session = self.page.context.new_cdp_session(self.page)
        self._session.send("Performance.enable")

    def walk(self, seed: int, *, timed: bool) -> None:
        """One walk; the same clicks for the same seed."""
        draws = random.Random(seed)
        self.page.goto(f"{self.base}/")
        self.page.wait_for_function(READY)
        self.page.evaluate(SHIFTS)
        for facets in FACETS:
            worked = self._worked()
            grid, counts, _ = self.page.evaluate(CLICK, [facets, draws.random()])
            worked = self._worked() - worked
            self.page.wait_for_function(READY)
            self.page.wait_for_load_state("networkidle")
            if timed:
                self.work.append(worked)
                self.grids.append(grid)
                self.facets.append(counts)
        if timed:
            self.shifts.append(self.page.evaluate("() => window.shifts"))

    def _worked(self) -> float:
        """Processor time of the window's process so far, all its threads, in milliseconds."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(one["value"] for one in metrics if one["name"] == "ProcessTime")

    def tell(self) -> None:
        """Its lines of the table."""
        tell(f"{self.name}: click to new grid", self.grids)
        tell(f"{self.name}: click to new facets", self.facets)
        tell(f"{self.name}: processor time of both", self.work)
        print(f"{self.name}: largest layout shift of a walk {max(self.shifts):.4f}")


class _Painted(dict[str, Answer]):
    """One of a few painted pictures for every path."""

    def __init__(self) -> None:
        super().__init__({str(number): _jpeg(number) for number in range(PAINTED)})

    def get(self, path: str, default: object = None) -> Answer:  # type: ignore[override]
        return self[str(sum(path.encode()) % PAINTED)]


def _jpeg(number: int) -> Answer:
    image = Image.open(io.BytesIO(picture(number).jpeg()))
    image.thumbnail((PICTURE_PX, PICTURE_PX))
    target = io.BytesIO()
    image.save(target, "JPEG", quality=85)
    return Answer(body=target.getvalue(), headers={"Cache-Control": "public, max-age=86400"})


def painting_host(folder: Path, stack: ExitStack) -> PictureHost:
    """A picture host on loopback with a painting behind every address."""
    host = stack.enter_context(picture_host(folder))
    host.answers = _Painted()
    return host


@contextmanager
def sites(checkouts: dict[str, Path], data: Path, browser: Browser, folder: Path) -> Iterator[list[Walked]]:
    """Each checkout's site of each kind, in a window of its own."""
    with ExitStack() as stack:
        found = []
        for kind, thumbnails in KINDS.items():
            for number, (name, checkout) in enumerate(checkouts.items()):
                own = linked(data, folder / f"{thumbnails}-{number}")
                base = stack.enter_context(served(checkout, own, {"THUMBNAILS": thumbnails, "WEB_WORKERS": "1"}))
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                found.append(Walked(f"{name}{kind}", page, base))
        yield found


def tell(what: str, values: list[float]) -> None:
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    print(f"{what:48} median {cuts[9]:6.0f}  95 % {cuts[18]:6.0f}  most {max(values):6.0f} ms of {len(values)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=named("BENCH_SITE"))
    parser.add_argument("--walks", type=int, default=20)
    parser.add_argument("--before", type=Path, help="another checkout, whose sites are walked in turn")
    args = parser.parse_args()
    if args.site is None:
        pass_over(SITE)
    before = {"before, ": args.before.resolve()} if args.before else {}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        host = painting_host(Path(name), stack)
        mapped = f"--host-resolver-rules=MAP *.staticflickr.com:443 127.0.0.1:{host.port}"
        flags = [*FLAGS, mapped, "--ignore-certificate-errors"]
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=executable(), args=flags)
        stack.callback(browser.close)
        with sites({**before, "": ROOT}, args.site.resolve(), browser, Path(name)) as walked:
            for seed in range(SEED, SEED + args.walks):
                for timed in (False, True):
                    for one in walked:
                        one.walk(seed, timed=timed)
        for one in walked:
            one.tell()
        print(f"pictures asked of the host: {len(host.requests)}")


if __name__ == "__main__":
    main()
