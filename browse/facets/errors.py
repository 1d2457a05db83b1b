"""What can go wrong in this room: an index that cannot be used, a query that takes too long or is not offered."""

from __future__ import annotations

from pathlib import Path

REBUILD = "python manage.py build_index"


class QueryTimeoutError(TimeoutError):
    """A query went past its deadline."""

    def __init__(self) -> None:
        super().__init__("the query took longer than allowed")


class NotOfferedError(Exception):
    """An engine has no answer of this kind: `engine` is its name in settings.FACET_ENGINES, `what` is missing."""

    def __init__(self, engine: str, what: str) -> None:
        super().__init__(f"the facet engine {engine!r} does not offer {what}; FACET_ENGINE chooses another one")
        self.engine = engine
        self.what = what


class EngineUnavailableError(Exception):
    """What an engine asks cannot answer now: `what` names it for visitors, the fault is for the log."""

    def __init__(self, what: str, fault: str) -> None:
        super().__init__(f"{what}: {fault}")
        self.what = what
        self.fault = fault


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


class NewerIndexError(ManifestError):
    """A newer version of this program wrote it: this process is an old one, which an upgrade has not stopped yet."""


class DamagedFileError(IndexUnusableError):
    """A file of the generation is missing, shorter, longer, or altered."""


class SourceError(Exception):
    """The place that nodes share index generations through cannot give or take one; the text says which and why."""

    def __init__(self, place: str, fault: str) -> None:
        super().__init__(f"INDEX_SOURCE {place}: {fault}")
        self.fault = fault
