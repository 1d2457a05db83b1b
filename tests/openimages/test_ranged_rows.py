"""Rows that are kept on disk by ranges of images."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from browse.openimages.merging import ranged_rows
from browse.openimages.merging.ranged_rows import RangedRows

ROW = np.dtype([("image", np.uint32), ("place", np.uint32)])


@pytest.mark.parametrize(
    ("rows", "images", "together"), [(0, 0, 3), (5, 1, 2), (1000, 7, 1), (1000, 90, 64), (40, 9, 99)]
)
def test_rows_come_by_range_and_within_it_as_they_were_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, images: int, together: int
) -> None:
    monkeypatch.setattr(ranged_rows, "MOST_RANGES", 20)
    every = np.zeros(rows, ROW)
    every["image"] = np.random.default_rng(rows).integers(0, max(images, 1), rows)
    every["place"] = np.arange(rows)
    kept = RangedRows(tmp_path / "kept", ROW, rows=rows, images=images, together=together)
    for start in range(0, rows, 30):
        kept.add(every["image"][start : start + 30], every[start : start + 30])
    found = list(kept.read())
    assert all(len(part) for part in found)
    assert all(one["image"].max() < other["image"].min() for one, other in pairwise(found))
    assert all((np.diff(part["place"].astype(np.int64)) > 0).all() for part in found)
    together_again = np.concatenate([every[:0], *found])
    assert np.array_equal(np.sort(together_again, order="place"), every)
    assert len(found) <= 20
    assert not [*tmp_path.iterdir()]
