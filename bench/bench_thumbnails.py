"""Times thumbnails through gunicorn, against a picture host on loopback that answers in 100 ms.

    python bench/bench_thumbnails.py

A cold page of 30 pictures and a warm one over six connections, as a browser does; a cold and a warm page in Chromium,
whose window is tall enough to ask for all thirty pictures at once; warm pictures a second; 200 clients for one cold
picture; browse pages while the picture host refuses connections, or takes them and says nothing. All of it over a
sample of its own.
"""

from __future__ import annotations

import argparse
import io
import itertools
import math
import random
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from tests.chromium import FLAGS, executable  # noqa: E402
from tests.live import Site, sample_site  # noqa: E402
from tests.thumbnails.fake_host import Answer, PictureHost, picture_host  # noqa: E402

ANSWERS_IN_S = 0.1
PAGE = 30
CONNECTIONS = 6
PHASE_S = 5.0
COLUMNS = "{:<46}{:>12}  {:<18}{}"
TALL = {"width": 1440, "height": 4000}
ALL_SHOWN = "() => [...document.querySelectorAll('.tile img')].every(image => image.complete && image.naturalWidth)"
PICTURE_TIMES = """() => {
    const pictures = performance.getEntriesByType('resource').filter(entry => entry.name.includes('/thumb/'));
    const last = Math.max(...pictures.map(entry => entry.responseEnd));
    return [pictures.length, last - Math.min(...pictures.map(entry => entry.startTime)), last];
}"""


def tell(what: str, value: str, goal: str = "", more: str = "") -> None:
    """One row of the table."""
    print(COLUMNS.format(what, value, goal, more).rstrip(), flush=True)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


class Client:
    """One connection that is kept open; costs little, so that the server gets the processor."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._host = parts.netloc
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers with names in lower case, body."""
        accept = "image/avif,image/webp,*/*;q=0.8"
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: {accept}\r\n\r\n".encode())
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, self._file.read(int(headers["content-length"]))

    def close(self) -> None:
        self._file.close()
        self._socket.close()


