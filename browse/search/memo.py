"""Results kept in memory, up to a number of bytes, and computed once however many ask at a time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

from browse.facets.errors import QueryTimeoutError

Result = TypeVar("Result")


class Memo(Generic[Result]):
    """Keeps the results used last. Threads may share one.

    size_of    the bytes that a result takes, roughly.
    max_bytes  of all results together; with 0 nothing is kept, and what is asked at the same time still shared.
    """

    def __init__(self, *, max_bytes: int, size_of: Callable[[Result], int]) -> None:
        self.max_bytes = max_bytes
        self._size_of = size_of
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[Result, int]] = OrderedDict()
        self._underway: dict[Hashable, Future[Result]] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, compute: Callable[[], Result], *, deadline: float) -> Result:
        """The result of a key: kept, awaited from another thread, or computed here.

        Raises QueryTimeoutError when another thread's result is not there by the deadline (time.monotonic), and
        whatever `compute` raises.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
            theirs = self._underway.get(key)
            mine: Future[Result] = Future()
            if theirs is None:
                self._underway[key] = mine
        return self._compute(key, compute, mine) if theirs is None else _await(theirs, deadline)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self.bytes = 0

    def _compute(self, key: Hashable, compute: Callable[[], Result], future: Future[Result]) -> Result:
        try:
            result = compute()
        except BaseException as error:
            with self._lock:
                del self._underway[key]
            future.set_exception(error)
            raise
        with self._lock:
            self._keep(key, result)
            del self._underway[key]
        future.set_result(result)
        return result

    def _keep(self, key: Hashable, result: Result) -> None:
        size = self._size_of(result)
        if size > self.max_bytes:
            return
        self._kept[key] = (result, size)
        self.bytes += size
        while self.bytes > self.max_bytes:
            _, (_, gone) = self._kept.popitem(last=False)
            self.bytes -= gone


def _await(future: Future[Result], deadline: float) -> Result:
    try:
        return future.result(timeout=max(0.0, deadline - time.monotonic()))
    except TimeoutError:
        raise QueryTimeoutError from None
