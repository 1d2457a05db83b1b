"""Overloads the site: five times the requests that it can answer, a writer without pause, and stops under load.

    python bench/bench_overload.py --site FOLDER [--seconds 20] [--stops 10]

FOLDER is the data folder of an installation (SQLite), or BENCH_SITE in the environment names it; a copy is served. The
load is open: requests come at a constant rate, each on a connection of its own, and count from when they were due.

    python bench/bench_overload.py --site FOLDER --checkouts OLD NEW --rate 60 [--seconds 8]

The same rate of requests to sites of several checkouts in turn, which are compared under the same load of the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.checkouts import linked, served  # noqa: E402
from bench.folders import SITE, named, pass_over  # noqa: E402
from tests.live import Site  # noqa: E402

PATHS = ("/", "/api/images", "/api/facets", "/labels")
FACTOR = 5
ROUNDS = 3
AS_IN_PRODUCTION = {"WEB_WORKERS": "2", "WEB_THREADS": "4", "QUERY_DEADLINE_S": "3"}
"""What an installation has where nothing is set; the sites of the tests have more patience."""
VERDICTS_A_SECOND = 200
WRITER = """
import itertools, sys, time
from browse.curation.actions import give_verdict
from browse.models import Annotation
pairs = [(a.image.image_id, a.label.mid) for a in Annotation.objects.select_related("image", "label")[:500]]
began = time.monotonic()
for number, (image_id, mid) in enumerate(itertools.cycle(pairs)):
    give_verdict(image_id=image_id, mid=mid, says=("yes", "no")[number // len(pairs) % 2], by="storm")
    if number % 100 == 0:
        print(number, file=sys.stderr, flush=True)
    time.sleep(max(0.0, began + number / RATE - time.monotonic()))
"""
SENT_LATE = "sent"
"""How late the load was itself, since it shares the processors with the site."""
Answers = dict[str, list[float]]


async def get(port: int, path: str) -> str:
    """The status of the answer, or in one word how there was none."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return "refused"
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        await reader.readexactly(length)
        return head.split()[1].decode()
    except (OSError, asyncio.IncompleteReadError):
        return "lost"
    finally:
        writer.close()


async def capacity(port: int, seconds: float) -> float:
    """Requests a second that eight clients get answered, one after another each."""
    ends_at, paths, done = time.perf_counter() + seconds, itertools.cycle(PATHS), 0

    async def ask() -> None:
        nonlocal done
        while time.perf_counter() < ends_at:
            await get(port, next(paths))
            done += 1

    await asyncio.gather(*(ask() for _ in range(8)))
    return done / seconds


async def load(port: int, rate: float, seconds: float) -> Answers:
    """Seconds that each request took since it was due, by status."""
    began, answers = time.perf_counter(), defaultdict(list)

    async def one(number: int) -> None:
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        answers[SENT_LATE].append(time.perf_counter() - due)
        status = await get(port, PATHS[number % len(PATHS)])
        answers[status].append(time.perf_counter() - due)

    await asyncio.gather(*(one(number) for number in range(int(rate * seconds))))
    return answers


def tell(what: str, answers: Answers) -> None:
    print(what)
    for status, times in sorted(answers.items()):
        cuts = statistics.quantiles(times, n=20, method="inclusive") if len(times) > 1 else times * 19
        print(
            f"  {status:8} {len(times):7,}   median {cuts[9] * 1000:7.0f}   95 % {cuts[18] * 1000:7.0f}"
            f"   most {max(times) * 1000:7.0f} ms"
        )


def overload(site: Site, seconds: float) -> float:
    with site.served() as base:
        port = int(base.rpartition(":")[2])
        most = asyncio.run(capacity(port, 5))
        most = asyncio.run(capacity(port, 10))
        print(f"Capacity: {most:.0f} requests a second")
        tell(f"{FACTOR} times as many, for {seconds:.0f} s:", asyncio.run(load(port, FACTOR * most, seconds)))
        tell("Afterwards, a tenth of the capacity:", asyncio.run(load(port, most / 10, 5)))
    return most


def in_turn(checkouts: list[Path], data: Path, rate: float, seconds: float) -> None:
    """The same load on each, three times, after each has warmed up."""
    with ExitStack() as stack:
        ports: dict[Path, int] = {}
        found: dict[Path, Answers] = {checkout: defaultdict(list) for checkout in checkouts}
        for checkout in checkouts:
            folder = linked(data, Path(stack.enter_context(tempfile.TemporaryDirectory())) / "site")
            base = stack.enter_context(served(checkout, folder, AS_IN_PRODUCTION))
            ports[checkout] = int(base.rpartition(":")[2])
            asyncio.run(capacity(ports[checkout], 5))
        for _ in range(ROUNDS):
            for checkout, port in ports.items():
                for status, times in asyncio.run(load(port, rate, seconds)).items():
                    found[checkout][status] += times
        for checkout, answers in found.items():
            tell(f"{checkout}, {rate:.0f} requests a second:", answers)


def storm(site: Site, seconds: float) -> None:
    with site.served() as base:
        port = int(base.rpartition(":")[2])
        asyncio.run(capacity(port, 3))
        command = [sys.executable, "manage.py", "shell", "-c", WRITER.replace("RATE", str(VERDICTS_A_SECOND))]
        with tempfile.TemporaryFile("w+") as said:
            writer = subprocess.Popen(command, cwd=ROOT, env=site.environment, stderr=said, stdout=subprocess.DEVNULL)
            time.sleep(5)
            began, before = time.monotonic(), last_number(said)
            tell("Pages beside a writer without pause, 5 a second:", asyncio.run(load(port, 5, seconds)))
            rate = (last_number(said) - before) / (time.monotonic() - began)
            writer.kill()
            writer.wait()
        print(f"  {rate:.0f} verdicts a second were written")


def last_number(said: object) -> int:
    said.seek(0)  # type: ignore[attr-defined]
    numbers = [line for line in said.read().split() if line.isdecimal()]  # type: ignore[attr-defined]
    return int(numbers[-1]) if numbers else 0


def stops(site: Site, rate: float, count: int) -> None:
    """Stop the server under load: requests that were taken on, and got no answer, are lost."""
    found: Counter[str] = Counter()
    for _ in range(count):
        with site.served() as base:
            port = int(base.rpartition(":")[2])
            arbiter = parent_of(port)

            async def stopped(port: int = port, arbiter: int = arbiter) -> Answers:
                asyncio.get_running_loop().call_later(1.5, lambda: __import__("os").kill(arbiter, signal.SIGTERM))
                return await load(port, rate, 3)

            answers = asyncio.run(stopped())
            found.update({status: len(times) for status, times in answers.items() if status != SENT_LATE})
    print(f"{count} stops (SIGTERM) at {rate:.0f} requests a second: {dict(found)}")


def parent_of(port: int) -> int:
    """The process that listens on a port and has no parent that does."""
    import psutil

    listening = {
        process.pid: process.ppid()
        for process in psutil.Process().children(recursive=True)
        if any(c.laddr and c.laddr.port == port and c.status == psutil.CONN_LISTEN for c in process.net_connections())
    }
    return next(pid for pid, parent in listening.items() if parent not in listening)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=named("BENCH_SITE"))
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--stops", type=int, default=10)
    parser.add_argument("--checkouts", type=Path, nargs="+", default=[])
    parser.add_argument("--rate", type=float, default=60, help="requests a second for the checkouts")
    args = parser.parse_args()
    if args.site is None:
        pass_over(SITE)
    if args.checkouts:
        in_turn(args.checkouts, args.site.resolve(), args.rate, args.seconds)
        return
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(args.site).resolve(), AS_IN_PRODUCTION).copied_to(Path(folder) / "site")
        site.manage("migrate", "-v0")
        site.manage("collectstatic", "--noinput", "-v0")
        most = overload(site, args.seconds)
        stops(site, most * 0.8, args.stops)
        storm(site, args.seconds)


if __name__ == "__main__":
    main()
