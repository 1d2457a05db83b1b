"""Many texts as two arrays, which a file can hold and a process can map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


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

    def first(self, number: int) -> Texts:
        """The first so many of them."""
        ends = self.ends[:number]
        return Texts(self.data[: ends[-1] if number else 0], ends)
