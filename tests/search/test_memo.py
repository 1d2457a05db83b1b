"""Results kept, dropped, and computed once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from browse.facets.errors import QueryTimeoutError
from browse.search.memo import Memo
from tests.patience import PATIENCE_S, soon


def memo_of(max_bytes: int) -> Memo[str]:
    return Memo(max_bytes=max_bytes, size_of=len)


def test_what_is_kept_is_not_computed_again() -> None:
    memo = memo_of(100)
    assert memo.get("a", lambda: "one", deadline=soon()) == "one"
    assert memo.get("a", lambda: "two", deadline=soon()) == "one"
    assert memo.get("b", lambda: "two", deadline=soon()) == "two"


def test_what_was_used_longest_ago_goes_first_and_the_bytes_stay_below_the_bound() -> None:
    memo = memo_of(30)
    for key in "abc":
        memo.get(key, lambda: "x" * 10, deadline=soon())
    memo.get("a", lambda: "?", deadline=soon())
    memo.get("d", lambda: "y" * 20, deadline=soon())
    assert memo.bytes == 30
    assert memo.get("a", lambda: "?", deadline=soon()) == "x" * 10
    assert memo.get("b", lambda: "new", deadline=soon()) == "new"


def test_a_result_larger_than_the_bound_drops_nothing() -> None:
    memo = memo_of(10)
    memo.get("a", lambda: "x" * 10, deadline=soon())
    memo.get("b", lambda: "y" * 11, deadline=soon())
    assert memo.get("a", lambda: "?", deadline=soon()) == "x" * 10
    assert memo.get("b", lambda: "again", deadline=soon()) == "again"


class WatchedDeadline(float):
    """A deadline that tells who waits for it, and so looks how far off it is."""

    def __new__(cls, deadline: float, waiting: threading.Semaphore) -> WatchedDeadline:
        made = super().__new__(cls, deadline)
        made.waiting = waiting
        return made

    waiting: threading.Semaphore

    def __sub__(self, now: float) -> float:
        self.waiting.release()
        return super().__sub__(now)


@pytest.mark.parametrize("max_bytes", [0, 1000])
def test_what_is_asked_at_the_same_time_is_computed_once(max_bytes: int) -> None:
    memo, calls, together = memo_of(max_bytes), [], threading.Barrier(8)
    finish, waiting = threading.Event(), threading.Semaphore(0)

    def compute() -> str:
        calls.append(1)
        finish.wait(PATIENCE_S)
        return "result"

    def ask() -> str:
        together.wait(PATIENCE_S)
        return memo.get("key", compute, deadline=WatchedDeadline(soon(), waiting))

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask) for _ in range(8)]
        all_wait = all(waiting.acquire(timeout=PATIENCE_S) for _ in answers[1:])
        finish.set()
        assert all_wait
        assert [answer.result(PATIENCE_S) for answer in answers] == ["result"] * 8
    assert len(calls) == 1
    assert len(memo) == (1 if max_bytes else 0)


def test_who_waits_gives_up_at_the_deadline() -> None:
    memo, finish, begun = memo_of(100), threading.Event(), threading.Event()

    def compute() -> str:
        begun.set()
        finish.wait(PATIENCE_S)
        return "late"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(lambda: memo.get("key", compute, deadline=soon()))
        assert begun.wait(PATIENCE_S)
        with pytest.raises(QueryTimeoutError):
            memo.get("key", lambda: "never", deadline=time.monotonic() + 0.05)
        finish.set()
        assert first.result(PATIENCE_S) == "late"


def test_an_error_reaches_all_who_wait_and_is_not_kept() -> None:
    memo = memo_of(100)
    with pytest.raises(ZeroDivisionError):
        memo.get("key", failing(ZeroDivisionError), deadline=soon())
    assert memo.get("key", lambda: "fine", deadline=soon()) == "fine"


def failing(error: type[Exception]) -> Callable[[], str]:
    def compute() -> str:
        raise error

    return compute
