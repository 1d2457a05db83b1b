"""Sets whose pictures are in their formats' own files alone: they would be kept twice otherwise."""

from __future__ import annotations

import tarfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, cast

import pyarrow.parquet as pq

from browse.sets.pictures import ENDING, FOLDER

HOLDING = ("huggingface", "webdataset")
"""Formats whose files hold the pictures."""
_AT_ONCE = 50


def are_packed(formats: Collection[str]) -> bool:
    """Whether a set in these formats has its pictures nowhere else."""
    return bool(formats) and {*formats} <= {*HOLDING}


def remove_pictures(folder: Path) -> None:
    """Remove the files of single pictures of a set."""
    for path in (folder / FOLDER).glob(f"*{ENDING}"):
        path.unlink()
    if (folder / FOLDER).is_dir() and not any((folder / FOLDER).iterdir()):
        (folder / FOLDER).rmdir()


def unpacked(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of each picture in the files of a set."""
    tars = sorted(folder.glob("*.tar"))
    for path in tars:
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.endswith(ENDING):
                    yield member.name, cast(IO[bytes], tar.extractfile(member)).read()
    if not tars:
        for path in sorted((folder / FOLDER).glob("*.parquet")):
            for batch in pq.ParquetFile(path).iter_batches(_AT_ONCE, columns=["image"]):
                yield from ((one["path"], one["bytes"]) for one in batch.column("image").to_pylist())
