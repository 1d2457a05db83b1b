"""Memory given back to the system between the stages of an import."""

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa


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
