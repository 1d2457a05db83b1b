"""Times the site as people meet it: gunicorn over an imported data set, 20 requests a second for a minute.

    python bench/bench_site.py --site FOLDER [--rate 20] [--seconds 60]

FOLDER is the data folder of an installation (SQLite) with a data set imported, or BENCH_SITE in the environment names
it. Half of the requests go to /api/images, half to /api/facets, each with another query; once as served, once with
nothing remembered. A request counts from when it was due. Then many more queries, and the workers' private memory.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.folders import SITE, named, pass_over  # noqa: E402
from bench.queries import SEED, draw_queries  # noqa: E402
from browse.facets.index.store import open_generation  # noqa: E402
from browse.query.canonical import canonical  # noqa: E402
from browse.query.values import Query  # noqa: E402
from tests.live import Site  # noqa: E402

MANY = 10_000
AT_ONCE = 8


def addresses(queries: list[Query]) -> list[str]:
    """Pages of images and facets in turn."""
    paths = ("/api/images", "/api/facets")
    return [f"{paths[number % 2]}?{canonical(query)}" for number, query in enumerate(queries)]


async def send(base: str, paths: list[str], rate: float) -> tuple[dict[str, list[float]], Counter[int]]:
    """Send at a constant rate, whatever the answers take; milliseconds by endpoint, and answers by status."""
    times: dict[str, list[float]] = {"/api/images": [], "/api/facets": []}
    statuses: Counter[int] = Counter()
    limits = httpx.Limits(max_connections=100)

    async with httpx.AsyncClient(base_url=base, timeout=30, limits=limits) as client:
        began = time.perf_counter()

        async def one(number: int, path: str) -> None:
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            answer = await client.get(path)
            times[path.partition("?")[0]].append((time.perf_counter() - due) * 1000)
            statuses[answer.status_code] += 1

        await asyncio.gather(*(one(number, path) for number, path in enumerate(paths)))
    return times, statuses


async def send_all(base: str, paths: list[str]) -> Counter[int]:
    """Send everything, a few at a time; answers by status."""
    statuses: Counter[int] = Counter()
    waiting = iter(paths)
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:

        async def some() -> None:
            for path in waiting:
                statuses[(await client.get(path)).status_code] += 1

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return statuses


def tell(what: str, times: dict[str, list[float]], statuses: Counter[int]) -> None:
    for path, values in times.items():
        cuts = statistics.quantiles(values, n=20, method="inclusive")
        print(f"{what:22} {path:12} median {cuts[9]:7.1f}  95 % {cuts[18]:7.1f}  most {max(values):7.1f} ms")
    print(f"{what:22} answers {dict(statuses)}")


def private_mb() -> list[float]:
    """Unshared memory of each gunicorn worker below this process, in MB."""
    children = psutil.Process().children(recursive=True)
    workers = [child for child in children if "gunicorn" in " ".join(child.cmdline())]
    return sorted(round(worker.memory_full_info().uss / 1e6) for worker in workers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=named("BENCH_SITE"))
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    if args.site is None:
        pass_over(SITE)
    folder = Path(args.site).resolve()
    [generation] = [path.name for path in (folder / "index").iterdir() if len(path.name) == 12]
    engine = open_generation(folder / "index", generation)
    counts = engine.label_counts()
    engine.close()
    paths = addresses(draw_queries(counts, int(args.rate * args.seconds)))
    for what, extra in (("as served", {}), ("nothing remembered", {"MEMO_BYTES": "0"})):
        site = Site(folder, extra)
        site.manage("migrate", "-v0")
        site.manage("collectstatic", "--noinput", "-v0")
        with site.served(apart=True) as base:
            tell(what, *asyncio.run(send(base, paths, args.rate)))
            if not extra:
                many = addresses(draw_queries(counts, MANY, SEED + 1))
                print(f"{MANY:,} more queries: {dict(asyncio.run(send_all(base, many)))}")
                print(f"private memory of gunicorn's processes: {private_mb()} MB")


if __name__ == "__main__":
    main()
