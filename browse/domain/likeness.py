"""How alike two images are by their labels: the cosine of vectors whose weights are larger for rarer labels."""

from __future__ import annotations

from math import isqrt

import numpy as np
import numpy.typing as npt

MILLION = 1_000_000


def label_weights(images: int, with_label: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """ln((1 + images) / (1 + with_label)) in thousandths, rounded: the weight of labels that so many images have."""
    weights: npt.NDArray[np.int64] = np.rint(1000 * np.log((1 + images) / (1 + np.asarray(with_label)))).astype(
        np.int64
    )
    return weights


def likeness(common: int, own: int, other: int) -> int:
    """The cosine of two vectors in millionths, rounded half up, exactly.

    common: sum of the squared weights of labels that both have; own, other: of all labels of each, above 0.
    """
    twice = isqrt((2 * MILLION * common) ** 2 // (own * other))
    return (twice + 1) // 2
