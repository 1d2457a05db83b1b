"""Writes a generation's files into a folder of its own and puts the complete folder into place."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from browse.domain.file_modes import INDEX_FILE, INDEX_FOLDER, make_folder
from browse.domain.texts import Texts
from browse.facets.index.layout import BUILDING, FILES, LOCK, MANIFEST, FileEntry, Manifest, file_name, generation_name
from browse.facets.index.store import is_intact, set_aside

Array = npt.NDArray[Any]


class ArrayWriter:
    """One file in the making: arrays of one element type, appended."""

    def __init__(self, out: BinaryIO, dtype: str) -> None:
        self._out = out
        self._dtype = np.dtype(dtype)
        self._length = 0
        self._crc = 0

    def append(self, values: Array) -> None:
        """Write these values after the ones before. Raises TypeError where they would not fit the type."""
        data = np.ascontiguousarray(values).astype(self._dtype, casting="same_kind", copy=False)
        view = data.data.cast("B") if len(data) else memoryview(b"")
        self._out.write(view)
        self._crc = isal_zlib.crc32(view, self._crc)
        self._length += len(data)

    def finish(self) -> FileEntry:
        """Give all of it to the system; what was written."""
        self._out.flush()
        return FileEntry(self._dtype.str, self._length, self._crc)


class GenerationWriter:
    """A folder that becomes a generation with `publish`, and vanishes if that is not reached.

    A thread brings each file to the disk while the next ones are made; `publish` waits for all of them.
    """

    def __init__(self, index_dir: Path) -> None:
        make_folder(index_dir, INDEX_FOLDER)
        self._index_dir = index_dir
        self._folder = Path(tempfile.mkdtemp(prefix=BUILDING, dir=index_dir))
        self._folder.chmod(INDEX_FOLDER)
        self._lock = self._new(LOCK)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.entries: dict[str, FileEntry] = {}
        self._syncing = ThreadPoolExecutor(1, thread_name_prefix="sync")
        self._syncs: list[Future[None]] = []

    def __enter__(self) -> GenerationWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._syncing.shutdown()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.close()

    def _new(self, name: str) -> BinaryIO:
        out = (self._folder / name).open("xb")
        os.fchmod(out.fileno(), INDEX_FILE)
        return out

    @contextmanager
    def file(self, name: str, dtype: str | None = None) -> Iterator[ArrayWriter]:
        """Write one of FILES piece by piece; `dtype` where the file may have several."""
        with self._new(file_name(name)) as out:
            writer = ArrayWriter(out, dtype or FILES[name][0])
            yield writer
            self.entries[name] = writer.finish()
            self._sync_later(out)

    def array(self, name: str, values: Array) -> None:
        """Write one of FILES as a whole."""
        with self.file(name) as out:
            out.append(values)

    def copy(self, name: str, pieces: Iterable[bytes], expected: FileEntry) -> bool:
        """Write one of FILES as it is elsewhere: whether all of it came, and unchanged."""
        size = expected.length * np.dtype(expected.dtype).itemsize
        with self._new(file_name(name)) as out:
            writer = ArrayWriter(out, "|u1")
            for piece in pieces:
                writer.append(np.frombuffer(piece, np.uint8))
            written = writer.finish()
            self._sync_later(out)
        self.entries[name] = expected
        return (written.length, written.crc32) == (size, expected.crc32)

    def texts(self, name: str, texts: Texts | Iterable[str]) -> None:
        """Write a list of texts: their UTF-8 bytes in a row, and where each begins."""
        texts = texts if isinstance(texts, Texts) else Texts.of(texts)
        self.array(f"{name}_text", texts.data)
        self.array(f"{name}_text_offsets", texts.offsets)

    def _sync_later(self, out: BinaryIO) -> None:
        """Bring a file that was flushed to the disk, beside what comes next."""
        self._syncs.append(self._syncing.submit(_sync_and_close, os.dup(out.fileno())))

    def publish(self, manifest: Manifest) -> str:
        """Put the complete generation into place; returns its name. A good one of that name stays as it is.

        Raises OSError where a file could not be brought to the disk.
        """
        for sync in self._syncs:
            sync.result()
        data = manifest.to_bytes()
        with self._new(MANIFEST) as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        sync_folder(self._folder)
        name = generation_name(data)
        if not is_intact(self._index_dir, name):
            set_aside(self._index_dir / name)
            self._folder.rename(self._index_dir / name)
            sync_folder(self._index_dir)
        return name


def sync_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk."""
    _sync_and_close(os.open(folder, os.O_RDONLY))


def _sync_and_close(handle: int) -> None:
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
