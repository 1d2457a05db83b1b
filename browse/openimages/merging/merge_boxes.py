"""Box rows of one run, and those already in the database, made into one file sorted by image.

A box has no id. It is told by its image, label, source and four corners, and equal rows of one file are as many boxes.
What another file of the run, or the database, has as well is the same box. Its attributes and clicks are those of
the row read last; a row that does not know one leaves what is known.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from browse.domain.box_rows import BOX_ROW, BoxRows, no_boxes
from browse.openimages.loading import stored_boxes
from browse.openimages.merging.box_matches import distinct_boxes
from browse.openimages.merging.prepare import FoundBoxes, Preparation
from browse.openimages.merging.row_streams import RowCounts, RunRows, beside, numbered
from browse.openimages.reading.rejects import Rejects
from browse.openimages.workspace import Entry

BOXES, KEYS, PARKED = "boxes", "box_keys", "parked_boxes"
"""Files beside an entry; the first and the last also count its rows."""
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
    counts = RowCounts()
    if entries:
        merge.counts["boxes"] = counts
    sizes = [e.own[BOXES] + len(merge.found_boxes[e.number].rows if e.own.get(PARKED) else ()) for e in entries]
    parts = (_final(merge, entry) for entry in entries)
    run = RunRows(merge.folder / _RUN, BOX_ROW, entries, sizes, parts, len(merge.keys))
    merge.report("merging boxes", 0, len(run))
    old: Iterator[BoxRows] = iter(())
    if len(merge.existing_keys):
        label_of = {int(row_id): number for number, row_id in enumerate(merge.label_ids)}
        source_of = {row_id: number for number, row_id in enumerate(sorted(merge.sources.values()))}
        old = stored_boxes.box_rows(merge.keys, label_of, source_of)
    count = 0
    with (merge.folder / BOXES).open("wb") as out:
        for rows, origins in beside(run.chunks(), old, no_boxes()):
            merged = numbered(distinct_boxes(rows, origins, counts), merge.keys, "boxes") if origins.any() else rows
            merged.tofile(out)
            count += len(merged)
    if counts.inserted or counts.updated or merge.fresh:
        merge.result.tables["boxannotation"] = count


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