def photo() -> bytes:
    """640 × 480 pixels with as much in them as in a photo of about 100 kB."""
    small = Image.frombytes("RGB", (80, 60), random.Random(1).randbytes(80 * 60 * 3))
    buffer = io.BytesIO()
    small.resize((640, 480), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def get_all(base: str, paths: Iterable[str], connections: int) -> tuple[float, list[tuple[dict[str, str], bytes]]]:
    """Seconds for all paths over so many connections, and what came."""

    def get_some(some: list[str]) -> list[tuple[dict[str, str], bytes]]:
        with closing(Client(base)) as client:
            return [client.get(path)[1:] for path in some]

    listed = list(paths)
    with ThreadPoolExecutor(connections) as threads:
        began = time.perf_counter()
        answers = list(threads.map(get_some, [listed[number::connections] for number in range(connections)]))
        return time.perf_counter() - began, [answer for some in answers for answer in some]


def is_picture(answer: tuple[dict[str, str], bytes]) -> bool:
    return answer[0]["content-type"] == "image/webp"


def pages(base: str, ids: list[str], host: PictureHost) -> list[str]:
    """Cold and warm pages; returns the versioned addresses of what is warm now."""
    colds, addresses = [], []
    for number in range(4):
        some = ids[number * PAGE : (number + 1) * PAGE]
        cold, answers = get_all(base, (f"/thumb/{image_id}/m" for image_id in some), CONNECTIONS)
        assert all(map(is_picture, answers)), "a picture of the cold page is missing"
        colds.append(cold)
        order = [image_id for start in range(CONNECTIONS) for image_id in some[start::CONNECTIONS]]
        versions = (answer[0]["etag"].strip('"').partition("-")[0] for answer in answers)
        addresses += [f"/thumb/{image_id}/m?v={version}" for image_id, version in zip(order, versions, strict=True)]
    warm = min(get_all(base, addresses[:PAGE], CONNECTIONS)[0] for _ in range(5))
    tell(f"cold page of {PAGE}, the workers' first", ms(colds[0]))
    tell(f"cold page of {PAGE}, median of three later", ms(statistics.median(colds[1:])), "at most 2,000 ms")
    tell(f"warm page of {PAGE}, fastest of five", ms(warm), "at most 300 ms")
    tell("fetches of one picture", f"{len(host.requests) / (4 * PAGE):.2f}", "1")
    return addresses


def in_browser(base: str) -> None:
    """Cold and warm pages in a browser that has nothing cached itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(FLAGS))
        page_in_browser(browser, f"{base}/")  # the browser's own first page
        for name, numbers in (("cold", (8, 9, 10)), ("warm", (8, 9, 10) * 2)):
            times = [page_in_browser(browser, f"{base}/?page={number}") for number in numbers]
            assert all(count == PAGE for count, _, _ in times)
            pictures, whole = (statistics.median(column) for column in list(zip(*times, strict=True))[1:])
            goal = "at most 2,000 ms" if name == "cold" else "at most 300 ms"
            tell(
                f"{name} page in Chromium, median of {len(times)}",
                ms(pictures / 1000),
                goal,
                f"{whole:,.0f} ms from the click",
            )
        browser.close()


def page_in_browser(browser: Browser, address: str) -> tuple[int, float, float]:
    """How many pictures, milliseconds from the first request for one to the last answer, and from the page's own."""
    context = browser.new_context(viewport=TALL)
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(ALL_SHOWN)
    count, pictures, whole = page.evaluate(PICTURE_TIMES)
    context.close()
    return count, pictures, whole


def throughput(base: str, addresses: list[str]) -> None:
    """Warm pictures a second over eight connections."""
    count = 8 * 500
    drawn = random.Random(2).choices(addresses, k=count)
    seconds, answers = get_all(base, drawn, 8)
    assert all(map(is_picture, answers))
    size = statistics.mean(len(body) for _, body in answers)
    tell("warm pictures a second", f"{count / seconds:,.0f}", "at least 800", f"of {size / 1000:.0f} kB")


def crowd(base: str, image_id: str, host: PictureHost) -> None:
    """Two hundred clients for one cold picture."""
    asked = len(host.requests)
    seconds, answers = get_all(base, [f"/thumb/{image_id}/m"] * 200, 200)
    fetches = len(host.requests) - asked
    pictures = sum(map(is_picture, answers))
    tell("fetches for 200 clients of a cold picture", f"{fetches}", "1", f"{ms(seconds)}, {pictures} got the picture")
    assert fetches == 1


@contextmanager
def hungry(base: str, ids: list[str]) -> Iterator[list[int]]:
    """Six connections that keep asking for pictures nobody has, over and over; counts the answers."""
    stop, counts = threading.Event(), [0]

    def ask(some: list[str]) -> None:
        with closing(Client(base)) as client:
            for image_id in itertools.cycle(some):
                if stop.is_set():
                    return
                client.get(f"/thumb/{image_id}/m")
                counts[0] += 1
                stop.wait(0.02)

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        asking = [threads.submit(ask, ids[number::CONNECTIONS]) for number in range(CONNECTIONS)]
        try:
            yield counts
        finally:
            stop.set()
        for one in asking:
            one.result()


def page_times(base: str, seconds: float) -> list[float]:
    """Milliseconds of one browse page after the other."""
    times = []
    end = time.perf_counter() + seconds
    with closing(Client(base)) as client:
        while time.perf_counter() < end:
            began = time.perf_counter()
            status, _, _ = client.get("/?per_page=30")
            assert status == 200
            times.append((time.perf_counter() - began) * 1000)
    return sorted(times)


def tell_times(what: str, times: list[float]) -> None:
    """Milliseconds, in order."""
    p95 = times[math.ceil(0.95 * len(times)) - 1]
    tell(what, f"{statistics.median(times):,.0f} ms", "", f"95 %: {p95:,.0f} ms, slowest {times[-1]:,.0f} ms")


def down(site: Site, kind: str, ids: list[str]) -> None:
    """Browse pages while pictures are asked for in vain."""
    forget(site)
    with site.served(apart=True) as base:
        page_times(base, 1)
        tell_times("browse page, nobody asks for pictures", page_times(base, 3))
        with hungry(base, ids) as answered:
            tell_times(f"browse page, {kind}: first {PHASE_S:.0f} s", page_times(base, PHASE_S))
            tell_times(f"browse page, {kind}: after that", page_times(base, PHASE_S))
        tell("  neutral tiles meanwhile", f"{answered[0]:,}")


def image_ids(site: Site) -> list[str]:
    code = "from browse.models import Image; print(*(image.image_id for image in Image.objects.order_by('pk')))"
    return site.manage("shell", "--no-imports", "--verbosity=0", "-c", code).split()


def silent_host() -> socket.socket:
    """Takes connections and never says a word."""
    return socket.create_server(("127.0.0.1", 0), backlog=1000)


def thumbnails(folder: Path) -> None:
    """Everything about pictures, over a sample in this folder."""
    answer = Answer(body=photo(), delay_s=ANSWERS_IN_S)
    with picture_host(folder, otherwise=answer) as host, silent_host() as silent:
        extra = {
            "DJANGO_SETTINGS_MODULE": "bench.thumbnail_settings",
            "FAKE_HOST_PORT": str(host.port),
            "FAKE_HOST_AUTHORITY": str(folder / "authority.pem"),
            "THUMBNAIL_SOURCES": "thumbnail,bucket,original",
        }
        site = sample_site(folder / "site", extra)
        ids = image_ids(site)
        with site.served(apart=True) as base:
            addresses = pages(base, ids, host)
            in_browser(base)
            throughput(base, addresses)
            crowd(base, ids[4 * PAGE], host)
        for kind, port in (("host refuses", 1), ("host is silent", silent.getsockname()[1])):
            quiet = replace(site, extra=extra | {"FAKE_HOST_PORT": str(port)})
            down(quiet, kind, ids[10 * PAGE :])


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    tell("what", "measured", "goal")
    with tempfile.TemporaryDirectory() as name:
        thumbnails(Path(name))


def forget(site: Site) -> None:
    """What earlier runs learned of pictures and hosts."""
    site.manage(
        "shell",
        "--no-imports",
        "--verbosity=0",
        "-c",
        "from browse.models import PictureState as P; P.objects.all().delete()",
    )
    for path in (site.data_dir / "thumbnails" / "paused").glob("*"):
        path.unlink()


if __name__ == "__main__":
    main()
