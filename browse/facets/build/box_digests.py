"""Digests of boxes for the data set digest. docs/dataset-digest.md gives the byte layout."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from browse.domain.box_rows import UNKNOWN, BoxRows, shift_of
from browse.domain.boxes import Attribute
from browse.domain.dataset_arrays import DatasetArrays
from browse.domain.dataset_digest import RUN_IMAGES, hashing_threads, run_count
from browse.facets.build.byte_rows import byte_rows
from browse.facets.build.kernels import pack_boxes
from browse.facets.build.pair_chunks import Report, drop_cached_pages

_SIGN = np.uint64(1 << 63)


def box_digests(arrays: DatasetArrays, report: Report) -> bytes:
    """For each run of images the SHA-256 of their boxes: 32 bytes; nothing where there are no boxes."""
    if not len(arrays.boxes):
        return b""
    firsts = np.arange(run_count(len(arrays.image_keys)) + 1) * RUN_IMAGES
    bounds = np.searchsorted(np.ascontiguousarray(arrays.boxes["image"]), firsts)
    packer = _Packer(arrays)
    digests: list[bytes] = []
    with hashing_threads() as threads:
        for digest in threads.map(packer.digest, bounds[:-1].tolist(), bounds[1:].tolist()):
            digests.append(digest)
            drop_cached_pages(arrays.boxes)
            report("hash boxes", int(bounds[len(digests)]), len(arrays.boxes))
    return b"".join(digests)


class _Packer:
    """Writes boxes out as bytes; threads may share one."""

    def __init__(self, arrays: DatasetArrays) -> None:
        self._boxes, self._keys = arrays.boxes, arrays.image_keys
        order = sorted(arrays.sources, key=str.encode)
        self._places = np.array([order.index(source) for source in arrays.sources], np.uint8)
        self._labels = len(arrays.label_mids)
        self._texts, self._widths = byte_rows([*arrays.label_mids, *order])

    def digest(self, begin: int, end: int) -> bytes:
        """SHA-256 of these boxes, which are all of some images."""
        if begin == end:
            return hashlib.sha256().digest()
        rows = np.array(self._boxes[begin:end])
        rows["source"] = self._places[rows["source"]]
        rows = rows[_order(rows)]
        ids = self._keys[rows["image"]].view(np.uint64) ^ _SIGN
        names = np.column_stack([rows["label"], rows["source"].astype(np.uint32) + np.uint32(self._labels)])
        tails = np.hstack([np.ascontiguousarray(rows["corners"]).view(np.uint8), _attribute_bytes(rows["attributes"])])
        out = np.empty(len(rows) * (8 + tails.shape[1] + 2 * int(self._widths.max())), np.uint8)
        size = pack_boxes(ids, names.astype(np.uint32), tails, self._texts, self._widths, out)
        return hashlib.sha256(out[:size].data).digest()


def _attribute_bytes(codes: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """One byte for each attribute of each row: 0, 1, or 255 where it is unknown."""
    values = np.stack([codes >> np.uint16(shift_of(attribute)) & np.uint16(3) for attribute in Attribute], axis=1)
    return np.where(values == UNKNOWN, 255, values).astype(np.uint8)


def _order(rows: BoxRows) -> npt.NDArray[np.int64]:
    """By image, label, source, x_min, x_max, y_min, y_max, attributes. No corner is negative: its bits are in order."""
    names = rows["image"].astype(np.uint64) << np.uint64(24)
    names |= rows["label"].astype(np.uint64) << np.uint64(8) | rows["source"]
    bits = np.ascontiguousarray(rows["corners"]).view(np.uint32).astype(np.uint64)
    x, y = (bits[:, side] << np.uint64(32) | bits[:, side + 1] for side in (0, 2))
    return np.lexsort((rows["attributes"], y, x, names))
