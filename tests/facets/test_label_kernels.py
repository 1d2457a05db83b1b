"""The passes that count labels agree with plain loops, whatever number of pairs images have."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.embedded import kernels, label_kernels
from tests.drawn import drawn

LABELS, CLASSES = 40, 5


@drawn(quick=60, deep=500)
@given(data=st.data())
def test_labels_are_counted_as_by_a_plain_loop(data: st.DataObject) -> None:
    chance = np.random.default_rng(data.draw(st.integers(0, 1 << 32)))
    images = data.draw(st.sampled_from([0, 1, 31, 33, 64, 300, 2000]))
    most = data.draw(st.sampled_from([0, 1, 8, 16, 17, 40]))
    sizes = chance.integers(0, most + 1, images)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.uint32)
    labels = chance.integers(0, LABELS, offsets[-1]).astype(np.uint16)
    codes = chance.integers(0, CLASSES, len(labels)).astype(data.draw(st.sampled_from([np.uint8, np.uint16])))
    mask = chance.random(CLASSES) < 0.5
    inside = chance.random(images) < data.draw(st.sampled_from([0.0, 0.02, 0.5, 1.0]))
    words = np.zeros((images + 63) // 64, np.uint64)
    kernels.put_bits(words, np.arange(images, dtype=np.uint32), inside)
    for every in (False, True):
        counts = np.zeros(LABELS, np.int64)
        label_kernels.count_labels(words, offsets, labels, codes, mask, every, counts)
        wanted = np.repeat(inside, sizes) & (every | mask[codes])
        assert counts.tolist() == np.bincount(labels[wanted], minlength=LABELS).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_pairs_of_other_classes_are_taken_off(seed: int) -> None:
    chance = np.random.default_rng(seed)
    sizes = chance.integers(0, 30, LABELS * CLASSES)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    ids = np.concatenate([np.sort(chance.choice(500, size, replace=False)) for size in sizes]).astype(np.uint32)
    mask, inside = chance.random(CLASSES) < 0.5, chance.random(500) < 0.4
    words = np.zeros(8, np.uint64)
    kernels.put_bits(words, np.arange(500, dtype=np.uint32), inside)
    counts = np.full(LABELS, 1000, np.int64)
    label_kernels.take_classes(words, ids, bounds, mask, counts)
    gone = np.add.reduceat(inside[ids] * np.repeat(np.tile(~mask, LABELS), sizes), bounds[:-1].clip(max=len(ids) - 1))
    expected = 1000 - np.where(sizes > 0, gone, 0).reshape(LABELS, CLASSES).sum(axis=1)
    assert counts.tolist() == expected.tolist()
