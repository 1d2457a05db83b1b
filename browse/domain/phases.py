"""How long the phases of long work take, told in the log at DEBUG."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

_WORTH_TELLING_S = 0.05


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Tell how long the block took, and the processor time of this process and of children that ended meanwhile."""
    began, used = time.monotonic(), _processor_s()
    yield
    took = time.monotonic() - began
    if took >= _WORTH_TELLING_S:
        log.debug("%s: %.1f s, %.1f s of processor time", name, took, _processor_s() - used)


def phase_of(function: Callable[..., object]) -> str:
    """How a function is told as a phase: `_write_titles` of a module `texts` as `texts, write titles`."""
    return f"{function.__module__.rpartition('.')[2]}, {function.__name__.strip('_').replace('_', ' ')}"


def _processor_s() -> float:
    return sum(os.times()[:4])
