"""Who may read what lies in the data folder: its owner alone, but for what a web server in front sends itself."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PASSED_THROUGH = 0o711
"""The data folder: whoever knows a name in it may go there, and nobody sees the names."""
SENT_FOLDER, SENT_FILE = 0o755, 0o644
INDEX_FOLDER, INDEX_FILE = 0o750, 0o640
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


@dataclass(frozen=True)
class Wider:
    """A file or folder that more people may reach than it is meant for."""

    path: Path
    mode: int
    allowed: int

    def __str__(self) -> str:
        return f"{self.path} has mode {self.mode:04o}, expected at most {self.allowed:04o}"


def make_folder(path: Path, mode: int) -> None:
    """Make a folder, and those above it that are missing, with exactly this mode. Raises OSError."""
    missing = [path]
    while not missing[-1].parent.is_dir():
        missing.append(missing[-1].parent)
    for folder in reversed(missing):
        try:
            folder.mkdir()
        except FileExistsError:
            if not folder.is_dir():
                raise
        else:
            folder.chmod(mode)


def share(folder: Path) -> None:
    """Let everybody read a folder and all that lies in it. Raises OSError."""
    for place, _, files in os.walk(folder):
        _set_mode(Path(place), SENT_FOLDER)
        for name in files:
            _set_mode(Path(place, name), SENT_FILE)


def _set_mode(path: Path, mode: int) -> None:
    """Not where it is so already: others' files may not be touched, and need not."""
    if stat.S_IMODE(path.stat().st_mode) != mode:
        path.chmod(mode)


def wider(data: Path, *, index: Path, sent: Iterable[Path], private: Iterable[Path] = ()) -> Iterator[Wider]:
    """What in the data folder has a wider mode than it is meant to have; links are passed over.

    index: folder of the index; sent: folders that a web server sends from, which are not gone through; private: files
    elsewhere that are the owner's alone.
    """
    yield from _one(data, PASSED_THROUGH)
    for path in sent:
        yield from _one(path, SENT_FOLDER)
    for path in private:
        yield from _one(path, PRIVATE_FILE)
    yield from _one(index, INDEX_FOLDER)
    yield from _below(index, INDEX_FOLDER, INDEX_FILE, set())
    yield from _below(data, PRIVATE_FOLDER, PRIVATE_FILE, {index, *sent})


def _below(folder: Path, folder_mode: int, file_mode: int, but: set[Path]) -> Iterator[Wider]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # it is not there, or went meanwhile
        return
    for entry in entries:
        path = Path(entry.path)
        if path in but:
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        yield from _one(path, folder_mode if is_folder else file_mode)
        if is_folder:
            yield from _below(path, folder_mode, file_mode, but)


def _one(path: Path, allowed: int) -> Iterator[Wider]:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return
    if not stat.S_ISLNK(mode) and stat.S_IMODE(mode) & 0o777 & ~allowed:
        yield Wider(path, stat.S_IMODE(mode), allowed)
