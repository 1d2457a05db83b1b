"""Times exports and credit sheets of all images: when they begin, lines a second, and what they cost in memory.

    python bench/bench_exports.py --site FOLDER [--seconds 30]

FOLDER is the data folder of an installation (SQLite) with a data set imported, or BENCH_SITE in the environment names
it. Each file is read from gunicorn, uncompressed, for so many seconds at most. The peer writes the same lines from one
SQL query each with Python's csv, in this process: no server, no query language, no curators.
"""

from __future__ import annotations

import argparse
import csv
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.folders import SITE, named, pass_over  # noqa: E402
from tests.live import Site  # noqa: E402

COLUMNS = "{:<44}{:>14}{:>14}{:>12}{:>10}"
SENT_AT_ONCE = 32_768
FILES = (
    ("/export/images.csv", "images"),
    ("/export/images.csv?sort=random&seed=1", ""),
    ("/export/labels.csv", "labels"),
    ("/credits.csv", ""),
    ("/credits.csv?sort=random&seed=1", ""),
)
PEERS = {
    "images": """
        SELECT printf('%016x', i.id), i.subset, i.original_url, i.landing_url, l.url, a.profile_url,
               coalesce(i.author_name, a.name), i.title, i.original_size, i.original_md5, i.thumbnail_url
        FROM browse_image i JOIN browse_license l ON l.id = i.license_id
        LEFT JOIN browse_author a ON a.id = i.author_id ORDER BY i.id""",
    "labels": """
        SELECT printf('%016x', n.image_id), s.name, l.mid, n.confidence / 100.0
        FROM browse_annotation n JOIN browse_source s ON s.id = n.source_id JOIN browse_label l ON l.id = n.label_id
        ORDER BY n.image_id""",
}


@dataclass
class Reading:
    """How far one file was read."""

    lines: int = 0
    first_s: float = 0.0
    seconds: float = 0.0
    is_whole: bool = True

    @property
    def rate(self) -> float:
        return self.lines / self.seconds


def read(pieces: Iterator[bytes], began: float, most_s: float) -> Reading:
    """Take pieces until they end, or the time is over; it counts from `began`."""
    reading = Reading()
    for piece in pieces:
        reading.lines += piece.count(b"\n")
        reading.seconds = time.perf_counter() - began
        reading.first_s = reading.first_s or reading.seconds
        if reading.seconds > most_s:
            reading.is_whole = False
            break
    return reading


def of_site(base: str, address: str, most_s: float) -> Reading:
    """The file as the site sends it."""
    with httpx.Client(base_url=base, headers={"Accept-Encoding": "identity"}, timeout=60, trust_env=False) as client:
        began = time.perf_counter()
        with client.stream("GET", address) as answer:
            assert answer.status_code == 200, answer.status_code
            return read(answer.iter_raw(), began, most_s)


def of_peer(database: Path, query: str, most_s: float) -> Reading:
    """The same lines by a query of their own."""
    began = time.perf_counter()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return read(_lines(connection.execute(query)), began, most_s)


class _Sink:
    """What csv writes to: keeps the lines until they are worth sending."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)

    def take(self) -> bytes:
        data = "".join(self.parts).encode()
        self.parts, self.size = [], 0
        return data


def _lines(rows: sqlite3.Cursor) -> Iterator[bytes]:
    sink = _Sink()
    writer = csv.writer(sink, lineterminator="\n")
    for row in rows:
        writer.writerow(row)
        if sink.size >= SENT_AT_ONCE:
            yield sink.take()
    yield sink.take()


def workers_mb() -> float:
    """Unshared memory of gunicorn's processes below this one."""
    children = psutil.Process().children(recursive=True)
    return sum(child.memory_full_info().uss for child in children if "gunicorn" in " ".join(child.cmdline())) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=named("BENCH_SITE"))
    parser.add_argument("--seconds", type=float, default=30)
    args = parser.parse_args()
    if args.site is None:
        pass_over(SITE)
    site = Site(args.site.resolve())
    site.manage("migrate", "-v0")
    site.manage("collectstatic", "--noinput", "-v0")
    print(COLUMNS.format("file", "begins after", "lines/s", "of peer's", "memory"))
    with site.served(apart=True) as base:
        for address, peer in FILES:
            before = workers_mb()
            own = of_site(base, address, args.seconds)
            grown = workers_mb() - before
            other = of_peer(site.data_dir / "openimages.sqlite3", PEERS[peer], args.seconds) if peer else None
            share = f"{own.rate / other.rate:.2f}" if other else ""
            begins = f"{own.first_s * 1000:,.0f} ms"
            print(COLUMNS.format(address, begins, f"{own.rate:,.0f}", share, f"{grown:+.0f} MB"), flush=True)
            print(
                f"  {own.lines:,} lines in {own.seconds:.0f} s, {'the whole file' if own.is_whole else 'not yet all'}"
            )


if __name__ == "__main__":
    main()
