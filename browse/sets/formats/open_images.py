"""The layout of Open Images V4: image and label files by split, and what FiftyOne and the CVDF downloader look for.

`…-annotations-human-imagelabels.csv` has one row for each pair with a known target, the one that decides it: what
people said, or the machine where nobody did. Otherwise tools would see one label as positive and negative at once. What
the machine gave stands in `…-annotations-machine-imagelabels.csv`, so that an import has every pair again as it was.
Datumaro makes pixels of boxes, and reads the sizes of pictures from `annotations/images.meta`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from browse.domain.boxes import Attribute
from browse.domain.csv_text import csv_lines, decimal_text
from browse.exports.boxes import BOX_COLUMNS
from browse.sets.boxes import SIDES
from browse.sets.formats.output import Output
from browse.sets.formats.writer import Plain, SetInfo
from browse.sets.rows import Batch

IMAGE_COLUMNS = (
    *("ImageID", "Subset", "OriginalURL", "OriginalLandingURL", "License", "AuthorProfileURL", "Author", "Title"),
    *("OriginalSize", "OriginalMD5", "Thumbnail300KURL", "Rotation"),
)
LABEL_COLUMNS = ("ImageID", "Source", "LabelName", "Confidence")
_FIELDS = (
    *("image_id", "split", "original_url", "landing_url", "license_url", "author_url", "author", "title"),
    *("original_size", "original_md5"),
)
HUMAN, MACHINE = "verification", "machine"


class OpenImagesWriter(Plain):
    """`annotations/`, `labels/`, `metadata/` and `image_ids.txt`."""

    def begin(self, about: SetInfo, out: Output) -> None:
        """The dictionaries."""
        super().begin(about, out)
        names = about.names.items()
        dictionary = "".join(csv_lines(sorted(names))).encode()
        out.write("annotations/class-descriptions.csv", dictionary)
        out.write("metadata/classes.csv", dictionary)

    def write(self, batch: Batch, out: Output) -> None:
        """The rows of a batch; the files of all splits together get a header with the first."""
        rows = [pair for pairs in batch.pairs_by_image for pair in pairs]
        deciding, machine = _lines(_deciding(rows)), _lines(_of_machine(rows))
        head, later = batch.of_split == 0, batch.number > 0
        folder = f"annotations/{batch.split}"
        images = _lines(_image_cells(row) for row in batch.image_rows)
        out.append(f"{folder}-images-with-rotation.csv", _headed(IMAGE_COLUMNS, images, head))
        out.append(f"{folder}-annotations-human-imagelabels.csv", _headed(LABEL_COLUMNS, deciding, head))
        out.append(f"{folder}-annotations-machine-imagelabels.csv", _headed(LABEL_COLUMNS, machine, head))
        out.append("labels/classifications.csv", _headed(LABEL_COLUMNS, deciding, not later))
        if batch.stored_boxes is not None:
            boxes = _lines(map(_box_cells, batch.stored_boxes.to_pylist()))
            out.append(f"{folder}-annotations-bbox.csv", _headed(BOX_COLUMNS, boxes, head))
            sizes = "".join(_sizes(batch))
            if sizes:
                out.append("annotations/images.meta", sizes.encode())
        ids = "".join(f"{batch.split}/{row['image_id']}\n" for row in batch.image_rows)
        out.append("image_ids.txt", ids.encode())
        own = "".join(f"{row['image_id']}\n" for row in batch.image_rows)
        out.append("metadata/image_ids.csv", _headed(("ImageID",), own, not later))


def _sizes(batch: Batch) -> Iterator[str]:
    """ImageID, height and width of each picture, as its boxes lie on it."""
    for row in batch.image_rows:
        if (size := batch.stored_size(row["image_id"], row["rotation"])) is not None:
            yield f"{row['image_id']} {size[1]} {size[0]}\n"


def _headed(columns: Iterable[str], lines: str, is_first: bool) -> bytes:
    return ((",".join(columns) + "\n" if is_first else "") + lines).encode()


def _lines(rows: Iterable[Sequence[Any]]) -> str:
    return "".join(csv_lines(rows))


def _image_cells(row: dict[str, Any]) -> list[Any]:
    """A row of V4; there is no address of a thumbnail in a set."""
    known = [row[name] for name in _FIELDS]
    return ["" if value is None else value for value in (*known, "", row["rotation"])]


def _box_cells(row: dict[str, Any]) -> list[Any]:
    """A row of V4's boxes, which are of the stored picture; 1, 0 and -1 say that an attribute holds, does not, or is
    unknown.
    """
    says = {True: "1", False: "0", None: "-1"}
    sides = [decimal_text(row[name]) for name in SIDES]
    attributes = [says[row[attribute.value]] for attribute in Attribute]
    return [row["image_id"], row["source"], row["mid"], "1", *sides, *attributes]


def _deciding(pairs: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for pair in pairs:
        if pair["target"] is not None:
            source = MACHINE if pair["human"] is None else HUMAN
            confidence = pair["confidence"] if pair["human"] is None else {"yes": 1.0, "no": 0.0}[pair["human"]]
            yield pair["image_id"], source, pair["mid"], confidence


def _of_machine(pairs: Iterable[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    return ((pair["image_id"], MACHINE, pair["mid"], pair["machine"]) for pair in pairs if pair["machine"] is not None)
