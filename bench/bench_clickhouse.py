"""Times facets of two ClickHouse shards beside the embedded engine: processor time of all that takes part, in one run.

    python bench/bench_clickhouse.py [--images 300000] [--queries 30] [--index FOLDER NAME]
                                     [--before CHECKOUT FOLDER NAME]

Without --index a data set is drawn. The servers are those of the tests, on this machine, with one thread each. Answers
have to be equal. --before names another checkout of this program and an index that it built of the same data set: its
embedded engine is asked in turn.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402

from bench.embedded_child import Child, child  # noqa: E402
from bench.queries import SEED, draw_queries  # noqa: E402
from browse.domain.dataset_arrays import DatasetArrays  # noqa: E402
from browse.domain.texts import Texts  # noqa: E402
from browse.facets.build.generation import build_generation  # noqa: E402
from browse.facets.clickhouse.engine import ClickHouseEngine, open_clickhouse  # noqa: E402
from browse.facets.clickhouse.filling import Filling  # noqa: E402
from browse.facets.embedded.engine import EmbeddedEngine  # noqa: E402
from browse.facets.embedded.warm_up import warm  # noqa: E402
from browse.facets.engine import FacetCounts  # noqa: E402
from browse.facets.index.store import open_generation  # noqa: E402
from browse.query.canonical import canonical  # noqa: E402
from browse.query.values import Query  # noqa: E402
from tests.clickhouse import Server, library, running  # noqa: E402

REPEATS, REPEATS_SHARDED = 10, 5
LABELS, AUTHORS, EACH = 7000, 20_000, 9
IDLE_S = 3.0
TICKS = os.sysconf("SC_CLK_TCK")


def drawn(images: int) -> DatasetArrays:
    """So many images with about nine labels each, some labels on very many of them."""
    chance = np.random.default_rng(SEED)
    labels = np.minimum(chance.zipf(1.3, images * EACH) - 1, LABELS - 1).astype(np.uint64)
    owners = np.repeat(np.arange(images, dtype=np.uint64), EACH)
    pairs = np.unique((owners << np.uint64(32)) | (labels << np.uint64(16)))
    levels = chance.integers(5, 11, len(pairs)).astype(np.uint64) * np.uint64(10)
    authors = [f"author{number:06}" for number in range(AUTHORS)]
    return DatasetArrays(
        image_keys=np.unique(chance.integers(-(1 << 63), 1 << 62, images * 2))[:images],
        subsets=(chance.random(images) < 0.1).astype(np.uint8),
        licenses=np.zeros(images, np.uint16),
        authors=np.minimum(chance.zipf(1.2, images) - 1, AUTHORS - 1).astype(np.uint32),
        md5=np.zeros(images, "S16"),
        photos=np.zeros(images, np.uint64),
        titles=Texts.of("" for _ in range(images)),
        author_names=Texts.of(authors),
        credited=np.empty(0, np.uint32),
        credited_names=Texts.of([]),
        license_slugs=["cc-by-2.0"],
        author_keys=Texts.of(authors),
        author_ids=np.arange(1, AUTHORS + 1, dtype=np.int32),
        label_mids=[f"/m/{number:05}" for number in range(LABELS)],
        sources=["machine"],
        annotations=pairs | levels,
    )


def server_seconds(servers: list[Server]) -> float:
    """Processor time that the servers took so far."""
    total = 0
    for server in servers:
        assert server.process is not None
        fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


class Clock:
    """Processor time of this program and the servers, less what these take in the meantime when nobody asks them."""

    def __init__(self, servers: list[Server]) -> None:
        self._servers, self.idle = servers, 0.0
        if servers:
            before = server_seconds(servers)
            time.sleep(IDLE_S)
            self.idle = (server_seconds(servers) - before) / IDLE_S

    def seconds(self) -> float:
        """Since some moment."""
        return time.process_time() + server_seconds(self._servers) - self.idle * time.monotonic()


def facets_and_cost(ask: Callable[[], FacetCounts], clock: Clock, repeats: int) -> tuple[FacetCounts, float]:
    """The facets, and milliseconds of processor time of one asking, of some in a row."""
    answer = ask()
    before = clock.seconds()
    for _ in range(repeats):
        ask()
    return answer, max(0.01, (clock.seconds() - before) * 1000 / repeats)


def kind_of(query: Query) -> str:
    """What a query asks for, in a few words."""
    if query.any:
        kind = "any of several"
    elif not query.label:
        kind = "none of one"
    elif query.without:
        kind = "one, none of others"
    else:
        kind = "one label" if len(query.label) == 1 else "several labels"
    is_narrow = query.confidence or query.states or any(one.confidence or one.states for one in query.wanted_pairs)
    return f"{kind}, narrow" if is_narrow else kind


Costs = dict[str, list[float]]


def compare(
    embedded: EmbeddedEngine, sharded: ClickHouseEngine, servers: list[Server], number: int, before: Child | None
) -> None:
    """Ask all the same in turn; print what each takes, and how many times the others."""
    alone, together = Clock([]), Clock(servers)
    print(f"idle servers take {together.idle * 1000:.0f} ms a second")
    costs: Costs = {"embedded": [], "two shards": [], **({"embedded before": []} if before else {})}
    queries = draw_queries(embedded.label_counts(), number)
    for place, query in enumerate(queries):
        expected, cost = facets_and_cost(lambda q=query: embedded.facets(q), alone, REPEATS)
        costs["embedded"].append(cost)
        found, cost = facets_and_cost(lambda q=query: sharded.facets(q), together, REPEATS_SHARDED)
        costs["two shards"].append(cost)
        if found != expected:
            raise SystemExit(f"other answers to {query}")
        if before:
            answer = before.ask(place)
            authors = [[key, n] for key, _, n in found.authors]
            counted = [found.count, [list(one) for one in found.labels], authors]
            if (answer["query"], answer["counted"]) != (canonical(query), counted):
                raise SystemExit(f"other answers before to {query}")
            costs["embedded before"].append(answer["ms"])
    tell(costs, queries)


def tell(costs: Costs, queries: list[Query]) -> None:
    """Print them: of all queries, then of each kind."""
    print(f"{'facets, ms of processor time':34} {'geometric mean':>15} {'median':>9} {'most':>9}")
    for name, values in costs.items():
        mean = statistics.geometric_mean(values)
        print(f"{name:34} {mean:15.2f} {statistics.median(values):9.2f} {max(values):9.2f}")
    kinds = [kind_of(query) for query in queries]
    for name in [one for one in costs if one != "two shards"]:
        ratios = [one / other for one, other in zip(costs["two shards"], costs[name], strict=True)]
        print(f"{f'two shards, times {name}':34} {statistics.geometric_mean(ratios):15.2f}")
    print(f"{'geometric means by kind':34} {'queries':>8} " + " ".join(f"{name:>16}" for name in costs))
    for kind in sorted({*kinds}):
        here = [place for place, one in enumerate(kinds) if one == kind]
        means = (statistics.geometric_mean([values[place] for place in here]) for values in costs.values())
        print(f"{kind:34} {len(here):8} " + " ".join(f"{mean:16.2f}" for mean in means))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=300_000)
    parser.add_argument("--queries", type=int, default=30)
    parser.add_argument("--index", nargs=2, metavar=("FOLDER", "NAME"))
    parser.add_argument("--before", nargs=3, metavar=("CHECKOUT", "FOLDER", "NAME"))
    options = parser.parse_args()
    try:
        library()
    except pytest.skip.Exception as missing:
        print(f"Passed over: {missing}.")
        return
    with tempfile.TemporaryDirectory() as folder, running(2, Path(folder) / "servers") as servers:
        if options.index:
            index_dir, name = Path(options.index[0]), options.index[1]
        else:
            index_dir = Path(folder) / "index"
            name = build_generation(drawn(options.images), index_dir, dataset="drawn")
        settings.CLICKHOUSE_SHARDS = [server.address for server in servers]
        before, began = server_seconds(servers) + time.process_time(), time.monotonic()
        Filling().store(index_dir, name, lambda what, done, total: None)
        took = server_seconds(servers) + time.process_time() - before
        print(f"shards filled in {time.monotonic() - began:.1f} s, {took:.1f} s of processor time")
        embedded = open_generation(index_dir, name)
        warm()
        sharded = open_clickhouse(index_dir, name)
        other = child(*options.before, options.queries, REPEATS) if options.before else nullcontext()
        with other as before:
            compare(embedded, sharded, servers, options.queries, before)
        embedded.close()


if __name__ == "__main__":
    main()
