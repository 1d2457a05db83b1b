"""Results kept in memory, up to a number of bytes, and computed once however many ask at a time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from threading import Lock
from typing import Generic, NamedTuple, TypeVar

from browse.domain.deadlines import Deadline, current_deadline, extend
from browse.facets.errors import QueryTimeoutError

LEAST_WAIT_S = 0.05
"""Between two looks whether the deadline of a result under way was put off."""

Result = TypeVar("Result")


class _Underway(NamedTuple, Generic[Result]):
    """A result that a thread computes, and until when it has to."""

    future: Future[Result]
    deadline: Deadline | None


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
        self._underway: dict[Hashable, _Underway[Result]] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, compute: Callable[[], Result], *, deadline: float) -> Result:
        """The result of a key: kept, awaited from another thread, or computed here.

        Raises QueryTimeoutError when another thread's result is not there by the deadline (time.monotonic), which is
        put off as the other thread's is meanwhile, and whatever `compute` raises.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
            theirs = self._underway.get(key)
            mine: Future[Result] = Future()
            if theirs is None:
                self._underway[key] = _Underway(mine, current_deadline())
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


def _await(theirs: _Underway[Result], deadline: float) -> Result:
    extended_before = _extended_s(theirs)
    while not theirs.future.done():
        left = deadline - time.monotonic() + _extended_s(theirs) - extended_before
        if left <= 0:
            raise QueryTimeoutError
        wait([theirs.future], timeout=max(LEAST_WAIT_S, left))
    extend(_extended_s(theirs) - extended_before)
    return theirs.future.result()


def _extended_s(theirs: _Underway[Result]) -> float:
    return theirs.deadline.extended_s if theirs.deadline else 0.0
