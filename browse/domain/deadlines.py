"""Until when somebody waits for what a thread does: whoever waits for something else on the way asks here.

What is done once in an installation, whoever needs it first, stops the clock: for the threads that do it, those that
they share their work with (which run in a copy of their context), and those that wait for their results.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock

MOST_EXTENDED_S = 30.0
"""A deadline is extended by so much at most, all extensions together."""


@dataclass
class Deadline:
    """A time in seconds of time.monotonic(), put off by those in which the clock was stopped. Threads may share one."""

    at: float
    _extended_s: float = 0.0
    _stops: int = 0
    _stopped_at: float = 0.0
    _lock: Lock = field(default_factory=Lock)

    @property
    def extended_s(self) -> float:
        """By how much it is put off, up to now."""
        with self._lock:
            return self._extended(time.monotonic())

    def extend(self, seconds: float) -> None:
        """Put it off by so much."""
        with self._lock:
            self._extended_s += seconds

    def stop(self) -> None:
        """Stop the clock, until each one who stopped it has started it again."""
        with self._lock:
            if not self._stops:
                self._stopped_at = time.monotonic()
            self._stops += 1

    def start(self) -> None:
        """Start it again."""
        with self._lock:
            self._stops -= 1
            if not self._stops:
                self._extended_s += time.monotonic() - self._stopped_at

    def _extended(self, now: float) -> float:
        return min(MOST_EXTENDED_S, self._extended_s + (now - self._stopped_at if self._stops else 0.0))


_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """What is done inside has to be done by then, in seconds of time.monotonic()."""
    token = _deadline.set(Deadline(deadline))
    try:
        yield
    finally:
        _deadline.reset(token)


def current_deadline() -> Deadline | None:
    """That of the work under way, if any."""
    return _deadline.get()


def extend(seconds: float) -> None:
    """Let what is done inside take so much longer."""
    if deadline := _deadline.get():
        deadline.extend(seconds)


def extended_s() -> float:
    """By how much what is done inside may take longer than it was told."""
    deadline = _deadline.get()
    return deadline.extended_s if deadline else 0.0


def seconds_left() -> float | None:
    """How long somebody still waits, below zero where they did in vain; None where nobody said so."""
    deadline = _deadline.get()
    return None if deadline is None else deadline.at + deadline.extended_s - time.monotonic()
