"""Packed rows of images in one stream: the run's in reading order, over those that the database holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.image_ids import image_id_from_key
from browse.openimages.errors import ImportProblemError
from browse.openimages.merging.ranged_rows import RangedRows
from browse.openimages.workspace import Entry

CHUNK_ROWS = 1_000_000
MOST_ROWS = 32_767
"""Rows of one kind that one image may have."""
PackedRows = npt.NDArray[np.void]
Origins = npt.NDArray[np.uint32]
"""Where each row comes from: 0 the database, else a file of the run, in reading order."""
Places = npt.NDArray[np.int64]


@dataclass
class RowCounts:
    """The run's rows by outcome; `repeated` are further rows for the same thing, of other files."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0


class RunRows:
    """The run's rows by final numbers, in reading order, kept on disk; origins are numbers of members, from 1."""

    def __init__(
        self,
        path: Path,
        dtype: np.dtype[Any],
        entries: list[Entry],
        sizes: list[int],
        parts: Iterable[PackedRows],
        images: int,
    ) -> None:
        """entries: those with rows; sizes and parts: of each of them how many there are, and they themselves.

        images: how many there are.
        """
        members = [(entry.source, entry.member) for entry in entries]
        numbers = {member: number for number, member in enumerate(dict.fromkeys(members), 1)}
        self._size = sum(sizes)
        kept = np.dtype([("origin", np.uint32), ("row", dtype)])
        self._rows = RangedRows(path, kept, rows=self._size, images=images, together=CHUNK_ROWS)
        for member, rows in zip(members, parts, strict=True):
            both = np.empty(len(rows), kept)
            both["origin"], both["row"] = numbers[member], rows
            self._rows.add(rows["image"], both)

    def __len__(self) -> int:
        return self._size

    def chunks(self) -> Iterator[tuple[PackedRows, Origins]]:
        """By image, in reading order there; images are whole. Once."""
        for both in self._rows.read():
            order = np.argsort(both["row"]["image"], kind="stable")
            yield both["row"][order], both["origin"][order]


def beside(
    run: Iterator[tuple[PackedRows, Origins]], old: Iterator[PackedRows], none: PackedRows
) -> Iterator[tuple[PackedRows, Origins]]:
    """The run's chunks, each with what the database holds up to its last image, by image; the database is origin 0.

    none: an array of no rows.
    """
    rest = none
    for rows, origins in run:
        parts, last = [rest], rows["image"][-1]
        while not len(parts[-1]) or parts[-1]["image"][-1] <= last:
            following = next(old, None)
            if following is None:
                break
            parts.append(following)
        held = np.concatenate(parts)
        cut = int(np.searchsorted(held["image"], last, side="right"))
        both = np.concatenate([held[:cut], rows])
        order = np.argsort(both["image"], kind="stable")
        yield both[order], np.concatenate([np.zeros(cut, np.uint32), origins])[order]
        rest = held[cut:]
    for rows in (rest, *old):
        yield rows, np.zeros(len(rows), np.uint32)


def numbered(rows: PackedRows, keys: npt.NDArray[np.int64], what: str) -> PackedRows:
    """With each row's place among those of its image; `what` they are called."""
    images = rows["image"]
    begins = np.flatnonzero(np.diff(images, prepend=-1))
    sizes = np.diff(begins, append=len(images))
    if len(sizes) and sizes.max() > MOST_ROWS:
        image = image_id_from_key(int(keys[images[begins[sizes.argmax()]]]))
        raise ImportProblemError(f"image {image} has {sizes.max():,} {what}; at most {MOST_ROWS:,} can be read")
    rows["number"] = np.arange(len(images)) - np.repeat(begins, sizes)
    return rows


def of_several_origins(rows: PackedRows, origins: Origins) -> Places:
    """Places of the rows whose image has rows of another origin too."""
    if not len(rows):
        return np.empty(0, np.int64)
    begins = np.flatnonzero(np.diff(rows["image"], prepend=rows["image"][0] - np.int64(1)))
    ends = np.append(begins[1:], len(rows)) - 1
    several = origins[begins] != origins[ends]
    return np.flatnonzero(np.repeat(several, ends + 1 - begins))


def distinct_rows(rows: PackedRows, origins: Origins, counts: RowCounts, untold: Sequence[str] = ()) -> PackedRows:
    """Rows that are equal in all but their number and what is `untold`, as often as the origin has them that has most.

    Rows are of whole images, by image, and of rising origin there; their order stays.
    """
    kept = np.ones(len(rows), np.bool_)
    mixed = of_several_origins(rows, origins)
    if len(mixed):
        own = origins[mixed]
        same = _equal(rows[mixed], untold)
        nth = _nth_of_its_origin(same, own)
        order = np.lexsort((own, nth, same))
        first = np.ones(len(order), np.bool_)
        first[1:] = (same[order][1:] != same[order][:-1]) | (nth[order][1:] != nth[order][:-1])
        kept[mixed[order[~first]]] = False
        sizes = np.diff(np.flatnonzero(first), append=len(order))
        known = int(np.count_nonzero((own[order[first]] == 0) & (sizes > 1)))
        counts.unchanged += known
        counts.repeated += int(np.count_nonzero(~first)) - known
    counts.inserted += int(np.count_nonzero(kept & (origins > 0)))
    return rows[kept]


def _equal(rows: PackedRows, untold: Sequence[str]) -> Places:
    """The same number for rows that are equal in all but theirs and what is untold."""
    plain = np.ascontiguousarray(rows.copy())
    for name in ("number", *untold):
        plain[name] = 0
    bytes_of_rows = plain.view(np.dtype((np.void, plain.dtype.itemsize)))
    numbers: Places = np.unique(bytes_of_rows, return_inverse=True)[1].ravel()
    return numbers


def _nth_of_its_origin(same: Places, origins: Origins) -> Places:
    """The how manieth of the equal rows of its origin each row is, from 0."""
    order = np.lexsort((origins, same))
    begins = np.ones(len(order), np.bool_)
    begins[1:] = (same[order][1:] != same[order][:-1]) | (origins[order][1:] != origins[order][:-1])
    starts = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    nth = np.empty(len(order), np.int64)
    nth[order] = np.arange(len(order)) - starts
    return nth
