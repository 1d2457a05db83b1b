"""Time that a query's deadline does not count: in which its thread compiles a kernel, or waits while another one does.

A kernel is compiled once in an installation, and the query that meets it first is not slow for that.
"""

from __future__ import annotations

from functools import cache
from threading import local

from numba.core.event import Event, Listener, register

from browse.domain.deadlines import Deadline, current_deadline


class _Compiling(Listener):
    """Told when a thread asks for the compiler's lock, and when it gives it back; it may ask again in between."""

    def __init__(self) -> None:
        self._thread = local()

    def on_start(self, event: Event) -> None:
        deadline = current_deadline()
        if deadline:
            deadline.stop()
        self._stopped().append(deadline)

    def on_end(self, event: Event) -> None:
        stopped = self._stopped()
        deadline = stopped.pop() if stopped else None  # nothing where this was told of no start
        if deadline:
            deadline.start()

    def _stopped(self) -> list[Deadline | None]:
        """The deadline of this thread, if any, at each start whose end is still to come."""
        stopped: list[Deadline | None] = self._thread.__dict__.setdefault("stopped", [])
        return stopped


@cache
def discount_compiling() -> None:
    """Extend deadlines by what compiling takes, from now on in this process."""
    register("numba:compiler_lock", _Compiling())  # type: ignore[no-untyped-call]
