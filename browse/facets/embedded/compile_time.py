"""Time that a query's deadline does not count: in which its thread compiles a kernel, or waits while another one does.

A kernel is compiled once in an installation, and the query that meets it first is not slow for that.
"""

from __future__ import annotations

import time
from functools import cache
from threading import local

from numba.core.event import Event, Listener, register

from browse.domain.deadlines import extend


class _Compiling(Listener):
    """Told when a thread asks for the compiler's lock, and when it gives it back; it may ask again in between."""

    def __init__(self) -> None:
        self._thread = local()

    def on_start(self, event: Event) -> None:
        began: list[float] = self._thread.__dict__.setdefault("began", [])
        began.append(time.monotonic())

    def on_end(self, event: Event) -> None:
        began: list[float] = self._thread.__dict__.get("began", [])  # nothing where this was told of no start
        at = began.pop() if began else None
        if at is not None and not began:
            extend(time.monotonic() - at)


@cache
def discount_compiling() -> None:
    """Extend deadlines by what compiling takes, from now on in this process."""
    register("numba:compiler_lock", _Compiling())  # type: ignore[no-untyped-call]
