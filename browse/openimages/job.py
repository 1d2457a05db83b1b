"""All that one run reads with: what a person asked for, the sources, and what was read so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from browse.openimages.merging.known_images import KnownImages
from browse.openimages.merging.numbering import LabelNumbering
from browse.openimages.reading.sources import Source
from browse.openimages.workspace import Workspace

Progress = Callable[[str, int, int], None]
"""Told (member, rows read of it so far, rows it seems to have or 0)."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read: the subset of files that name none, how many images of each subset to take, whether the files were
    written for spreadsheets, which addresses pictures may be fetched from, and whether annotations of images that are
    nowhere are skipped, not rejected.
    """

    subset: str | None = None
    limit: int | None = None
    spreadsheet: bool = False
    may_fetch: Callable[[str], bool] | None = None
    known_images_only: bool = False


@dataclass
class Job:
    """All that one run reads with."""

    workspace: Workspace
    sources: list[Source]
    options: ReadOptions
    known: KnownImages
    books: LabelNumbering
    progress: Progress
