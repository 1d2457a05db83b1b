"""What can go wrong in this room: an index that cannot be used, a query that takes too long."""

from __future__ import annotations

from pathlib import Path

REBUILD = "python manage.py build_index"


class QueryTimeoutError(TimeoutError):
    """A query went past its deadline."""

    def __init__(self) -> None:
        super().__init__("the query took longer than allowed")


class IndexUnusableError(Exception):
    """An index generation that must not be served from: `path` names the file, `fault` what is wrong with it."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"index {path}: {fault}; rebuild it with `{REBUILD}`")
        self.path = path
        self.fault = fault


class GenerationMissingError(IndexUnusableError):
    """There is no such generation, or it went away while it was being opened."""


class ManifestError(IndexUnusableError):
    """The manifest is unreadable, altered, or of another format."""


class DamagedFileError(IndexUnusableError):
    """A file of the generation is missing, shorter, longer, or altered."""
