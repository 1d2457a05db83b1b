"""Values of images, sorted: by size, and images of one value in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browse.facets.build.image_order import sorted_with

VALUES = st.one_of(st.integers(0, 5), st.integers(0, 1 << 40), st.integers(0, (1 << 64) - 1))


@given(st.dictionaries(st.integers(0, (1 << 32) - 1), VALUES))
def test_values_are_sorted_as_python_sorts_them(value_of: dict[int, int]) -> None:
    images = sorted(value_of)
    values, found = sorted_with(np.array([value_of[image] for image in images], np.uint64), np.array(images, np.uint32))
    assert values.dtype == np.uint64
    assert found.dtype == np.uint32
    expected = sorted((value, image) for image, value in value_of.items())
    assert list(zip(values.tolist(), found.tolist(), strict=True)) == expected


@pytest.mark.parametrize("largest", [(1 << 61) - 1, 1 << 61, (1 << 64) - 1])
def test_values_about_as_long_as_a_word_has_room_for_keep_every_bit(largest: int) -> None:
    values, images = sorted_with(np.array([largest, 3, largest], np.uint64), np.array([1, 4, 7], np.uint32))
    assert values.tolist() == [3, largest, largest]
    assert images.tolist() == [4, 1, 7]
