"""Verdicts by script: how long 10,000 take over the API, in batches of 1,000.

    python bench/bench_batches.py URL TOKEN [--rows 10000]

Asks the site for images, gives each of them one verdict, and prints the time of each batch. The token needs the scope
`verdicts`; what is written stays.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from uuid import uuid4

import httpx

AT_ONCE = 1000


def pairs(client: httpx.Client) -> Iterator[dict[str, str]]:
    """Pairs of the data set, image by image, or as many as it has."""
    labels = [label["mid"] for label in client.get("/api/labels", params={"per_page": 100}).json()["results"]]
    for page in itertools.count(1):
        found = client.get("/api/images", params={"per_page": 100, "page": page}).json()["results"]
        if not found:
            return
        yield from ({"image_id": one["image_id"], "mid": mid} for one in found for mid in labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--rows", type=int, default=10_000)
    options = parser.parse_args()
    headers = {"Authorization": f"Bearer {options.token}"}
    with httpx.Client(base_url=options.url, headers=headers, timeout=60, trust_env=False) as client:
        rows = [pair | {"says": "yes"} for pair in itertools.islice(pairs(client), options.rows)]
        began, written = time.perf_counter(), 0
        for start in range(0, len(rows), AT_ONCE):
            body = {"rows": [row | {"why": f"bench {began}"} for row in rows[start : start + AT_ONCE]]}
            before = time.perf_counter()
            answer = client.post("/api/verdicts", json=body, headers={"Idempotency-Key": str(uuid4())})
            answer.raise_for_status()
            written += answer.json()["written"]
            print(f"{start + AT_ONCE:6,} rows: {time.perf_counter() - before:.2f} s")
        print(f"{written:,} verdicts in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
