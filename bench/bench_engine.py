"""Times the facet engine: 200 drawn queries, beside DuckDB with equal answers, at three sizes, and its memory.

    python bench/bench_engine.py [--data FOLDER] [--no-peer] [--queries 200] [--shares 0.01 0.1 1]
                                 [--threads 1 2] [--generation PATH]

FOLDER holds a data set in the layout of Open Images V1, or BENCH_DATA in the environment names it. What is made of it,
a DuckDB database and index generations, is kept beside it, in FOLDER.bench. PATH is a generation that there is already,
which alone is asked, without a peer. Times in one thread are the thread's own on the processor: what else the machine
does is not in them. Those of several threads, and beside DuckDB, are of the clock.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.engine_data import first_images, read_arrays  # noqa: E402
from bench.folders import DATA, named, pass_over  # noqa: E402
from bench.peer import PeerEngine, make_database  # noqa: E402
from bench.queries import SEED, draw_queries  # noqa: E402
from browse.facets.build.generation import build_generation  # noqa: E402
from browse.facets.embedded.engine import EmbeddedEngine  # noqa: E402
from browse.facets.embedded.ranges import use_threads  # noqa: E402
from browse.facets.embedded.warm_up import warm  # noqa: E402
from browse.facets.engine import FacetCounts  # noqa: E402
from browse.facets.index.store import open_generation  # noqa: E402
from browse.query.canonical import canonical  # noqa: E402
from browse.query.values import Query, Sort, Term  # noqa: E402

PAGE = 30
MANY = 10_000
TOLD = 5
REPEATS = 7
Answer = TypeVar("Answer")


@dataclass
class Times:
    """Milliseconds of one kind of question, cold and asked again at once."""

    name: str
    clock: Callable[[], float] = time.thread_time
    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)

    def ask(self, question: Callable[[], Answer]) -> Answer:
        began = self.clock()
        answer = question()
        between = self.clock()
        question()
        self.cold.append((between - began) * 1000)
        self.warm.append((self.clock() - between) * 1000)
        return answer

    def __str__(self) -> str:
        return f"{self.name:28} {_spread(self.cold)}   {_spread(self.warm)}"


def _spread(values: list[float]) -> str:
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return f"{statistics.median(values):8.2f} {cuts[18]:8.2f} {max(values):8.2f}"


def time_engine(engine: EmbeddedEngine, queries: list[Query]) -> list[FacetCounts]:
    """Ask everything of each query; print the times; give the facets."""
    chance = random.Random(SEED)
    first, anywhere, shuffled, by_confidence, facets = (
        Times(name) for name in ("page 1", "a random page", "a random page, shuffled", "page 1 by confidence", "facets")
    )
    answers = []
    for query in queries:
        count = first.ask(lambda q=query: engine.page(q, number=1, size=PAGE)).count
        number = chance.randrange(max(1, math.ceil(count / PAGE))) + 1
        anywhere.ask(lambda q=query, n=number: engine.page(q, number=n, size=PAGE))
        random_order = replace(query, sort=Sort.RANDOM, seed=7)
        shuffled.ask(lambda q=random_order, n=number: engine.page(q, number=n, size=PAGE))
        if query.label:
            sorted_ = replace(query, sort=Sort.CONFIDENCE)
            by_confidence.ask(lambda q=sorted_: engine.page(q, number=1, size=PAGE))
        answers.append(facets.ask(lambda q=query: engine.facets(q, top=50)))
    print(f"{'milliseconds':28} {'first:':8} {'95 %':>8} {'most':>8}   {'again:':8} {'95 %':>8} {'most':>8}")
    for times in (first, anywhere, shuffled, by_confidence, facets):
        print(times)
    _tell_slowest(queries, facets.cold, answers)
    return answers


def time_threads(engine: EmbeddedEngine, queries: list[Query], threads: list[int]) -> None:
    """Facets with each number of threads, in turn: of each query the best of a few times, and all answers alike."""
    best = {count: [math.inf] * len(queries) for count in threads}
    for place, query in enumerate(queries):
        alone = engine.facets(query)
        for count in threads * REPEATS:
            use_threads(count)
            began = time.perf_counter()
            if engine.facets(query) != alone:
                raise SystemExit(f"{count} threads answer differently: {canonical(query)}")
            best[count][place] = min(best[count][place], (time.perf_counter() - began) * 1000)
        use_threads(1)
    for count, times in best.items():
        print(f"{f'facets, best of {REPEATS}, {count} threads':28} {_spread(times)}   all {sum(times):,.0f} ms")


def time_largest(engine: EmbeddedEngine, counts: Mapping[str, int]) -> None:
    """Facets of selections by the three largest labels."""
    first, second, third = (Term(mid) for mid in sorted(counts, key=lambda mid: (-counts[mid], mid))[:3])
    every = (first, second, third)
    for query in (
        Query(label=every),
        Query(any=every),
        Query(any=every, min_any=2),
        Query(without=every),
        Query(label=(first,), without=(second, third)),
        Query(any=(first, second), without=(third,)),
    ):
        times = Times("largest labels")
        count = times.ask(lambda q=query: engine.facets(q, top=50)).count
        print(f"  facets {times.warm[0]:6.1f} ms, {count:9,} images: {canonical(query)}")


def time_similar(engine: EmbeddedEngine, number: int) -> None:
    """The images most like some, drawn from all."""
    similar, keys = Times("similar images"), engine._index.image_keys
    for place in random.Random(SEED).choices(range(len(keys)), k=number):
        similar.ask(lambda key=int(keys[place]): engine.similar(key, top=24))
    print(similar)


def _tell_slowest(queries: list[Query], times: list[float], answers: list[FacetCounts]) -> None:
    for ms, query, answer in sorted(zip(times, queries, answers, strict=True), key=lambda row: -row[0])[:TOLD]:
        print(f"  facets {ms:6.1f} ms, {answer.count:9,} images: {canonical(query)}")


def compare(engine: EmbeddedEngine, peer: PeerEngine, queries: list[Query], answers: list[FacetCounts]) -> None:
    """The same questions to DuckDB; print the ratios. Ends the program where an answer differs."""
    pages, facets = [], []
    theirs_pages, theirs_facets = (Times(name, time.perf_counter) for name in ("DuckDB, page 1", "DuckDB, facets"))
    keys = engine._index.image_keys  # the peer names images by number
    for query, answer in zip(queries, answers, strict=True):
        began = time.perf_counter()
        mine = engine.page(query, number=1, size=PAGE)
        pages.append(time.perf_counter() - began)
        began = time.perf_counter()
        engine.facets(query, top=50)
        facets.append(time.perf_counter() - began)
        page = theirs_pages.ask(lambda q=query: peer.page(q, number=1, size=PAGE))
        if (page.count, [int(keys[number]) for number in page.keys]) != (mine.count, mine.keys):
            raise SystemExit(f"pages differ: {canonical(query)}")
        if theirs_facets.ask(lambda q=query: peer.facets(q, top=50)) != replace(
            answer, values={k: v for k, v in answer.values.items() if k != "licenses"}
        ):
            raise SystemExit(f"facets differ: {canonical(query)}")
    print(theirs_pages)
    print(theirs_facets)
    print(
        f"all {len(queries)} answers equal; DuckDB takes, as a geometric mean, "
        f"{_ratio(theirs_pages.warm, pages):.1f} times as long for a page, "
        f"{_ratio(theirs_facets.warm, facets):.1f} for facets"
    )


def _ratio(theirs_ms: list[float], mine_s: list[float]) -> float:
    return statistics.geometric_mean(their / 1000 / my for their, my in zip(theirs_ms, mine_s, strict=True))


def anonymous_mb() -> float:
    """Private memory of this process, without pages of mapped files, in MB."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Anonymous:")) / 1000


