"""What happens in the application, told to whoever wants to count or log it: the project around it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class QueryAnswered:
    """The engine answered, or gave up. kind: `page`, `count` or `facets`; query: in canonical form."""

    kind: str
    query: str
    took_s: float


@dataclass(frozen=True)
class DatabaseFailed:
    """The database could not answer. trouble: the name of a Trouble, in lower case."""

    trouble: str


@dataclass(frozen=True)
class RequestRefused:
    """There were more requests than could be answered."""


Happening = QueryAnswered | DatabaseFailed | RequestRefused
listeners: list[Callable[[Happening], None]] = []
"""Told of everything, in the thread in which it happens: they must be quick, and raise nothing."""


_is_quiet: ContextVar[bool] = ContextVar("is_quiet", default=False)


def tell(happening: Happening) -> None:
    """Tell all listeners."""
    if not _is_quiet.get():
        for listener in listeners:
            listener(happening)


@contextmanager
def quietly() -> Iterator[None]:
    """Nobody is told of what this thread does inside: nobody asked for it."""
    token = _is_quiet.set(True)
    try:
        yield
    finally:
        _is_quiet.reset(token)
