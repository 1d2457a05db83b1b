"""What the CSV files of a set say, by which the reading of other programs is judged.

It runs in their environments, so it imports nothing of this project.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

csv.field_size_limit(1 << 24)
SIDES = ("x_min", "x_max", "y_min", "y_max")
Box = tuple[str, float, float, float, float]
"""MID, x_min, x_max, y_min, y_max; sides in shares of the stored picture."""


def expected(folder: Path) -> dict[str, Any]:
    """image_id: (split, attribution, {mid: (state, confidence, target)}), from images.csv and pairs.csv."""
    with (folder / "images.csv").open(newline="") as images, (folder / "pairs.csv").open(newline="") as pairs:
        rows = {row["image_id"]: (row["split"], row["attribution"], {}) for row in csv.DictReader(images)}
        for row in csv.DictReader(pairs):
            target = int(row["target"]) if row["target"] else None
            rows[row["image_id"]][2][row["mid"]] = (row["state"], float(row["confidence"]), target)
    return rows


@cache
def boxes(folder: Path) -> dict[str, list[Box]]:
    """By ImageID the MID and sides of its boxes, from boxes.csv; nothing in sets without any."""
    found: dict[str, list[Box]] = {}
    if (folder / "boxes.csv").exists():
        with (folder / "boxes.csv").open(newline="") as file:
            for row in csv.DictReader(file):
                sides = (float(row[name]) for name in SIDES)
                found.setdefault(row["image_id"], []).append((row["mid"], *sides))
    return found


def check_boxes(folder: Path, image_id: str, found: Iterable[Box]) -> None:
    """Exits where an image has other boxes."""
    read, wanted = sorted(found), sorted(boxes(folder).get(image_id, []))
    same = len(read) == len(wanted) and all(
        one[0] == other[0] and all(map(partial(math.isclose, abs_tol=1e-6), one[1:], other[1:]))
        for one, other in zip(read, wanted, strict=True)
    )
    if not same:
        raise SystemExit(f"boxes of {image_id}: {wanted} in the set, {read} read")


def of_corner(mid: str, corner_and_size: Sequence[float], across: float = 1, down: float = 1) -> Box:
    """A box of its left and upper side, width and height, in pixels of a picture of that size."""
    left, top, width, height = corner_and_size
    return mid, left / across, (left + width) / across, top / down, (top + height) / down


def change_a_byte(file: Path) -> None:
    """Change one in the middle."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def of_center(mid: str, center_and_size: Sequence[float]) -> Box:
    """A box of its center, width and height, in shares of the picture."""
    across, down, width, height = center_and_size
    return of_corner(mid, (across - width / 2, down - height / 2, width, height))


def deciding_scores(folder: Path) -> dict[str, dict[str, float]]:
    """By ImageID and MID what decides each pair whose target is known."""
    found: dict[str, dict[str, float]] = {}
    with (folder / "pairs.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["target"]:
                said = {"yes": 1.0, "no": 0.0}.get(row["human"])
                score = float(row["confidence"]) if said is None else said
                found.setdefault(row["image_id"], {})[row["mid"]] = score
    return found


def class_names(folder: Path) -> dict[str, str]:
    """The MID of each class name."""
    with (folder / "labels.csv").open(newline="") as file:
        return {row["class_name"]: row["mid"] for row in csv.DictReader(file)}


def box_class_names(folder: Path) -> dict[str, str]:
    """The MID of each class of boxes."""
    with (folder / "box_labels.csv").open(newline="") as file:
        return {row["class_name"]: row["mid"] for row in csv.DictReader(file)}


def stored_size(folder: Path, image_id: str, otherwise: tuple[int, int] | None = None) -> tuple[int, int]:
    """Width and height of a picture, as its file stores it; `otherwise` in a set without pictures."""
    if otherwise is not None and not (folder / "pictures.csv").exists():
        return otherwise
    width, height = pictures(folder)[image_id]
    return (height, width) if rotations(folder).get(image_id) in ("90", "270") else (width, height)


@cache
def rotations(folder: Path) -> dict[str, str]:
    """The rotation of each image."""
    with (folder / "images.csv").open(newline="") as file:
        return {row["image_id"]: row["rotation"] for row in csv.DictReader(file)}


@cache
def pictures(folder: Path) -> dict[str, tuple[int, int]]:
    """Width and height of each picture, the right way up."""
    with (folder / "pictures.csv").open(newline="") as file:
        return {row["image_id"]: (int(row["width"]), int(row["height"])) for row in csv.DictReader(file)}