def time_many(engine: EmbeddedEngine, queries: list[Query]) -> None:
    """What a long run leaves in memory."""
    began = time.perf_counter()
    for number, query in enumerate(queries):
        engine.facets(query) if number % 2 else engine.page(query, number=1, size=PAGE)
    seconds = time.perf_counter() - began
    print(
        f"{len(queries):,} more queries, every other one with facets: {seconds:.0f} s; "
        f"private memory then {anonymous_mb():.0f} MB"
    )


def database_of(folder: Path, data: Path) -> Path:
    """The DuckDB database of a data set, made where it is not there."""
    database = folder / "peer.duckdb"
    if not database.exists():
        began = time.perf_counter()
        make_database(data, database)
        print(f"DuckDB read and sorted its tables in {time.perf_counter() - began:.0f} s")
    return database


def build(folder: Path, data: Path, share: float) -> str:
    """Build the index of a share of the images, or find it built; its generation's name."""
    known = folder / f"generation-{share:g}"
    if known.exists() and (folder / "index" / known.read_text()).exists():
        return known.read_text()
    arrays = read_arrays(database_of(folder, data), folder)
    if share < 1:
        arrays = first_images(arrays, round(len(arrays.image_keys) * share))
    began = time.perf_counter()
    name = build_generation(arrays, folder / "index", dataset=f"{data.name}, {share:g}")
    seconds = time.perf_counter() - began
    print(f"index of {len(arrays.image_keys):,} images, {len(arrays.annotations):,} annotations: {seconds:.1f} s")
    known.write_text(name)
    return name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=named("BENCH_DATA"))
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.01, 0.1, 1.0])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="ENGINE_THREADS to ask with, in turn")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--generation", type=Path)
    args = parser.parse_args()
    if args.generation is not None:
        warm()
        run(args.generation.parent, args.generation.name, args.queries, threads=args.threads)
        return
    if args.data is None:
        pass_over(DATA)
    data = Path(args.data).resolve()
    folder = data.with_name(f"{data.name}.bench")
    folder.mkdir(exist_ok=True)
    warm()
    for share in args.shares:
        peer = folder / "peer.duckdb" if share == 1 and not args.no_peer else None
        run(folder / "index", build(folder, data, share), args.queries, threads=args.threads, peer=peer)


def run(index: Path, name: str, number: int, *, threads: list[int], peer: Path | None = None) -> None:
    """All figures at one size. peer: the database to compare with."""
    began = time.perf_counter()
    engine = open_generation(index, name)
    size = sum(path.stat().st_size for path in (index / name).iterdir()) / 1e6
    print(
        f"\n{engine.images:,} images: index of {size:,.0f} MB checked and opened in {time.perf_counter() - began:.2f} s"
    )
    counts = engine.label_counts()
    queries = draw_queries(counts, number)
    answers = time_engine(engine, queries)
    time_largest(engine, counts)
    time_threads(engine, queries, threads)
    time_similar(engine, number)
    if peer is not None:
        compare(engine, PeerEngine(peer), queries, answers)
    time_many(engine, draw_queries(counts, MANY, SEED + 1))
    engine.close()


if __name__ == "__main__":
    main()
