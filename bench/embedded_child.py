"""The embedded engine of some checkout in a process of its own, to be timed in turn with others.

    python bench/embedded_child.py CHECKOUT FOLDER NAME NUMBER REPEATS

Draws NUMBER queries, and answers each line on standard input, the place of one of them, by a line of JSON: the query,
milliseconds of processor time of one asking of REPEATS in a row, and what was counted. Asks only for what the checkouts
since the rooms of `browse/facets` have.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def serve(checkout: Path, folder: Path, name: str, number: int, repeats: int) -> None:
    """Answer until standard input ends."""
    sys.path.insert(0, str(checkout))
    from bench.queries import draw_queries
    from browse.facets.embedded.warm_up import warm
    from browse.facets.index.store import open_generation
    from browse.query.canonical import canonical

    engine = open_generation(folder, name)
    warm()
    queries = draw_queries(engine.label_counts(), number)
    for line in sys.stdin:
        query = queries[int(line)]
        found = engine.facets(query)
        before = time.process_time()
        for _ in range(repeats):
            engine.facets(query)
        ms = (time.process_time() - before) * 1000 / repeats
        authors = [[key, n] for key, _, n in found.authors]
        counted = [found.count, [list(one) for one in found.labels], authors]
        print(json.dumps({"query": canonical(query), "ms": ms, "counted": counted}), flush=True)


@dataclass
class Child:
    """Such a process."""

    process: subprocess.Popen[str]

    def ask(self, place: int) -> dict[str, Any]:
        """What it says of the query at a place."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{place}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("The other checkout's engine ended.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def child(checkout: str, folder: str, name: str, number: int, repeats: int) -> Iterator[Child]:
    """One while the block runs."""
    run = [sys.executable, "-P", __file__, checkout, folder, name, str(number), str(repeats)]
    with subprocess.Popen(run, cwd=checkout, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Child(process)
        assert process.stdin is not None
        process.stdin.close()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
