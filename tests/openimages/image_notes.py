"""A kind of file beyond those of the releases: a note for an image, `ImageID,Note`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from browse.domain.image_ids import image_id_from_key
from browse.openimages import kinds
from browse.openimages.job import Job
from browse.openimages.kinds.kind import FileKind, MemberContext, rows_of
from browse.openimages.merging.prepare import Preparation
from browse.openimages.reading.csv_rows import BadRow, Block
from browse.openimages.reading.formats import HeaderShape
from browse.openimages.reading.image_keys import keys_of
from browse.openimages.reading.rejects import Reason, Rejects, one_reject
from browse.openimages.workspace import Entry


@dataclass
class ParsedNotes:
    keys: npt.NDArray[np.int64]
    notes: list[str]
    lines: list[int]
    bad: list[BadRow]

    @property
    def rows_read(self) -> int:
        return len(self.notes) + len(self.bad)


@dataclass
class NoteCounts:
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejects: list[Rejects] = field(default_factory=list)


def _parse(block: Block, context: MemberContext) -> ParsedNotes:
    rows = rows_of(block, context)
    keys, bad_key = keys_of(rows.table.column("ImageID").combine_chunks(), decimal=context.decimal)
    good = rows.keep([(bad_key, Reason.IMAGE_ID)])
    notes = rows.table.column("Note").take(pa.array(good)).to_pylist()
    return ParsedNotes(keys[good], notes, rows.lines[good].tolist(), rows.bad)


def _keep(job: Job, entry: Entry, parts: list[ParsedNotes]) -> None:
    found = [zip(part.keys.tolist(), part.notes, part.lines, strict=True) for part in parts]
    entry.own["notes"] = [list(row) for rows in found for row in rows]


def _merge(merge: Preparation) -> None:
    old = dict(merge.fetch("SELECT id, note FROM browse_imagenote"))
    counts = merge.counts["notes"] = NoteCounts()
    known, notes = set(merge.keys.tolist()), dict(old)
    for entry in merge.workspace.entries:
        for key, note, line in entry.own.get("notes", []):
            if key not in known:
                row = f"{image_id_from_key(key)},{note}"
                counts.rejects.append(one_reject(entry.member, line, Reason.UNKNOWN_IMAGE, row))
                continue
            outcome = "inserted" if key not in old else "unchanged" if old[key] == note else "updated"
            setattr(counts, outcome, getattr(counts, outcome) + 1)
            notes[key] = note
    if notes != old:
        columns = {"id": pa.array(sorted(notes), pa.int64()), "note": [notes[key] for key in sorted(notes)]}
        merge.save_table("imagenote", 0, pa.table(columns))
        merge.result.tables["imagenote"] = len(notes)


def _late_rejects(merge: Preparation) -> list[Rejects]:
    counts = merge.counts["notes"]
    assert isinstance(counts, NoteCounts)
    return counts.rejects


@contextmanager
def notes_are_read(patch: pytest.MonkeyPatch) -> Iterator[type[models.Model]]:
    """Notes are one more kind of file; gives the model of the table that they fill."""
    with isolate_apps("browse"):

        class ImageNote(models.Model):
            id = models.BigIntegerField(primary_key=True)
            note = models.TextField()

            class Meta:
                app_label = "browse"

            def __str__(self) -> str:
                return self.note

    notes = FileKind(
        name="notes",
        title="notes",
        shapes=(HeaderShape(("ImageID", "Note")),),
        read_order=3,
        parse=_parse,
        keep=_keep,
        merge=_merge,
        tables=(ImageNote,),
        late_rejects=_late_rejects,
    )
    patch.setattr(kinds, "FILE_KINDS", (*kinds.FILE_KINDS, notes))
    with connection.schema_editor() as editor:
        editor.create_model(ImageNote)
    try:
        yield ImageNote
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(ImageNote)
