"""What can go wrong with an import as a whole; a single bad row is a reject, not an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from browse.openimages.summary import Summary


class ImportProblemError(Exception):
    """The import cannot go on; the text names what, where and what to do. Nothing became visible."""


class ImportLockedError(ImportProblemError):
    """Another import holds the lock."""


class ImportRefusedError(ImportProblemError):
    """All was read, and must not become visible; `summary` tells what was read."""

    def __init__(self, message: str, summary: Summary) -> None:
        super().__init__(message)
        self.summary = summary


class TooManyRejectsError(ImportRefusedError):
    """More rows were rejected than --max-rejects allows."""


class NothingReadError(ImportRefusedError):
    """No file had a row that could be read."""


class NoImagesError(ImportRefusedError):
    """A new data set would hold no image."""
