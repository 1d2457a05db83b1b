"""Exact duplicates: images whose originals have one MD5."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def duplicate_groups(md5: npt.NDArray[np.bytes_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]:
    """Groups of two or more images with one MD5: offsets int64[groups + 1] into images uint32, ascending in a group.

    md5: 16 bytes each (dtype S16), all zero where unknown, which is nobody's duplicate. Groups by their first image.
    """
    halves = np.ascontiguousarray(md5).view(np.uint64).reshape(-1, 2)
    order = np.argsort(halves[:, 0], kind="stable").astype(np.uint32)
    ordered = halves[order, 0]
    twin = np.zeros(len(order) + 1, bool)
    twin[1:-1] = ordered[1:] == ordered[:-1]
    suspects = np.sort(order[twin[1:] | twin[:-1]])
    suspects = suspects[halves[suspects].any(axis=1)]
    _, group, size = np.unique(halves[suspects], axis=0, return_inverse=True, return_counts=True)
    group = group.reshape(-1)
    keep = size[group] > 1
    images, group = suspects[keep], group[keep]
    first = np.full(len(size), len(md5), np.int64)
    np.minimum.at(first, group, images)
    by_group = np.lexsort((images, first[group]))
    images, group = images[by_group], group[by_group]
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]])) if len(group) else np.empty(0, np.int64)
    return np.concatenate([starts, [len(images)]]).astype(np.int64), images
