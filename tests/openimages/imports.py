"""Imports in the test's own process."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from browse.dataset.import_run import ImportOptions, run_import
from browse.openimages.summary import Summary
from tests.openimages.files import V1, write

SEVEN = "ImageID,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title"
ID = "00000000000000aa"


def load(*paths: Path | str, **options: Any) -> Summary:
    """Import these paths; `options` are those of ImportOptions."""
    return run_import(ImportOptions([str(path) for path in paths], **options), lambda what, done, total: None)


def rejects_of(summary: Summary) -> list[dict[str, str]]:
    """The rows of the import's rejects file."""
    with Path(summary.rejects_file).open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def one_image(folder: Path, *rows: str, header: str = V1, name: str = "train/images.csv") -> Path:
    """A folder with one file of image rows."""
    write(folder / name, header, rows)
    return folder
