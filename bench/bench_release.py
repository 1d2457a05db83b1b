"""Times the pages and facets of an installation of V7: boxes, crops, the hierarchy, relationships, and points.

    python bench/bench_release.py [--site FOLDER] [--labels 12] [--images 60]

--site, or BENCH_SITE in the environment, is the data folder of an installation (SQLite) that imported the files of
bench/make_release.py. Each address is asked for through Django's test client, in one process and one thread: once
before, then three times with nothing remembered, of which the fastest counts.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.folders import SITE, named, pass_over, use_site  # noqa: E402
from bench.queries import SEED  # noqa: E402

ROUNDS = 3
TERMS = ("{}", "{}~2-5", "{}~3-", "{}@0.1-0.5", "{}:occluded", "{}:group,not-truncated", "{}~1-1@0.05-1:not-depiction")
"""What may follow `box:MID`."""


def open_site(site: Path) -> Any:
    """Make an installation the one in use, with nothing remembered; gives a client of it."""
    use_site(site)
    from django.test import Client

    from browse import search

    labels = search.consistently(lambda snapshot: len(snapshot.engine.label_counts()), timeout_s=300)
    print(f"{search.current_engine().images:,} images, {labels:,} labels")
    return Client(headers={"host": "localhost"})


def milliseconds(client: Any, address: str) -> tuple[float, float]:
    """The shortest time that an answer took, and the least processor time."""
    taken = []
    for _ in range(ROUNDS + 1):
        began, used = time.perf_counter(), time.process_time()
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        taken.append((time.perf_counter() - began, time.process_time() - used))
        assert answer.status_code == 200, (address, answer.status_code, body[:300])
    waited, used_most = zip(*taken[1:], strict=True)
    return min(waited) * 1000, min(used_most) * 1000


def report(client: Any, name: str, addresses: list[str]) -> None:
    """Print how long all these take."""
    taken = sorted(milliseconds(client, address) for address in addresses)
    late = math.ceil(len(taken) * 0.95) - 1
    waited, used = [one for one, _ in taken], sorted(one for _, one in taken)
    print(
        f"{name:44} {len(taken):4} asked, median {statistics.median(waited):6.1f} ms, 95% {waited[late]:6.1f}, "
        f"most {waited[-1]:6.1f}; processor {statistics.median(used):6.1f}, {used[late]:6.1f}"
    )


def facet(client: Any, name: str, number: int) -> list[str]:
    """The keys of a facet's largest values, over all images."""
    values = client.get(f"/api/facets?sort=image_id&top={number}").json()[name]
    return [value["mid"] if "mid" in value else value["value"] for value in values[:number]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=named("BENCH_SITE"))
    parser.add_argument("--labels", type=int, default=12)
    parser.add_argument("--images", type=int, default=60)
    options = parser.parse_args()
    if options.site is None:
        pass_over(SITE)
    client = open_site(Path(options.site).resolve())
    boxed = facet(client, "box_labels", options.labels)
    terms = [f"box:{shape.format(mid)}" for mid in boxed for shape in TERMS]
    report(
        client, "facets, box terms of the largest label", [f"/api/facets?label={term}" for term in terms[: len(TERMS)]]
    )
    report(client, "facets, box terms of the largest labels", [f"/api/facets?label={term}" for term in terms])
    report(client, "a page of images of box terms", [f"/?label={term}" for term in terms])
    report(client, "crops of box terms", [f"/boxes?label={term}" for term in terms])
    report(client, "crops, largest first", [f"/boxes?label={term}&sort=-area" for term in terms])
    with_boxes = client.get(f"/api/images?label=box:{boxed[0]}&per_page=100").json()["results"]
    chosen = random.Random(SEED).sample(with_boxes, min(options.images, len(with_boxes)))
    report(client, "an image's page", [f"/image/{image['image_id']}" for image in chosen])
    relations = facet(client, "relations", options.labels)
    report(client, "facets, relationships", [f"/api/facets?label=rel:*~{name}~*" for name in relations])
    report(client, "facets, points", [f"/api/facets?label=point:{mid}:no" for mid in boxed])
    report(client, "facets, a label or what is below it", [f"/api/facets?label={mid}*" for mid in boxed])
    report(client, "the table of relationships", ["/relations"])
    report(client, "the tree of labels", ["/labels/tree"])


if __name__ == "__main__":
    main()
