"""Times a whole import, with the peak memory of all its processes, beside DuckDB reading the plain files.

    python bench/bench_import.py [--data FOLDER] [--database-url URL] [--no-peer] [--keep FOLDER]

FOLDER holds a data set in the layout of Open Images V1, its three archives, dict.csv and the plain CSV files, or
BENCH_DATA in the environment names it; without the archives the plain files are imported. --keep goes on with the
database that lies there; by default it is a new SQLite file. Phases are told with their time and processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.folders import DATA, named, pass_over  # noqa: E402
from browse.domain import phases  # noqa: E402

ARCHIVES = ("images_2016_08.tar.gz", "machine_ann_2016_08.tar.gz", "human_ann_2016_08.tar.gz", "dict.csv")


class PeakMemory:
    """The largest memory of a process and its children together, in bytes, sampled every 0.2 s.

    `resident` counts a page that several of them share once (Linux: proportional set size; elsewhere once for each).
    The system looks at every page for that, which in an import took 8 s of the processor: it is asked only while there
    are several, and their pages, the shared ones counted for each, are more than the most so far.
    """

    def __init__(self, pid: int) -> None:
        self._process, self._stop = psutil.Process(pid), threading.Event()
        self.resident = 0
        self.at, self._began = 0.0, time.monotonic()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.2):
            try:
                family = [self._process, *self._process.children(recursive=True)]
            except psutil.NoSuchProcess:
                return
            resident = sum(map(_held, family))
            if len(family) > 1 and resident > self.resident:
                resident = sum(map(_resident, family))
            if resident > self.resident:
                self.resident, self.at = resident, time.monotonic() - self._began

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def _held(process: psutil.Process) -> int:
    """Its pages, shared ones too."""
    try:
        return int(process.memory_info().rss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0


def _resident(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0
    return int(getattr(memory, "pss", memory.rss))


def run_import(data: Path, folder: Path, url: str | None) -> None:
    """One import into an empty database; prints what it took."""
    environment = {**os.environ, "OPENIMAGES_DATA_DIR": str(folder), "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "line"}
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    manage = [sys.executable, str(ROOT / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
    began = time.monotonic()
    archives = [data / name for name in ARCHIVES]
    paths = [str(path) for path in archives if path.exists()] if archives[0].exists() else [str(data)]
    with subprocess.Popen(
        [*manage, "import_openimages", *paths, "--json"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        memory = PeakMemory(process.pid)
        output, told = process.communicate()
    memory.stop()
    seconds = time.monotonic() - began
    if process.returncode:
        raise SystemExit(f"the import failed: {told}")
    print_phases(told)
    summary = json.loads(output)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"import: {seconds:.0f} s; stages {summary['stages']}; rows {summary['rows']}")
    print(f"peak memory of all processes together {memory.resident / 1e9:.2f} GB, at {memory.at:.0f} s")
    print(f"on disk {size / 1e9:.2f} GB, of it index {_size(folder / 'index') / 1e9:.2f} GB")


def print_phases(told: str) -> None:
    """The lines of a log that phases wrote; those within another stand before it."""
    for line in told.splitlines():
        _, found, rest = line.partition(f" {phases.__name__} ")
        if found:
            print("   ", rest.partition("]: ")[2])


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def run_peer(data: Path, folder: Path) -> None:
    """DuckDB's CREATE TABLE AS read_csv of the plain files."""
    import duckdb

    began = time.monotonic()
    with duckdb.connect(str(folder / "peer.duckdb")) as peer:
        peer.execute("SET threads = 2")
        for table, pattern in (("images", "images_2016_08"), ("labels", "*_ann_2016_08")):
            peer.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_csv('{data}/{pattern}/*/*.csv', union_by_name = true)"
            )
        peer.execute(f"CREATE TABLE dict AS SELECT * FROM read_csv('{data}/dict.csv', header = false)")
    print(f"DuckDB read_csv of the plain files: {time.monotonic() - began:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=named("BENCH_DATA"))
    parser.add_argument("--database-url")
    parser.add_argument("--keep", type=Path, help="use this data folder and keep it")
    parser.add_argument("--no-peer", action="store_true")
    args = parser.parse_args()
    if args.data is None:
        pass_over(DATA)
    with tempfile.TemporaryDirectory(dir=args.data.parent) as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run_import(args.data, folder, args.database_url)
        if not args.no_peer:
            run_peer(args.data, Path(temporary))


if __name__ == "__main__":
    main()
