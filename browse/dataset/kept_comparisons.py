"""Comparisons of two releases that are kept, as pages show them."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from browse.openimages.comparing.columns import COLUMNS

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
CSV_COLUMNS = (
    "LabelName",
    "DisplayName",
    "Subset",
    *("".join(part.title() for part in one.split("_")) for one in COLUMNS),
)
SUMMARY, LABELS = "summary.json", "labels.csv"
MOST_SHOWN = 200
"""Labels that a page has; the file has all of them."""


@dataclass(frozen=True)
class Side:
    """One of the two releases. path: as it was given; release: as file names tell it, empty where they do not."""

    path: str
    release: str
    files: int
    rows: int
    rejected: int


@dataclass(frozen=True)
class LabelChange:
    """A label with its numbers in all subsets, in the order of COLUMNS."""

    mid: str
    name: str
    numbers: list[int]


@dataclass(frozen=True)
class KeptComparison:
    """A comparison as its page shows it.

    totals    by subset the sums over all labels, in the order of COLUMNS; subsets without any are left out.
    images    (subset before, subset now, images), none being empty.
    labels    the labels that differ most, at most MOST_SHOWN; different: how many differ in all.
    new, gone labels on pairs of one release alone.
    """

    name: str
    made: str
    before: Side
    after: Side
    totals: dict[str, list[int]]
    images: list[tuple[str, str, int]]
    labels: list[LabelChange]
    different: int
    new: int
    gone: int


def comparisons_folder() -> Path:
    """Where comparisons are kept."""
    return Path(settings.DATA_DIR) / "comparisons"


def kept_comparison(name: str) -> KeptComparison | None:
    """A comparison by its name; None where there is none."""
    path = comparisons_folder() / name / SUMMARY
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    del values["form"]
    values |= {side: Side(**values[side]) for side in ("before", "after")}
    values["labels"] = [LabelChange(**one) for one in values["labels"]]
    values["images"] = [(before, now, number) for before, now, number in values["images"]]
    return KeptComparison(**values)


def kept_comparisons() -> list[KeptComparison]:
    """All of them, the newest first."""
    folder = comparisons_folder()
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    found = [one for one in map(kept_comparison, names) if one is not None]
    return sorted(found, key=lambda one: (one.made, one.name), reverse=True)


def label_rows(name: str) -> Iterator[list[str]]:
    """The rows of a comparison's file, without its header."""
    with (comparisons_folder() / name / LABELS).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows
