"""Many texts as two arrays, which a file can hold and a process can map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Texts:
    """N texts one behind the other: data, the bytes of their UTF-8, and ends, int64[N], where each of them ends."""

    data: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ends)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """These texts. Raises UnicodeEncodeError where one holds half a surrogate pair."""
        encoded = [text.encode() for text in texts]
        ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    @property
    def offsets(self) -> npt.NDArray[np.int64]:
        """int64[N + 1]: where each of them begins, and where the last one ends."""
        return np.concatenate([np.zeros(1, np.int64), self.ends])

    def ascend(self) -> bool:
        """Whether they are sorted by code point and distinct; some at a time, so that few are held."""
        offsets = self.offsets
        return all(self._ascend(offsets[start : start + _AT_ONCE + 1]) for start in range(0, len(self), _AT_ONCE - 1))

    def _ascend(self, offsets: npt.NDArray[np.int64]) -> bool:
        import pyarrow.compute as pc  # noqa: PLC0415 - takes a tenth of a second, which the site's start need not wait

        buffers = [None, pa.py_buffer(np.ascontiguousarray(offsets)), pa.py_buffer(self.data)]
        texts = pa.Array.from_buffers(pa.large_binary(), len(offsets) - 1, buffers)
        return bool(pc.all(pc.less(texts[:-1], texts[1:]), min_count=0).as_py())

    def first(self, number: int) -> Texts:
        """The first so many of them."""
        ends = self.ends[:number]
        return Texts(self.data[: ends[-1] if number else 0], ends)
