"""Columns of text as the lines of a file, many at once: pyarrow joins them in a tenth of the time that Python takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa


def image_ids_of(keys: npt.NDArray[np.int64]) -> pa.Array:
    """The ImageIDs of images by their database keys."""
    digits = (keys.view(np.uint64) ^ np.uint64(1 << 63)).astype(">u8").tobytes().hex().encode()
    return pa.array(np.frombuffer(digits, "S16"), pa.binary()).cast(pa.string())


def joined_lines(columns: Sequence[pa.Array], *, is_sorted: bool = False) -> bytes:
    """Columns of text as lines, with commas between and a line feed behind each. is_sorted: by their bytes."""
    import pyarrow.compute as pc  # noqa: PLC0415 - takes a tenth of a second, which the site's start need not wait

    lines = pc.binary_join_element_wise(*columns, ",").cast(pa.binary())
    if is_sorted and not pc.all(pc.less_equal(lines[:-1], lines[1:]), min_count=0).as_py():
        lines = lines.take(pc.sort_indices(lines))
    ended = pc.binary_join_element_wise(lines, pa.scalar(b"\n"), b"")
    last = int(np.frombuffer(ended.buffers()[1], np.int32)[len(ended)]) if len(ended) else 0
    return ended.buffers()[2].slice(0, last).to_pybytes() if last else b""
