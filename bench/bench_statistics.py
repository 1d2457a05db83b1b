"""Times human versus machine and the statistics: building them with the index, answering from them, and their pages.

    python bench/bench_statistics.py [--data FOLDER] [--site FOLDER] [--shares 0.01 0.1 1] [--labels 200]

--data, or BENCH_DATA in the environment, is a data set in the layout of Open Images V1, of which indexes are built with
these sections and without; what is made of it is kept beside it, in FOLDER.bench. --site, or BENCH_SITE, is the data
folder of an installation (SQLite) with a data set imported and assets collected: of it the data of each page is read as
a worker reads it, and each page is asked for through Django's test client; once before, nothing remembered but names.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.engine_data import first_images, read_arrays  # noqa: E402
from bench.folders import DATA, SITE, named, pass_over, use_site  # noqa: E402
from bench.peer import make_database  # noqa: E402
from bench.queries import SEED  # noqa: E402
from browse.domain.dataset_arrays import DatasetArrays  # noqa: E402
from browse.facets.build import generation  # noqa: E402
from browse.facets.build import statistics as build_statistics  # noqa: E402
from browse.facets.build.pair_chunks import Pairs, Report  # noqa: E402
from browse.facets.embedded.warm_up import warm  # noqa: E402
from browse.facets.index.layout import Manifest  # noqa: E402
from browse.facets.index.writer import GenerationWriter  # noqa: E402

TARGETS_MS = {"label": 100, "compare": 150, "statistics": 300}
DISAGREEMENTS = 12
ROWS = 100
Section = Callable[[DatasetArrays, Pairs, GenerationWriter, Report], None]


def time_building(data: Path, shares: list[float]) -> None:
    """Seconds of each section of an index's statistics, at each share of the images."""
    folder = data.with_name(f"{data.name}.bench")
    folder.mkdir(exist_ok=True)
    database = folder / "peer.duckdb"
    if not database.exists():
        make_database(data, database)
    warm()
    arrays = read_arrays(database, folder)
    for share in shares:
        part = arrays if share >= 1 else first_images(arrays, round(len(arrays.image_keys) * share))
        print(f"{len(part.image_keys):,} images, {len(part.annotations):,} annotations")
        _time_sections(part)


def _time_sections(arrays: DatasetArrays) -> None:
    seconds: dict[str, float] = {}

    def timed(section: Section) -> Section:
        def write(*arguments: object) -> None:
            began = time.perf_counter()
            section(*arguments)
            seconds[section.__name__] = time.perf_counter() - began

        return write

    whole = generation.SECTIONS
    generation.SECTIONS = tuple(timed(section) for section in whole)
    began = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory() as folder:
            name = generation.build_generation(arrays, Path(folder), dataset="bench")
            took = time.perf_counter() - began
            size = _statistics_bytes(Path(folder) / name)
    finally:
        generation.SECTIONS = whole
    ours = {section.__name__: seconds[section.__name__] for section in build_statistics.SECTIONS}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    parts = ", ".join(f"{name.removeprefix('write_')} {one:.2f}" for name, one in ours.items())
    print(f"  index {took:.1f} s, of it statistics {sum(ours.values()):.1f} s ({parts}), {size / 1e6:.1f} MB")
    print(f"  peak resident memory of this program so far: {peak:,.0f} MB")


def _statistics_bytes(folder: Path) -> int:
    """Bytes of the files that are there for statistics only."""
    files = Manifest.from_bytes((folder / "manifest.json").read_bytes()).files
    ours = ("label_counts", "labels_per_image", "source_", "partner_", "author_sizes", "disagreeing_")
    return sum((folder / f"{name}.bin").stat().st_size for name in files if name.startswith(ours))


