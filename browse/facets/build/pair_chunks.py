"""The annotations of a data set as pairs, in chunks of whole images.

They are read several times, each time merged into pairs anew: that costs half a second a time at 80 million, and memory
stays at some hundred megabytes whatever the size.
"""

from __future__ import annotations

import mmap
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.texts import Texts
from browse.facets.build import kernels
from browse.facets.embedded.rulings import CurationInput
from browse.facets.index.classes import PairClasses
from browse.query.pairs import MACHINE, authority

Report = Callable[[str, int, int], None]
"""Told of progress: what is being done, how far it is, how far it goes."""

CHUNK = 4_000_000
"""Annotations merged at a time."""
SCATTER_BYTES = 128 << 20
"""Posting lists, or class sets, made at a time."""


@dataclass(frozen=True)
class PairChunk:
    """Some images' pairs, by image and label. first, last: image numbers; images, labels, raw: one for each pair."""

    first: int
    last: int
    images: npt.NDArray[np.uint32]
    labels: npt.NDArray[np.uint16]
    raw: npt.NDArray[np.uint16]


@dataclass(frozen=True)
class Pairs:
    """What one pass over the annotations tells, and beside it what curators say.

    totals: int32[labels, classes], pairs of each by the annotations alone.
    """

    classes: PairClasses
    totals: npt.NDArray[np.int32]
    laid: CurationInput

    def __len__(self) -> int:
        return int(self.totals.sum(dtype=np.int64))


def source_ranks(sources: list[str]) -> npt.NDArray[np.uint16]:
    """For each source 0 for the machine, else 1 and up by falling authority."""
    human = sorted((name for name in sources if name != MACHINE), key=authority)
    rank = {MACHINE: 0} | {name: place for place, name in enumerate(human, 1)}
    return np.array([rank[name] for name in sources], np.uint16)


def parts(annotations: npt.NDArray[np.uint64]) -> Iterator[tuple[int, npt.NDArray[np.uint64]]]:
    """The annotations as they are, some at a time: the place of the first, and all of them."""
    for start in range(0, len(annotations), CHUNK):
        yield start, np.asarray(annotations[start : start + CHUNK])
        drop_cached_pages(annotations)


def chunks(arrays: DatasetArrays, report: Report, what: str) -> Iterator[PairChunk]:
    annotations, ranks = arrays.annotations, source_ranks(arrays.sources)
    images = np.empty(max(CHUNK, len(arrays.label_mids)), np.uint32)
    labels, raw = np.empty(len(images), np.uint16), np.empty(len(images), np.uint16)
    start = first = 0
    while start < len(annotations) or first < len(arrays.image_keys):
        stop, last = _chunk_end(annotations, start, len(arrays.image_keys))
        n = kernels.merge(np.asarray(annotations[start:stop]), ranks, images, labels, raw)
        yield PairChunk(first, last, images[:n], labels[:n], raw[:n])
        start, first = stop, last
        drop_cached_pages(annotations)
        report(what, stop, len(annotations))


def drop_cached_pages(values: object) -> None:
    """Give the pages of a mapped file back to the system; they come from its cache when they are read again."""
    if isinstance(values, np.memmap):
        values._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]


def place_of(rows: npt.NDArray[Any], least: int, key: Callable[[Any], int] = int) -> int:
    """The place of the first of sorted rows whose key is not below `least`.

    Searches that let nothing go add up: the system may map two megabytes around each row of a file that they look at.
    """
    place = bisect_left(rows, least, key=key)
    drop_cached_pages(rows)
    return place


def drop_all_cached_pages(arrays: DatasetArrays) -> None:
    """Give the pages of all mapped files of a data set back to the system."""
    for field in fields(arrays):
        value = getattr(arrays, field.name)
        for values in (value.data, value.ends) if isinstance(value, Texts) else (value,):
            drop_cached_pages(values)


def chunks_of(rows: npt.NDArray[np.void]) -> Iterator[npt.NDArray[np.void]]:
    """Packed rows, some at a time; of a mapped file no more than these are held."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
        drop_cached_pages(rows)


def _chunk_end(annotations: npt.NDArray[np.uint64], start: int, images: int) -> tuple[int, int]:
    """Where a chunk from `start` ends, at the end of an image: the annotation and the image after it."""
    if start + CHUNK >= len(annotations):
        return len(annotations), images
    image = int(annotations[start + CHUNK]) >> 32
    if int(annotations[start]) >> 32 == image:
        image += 1
    return place_of(annotations, image << 32), image


def batches(sizes: npt.NDArray[np.int64], limit: int) -> Iterator[tuple[int, int]]:
    """Cut a row of sizes into runs of at most `limit` together, or of one that is larger: first and after last."""
    first = total = 0
    for place, size in enumerate(sizes.tolist()):
        if place > first and total + size > limit:
            yield first, place
            first, total = place, 0
        total += size
    if first < len(sizes):
        yield first, len(sizes)
