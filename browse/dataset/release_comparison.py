"""Makes comparisons of two releases from files, beside what the site serves; one that is kept never changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from browse.dataset.kept_comparisons import (
    CSV_COLUMNS,
    LABELS,
    MOST_SHOWN,
    NAME,
    SUMMARY,
    KeptComparison,
    LabelChange,
    Side,
    comparisons_folder,
)
from browse.domain.csv_text import csv_text
from browse.domain.releases import release_of
from browse.openimages.comparing.buckets import ManySourcesError, Numbers, ReleaseFiles, Report, read_release
from browse.openimages.comparing.columns import CHANGED, COLUMNS, SUBSETS
from browse.openimages.comparing.difference import Difference, difference_of
from browse.openimages.errors import ImportProblemError
from browse.openimages.reading.locations import shown
from browse.openimages.reading.sources import Source, find_sources

_FORM = 1


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
