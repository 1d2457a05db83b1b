"""Point rows: a place on an image, a label, and what raters said of it."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from browse.domain.box_rows import shortest
from browse.domain.points import POINT_ROW, VERDICTS
from browse.openimages.reading.columns import Codes, bad_of, column_of, encoded
from browse.openimages.reading.csv_rows import Rows
from browse.openimages.reading.formats import is_mid
from browse.openimages.reading.image_keys import keys_of
from browse.openimages.reading.parse_boxes import sides_of
from browse.openimages.reading.parse_labels import is_source
from browse.openimages.reading.parsed import ParsedRows
from browse.openimages.reading.rejects import Reason

VOTES = ("YesVotes", "NoVotes", "UnsureVotes")
COLUMNS = ("ImageID", "X", "Y", "Label", "EstimatedYesNo", "Source", *VOTES)
TEXT = "TextLabel"
DICTIONARIES = frozenset({"Label", "EstimatedYesNo", "Source", *VOTES, TEXT})
_NUMBER = re.compile(r"[0-9]{1,4}(\.0)?")


def parse_points(rows: Rows, *, decimal: bool) -> ParsedRows:
    """Checked rows of COLUMNS, and of TEXT where it is there."""
    keys, bad_key = keys_of(column_of(rows, "ImageID"), decimal=decimal)
    labels, mids = encoded(rows, "Label")
    sources, names = encoded(rows, "Source")
    verdicts, words = encoded(rows, "EstimatedYesNo")
    votes = [_votes(*encoded(rows, name)) for name in VOTES]
    texts: tuple[Codes, list[str]] = (np.zeros(len(keys), np.int32), [""])
    if TEXT in rows.table.column_names:
        texts = encoded(rows, TEXT)
    across, down = column_of(rows, "X"), column_of(rows, "Y")
    places = sides_of([across, across, down, down])
    good = rows.keep(
        [
            (bad_key, Reason.IMAGE_ID),
            (bad_of(labels, [is_mid(mid) for mid in mids]), Reason.MID),
            (bad_of(sources, [is_source(name) for name in names]), Reason.SOURCE),
            (places.bad, Reason.COORDINATE),
            (bad_of(verdicts, [word in VERDICTS for word in words]), Reason.VERDICT),
            (np.logical_or.reduce([numbers < 0 for numbers in votes]), Reason.VOTES),
        ]
    )
    packed = np.zeros(len(good), POINT_ROW)
    place_of = np.array([[*VERDICTS].index(word) if word in VERDICTS else 0 for word in words] or [0], np.uint8)  # type: ignore[arg-type]
    packed["verdict"] = place_of[verdicts][good]
    packed["votes"] = np.stack(votes, axis=1)[good]
    exact = places.corners[good][:, [0, 2]]
    packed["place"] = exact
    rounded = int(np.count_nonzero((shortest(packed["place"]) != exact).any(axis=1)))

    def raw(positions: npt.NDArray[np.int64]) -> pa.Array:
        return rows.raw(good[positions])

    named = {"label": (labels[good], mids), "source": (sources[good], names), "text": (texts[0][good], texts[1])}
    return ParsedRows(keys[good], packed, named, rows.lines[good], raw, rows.bad, rounded)


def _votes(codes: Codes, texts: list[str]) -> npt.NDArray[np.int64]:
    """Each row's number; -1 where there is none."""
    numbers = [int(float(text)) if _NUMBER.fullmatch(text) else -1 for text in texts]
    found: npt.NDArray[np.int64] = np.array(numbers or [0], np.int64)[codes]
    return found
