"""Digests of rows of images for the data set digest. docs/dataset-digest.md gives the byte layout."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from browse.domain.dataset_digest import RUN_IMAGES, hashing_threads, run_count
from browse.facets.build.byte_rows import byte_rows
from browse.facets.build.kernels import pack_boxes
from browse.facets.build.pair_chunks import Report, chunks_of, drop_cached_pages, place_of

_SIGN = np.uint64(1 << 63)
Rows = npt.NDArray[np.void]


@dataclass(frozen=True)
class Names:
    """Texts that a field of a row numbers; in the bytes of its rows they are numbered and sorted by their own bytes."""

    field: str
    texts: list[str]


@dataclass(frozen=True)
class DigestedRows:
    """A kind of packed rows by image.

    names  what stands first in the bytes of a row; the first keys of their order.
    tail   what stands behind these, as uint8[rows, width], and further keys, the most important first.
    only   which of the rows are of the kind; None where all are.
    """

    what: str
    rows: Rows
    names: tuple[Names, ...]
    tail: Callable[[Rows], tuple[npt.NDArray[np.uint8], list[npt.NDArray[Any]]]]
    only: Callable[[Rows], npt.NDArray[np.bool_]] | None = None

    def __len__(self) -> int:
        if self.only is None:
            return len(self.rows)
        return sum(int(np.count_nonzero(self.only(part))) for part in chunks_of(self.rows))


def row_digests(kind: DigestedRows, image_keys: npt.NDArray[np.int64], report: Report) -> bytes:
    """For each run of images the SHA-256 of their rows: 32 bytes; nothing where there are no rows."""
    if not len(kind):
        return b""
    runs, image = run_count(len(image_keys)), itemgetter("image")
    bounds = [place_of(kind.rows, first * RUN_IMAGES, image) for first in range(runs + 1)]
    packer = _Packer(kind, image_keys)
    digests: list[bytes] = []
    with hashing_threads() as threads:
        for digest in threads.map(packer.digest, bounds[:-1], bounds[1:]):
            digests.append(digest)
            drop_cached_pages(kind.rows)
            report(f"hash {kind.what}", bounds[len(digests)], len(kind.rows))
    return b"".join(digests)


class _Packer:
    """Writes rows out as bytes; threads may share one."""

    def __init__(self, kind: DigestedRows, image_keys: npt.NDArray[np.int64]) -> None:
        self._kind, self._keys = kind, image_keys
        self._places: list[npt.NDArray[np.uint32]] = []
        texts: list[str] = []
        for names in kind.names:
            order = sorted(names.texts, key=str.encode)
            place_of = {text: len(texts) + place for place, text in enumerate(order)}
            self._places.append(np.array([place_of[text] for text in names.texts], np.uint32))
            texts += order
        self._texts, self._widths = byte_rows(texts)

    def digest(self, begin: int, end: int) -> bytes:
        """SHA-256 of these rows, which are all of some images."""
        rows = np.array(self._kind.rows[begin:end])
        rows = rows if self._kind.only is None else rows[self._kind.only(rows)]
        if not len(rows):
            return hashlib.sha256().digest()
        names = np.column_stack([p[rows[one.field]] for p, one in zip(self._places, self._kind.names, strict=True)])
        tails, keys = self._kind.tail(rows)
        order = np.lexsort([*reversed(keys), *reversed(names.T), rows["image"]])
        ids = self._keys[rows["image"][order]].view(np.uint64) ^ _SIGN
        out = np.empty(len(rows) * (8 + tails.shape[1] + names.shape[1] * int(self._widths.max())), np.uint8)
        size = pack_boxes(ids, names[order], np.ascontiguousarray(tails[order]), self._texts, self._widths, out)
        return hashlib.sha256(out[:size].data).digest()


def bits_of(values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint32]:
    """Of numbers that are not negative: their bits are in their order."""
    return np.ascontiguousarray(values).view(np.uint32)
