"""Memory of bulk work: used again while a stage lasts, given back to the system between the stages of an import."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

_ONE_HEAP = {-8: 1, -3: 32 << 20, -1: 256 << 20}
"""What mallopt is told: M_ARENA_MAX, one heap for all threads; M_MMAP_THRESHOLD, the largest array that it takes, as
large as can be; M_TRIM_THRESHOLD, so much that is free at its end is kept.
"""


def share_memory() -> None:
    """Have all threads, Arrow among them, use one heap for the rest of the process, which keeps what was let go.

    Otherwise nearly every array is made of fresh pages, which the system clears first: that was most of its time in an
    import. Without effect, but for Arrow, where the C library cannot.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for parameter, value in _ONE_HEAP.items():
            mallopt(parameter, value)


def release_memory() -> None:
    """Give freed memory back, which allocators keep otherwise; without effect where the C library cannot."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


@contextmanager
def gc_frozen() -> Iterator[None]:
    """The collector looks only through what is made meanwhile: a pass over all that a process holds takes a third of a
    second, and `release_memory` asks for several.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
