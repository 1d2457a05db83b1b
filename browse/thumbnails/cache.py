"""Pictures on disk: our renderings, and the sources they were made from so that another size needs no second fetch.

Names are hashes only. A file is written beside its place and renamed, so a reader sees all of it or nothing. Where the
disk is full nothing is kept, and nothing fails.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from browse.domain.disk_space import disk_full, is_full
from browse.domain.file_modes import SENT_FILE, SENT_FOLDER, make_folder

log = logging.getLogger(__name__)

_TOUCH_AFTER_S = 86_400.0
_STALE_TEMPORARY_S = 3600.0
_TRIM_TO = 0.9
_LEAST_BETWEEN_TRIMS = 16 << 20


@dataclass(frozen=True)
class Pruned:
    """What pruning found and removed."""

    files: int
    bytes: int
    removed_files: int
    removed_bytes: int


@dataclass(frozen=True)
class _Entry:
    path: Path
    size: int
    used: float
    is_source: bool


class DiskCache:
    """The pictures under one folder, at most `max_bytes` of them (kept to by trimming after writes).

    full: why the last picture was not kept; empty where it was.
    """

    def __init__(self, folder: Path, *, max_bytes: int) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self.full = ""
        self._written_since_trim = 0
        self._lock = threading.Lock()

    def rendering_path(self, image_id: str, version: str, name: str, encoding: str) -> Path:
        """Where the rendering of this name of this version of a picture lies, whether or not it does."""
        return self._path("renderings", image_id, f"{version}/{name}", f".{encoding}")

    def source_path(self, image_id: str, version: str) -> Path:
        """Where the source bytes of this version of a picture lie, whether or not they do."""
        return self._path("sources", image_id, version, "")

    def read(self, path: Path) -> bytes | None:
        """The file's bytes, or None where it is missing or empty; marks it as used, at most once a day."""
        try:
            with path.open("rb") as file:
                data = file.read()
                changed = os.fstat(file.fileno()).st_mtime
        except OSError:
            return None
        if time.time() - changed > _TOUCH_AFTER_S:
            _touch(path)
        return data or None

    def write(self, path: Path, data: bytes) -> bool:
        """Keep these bytes. False where the disk does not take them, or the cache is smaller than they are."""
        if len(data) > self._max_bytes:
            return False
        temporary: str | None = None
        try:
            make_folder(path.parent, SENT_FOLDER)
            with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
                temporary = file.name
                file.write(data)
                if self._is_rendering(path):
                    os.fchmod(file.fileno(), SENT_FILE)
            Path(temporary).replace(path)
        except OSError as error:
            if temporary is not None:
                _remove(Path(temporary))
            self._note_failed(error, len(data))
            return False
        self.full = ""
        self._note_written(len(data))
        return True

    def forget(self, image_id: str) -> None:
        """Remove everything that is kept of an image's picture."""
        for path in (self.rendering_path(image_id, "", "", ""), self.source_path(image_id, "")):
            beginning = path.name.partition("-")[0]
            for file in _scan(path.parent, os.DirEntry.is_file):
                if file.name.startswith(beginning):
                    _remove(Path(file.path))

    def prune(
        self, max_bytes: int | None = None, *, older_than_s: float | None = None, dry_run: bool = False
    ) -> Pruned:
        """Remove what was not used for so long, then the longest unused until the rest fits; sources go first."""
        limit = self._max_bytes if max_bytes is None else max_bytes
        entries = sorted(self._entries(), key=lambda entry: (not entry.is_source, entry.used))
        oldest = float("-inf") if older_than_s is None else time.time() - older_than_s
        total = kept = sum(entry.size for entry in entries)
        removed = 0
        for entry in entries:
            if kept > limit or entry.used < oldest:
                kept -= entry.size
                removed += 1
                if not dry_run:
                    _remove(entry.path)
        return Pruned(len(entries), total, removed, total - kept)

    def remove_stale_locks(self) -> None:
        """Remove lock files that killed processes left; a lock in use for so long does not exist."""
        for file in _scan(self.folder / "locks", os.DirEntry.is_file):
            path = Path(file.path)
            if path.suffix == ".lock" and time.time() - file.stat().st_mtime > _STALE_TEMPORARY_S:
                _remove(path)

    def trim_if_due(self) -> None:
        """Keep to the size cap; looks only after so many bytes were written since the last look."""
        with self._lock:
            if self._written_since_trim < max(self._max_bytes // 50, _LEAST_BETWEEN_TRIMS):
                return
            self._written_since_trim = 0
        if self._size() > self._max_bytes:
            self.prune(int(self._max_bytes * _TRIM_TO))

    def _note_failed(self, error: OSError, size: int) -> None:
        """Log why nothing is kept, once until something is kept again."""
        says = disk_full(self.folder, size) if is_full(error) else f"{self.folder} cannot be written: {error.strerror}"
        if not self.full:
            log.warning("No picture can be kept: %s", says)
        self.full = says

    def _note_written(self, size: int) -> None:
        with self._lock:
            self._written_since_trim += size

    def _is_rendering(self, path: Path) -> bool:
        return path.is_relative_to(self.folder / "renderings")

    def _path(self, kind: str, image_id: str, what: str, suffix: str) -> Path:
        """One folder and one beginning for all of an image's files, so that they can be found without a version."""
        image, rest = _digest(image_id), _digest(what)
        return self.folder / kind / image[:2] / f"{image[2:34]}-{rest[:16]}{suffix}"

    def _size(self) -> int:
        return sum(entry.size for entry in self._entries())

    def _entries(self) -> Iterator[_Entry]:
        for kind in ("renderings", "sources"):
            for folder in _scan(self.folder / kind, os.DirEntry.is_dir):
                yield from self._entries_in(folder, is_source=kind == "sources")

    def _entries_in(self, folder: os.DirEntry[str], *, is_source: bool) -> Iterator[_Entry]:
        for file in _scan(Path(folder.path), os.DirEntry.is_file):
            try:
                status = file.stat()
            except OSError:
                continue
            if not file.name.startswith("."):
                yield _Entry(Path(file.path), status.st_size, status.st_mtime, is_source)
            elif time.time() - status.st_mtime > _STALE_TEMPORARY_S:
                _remove(Path(file.path))


def _scan(folder: Path, wanted: Callable[[os.DirEntry[str]], bool]) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from (entry for entry in entries if wanted(entry))
    except OSError:
        return


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError:
        return


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
