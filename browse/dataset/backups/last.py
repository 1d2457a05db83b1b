"""When the last backup of this data folder was made."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from browse.dataset.backups.manifest import Manifest

NAME = "last_backup.json"
"""In the data folder."""


@dataclass(frozen=True)
class LastBackup:
    """When and where the last backup was made, and how large it is."""

    at: datetime
    folder: str
    bytes: int


def last_backup() -> LastBackup | None:
    """The last backup that was made of this data folder; None where none was, or nothing is known of it."""
    try:
        said = json.loads((Path(settings.DATA_DIR) / NAME).read_text(encoding="utf-8"))
        return LastBackup(datetime.fromisoformat(said["at"]), str(said["folder"]), int(said["bytes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember_backup(folder: Path, manifest: Manifest) -> None:
    """Note that a backup was made now. Raises OSError."""
    path = Path(settings.DATA_DIR) / NAME
    said = {"at": manifest.made, "folder": str(folder), "bytes": manifest.total_bytes}
    beside = path.with_name(f"{NAME}.{os.getpid()}")
    beside.write_text(json.dumps(said) + "\n", encoding="utf-8")
    beside.replace(path)
