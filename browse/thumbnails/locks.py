"""Bounds that hold across worker processes, by kernel locks that a killed process gives back."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from browse.domain.file_modes import SENT_FOLDER, make_folder
from browse.thumbnails.errors import BusyError

_POLL_S = 0.01


class Locks:
    """Locks and bounded slots, as files in a folder; without a writable folder within this process only."""

    def __init__(self, folder: Path, *, patience_s: float) -> None:
        self._folder = folder
        self._patience_s = patience_s
        self._own_slots: dict[str, threading.BoundedSemaphore] = {}
        self._own_slots_lock = threading.Lock()

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Alone with this name among all threads and processes. Raises BusyError after waiting long enough."""
        path = self._folder / f"{name}.lock"
        end = time.monotonic() + self._patience_s
        while True:
            handle = _open(path)
            if handle is None:
                yield
                return
            with ExitStack() as stack:
                stack.callback(os.close, handle)
                if _try_lock(handle) and _is_same_file(handle, path):
                    stack.callback(path.unlink, missing_ok=True)
                    yield
                    return
            if time.monotonic() > end:
                raise BusyError("This picture is already being fetched.")
            time.sleep(_POLL_S)

    @contextmanager
    def slot(self, name: str, count: int) -> Iterator[None]:
        """One of `count` places under this name. Raises BusyError after waiting long enough."""
        own = self._semaphore(name, count)
        if not own.acquire(timeout=self._patience_s):
            raise BusyError("Too many pictures are being fetched.")
        try:
            handle = self._take_slot_file(name, count)
            try:
                yield
            finally:
                if handle is not None:
                    os.close(handle)
        finally:
            own.release()

    def _semaphore(self, name: str, count: int) -> threading.BoundedSemaphore:
        with self._own_slots_lock:
            if name not in self._own_slots:
                self._own_slots[name] = threading.BoundedSemaphore(count)
            return self._own_slots[name]

    def _take_slot_file(self, name: str, count: int) -> int | None:
        end = time.monotonic() + self._patience_s
        while True:
            for number in range(count):
                handle = _open(self._folder / f"{name}-{number}.slot")
                if handle is None or _try_lock(handle):
                    return handle
                os.close(handle)
            if time.monotonic() > end:
                raise BusyError("Too many pictures are being fetched.")
            time.sleep(_POLL_S)


def _open(path: Path) -> int | None:
    """A handle on the file, made where missing; None where that is impossible, such as on a full disk."""
    try:
        make_folder(path.parent, SENT_FOLDER)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return None


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_same_file(handle: int, path: Path) -> bool:
    """False where the holder before us removed the file between our opening and our locking it."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False
