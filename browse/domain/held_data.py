"""Remembers that a data folder held a data set, so that a volume that is not mounted is not taken for a first start.

Two small files say so. A mark in the folder names the databases that held data: it is there when a database is
missing. A record outside of the folder names the folder and its mount point: it is there when the folder is not.
"""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MARK = "holds_data.json"


def remember(folder: Path, state: Path, database: str) -> None:
    """Note that this database held a data set today, in the data folder and in the folder `state` outside of it.

    Raises OSError where the mark cannot be written. The record outside is left out where it cannot be.
    """
    today = datetime.now(UTC).date().isoformat()
    marks = _read(folder / MARK)
    if database not in marks:
        _write(folder / MARK, marks | {database: today})
    record = record_of(folder, state)
    said = {"folder": str(folder), "mount": str(mount_point(folder)), "since": today}
    if _read(record).get("mount") != said["mount"]:
        try:
            state.mkdir(parents=True, exist_ok=True)
            _write(record, said)
        except OSError:
            pass  # the program's own folder need not be writable


def held_since(folder: Path, database: str) -> str:
    """Since which day, such as 2026-01-31, this database is known to have held a data set; empty where it is not."""
    return str(_read(folder / MARK).get(database, ""))


def why_missing(folder: Path, state: Path) -> str:
    """Why this data folder is not the one that is remembered; empty where it is, or none is.

    A folder that is gone from a file system that is there was removed on purpose: it is forgotten.
    """
    record = record_of(folder, state)
    said = _read(record)
    if not said or (folder / MARK).exists():
        return ""
    anew = f"To start without that data, delete {record}."
    if not os.path.ismount(said["mount"]):
        return f"{folder} held data, and nothing is mounted at {said['mount']}. Mount the volume. {anew}"
    if folder.exists():
        return f"{folder} held data, but the data is gone. Is a volume not mounted? {anew}"
    record.unlink(missing_ok=True)
    return ""


def record_of(folder: Path, state: Path) -> Path:
    """The file outside of a data folder that says that it held data."""
    return state / f"{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}.json"


def mount_point(folder: Path) -> Path:
    """Where the file system that holds a folder is mounted."""
    place = folder.resolve()
    return next(path for path in (place, *place.parents) if path == path.parent or os.path.ismount(path))


def _read(path: Path) -> dict[str, Any]:
    """What a file says; nothing where it is missing or damaged."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _write(path: Path, said: dict[str, Any]) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)
