"""Likeness in millionths: exactly, where it lies next to a half as well."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from browse.domain.likeness import label_weights, likeness
from browse.facets.embedded import kernels
from browse.facets.embedded.likeness import rank_alike, rounded_likeness
from tests.drawn import drawn

SUMS = st.integers(1, 10**11)
IMAGES, LABELS, TOP = 100_000, 60, 24


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


@pytest.mark.parametrize("seed", range(6))
def test_the_most_alike_of_many_images_are_those_of_a_plain_loop(seed: int) -> None:
    chance = np.random.default_rng(seed)
    held = chance.random((IMAGES, LABELS)) < 0.7 / np.arange(1, LABELS + 1)
    images, labels = (column.astype(np.uint32) for column in np.nonzero(held))
    codes, mask = chance.integers(0, 3, len(labels)).astype(np.uint8), np.array([True, False, True])
    counts = mask[codes]
    counted = labels[counts].astype(np.uint16)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(images[counts], minlength=IMAGES))]).astype(np.uint32)
    squares = label_weights(IMAGES, np.bincount(labels[counts], minlength=LABELS)) ** 2
    squares[1] = 0  # as of a label that all images have
    least = np.concatenate([[0], np.cumsum(np.sort(squares))])
    ordered = np.lexsort((images, codes, labels))
    sizes = np.bincount(labels.astype(np.int64) * 3 + codes, minlength=3 * LABELS)
    bounds = np.concatenate([[0], np.cumsum(sizes)])
    starts, stops = (column.reshape(LABELS, 3)[:, mask] for column in (bounds[:-1], bounds[1:]))
    weights = np.zeros((IMAGES, LABELS), np.int64)
    weights[images[counts], labels[counts]] = squares[labels[counts]]
    for image in chance.choice(np.flatnonzero(weights.sum(axis=1)), 5).tolist():
        own = np.flatnonzero(weights[image])
        own = own[np.argsort(-squares[own], kind="stable")]
        gains = np.zeros_like(squares)
        gains[own] = squares[own]
        skip = np.zeros((IMAGES + 63) // 64, np.uint64)
        kernels.put_bits(skip, np.array([image], np.uint32), np.ones(1, np.bool_))
        likes, found = np.zeros(TOP, np.int64), np.zeros(TOP, np.uint32)
        lists = images[ordered], starts[own], stops[own]
        number = rank_alike(lists, squares[own], (offsets, counted), (gains, squares, least), skip, likes, found)
        expected = _most_alike(weights, image)
        assert list(zip(found[:number].tolist(), likes[:number].tolist(), strict=True)) == expected


def _most_alike(weights: np.ndarray, image: int) -> list[tuple[int, int]]:
    """Image and likeness of the first ones; weights: int64[images, labels], squared."""
    common, others = weights @ (weights[image] > 0), weights.sum(axis=1)
    near = common / np.sqrt(others * others[image] + 1.0)
    near[image] = 0
    some = np.flatnonzero(near >= np.sort(near)[-TOP] - 1e-5)
    ranked = [(one, likeness(int(common[one]), int(others[image]), int(others[one]))) for one in some.tolist()]
    return sorted(ranked, key=lambda one: (-one[1], one[0]))[:TOP]
