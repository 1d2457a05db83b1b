"""Annotation rows of one run, and those already in the database, sorted and merged a range of images at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Packed = npt.NDArray[np.uint64]
"""image << 32 | label << 16 | source << 8 | confidence in hundredths, all by final numbers."""

CHUNK_ROWS = 4_000_000
ROWS_TOGETHER = 8_000_000
"""About so many are sorted at once."""
_BYTE = np.uint64(8)


@dataclass
class LabelCounts:
    """The run's distinct rows by outcome; `repeated` are further rows for the same annotations.

    `disputed` holds what stands, packed, for annotations whose rows differ within the run.
    """

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    disputed: list[Packed] = field(default_factory=list)


@dataclass(frozen=True)
class Renumbering:
    """New numbers by old ones, for one batch's images, labels and sources."""

    images: npt.NDArray[np.uint32]
    labels: npt.NDArray[np.uint64]
    sources: npt.NDArray[np.uint64]

    def apply(self, rows: Packed) -> Packed:
        """The same rows by the new numbers."""
        image = self.images[rows >> np.uint64(32)].astype(np.uint64) << np.uint64(32)
        label = self.labels[(rows >> np.uint64(16)) & np.uint64(0xFFFF)] << np.uint64(16)
        source = self.sources[(rows >> _BYTE) & np.uint64(0xFF)] << _BYTE
        packed: Packed = image | label | source | (rows & np.uint64(0xFF))
        return packed


def deduplicate(rows: Packed, counts: LabelCounts) -> Iterator[Packed]:
    """Sort some images' rows in place; of rows for one annotation keep the one with the largest confidence."""
    rows.sort()
    for begin in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[begin : begin + CHUNK_ROWS + 1]
        same = (chunk[1:] >> _BYTE) == (chunk[:-1] >> _BYTE)
        if begin + CHUNK_ROWS >= len(rows):
            same = np.append(same, False)
            nearby = np.append(chunk[1:], chunk[-1:])
        else:
            nearby, chunk = chunk[1:], chunk[:-1]
        if not same.any():
            yield chunk
            continue
        counts.repeated += int(np.count_nonzero(same))
        disputed = np.unique(chunk[same & (nearby != chunk)] >> _BYTE)
        if len(disputed):
            last = np.searchsorted(rows, (disputed << _BYTE) | np.uint64(0xFF), side="right") - 1
            counts.disputed.append(rows[last])
        yield chunk[~same]


def merge_over(new: Iterator[Packed], old: Iterator[Packed], counts: LabelCounts) -> Iterator[Packed]:
    """Both sorted and distinct; the run's rows win. Counts inserted, updated and unchanged rows."""
    rest = np.empty(0, np.uint64)
    for chunk in new:
        if not len(chunk):
            continue
        end = int(chunk[-1]) >> 8
        parts = [rest]
        while not len(parts[-1]) or int(parts[-1][-1]) >> 8 <= end:
            following = next(old, None)
            if following is None:
                break
            if len(following):
                parts.append(following)
        held = np.concatenate(parts)
        cut = int(np.searchsorted(held >> _BYTE, np.uint64(end), side="right"))
        yield _merge(chunk, held[:cut], counts)
        rest = held[cut:]
    yield rest
    yield from old


def _merge(new: Packed, old: Packed, counts: LabelCounts) -> Packed:
    if not len(old):
        counts.inserted += len(new)
        return new
    places = np.minimum(np.searchsorted(old >> _BYTE, new >> _BYTE), len(old) - 1)
    found = (old[places] >> _BYTE) == (new >> _BYTE)
    same = old[places] == new
    counts.unchanged += int(np.count_nonzero(same))
    counts.updated += int(np.count_nonzero(found & ~same))
    counts.inserted += int(np.count_nonzero(~found))
    kept = np.ones(len(old), np.bool_)
    kept[places[found]] = False
    whole = np.concatenate([new, old[kept]])
    whole.sort()
    return whole
