"""Index generations on disk: opening one that is whole, removing those that nobody reads.

A generation is a folder of immutable files and a manifest that names their sizes and checksums; the folder is named by
the manifest's own checksum. So any change to any byte shows before something is served from it.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from browse.domain.plural import counted
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.errors import (
    DamagedFileError,
    GenerationMissingError,
    IndexUnusableError,
    ManifestError,
    NewerIndexError,
)
from browse.facets.index.layout import (
    BUILDING,
    FILES,
    LOCK,
    MANIFEST,
    REMOVING,
    FileEntry,
    Manifest,
    NewerFormatError,
    file_name,
    generation_name,
)
from browse.facets.index.open_index import PIECE_BYTES, Index

_FRESH_S = 60.0


def open_generation(index_dir: Path, name: str) -> EmbeddedEngine:
    """Check a generation whole and map it into memory. It stays on disk at least as long as the engine lives.

    Raises IndexUnusableError, which says which file is wrong, how, and what to run.
    """
    return EmbeddedEngine(open_index(index_dir, name))


def open_index(index_dir: Path, name: str) -> Index:
    """Check a generation whole and map its files."""
    folder = index_dir / name
    lock = _hold(folder)
    try:
        manifest = read_manifest(folder, name)
        arrays = {file: _open_file(folder / file_name(file), manifest.files[file]) for file in FILES}
    except BaseException:
        os.close(lock)
        raise
    return Index(folder, manifest, arrays, lock)


def digest_in(index_dir: Path, name: str) -> str:
    """The data set digest that a generation's manifest names; empty where it has none. Raises IndexUnusableError."""
    return read_manifest(index_dir / name, name).digest


def is_intact(index_dir: Path, name: str) -> bool:
    """Whether there is such a generation and all of it is as it was written."""
    try:
        open_index(index_dir, name).close()
    except IndexUnusableError:
        return False
    return True


def remove_generations(index_dir: Path, keep: set[str]) -> list[str]:
    """Remove all generations but those to keep and those that somebody reads, and what broken-off builds left.

    Returns the names of those removed.
    """
    folders = sorted(index_dir.iterdir()) if index_dir.is_dir() else []
    return [folder.name for folder in folders if folder.is_dir() and folder.name not in keep and _remove(folder)]


def are_as_written(pieces: Iterable[bytes], entry: FileEntry) -> bool:
    """Whether these are together what a manifest says of a file."""
    size = crc = 0
    for piece in pieces:
        size, crc = size + len(piece), isal_zlib.crc32(piece, crc)
    return (size, crc) == (entry.length * np.dtype(entry.dtype).itemsize, entry.crc32)


def set_aside(folder: Path) -> None:
    """Remove a generation whether somebody reads it or not: open files stay readable."""
    if folder.exists():
        doomed = folder.with_name(f"{REMOVING}{folder.name}-{os.getpid()}")
        folder.rename(doomed)
        shutil.rmtree(doomed)


def _hold(folder: Path) -> int:
    """Take a reader's lock on a generation: the open file, which gives it back when closed."""
    path = folder / LOCK
    try:
        lock = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise GenerationMissingError(folder, f"cannot be opened ({error.strerror})") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), path.stat()):
            return lock
    except OSError:
        pass
    os.close(lock)
    raise GenerationMissingError(folder, "is being removed or built")


def _remove(folder: Path) -> bool:
    """Remove a generation, or what is left of one, unless somebody holds its lock."""
    if not _is_ours(folder):
        return False
    try:
        with (folder / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            set_aside(folder)
    except FileNotFoundError:
        set_aside(folder)
    except BlockingIOError:
        return False
    return True


def _is_ours(folder: Path) -> bool:
    """Whether a folder is a generation or what is left of one; a build that just began may not hold its lock yet."""
    if folder.name.startswith(BUILDING):
        return time.time() - folder.stat().st_mtime > _FRESH_S
    return folder.name.startswith(REMOVING) or (folder / MANIFEST).exists()


def read_manifest(folder: Path, name: str) -> Manifest:
    """The manifest of a generation, compared with its name. Raises IndexUnusableError."""
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ManifestError(path, f"cannot be read ({error.strerror})") from error
    if generation_name(data) != name:
        raise ManifestError(path, "was altered or cut short: its checksum is not the generation's name")
    try:
        manifest = Manifest.from_bytes(data)
    except NewerFormatError as error:
        raise NewerIndexError(path, f"is of a newer version of this program ({error})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(path, f"is not one this version reads ({error})") from error
    missing = FILES.keys() - manifest.files.keys()
    if missing:
        raise ManifestError(path, f"does not name {', '.join(sorted(missing))}")
    return manifest


def _open_file(path: Path, entry: FileEntry) -> npt.NDArray[Any]:
    """Map a file as an array. Raises DamagedFileError unless size and checksum are the manifest's."""
    dtype = np.dtype(entry.dtype)
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != entry.length * dtype.itemsize:
                raise DamagedFileError(
                    path, f"has {counted(size, 'byte')} instead of {entry.length * dtype.itemsize:,}"
                )
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
    except OSError as error:
        raise DamagedFileError(path, f"cannot be read ({error.strerror})") from error
    if _crc32(data) != entry.crc32:
        raise DamagedFileError(path, "was altered: its checksum is wrong")
    return np.frombuffer(data, dtype)


def _crc32(data: mmap.mmap | bytes) -> int:
    crc = 0
    with memoryview(data) as view:
        for start in range(0, len(view), PIECE_BYTES):
            crc = isal_zlib.crc32(view[start : start + PIECE_BYTES], crc)
    return crc
