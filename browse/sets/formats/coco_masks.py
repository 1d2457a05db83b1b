"""Masks as COCO files have them, and `masks.csv`, the list of all that a set's boxes have, with those left out."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from browse.domain.csv_text import csv_lines, csv_text, decimal_text
from browse.domain.masks import Mask, mask_path
from browse.domain.run_lengths import Pixels
from browse.search.mask_pictures import MaskFault, picture_or_fault
from browse.search.mask_pixels import pixels_in
from browse.sets.box_masks import ImageMasks
from browse.sets.formats.output import Output
from browse.sets.formats.writer import MaskNumbers

LIST = "masks.csv"
COLUMNS = ("image_id", "mid", "box_id", "mask_path", "predicted_iou", "sha256", "left_out")
DUPLICATE = "duplicate"
"""Why a mask is left out whose box has another one already; the other reasons are those of MaskFault."""
_QUARTER_TURN = 90


@dataclass(frozen=True)
class DrawnMasks:
    """The masks of one image's boxes. of_boxes: of each box; None where it has none, or none that can be read.

    lines: of the list, without its header.
    """

    of_boxes: list[tuple[Mask, Pixels] | None]
    lines: str


def drawn_masks(image_id: str, masks: ImageMasks, rotation: int) -> DrawnMasks:
    """The pictures of an image's masks, turned by so many degrees counter-clockwise."""
    found: list[tuple[Mask, Pixels] | None] = []
    rows = []
    for mask in masks.of_boxes:
        pixels = None
        if mask is not None:
            pixels, sha256, fault = _read(image_id, mask)
            rows.append(_row(image_id, mask, sha256, fault))
        turned = None if pixels is None else np.rot90(pixels, rotation // _QUARTER_TURN)
        found.append(None if mask is None or turned is None else (mask, turned))
    rows += [_row(image_id, mask, "", DUPLICATE) for mask in masks.further]
    return DrawnMasks(found, "".join(csv_lines(rows)))


def _read(image_id: str, mask: Mask) -> tuple[Pixels | None, str, str]:
    """The pixels of a mask and the SHA-256 of its picture, or why there are none."""
    data = picture_or_fault(image_id, mask)
    if isinstance(data, MaskFault):
        return None, "", data
    pixels = pixels_in(data)
    return (None, "", MaskFault.DAMAGED) if pixels is None else (pixels, hashlib.sha256(data).hexdigest(), "")


def _row(image_id: str, mask: Mask, sha256: str, left_out: str) -> tuple[str, ...]:
    iou = "" if mask.iou is None else decimal_text(mask.iou)
    path = mask_path(image_id, mask.mid, mask.box_id)
    return (image_id, mask.mid, f"{mask.box_id:08x}", path, iou, sha256, left_out)


def append_list(out: Output, lines: str) -> None:
    """Write lines of the list behind those of the batches before."""
    header = "" if out.lengths.get(LIST) else "".join(csv_text(COLUMNS, ()))
    out.append(LIST, (header + lines).encode())


def mask_numbers(out: Output) -> MaskNumbers:
    """What the list of a set says, once it is whole."""
    found = Counter(_reasons(out))
    left_out = {reason: found[reason] for reason in (*MaskFault, DUPLICATE)}
    return MaskNumbers(found[""], left_out, out.sha256(LIST))


def _reasons(out: Output) -> Iterator[str]:
    with (out.folder / LIST).open(encoding="utf-8", newline="") as file:
        yield from (row["left_out"] for row in csv.DictReader(file))
