"""`labels.csv`, which every set has: its labels with thresholds, counts and expected precision.

`box_labels.csv` beside it in sets with boxes.
"""

from __future__ import annotations

from browse.domain.csv_text import csv_text
from browse.sets.formats.output import Output
from browse.sets.formats.writer import Plain, SetInfo

COLUMNS = ("mid", "name", "class_name", "threshold", "positives", "negatives", "precision", "low", "high")

BOX_COLUMNS = ("mid", "name", "class_name", "boxes", "images")


class LabelsWriter(Plain):
    """A row for each label, by MID; an empty threshold means that only verified pairs were taken."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """All of it is known before the rows are."""
        super().begin(about, out)
        rows = (
            (
                *(one.mid, one.name, one.class_name),
                "" if one.threshold is None else one.threshold,
                *(one.positives, one.negatives),
                *(("", "", "") if one.expected is None else (one.expected.share, one.expected.low, one.expected.high)),
            )
            for one in about.classes
        )
        out.write("labels.csv", "".join(csv_text(COLUMNS, rows)).encode())
        if about.boxes is not None:
            boxed = ((one.mid, one.name, one.class_name, one.boxes, one.images) for one in about.boxes.classes)
            out.write("box_labels.csv", "".join(csv_text(BOX_COLUMNS, boxed)).encode())
