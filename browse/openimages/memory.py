"""Memory given back to the system between the stages of an import."""

import ctypes
import gc

import pyarrow as pa


def release_memory() -> None:
    """Give freed memory back, which allocators keep otherwise; without effect where the C library cannot."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
