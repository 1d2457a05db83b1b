"""Comparisons of two releases that are kept: made from files, beside what the site serves, and never changed."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from browse.domain.csv_text import csv_text
from browse.domain.releases import release_of
from browse.openimages.comparing.buckets import ManySourcesError, Numbers, ReleaseFiles, Report, read_release
from browse.openimages.comparing.difference import CHANGED, COLUMNS, SUBSETS, Difference, difference_of
from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.locations import shown
from browse.openimages.reading.sources import Source, find_sources

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
_FORM = 1


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


def compare(before: str, after: str, name: str, report: Report) -> KeptComparison:
    """Compare the files of two releases and keep what differs under a name. Raises ImportProblemError."""
    folder = comparisons_folder() / name
    if not NAME.fullmatch(name):
        raise ImportProblemError(f"{name}: a name is of lower-case letters, digits and hyphens, at most 60 of them")
    if folder.exists():
        raise ImportProblemError(f"{name}: there is a comparison of this name; choose another one with --name")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.DATA_DIR, prefix="compare-") as work:
        sources = [find_sources([path]) for path in (before, after)]
        numbers = Numbers()
        try:
            old, new = (
                read_release(found, Path(work) / side, numbers, report)
                for found, side in zip(sources, ("before", "after"), strict=True)
            )
        except ManySourcesError as error:
            raise ImportProblemError(str(error)) from error
        for path, release in ((before, old), (after, new)):
            if not release.rows:
                raise ImportProblemError(f"{shown(path)}: no image-level labels were read")
        found = difference_of(old, new, numbers, report)
        sides = _side(before, sources[0], old), _side(after, sources[1], new)
        kept = _kept(name, sides, found, numbers)
        _write(Path(work) / "kept", folder, kept, found, numbers)
    return kept


def _side(path: str, sources: list[Source], release: ReleaseFiles) -> Side:
    told = release_of(
        [*(source.near for source in sources), *(name for name, *_ in release.files if "/" not in name[:1])]
    )
    return Side(shown(path), told, len(release.files), release.rows, release.rejected)


def _kept(name: str, sides: tuple[Side, Side], found: Difference, numbers: Numbers) -> KeptComparison:
    by_label = found.numbers.sum(axis=1)
    changed = by_label[:, [COLUMNS.index(one) for one in CHANGED]].sum(axis=1)
    before, after = (
        by_label[:, [COLUMNS.index(f"{one}_{when}") for one in ("machine", "yes", "no")]].sum(axis=1)
        for when in ("before", "after")
    )
    mids = [*numbers.mids]
    most = sorted(np.flatnonzero(changed).tolist(), key=lambda place: (-int(changed[place]), mids[place]))
    totals = found.numbers.sum(axis=0).tolist()
    return KeptComparison(
        name=name,
        made=timezone.now().isoformat(timespec="seconds"),
        before=sides[0],
        after=sides[1],
        totals={subset: row for subset, row in zip(SUBSETS, totals, strict=True) if any(row)},
        images=_image_rows(found),
        labels=[
            LabelChange(mids[p], numbers.names.get(mids[p], mids[p]), by_label[p].tolist()) for p in most[:MOST_SHOWN]
        ],
        different=len(most),
        new=int(((before == 0) & (after > 0)).sum()),
        gone=int(((before > 0) & (after == 0)).sum()),
    )


def _image_rows(found: Difference) -> list[tuple[str, str, int]]:
    names = (*SUBSETS, "")
    rows, columns = np.nonzero(found.images)
    return [
        (names[row], names[column], int(found.images[row, column])) for row, column in zip(rows, columns, strict=True)
    ]


def _write(work: Path, folder: Path, kept: KeptComparison, found: Difference, numbers: Numbers) -> None:
    """Both files beside their place, and then there at once."""
    work.mkdir()
    with (work / LABELS).open("w", encoding="utf-8", newline="") as out:
        out.writelines(csv_text(CSV_COLUMNS, _rows(found, numbers)))
    (work / SUMMARY).write_text(json.dumps({"form": _FORM, **asdict(kept)}, ensure_ascii=False), encoding="utf-8")
    shutil.move(work, folder)


def _rows(found: Difference, numbers: Numbers) -> Iterator[tuple[Any, ...]]:
    """A row for each label and subset that has any pair, by MID."""
    for mid, place in sorted(numbers.mids.items()):
        for subset, row in zip(SUBSETS, found.numbers[place].tolist(), strict=True):
            if any(row):
                yield mid, numbers.names.get(mid, mid), subset, *row


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
