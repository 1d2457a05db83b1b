"""Box rows of one run, and those already in the database, made into one file sorted by image.

A box has no id. It is told by its image, label, source and four corners, and equal rows of one file are as many boxes.
What another file of the run, or the database, has as well is the same box. Its attributes are those of the row read
last; a row that does not know one leaves what is known.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_rows import BOX_ROW, MAX_BOXES, BoxRows
from browse.domain.image_ids import image_id_from_key
from browse.openimages.errors import ImportProblemError
from browse.openimages.loading import stored_boxes
from browse.openimages.merging.box_matches import BoxCounts, Origins, distinct_boxes
from browse.openimages.merging.prepare import FoundBoxes, Preparation
from browse.openimages.reading.rejects import Rejects
from browse.openimages.workspace import Entry

BOXES, KEYS, PARKED = "boxes", "box_keys", "parked_boxes"
"""Files beside an entry; the first and the last also count its rows."""
CHUNK_ROWS = 1_000_000
_RUN = "box_rows"


def find_boxes(merge: Preparation) -> None:
    """Look for the images of boxes that wait for one."""
    for entry in _entries_with(merge, PARKED):
        table = merge.workspace.read_table(PARKED, entry, columns=["key", "mid", "source", "place", "box"])
        images, known = merge.find_images(table)
        found = table.filter(pa.array(known))
        rows = np.frombuffer(table.column("box").combine_chunks().buffers()[1], BOX_ROW, len(table))[known]
        rows["image"] = images[known]
        rows["label"], rows["source"] = merge.books.numbers_later(entry.member, found)
        merge.found_boxes[entry.number] = FoundBoxes(rows, found.column("place").to_numpy())


def unknown_boxes(merge: Preparation) -> Iterator[Rejects]:
    """The boxes that name an image which is nowhere, where such rows are rejected."""
    return merge.unknown_among(PARKED, _entries_with(merge, PARKED))


def _entries_with(merge: Preparation, name: str) -> list[Entry]:
    return [entry for entry in merge.workspace.entries if entry.own.get(name)]


def merge_boxes(merge: Preparation) -> None:
    """Write all boxes, sorted by image and in file order there, with their places among the image's."""
    entries = [entry for entry in merge.workspace.entries if BOXES in entry.own]
    if not entries and not merge.fresh:
        return
    counts = BoxCounts()
    if entries:
        merge.counts["boxes"] = counts
    run = _RunRows(merge, entries)
    merge.report("merging boxes", 0, len(run))
    old: Iterator[BoxRows] = iter(())
    if len(merge.existing_keys):
        label_of = {int(row_id): number for number, row_id in enumerate(merge.label_ids)}
        source_of = {row_id: number for number, row_id in enumerate(sorted(merge.sources.values()))}
        old = stored_boxes.box_rows(merge.keys, label_of, source_of)
    count = 0
    with (merge.folder / BOXES).open("wb") as out:
        for rows, origins in _beside(run.chunks(), old):
            merged = _numbered(distinct_boxes(rows, origins, counts), merge.keys) if origins.any() else rows
            merged.tofile(out)
            count += len(merged)
    run.discard()
    if counts.inserted or counts.updated or merge.fresh:
        merge.result.tables["boxannotation"] = count


class _RunRows:
    """The run's boxes by final numbers, in reading order, kept on disk; origins are numbers of members, from 1."""

    def __init__(self, merge: Preparation, entries: list[Entry]) -> None:
        sizes = [e.own[BOXES] + len(merge.found_boxes[e.number].rows if e.own.get(PARKED) else ()) for e in entries]
        members = [(entry.source, entry.member) for entry in entries]
        numbers = {member: number for number, member in enumerate(dict.fromkeys(members), 1)}
        self._path = merge.folder / _RUN
        self._images = np.empty(sum(sizes), np.uint32)
        self._origins = np.repeat(np.array([numbers[member] for member in members], np.uint32), sizes)
        begin = 0
        with self._path.open("wb") as out:
            for entry, size in zip(entries, sizes, strict=True):
                rows = _final(merge, entry)
                rows.tofile(out)
                self._images[begin : begin + size] = rows["image"]
                begin += size

    def __len__(self) -> int:
        return len(self._images)

    def discard(self) -> None:
        self._path.unlink()

    def chunks(self) -> Iterator[tuple[BoxRows, Origins]]:
        """By image, in reading order there; images are whole."""
        if not len(self):
            return
        order = np.argsort(self._images, kind="stable")
        images = self._images[order]
        rows = np.memmap(self._path, BOX_ROW, "r")
        begin = 0
        while begin < len(order):
            last = images[min(begin + CHUNK_ROWS, len(order)) - 1]
            end = int(np.searchsorted(images, last, side="right"))
            yield np.asarray(rows[order[begin:end]]), self._origins[order[begin:end]]
            begin = end


def _final(merge: Preparation, entry: Entry) -> BoxRows:
    """An entry's boxes by final numbers, those that waited among them."""
    rows = np.fromfile(merge.workspace.path(BOXES, entry), BOX_ROW)
    rows["image"] = np.searchsorted(merge.keys, merge.workspace.read_array(KEYS, entry, np.int64))
    found = merge.found_boxes.get(entry.number)
    if found is not None:
        rows = np.insert(rows, found.places, found.rows)
    numbers = merge.renumbering(merge.keys[:0])
    rows["label"], rows["source"] = numbers.labels[rows["label"]], numbers.sources[rows["source"]]
    return rows


def _beside(run: Iterator[tuple[BoxRows, Origins]], old: Iterator[BoxRows]) -> Iterator[tuple[BoxRows, Origins]]:
    """The run's chunks, each with what the database holds up to its last image, by image; the database is origin 0."""
    rest = np.empty(0, BOX_ROW)
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


def _numbered(rows: BoxRows, keys: npt.NDArray[np.int64]) -> BoxRows:
    """With each box's place among those of its image."""
    images = rows["image"]
    begins = np.flatnonzero(np.diff(images, prepend=-1))
    sizes = np.diff(begins, append=len(images))
    if len(sizes) and sizes.max() > MAX_BOXES:
        image = image_id_from_key(int(keys[images[begins[sizes.argmax()]]]))
        raise ImportProblemError(f"image {image} has {sizes.max():,} boxes; at most {MAX_BOXES:,} can be read")
    rows["number"] = np.arange(len(images)) - np.repeat(begins, sizes)
    return rows
