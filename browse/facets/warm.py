"""Compiles, or loads from disk, every kernel that queries use, so that no visitor waits for it."""

from __future__ import annotations

import tempfile
from itertools import product
from pathlib import Path

import numpy as np

from browse.arrays import DatasetArrays
from browse.facets.build import build_generation
from browse.facets.store import open_generation
from browse.query.values import ConfidenceRange, Query, Sort, State, Term

_MIDS = ["/m/a", "/m/b"]
_ROUGH = 64


def warm() -> None:
    """Ask a tiny index one question of each kind. A second or two for the first process, less once kernels are kept."""
    with tempfile.TemporaryDirectory(prefix="openimages-warm-") as folder:
        index_dir = Path(folder)
        engine = open_generation(index_dir, build_generation(_arrays(), index_dir, dataset="warm-up"))
        changed = engine.overlay.with_changes({(0, "/m/a"): False, (1, "/m/a"): True}, {2: True})
        for one, query in product((engine, engine.with_overlay(changed)), _queries()):
            one.page(query, number=1, size=1)
            one.after(query, 1, size=1)
            one.count(query)
            one.facets(query)
        engine.close()


def _queries() -> list[Query]:
    a, b = Term("/m/a"), Term("/m/b", ConfidenceRange(50, 100))
    return [
        Query(),
        Query(label=(a,), sort=Sort.CONFIDENCE),
        Query(any=(a, b), without=(Term("/m/a", states=frozenset({State.ABSENT})),), sort=Sort.RANDOM, seed=1),
        Query(label=(b,), subsets=frozenset({"train"}), licenses=frozenset({"x"}), author="x"),
        Query(label=(a,), without=(b,)),
    ]


def _arrays() -> DatasetArrays:
    n = _ROUGH
    images = np.arange(n, dtype=np.uint64)
    annotations = (images << np.uint64(32)) | ((images % np.uint64(2)) << np.uint64(16)) | np.uint64(80)
    return DatasetArrays(
        image_keys=images.astype(np.int64),
        subsets=np.concatenate([np.zeros(n - 1, np.uint8), np.ones(1, np.uint8)]),
        licenses=np.zeros(n, np.uint16),
        authors=np.zeros(n, np.uint32),
        md5=np.zeros(n, "S16"),
        photos=np.zeros(n, np.uint64),
        license_slugs=["x"],
        author_keys=["x"],
        author_ids=np.ones(1, np.int32),
        label_mids=_MIDS,
        label_ids=np.arange(2, dtype=np.int32),
        sources=["machine"],
        annotations=annotations,
    )