def open_site(site: Path, labels: int) -> list[str]:
    """Make an installation the one in use; gives MIDs to ask about, the largest labels among them."""
    use_site(site)
    from browse import search

    counts = search.consistently(lambda snapshot: snapshot.engine.label_counts(), timeout_s=120)
    mids = [*sorted(counts, key=lambda mid: -counts[mid])[: labels // 4]]
    mids += random.Random(SEED).sample(sorted(counts), k=min(labels - len(mids), len(counts)))
    print(f"{search.current_engine().images:,} images, {len(mids)} labels, the largest among them")
    return mids


def time_data(mids: list[str]) -> None:
    """Milliseconds of what each page needs from index and database, warm."""
    from browse import search

    def ask(work: Callable[[Any], None]) -> Callable[[], None]:
        return lambda: search.consistently(work)

    _report("data: label", [ask(lambda snapshot, mid=mid: _label_page(snapshot, mid)) for mid in mids], "label")
    scopes = [ask(lambda snapshot, scope=scope: _compare_page(snapshot, scope)) for scope in _scopes()]
    _report("data: compare", scopes * 5, "compare")
    _report("data: statistics", [ask(_statistics_page)] * 10, "statistics")


def time_pages(mids: list[str]) -> None:
    """Milliseconds that the server takes for each page, whole, warm."""
    from django.test import Client

    client = Client(headers={"host": "localhost"})

    def ask(address: str) -> Callable[[], None]:
        def get() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, (address, answer.status_code)

        return get

    scopes = ["", *(f"subset={subset}" for subset in _scopes() if subset)]
    asked = {
        "/label/…": ([f"/label{mid}" for mid in mids], "label"),
        "/compare": ([f"/compare?{scope}" for scope in (*scopes, "order=name", "q=an", "page=3")], "compare"),
        "/compare/disagreements": (
            [*(f"/compare/disagreements?{scope}" for scope in scopes), *_of_labels(mids)],
            "compare",
        ),
        "/stats": ([f"/stats?{scope}" for scope in scopes] * 3, "statistics"),
        "/stats/<figure>": ([f"/stats/{figure}" for figure in ("all", "train", "precision")] * 3, "statistics"),
        "/duplicates": ([f"/duplicates{query}" for query in ("", "?across=yes", "?page=2")] * 3, "statistics"),
    }
    for name, (addresses, target) in asked.items():
        _report(name, [ask(address) for address in addresses], target)


def _of_labels(mids: list[str]) -> list[str]:
    return [f"/compare/disagreements?mid={mid}" for mid in mids[:DISAGREEMENTS]]


def _scopes() -> list[str | None]:
    from browse.query.values import SUBSETS

    return [None, *SUBSETS]


def _label_page(snapshot: Any, mid: str) -> None:
    from browse import search

    search.label_comparison_of(snapshot, mid)
    search.co_occurring_labels_of(snapshot, mid)
    search.samples_of(snapshot, mid)


def _compare_page(snapshot: Any, subset: str | None) -> None:
    from browse import search

    search.comparison_of(snapshot, subset=subset)
    search.machine_and_human_of(snapshot, subset=subset)
    search.label_table_of(snapshot, subset=subset, min_verified=30).rows(0, ROWS)
    search.disagreements_of(snapshot, subset=subset, per_page=DISAGREEMENTS)


def _statistics_page(snapshot: Any) -> None:
    from browse import search

    search.frequencies_of(snapshot)
    search.labels_per_image_of(snapshot)
    search.confidences_of(snapshot)
    search.author_sizes_of(snapshot)
    search.duplicate_summary_of(snapshot)


def _report(name: str, questions: list[Callable[[], None]], target: str) -> None:
    """Ask each question twice and print how long the second times took."""
    times = []
    for question in questions:
        question()
        began = time.perf_counter()
        question()
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    late = times[math.ceil(len(times) * 0.95) - 1]
    print(
        f"{name:22} median {statistics.median(times):7.1f} ms, 95 % {late:7.1f}, most {times[-1]:7.1f}; "
        f"to be within {TARGETS_MS[target]} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=named("BENCH_DATA"))
    parser.add_argument("--site", type=Path, default=named("BENCH_SITE"))
    parser.add_argument("--shares", type=float, nargs="+", default=[0.01, 0.1, 1.0])
    parser.add_argument("--labels", type=int, default=200)
    args = parser.parse_args()
    if args.data is None and args.site is None:
        pass_over(f"{DATA}, or {SITE}")
    if args.data is not None:
        time_building(Path(args.data).resolve(), args.shares)
    if args.site is not None:
        mids = open_site(Path(args.site).resolve(), args.labels)
        time_data(mids)
        time_pages(mids)


if __name__ == "__main__":
    main()
