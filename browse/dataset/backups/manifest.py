"""What a backup's folder says of itself: of which installation and version it is, and the checksum of each file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from browse.domain.plural import counted

NAME = "manifest.json"
FORMAT = 1


class BackupError(Exception):
    """A backup that cannot be made or restored; the message says why, and what to do."""


@dataclass(frozen=True)
class FileEntry:
    """One file of a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """made: time in UTC; version: of the data set; index: the generation that is in the backup, or nothing.

    database: `sqlite` or `postgresql`; migrations: those applied, as (app, name); columns: of each table, where the
    tables are files of their own; files: by path in the folder.
    """

    made: str
    database: str
    version: str
    index: str
    migrations: list[tuple[str, str]]
    columns: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, FileEntry] = field(default_factory=dict)

    @property
    def total_bytes(self) -> int:
        """Of all files."""
        return sum(entry.bytes for entry in self.files.values())

    def to_text(self) -> str:
        """As JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup. Raises BackupError where the folder is none that this version reads."""
    path = folder / NAME
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        number = said.pop("format")
        if number != FORMAT:
            raise BackupError(f"{path} has format {number}; this version reads format {FORMAT}.")
        return _from_json(said)
    except OSError as error:
        raise BackupError(f"{folder} is not a backup: {NAME} cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"{path} is damaged: {error}.") from error


def _from_json(said: dict[str, Any]) -> Manifest:
    files = {str(name): FileEntry(**entry) for name, entry in said.pop("files").items()}
    for name in files:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(f"{name!r} is not a path in the folder")
    migrations = [(str(app), str(name)) for app, name in said.pop("migrations")]
    return Manifest(**said, files=files, migrations=migrations)


def entries_of(folder: Path) -> dict[str, FileEntry]:
    """Every file of a folder, by path in it. Raises OSError."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): entry_of(path) for path in paths}


def entry_of(path: Path) -> FileEntry:
    """Size and checksum of a file. Raises OSError."""
    with path.open("rb") as file:
        return FileEntry(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def verify(folder: Path, manifest: Manifest) -> None:
    """Raises BackupError that names the first file that is missing or not as it was written."""
    for name, entry in manifest.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
            if size != entry.bytes:
                raise BackupError(f"{path} has {counted(size, 'byte')} instead of {entry.bytes:,}.")
            if entry_of(path) != entry:
                raise BackupError(f"{path} is damaged: its SHA-256 is not the one in {NAME}.")
        except OSError as error:
            raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
