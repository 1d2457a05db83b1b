"""What a query's deadline does not count: the time in which kernels are compiled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from numba import njit
from numba.extending import intrinsic

from browse.domain.deadlines import extended_s, until
from browse.facets.embedded import ranges
from browse.facets.embedded.compile_time import discount_compiling
from browse.facets.embedded.engine import EmbeddedEngine
from browse.facets.embedded.selection import Selector
from browse.facets.errors import QueryTimeoutError
from browse.search.memo import Memo
from tests.patience import PATIENCE_S

COMPILES_S = 3.0
WITHIN_S = 1.5


def slow_kernel() -> Callable[[int], int]:
    """A kernel that takes long to compile, and is not kept."""

    def typed(_context: Any, number: Any) -> Any:
        time.sleep(COMPILES_S)
        return number(number), lambda _context, _builder, _signature, arguments: arguments[0]

    slowly = intrinsic(typed)

    @njit(nogil=True)
    def kernel(number: int) -> int:
        return slowly(number)

    return kernel


def test_neither_who_compiles_nor_who_waits_for_it_is_late(small: EmbeddedEngine) -> None:
    discount_compiling()
    kernel = slow_kernel()

    def ask(_: int) -> int:
        deadline = time.monotonic() + WITHIN_S
        with until(deadline):
            found = kernel(7)
            Selector(small.overlay, deadline=deadline).check_time()
        return found

    with ThreadPoolExecutor(2) as threads:
        assert [*threads.map(ask, range(2))] == [7, 7]


def test_who_waits_for_the_result_of_one_who_compiles_is_not_late() -> None:
    discount_compiling()
    kernel, begun = slow_kernel(), threading.Barrier(2)
    memo: Memo[int] = Memo(max_bytes=0, size_of=lambda _: 0)

    def compute() -> int:
        begun.wait(PATIENCE_S)
        return kernel(7)

    def ask(wait: Callable[[], object]) -> float:
        wait()
        deadline = time.monotonic() + WITHIN_S
        with until(deadline):
            assert memo.get("key", compute, deadline=deadline) == 7
            return extended_s()

    with ThreadPoolExecutor(2) as threads:
        extended = [*threads.map(ask, (lambda: None, lambda: begun.wait(PATIENCE_S)))]
    assert min(extended) > COMPILES_S - WITHIN_S  # so that what either does next is not late for it


def test_threads_that_share_a_pass_stop_the_clock_of_its_query(monkeypatch: pytest.MonkeyPatch) -> None:
    discount_compiling()
    monkeypatch.setattr(ranges, "_threads", 2)
    kernel, caller = slow_kernel(), threading.get_ident()

    def work(part: int) -> None:
        if threading.get_ident() != caller:
            kernel(part)

    with until(time.monotonic()):
        ranges._each(2, work)
        assert extended_s() >= COMPILES_S


def test_what_was_compiled_before_counts_for_nothing(small: EmbeddedEngine) -> None:
    discount_compiling()
    kernel = slow_kernel()
    kernel(7)
    deadline = time.monotonic() - COMPILES_S
    selector = Selector(small.overlay, deadline=deadline)
    with until(deadline):
        kernel(7)
        with pytest.raises(QueryTimeoutError):
            selector.check_time()
