"""The pass that counts images by the boxes of a label agrees with plain loops, whatever numbers are asked for."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.embedded import kernels
from browse.facets.embedded.box_terms import counted
from browse.query.box_terms import MOST, NO_LIMIT
from tests.drawn import drawn

IMAGES, AREAS, CODES = 130, 11, 5
_number = st.one_of(st.integers(1, 9), st.sampled_from([15, 16, 17, 255, 256, MOST]))


@drawn(quick=60, deep=500)
@given(data=st.data())
def test_images_are_counted_as_by_a_plain_loop(data: st.DataObject) -> None:
    limits = data.draw(st.lists(st.tuples(_number, _number.flatmap(_or_none)), min_size=1, max_size=64))
    limits = [(least, max(least, most)) for least, most in limits]
    chance = np.random.default_rng(data.draw(st.integers(0, 1 << 32)))
    sizes = chance.geometric(data.draw(st.sampled_from([0.01, 0.3, 0.9])), IMAGES) * (chance.random(IMAGES) < 0.7)
    images = np.repeat(np.arange(IMAGES, dtype=np.uint32), sizes)
    areas, codes = (chance.integers(0, most, len(images)).astype(np.uint16) for most in (AREAS, CODES))
    by_area, by_code = (chance.random((most, len(limits))) < 0.8 for most in (AREAS, CODES))
    inside = chance.random(IMAGES) < data.draw(st.sampled_from([0.1, 0.5, 1.0]))
    words = np.zeros((IMAGES + 63) // 64, np.uint64)
    kernels.put_bits(words, np.arange(IMAGES, dtype=np.uint32), inside)
    counts = counted((images, areas, codes), (_as_bits(by_area), _as_bits(by_code)), limits, words)
    numbers = np.zeros((IMAGES, len(limits)), np.int64)
    np.add.at(numbers, images, by_area[areas] & by_code[codes])
    least, most = np.array(limits).T
    expected = ((numbers >= least) & (numbers <= most) & inside[:, np.newaxis]).sum(axis=0)
    assert counts.tolist() == expected.tolist()


def _or_none(most: int) -> st.SearchStrategy[int]:
    return st.sampled_from([most, NO_LIMIT])


def _as_bits(rows: np.ndarray) -> np.ndarray:
    """bool[rows, bits] as uint64[rows]."""
    bits = np.zeros((len(rows), 64), np.bool_)
    bits[:, : rows.shape[1]] = rows
    words: np.ndarray = np.packbits(bits, axis=1, bitorder="little").view(np.uint64).ravel()
    return words
