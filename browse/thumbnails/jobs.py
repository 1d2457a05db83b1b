"""Work that a few threads do, and how long those who asked for it wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Generic, TypeVar

from browse.thumbnails.errors import BusyError

_STEP_S = 0.05

T = TypeVar("T")


class Jobs(Generic[T]):
    """Does each piece of work once at a time, however many ask for it."""

    def __init__(self, *, threads: int, most: int, name: str) -> None:
        self._most = most
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._under_way: dict[Hashable, Future[T]] = {}
        self._lock = threading.Lock()

    def start(self, key: Hashable, work: Callable[[], T]) -> Future[T]:
        """The job under this key, begun now unless it is under way. Raises BusyError where too many are."""
        with self._lock:
            job = self._under_way.get(key)
            if job is not None:
                return job
            if len(self._under_way) >= self._most:
                raise BusyError("Many pictures are being fetched.")
            job = self._under_way[key] = self._pool.submit(work)
        job.add_done_callback(lambda _: self._under_way.pop(key, None))
        return job

    def close(self) -> None:
        """Finish what is under way."""
        self._pool.shutdown()


class WaitBudget:
    """Times in seconds. Only so many wait `long_s`, the others `short_s`: so slow hosts cannot hold all threads."""

    def __init__(self, *, short_s: float, long_s: float, long_waits: int) -> None:
        self._short_s = short_s
        self._long_s = long_s
        self._long_waits = threading.BoundedSemaphore(long_waits)

    def result(self, job: Future[T], *, began: float, is_stalled: Callable[[], bool]) -> T:
        """What the job comes to, for somebody who waits since `began` on the monotonic clock.

        In short steps, so that nobody goes on waiting once nothing moves; a few wait to the end all the same. Raises
        TimeoutError.
        """
        while True:
            try:
                return job.result(_STEP_S)
            except FutureTimeoutError:
                if time.monotonic() - began >= self._short_s or is_stalled():
                    break
        if not self._long_waits.acquire(blocking=False):
            raise FutureTimeoutError
        try:
            return job.result(max(0.0, began + self._long_s - time.monotonic()))
        finally:
            self._long_waits.release()
