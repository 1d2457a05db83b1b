"""The boxes that the database holds, as packed rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from tempfile import TemporaryFile

import numpy as np
import numpy.typing as npt
from django.conf import settings

from browse.domain.box_clicks import CLICK_WORDS
from browse.domain.box_rows import BOX_ROW, BoxRows, no_boxes
from browse.openimages.loading.fetching import fetch, lookup

TABLE = "browse_boxannotation"
_COLUMNS = "image_id, number, label_id, source_id, attributes, area, x_min, x_max, y_min, y_max, clicks"
_NO_CLICKS = bytes(4 * CLICK_WORDS)


def box_rows(
    keys: npt.NDArray[np.int64], labels: Mapping[int, int], sources: Mapping[int, int], table: str = TABLE
) -> Iterator[BoxRows]:
    """All boxes by image and place, packed by the numbers given for images (sorted keys), label and source ids."""
    label_of, source_of = lookup(labels), lookup(sources)
    sql = f"SELECT {_COLUMNS} FROM {table} ORDER BY image_id, number"  # noqa: S608 - of this application's own names
    for rows in fetch(sql):
        image, number, label, source, attributes, area, *corners, clicks = zip(*rows, strict=True)
        packed = np.empty(len(rows), BOX_ROW)
        packed["image"] = np.searchsorted(keys, np.array(image, np.int64))
        packed["number"], packed["attributes"], packed["area"] = number, attributes, area
        packed["label"] = label_of[np.array(label)]
        packed["source"] = source_of[np.array(source)]
        packed["corners"] = np.array(corners, np.float64).T
        given = b"".join(_NO_CLICKS if one is None else bytes(one) for one in clicks)
        packed["clicks"] = np.frombuffer(given, "<u4").reshape(-1, CLICK_WORDS)
        yield packed


def spooled_boxes(
    keys: npt.NDArray[np.int64], labels: Mapping[int, int], sources: Mapping[int, int], table: str
) -> BoxRows:
    """The same in one array, kept in a file that vanishes with the process."""
    with TemporaryFile(dir=settings.DATA_DIR) as file:
        for rows in box_rows(keys, labels, sources, table):
            rows.tofile(file)
        file.flush()
        return np.memmap(file, BOX_ROW, "r") if file.tell() else no_boxes()
