"""Until when somebody waits for what a thread does: whoever waits for something else on the way asks here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """What is done inside has to be done by then, in seconds of time.monotonic()."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def seconds_left() -> float | None:
    """How long somebody still waits, below zero where they did in vain; None where nobody said so."""
    deadline = _deadline.get()
    return None if deadline is None else deadline - time.monotonic()
