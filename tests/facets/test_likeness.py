"""Likeness in millionths: exactly, where it lies next to a half as well."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from browse.domain.likeness import label_weights, likeness
from browse.facets.embedded.likeness import rounded_likeness
from tests.drawn import drawn

SUMS = st.integers(1, 10**11)


@pytest.mark.parametrize(
    ("images", "with_label", "weight"), [(9, 9, 0), (9, 0, 2303), (99, 9, 2303), (9_178_275, 1_000_000, 2217)]
)
def test_rarer_labels_weigh_more(images: int, with_label: int, weight: int) -> None:
    assert label_weights(images, with_label) == weight


@drawn(quick=300, deep=5000)
@given(SUMS, SUMS, st.fractions(0, 1))
@example(2_000_000, 2_000_000, Fraction(3, 2_000_000))  # one and a half millionths, exactly
@example(10**11, 10**11, Fraction(1, 1))
def test_likeness_is_rounded_half_up(own: int, other: int, share: Fraction) -> None:
    common = int(min(own, other) * share)
    found = likeness(common, own, other)
    squared = Fraction(common**2, own * other)
    assert (
        max(Fraction(2 * found - 1, 2_000_000), Fraction(0)) ** 2 <= squared < Fraction(2 * found + 1, 2_000_000) ** 2
    )
    assert rounded_likeness(common, own, other) == found


@drawn(quick=100, deep=2000)
@given(st.integers(0, 400_000), st.integers(1, 50_000), st.integers(-1, 1))
def test_the_engine_rounds_what_lies_next_to_a_half(below: int, times: int, step: int) -> None:
    own = 2_000_000 * times
    common = (2 * below + 1) * times + step
    assert rounded_likeness(common, own, own) == likeness(common, own, own)
