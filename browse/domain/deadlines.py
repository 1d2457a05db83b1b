"""Until when somebody waits for what a thread does: whoever waits for something else on the way asks here."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

MOST_EXTENDED_S = 30.0
"""A deadline is extended by so much at most, all extensions together."""


@dataclass
class _Deadline:
    at: float
    extended_s: float = 0.0


_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def until(deadline: float) -> Iterator[None]:
    """What is done inside has to be done by then, in seconds of time.monotonic()."""
    token = _deadline.set(_Deadline(deadline))
    try:
        yield
    finally:
        _deadline.reset(token)


def extend(seconds: float) -> None:
    """Let what is done inside take so much longer: for what is done once in an installation, whoever needs it first."""
    if deadline := _deadline.get():
        deadline.extended_s = min(MOST_EXTENDED_S, deadline.extended_s + seconds)


def extended_s() -> float:
    """By how much what is done inside may take longer than it was told."""
    deadline = _deadline.get()
    return deadline.extended_s if deadline else 0.0


def seconds_left() -> float | None:
    """How long somebody still waits, below zero where they did in vain; None where nobody said so."""
    deadline = _deadline.get()
    return None if deadline is None else deadline.at + deadline.extended_s - time.monotonic()
